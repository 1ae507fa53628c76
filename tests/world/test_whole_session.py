"""Whole sessions through the four real processes on loopback: killed and restarted, with two guests, with other splits.

Each ends in a bundle that an off-line verifier accepts from the first entry to the last.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from evalhub.demo.examples import example
from evalhub.demo.processes import Fleet
from evalhub.demo.rehearsal import Rehearsal
from evalhub.demo.scenarios import scenario
from evalhub.party.project_file import read_project
from evalhub.party.session_file import read_session
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify
from evalhub.site.pool.check import read_pool
from evalhub.site.pool.records import Pool

LIMIT = 300


def told(what: str, detail: dict[str, Any]) -> None:
    """Nobody listens."""


async def rehearse(folder: Path, **options: Any) -> tuple[dict[str, Any], Path]:
    bundle = folder / "bundle.zip"
    rehearsal = Rehearsal(folder / "data", options.pop("example", example(1)), options.pop("seed", 1), told, **options)
    view = await asyncio.wait_for(rehearsal.run(bundle), LIMIT)
    return view, bundle


class Killer:
    """Kills processes without warning when a phase (and stage) is first seen, and starts them again."""

    def __init__(self, plan: dict[str, tuple[str, ...]]) -> None:
        self.plan = plan

    async def __call__(self, fleet: Fleet, phase: str) -> None:
        for name in self.plan.pop(phase.rstrip(" 0123456789"), ()):
            running = fleet.hub if name == "hub" else fleet.parties[name]
            await running.kill()
            await fleet.restart(name)


@pytest.mark.requirement("R102")
async def test_killed_and_restarted_in_three_phases(tmp_path: Path) -> None:
    killer = Killer({"checkin": ("wuhan", "hub"), "sealing chair": ("hub",), "sealing detailed": ("wedz", "oversight")})
    view, bundle = await rehearse(tmp_path, scenario=scenario("recusal"), meddle=killer)
    assert view["phase"] == "archived"
    found = verify(open_bundle(bundle))
    assert found.ok, found.broken
    assert found.rehearsal
    assert not killer.plan, "every kill of the plan happened"


async def test_two_guests(tmp_path: Path) -> None:
    view, bundle = await rehearse(tmp_path, example=example(2), seed=3)
    assert {seat["seat"].split("/")[0] for seat in view["seats"]} == {"alpha", "bravo", "charlie"}
    assert verify(open_bundle(bundle)).ok


async def test_another_split_has_its_own_seats(tmp_path: Path) -> None:
    view, bundle = await rehearse(tmp_path, split=(4, 3), seed=2)
    centres = [seat["seat"].split("/")[0] for seat in view["seats"]]
    assert (centres.count("wuhan"), centres.count("wedz")) == (4, 3)
    assert verify(open_bundle(bundle)).ok


@pytest.mark.requirement("R106")
def test_no_name_leaves_its_centre(tmp_path: Path) -> None:
    """After a whole session: no id, name or employer of a centre's experts is anywhere else."""
    _, bundle = asyncio.run(rehearse(tmp_path))
    assert verify(open_bundle(bundle)).ok
    setup = read_session(example(1) / "session.yaml")
    project = read_project(example(1) / setup.project)
    bidders = {bidder.name for bidder in project.bidders}  # some experts work for one: everybody knows these names
    pools = {centre.name: words(read_pool(example(1) / centre.pool), bidders) for centre in setup.centres()}
    for centre, own in pools.items():
        others = set().union(*(pools[name] for name in pools if name != centre))
        for folder in (tmp_path / "data").iterdir():
            if folder.is_dir() and folder.name not in (centre, "ca"):
                held = contents(folder)
                assert not [word for word in own - others if word.encode() in held], f"{centre} at {folder.name}"
    assert any(word.encode() in contents(tmp_path / "data" / "wuhan") for word in pools["wuhan"])


def words(pool: Pool, public: set[str]) -> set[str]:
    """What would give an expert away."""
    found = {word for expert in pool.experts for word in (expert.id, expert.name, expert.employer)}
    return {word for word in found if not any(word in name for name in public)}


def contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
