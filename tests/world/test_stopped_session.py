"""Oversight stops a session in the middle of detailed scoring, through the real processes: keys gone, archive whole."""

from __future__ import annotations

import asyncio
import os
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import DONE, SyntheticExpert
from evalhub.booth.memory import BoothMemory
from evalhub.cli import app
from evalhub.core.rules.forms import Form
from evalhub.core.rules.visibility import BoothView
from evalhub.demo.examples import example
from evalhub.demo.rehearsal import Experts, Rehearsal
from evalhub.demo.script import Script
from evalhub.demo.seats import CLIENT_DIGEST
from evalhub.replay.verify import verify
from evalhub.site.reception import PrintedTicket

LIMIT = 300
REASON = "合成原因：评审室断电，无法继续"


class Undecided(SyntheticExpert):
    """Never comes to an end with its scores."""

    async def _seal(self, form: Form) -> None:
        if form.stage == "detailed":
            await self.client.until(lambda view: view.phase in DONE)
        else:
            await super()._seal(form)


class Stopped(Rehearsal):
    """One expert never seals its scores; when all the others have, oversight stops the session."""

    seen: BoothView
    scoring: dict[str, Any]
    bundles: dict[str, bytes]

    async def _acts(self, script: Script, experts: Experts) -> dict[str, Any]:
        await script.pair(_now())
        await script.draw()
        await script.open_doors()
        undecided: list[asyncio.Task[None]] = []

        async def seat(ticket: PrintedTicket) -> None:
            if undecided:
                await experts.seat(ticket)
            else:
                undecided.append(asyncio.create_task(self._sit(experts, ticket)))

        await script.seat_all(seat)
        await script.start()
        size = script.project.committee.size
        self.scoring = await script.oversight.until(
            lambda view: view["stage"] == "detailed" and sum(row["sealed"] for row in view["seats"]) == size - 1
        )
        await script.oversight.ensure("stop", {"reason": REASON}, done=frozenset())
        views = await asyncio.gather(*(desk.until(_archived) for desk in script.desks.values()))
        await asyncio.wait_for(undecided[0], 20)
        self.bundles = {name: await desk.bundle() for name, desk in script.desks.items()}
        return views[0]

    async def _sit(self, experts: Experts, ticket: PrintedTicket) -> None:
        url = experts.fleet.url(ticket.seat.split("/")[0]).replace("http", "ws", 1)
        memory = BoothMemory(client=CLIENT_DIGEST, random=os.urandom)
        booth = BoothClient(f"{url}/booth/line", memory, ticket=ticket.ticket, printed_roster=ticket.roster)
        async with booth:
            await Undecided(booth, Random(7)).attend()
            self.seen = await booth.until(lambda view: view.phase == "archived")


def _archived(view: dict[str, Any]) -> bool:
    return bool(view["phase"] == "archived")


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stopped, dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("stopped")
    rehearsal = Stopped(folder / "data", example(1), 5, lambda what, detail: None)
    view = asyncio.run(asyncio.wait_for(rehearsal.run(folder / "bundle.zip"), LIMIT))
    return rehearsal, view, folder


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as container:
        return {name: container.read(name) for name in container.namelist()}


def test_everybody_learns_that_it_was_stopped_and_why(stopped) -> None:
    rehearsal, view, _ = stopped
    assert rehearsal.scoring["phase"] == "sealing"
    assert (view["phase"], view["failure"], view["ranking"]) == ("archived", REASON, [])


def test_a_booth_learns_that_it_was_stopped_and_no_more(stopped) -> None:
    seen = stopped[0].seen
    assert (seen.phase, seen.ended, seen.form, seen.ranking) == ("archived", "stopped", None, ())
    assert REASON not in str(seen)


def test_no_party_has_its_key_any_more(stopped) -> None:
    data = stopped[2] / "data"
    for party in ("wuhan", "wedz", "oversight"):
        assert (data / party / "keys" / "trustee").is_dir(), "there was a key"
        assert list((data / party / "keys" / "trustee").iterdir()) == []


def test_the_bundle_of_every_party_is_whole_and_counts_what_stays_sealed(stopped) -> None:
    rehearsal = stopped[0]
    assert sorted(rehearsal.bundles) == ["oversight", "wedz", "wuhan"]
    for data in rehearsal.bundles.values():
        files = opened(data)
        found = verify(files)
        assert found.ok, found.broken
        assert (found.end, found.failure, found.phase) == ("stopped", REASON, "archived")
        assert found.check("result").count == found.check("report").count == 0
        assert "report.json" not in files


@pytest.mark.parametrize(("lang", "words"), [("en", "The supervisor stopped the session"), ("zh-CN", "由监督机构终止")])
def test_the_verifier_says_it_was_stopped_and_why_without_a_ranking(stopped, lang: str, words: str) -> None:
    run: Callable[..., Any] = CliRunner().invoke
    outcome = run(app, ["verify", str(stopped[2] / "bundle.zip"), "--lang", lang])
    assert outcome.exit_code == 0
    assert words in outcome.output
    assert REASON in outcome.output
    story = run(app, ["replay", str(stopped[2] / "bundle.zip"), "--lang", lang])
    assert "result_declared" not in story.output
    assert REASON in story.output
