"""The browser's verifier against Python's: two implementations of ``docs/archive-format.md`` must say the same."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.bundle import bundle_of
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.ledger.entry import read_entry
from evalhub.core.rules import commands as c
from evalhub.core.rules.commands import BY_PAST, ENVELOPES, HUB_COMMANDS, NAMES
from evalhub.core.rules.events import CONSEQUENCES
from evalhub.core.rules.phases import TABLE
from evalhub.core.rules.state import Phase
from evalhub.replay.verify import verify

ROOT = Path(__file__).parents[2]
CHECK = ROOT / "evalhub" / "web" / "static" / "replay" / "check"
Files = dict[str, bytes]


def pack(files: Files) -> bytes:
    """What ``/replay/api/pack`` sends."""
    parts = ((path.encode(), data) for path, data in sorted(files.items()))
    return b"".join(len(p).to_bytes(4, "big") + p + len(d).to_bytes(4, "big") + d for p, d in parts)


def in_browser_code(bundles: list[Files], folder: Path) -> list[dict[str, Any]]:
    """The outcomes of the browser's verifier, run by Node."""
    paths = []
    for number, files in enumerate(bundles):
        paths.append(folder / f"{number}.pack")
        paths[-1].write_bytes(pack(files))
    program = ROOT / "tests" / "web" / "node" / "check-bundles.js"
    done = subprocess.run(["node", str(program), *map(str, paths)], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def world() -> World:
    return World().run()


@pytest.fixture(scope="module")
def whole(world: World) -> Files:
    return bundle_of(world)


def stopped() -> World:
    world = World().until(Phase.SEALING)
    world.seal(next(iter(world.state.seats)))
    return world


def called_off() -> World:
    world = World().open()
    world.say(world.host, c.CancelSession(reason="合成取消"))
    return world


def test_both_find_honest_records_whole_or_interrupted(whole: Files, tmp_path: Path) -> None:
    bundles = [whole, bundle_of(stopped()), bundle_of(called_off())]
    ours = [verify(files) for files in bundles]
    theirs = in_browser_code(bundles, tmp_path)
    assert [one["verdict"] for one in theirs] == ["whole", "interrupted", "whole"]
    assert [(one.ok, one.interrupted) for one in ours] == [(True, False), (False, True), (True, False)]
    assert all(one["first"] is None for one in theirs)
    rows = {row["name"]: row for row in theirs[0]["rows"]}
    assert {row["state"] for row in rows.values()} == {"good"}
    for name in ("tree", "gates", "entries"):
        assert rows[name]["count"] == ours[0].check(name).count, name


def flips(files: Files, count: int) -> Iterator[tuple[str, Files]]:
    """One bit changed somewhere in what both look at, every kind of file in turn."""
    random = Random(5)
    kinds = (r"tile/entries/.*", r"tile/0/.*", r"blobs/.*", r"checkpoint", r"policy")
    for number in range(count):
        path = random.choice([p for p in sorted(files) if re.fullmatch(kinds[number % len(kinds)], p)])
        data = bytearray(files[path])
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        yield path, {**files, path: bytes(data)}


def test_one_changed_bit_is_found_by_both_at_the_same_entry(whole: Files, tmp_path: Path) -> None:
    changed = list(flips(whole, 30))
    for (path, files), theirs in zip(changed, in_browser_code([f for _, f in changed], tmp_path), strict=True):
        ours = verify(files)
        assert theirs["verdict"] == "broken", path
        assert ours.broken is not None, path
        assert theirs["first"] == ours.broken.entry, (path, theirs["rows"], ours.broken)


def test_missing_and_surplus_files_are_found_by_both(whole: Files, tmp_path: Path) -> None:
    gone = [
        "checkpoint",
        "policy",
        "tile/1/000",
        *[path for path in whole if path.startswith(("tile/0", "tile/e"))],
        *list(whole)[-2:],
    ]
    bundles = [{k: v for k, v in whole.items() if k != path} for path in gone if path in whole]
    bundles += [{**whole, "blobs/sha256/" + "0" * 64: b"x"}, {**whole, "tile/7/000": b"x"}]
    for files, theirs in zip(bundles, in_browser_code(bundles, tmp_path), strict=True):
        ours = verify(files)
        assert theirs["verdict"] == "broken"
        assert ours.broken is not None
        if "checkpoint" in files:
            assert theirs["first"] == ours.broken.entry


def rewritten(world: World, size: int) -> Files:
    """A record cut short, every witness signing the shorter one."""
    from support.bundle import checkpoint_note, policy_of

    from evalhub.core.ledger import archive
    from evalhub.core.ledger.policy import format_policy

    entries = world.entries[:size]
    named = b"".join(entries)
    blobs = {name: data for name, data in world.blobs.items() if name.encode() in named}
    return archive.build(
        entries=entries,
        blobs=blobs,
        checkpoint_note=checkpoint_note(world, size),
        policy=format_policy(policy_of(world)),
        roster=canonical(world.state.roster),
    )


def test_a_record_cut_short_has_no_end(world: World, tmp_path: Path) -> None:
    (theirs,) = in_browser_code([rewritten(world, len(world.entries) - 1)], tmp_path)
    assert theirs["verdict"] == "interrupted"


@pytest.mark.parametrize("signer", ["wuhan", "wedz", "oversight"])
def test_a_missing_witness_is_named(world: World, signer: str, tmp_path: Path) -> None:
    from support.bundle import checkpoint_note

    others = [party for party in world.parties if party != signer]
    (theirs,) = in_browser_code([bundle_of(world, checkpoint_note=checkpoint_note(world, None, others))], tmp_path)
    (row,) = (row for row in theirs["rows"] if row["name"] == "checkpoint")
    assert (row["state"], signer in row["reason"]) == ("bad", True)


def retold(world: World, seq: int, jws: str) -> Files:
    """Another statement in the place of one, and a tree and countersignatures that agree with it."""
    forged = copy.copy(world)
    entry = {**json.loads(world.entries[seq]), "jws": jws}
    forged.entries = [*world.entries[:seq], canonical(entry), *world.entries[seq + 1 :]]
    return bundle_of(forged)


def test_a_forged_and_a_repeated_statement_are_found_where_they_stand(world: World, tmp_path: Path) -> None:
    told = [json.loads(data) for data in world.entries]
    outcomes = [one for one in told if one["type"] == "outcome_recorded"]
    kid = outcomes[0]["jws"].split(".")[0]
    first, second, *_ = (one for one in outcomes if one["jws"].startswith(kid))
    signed = second["jws"]
    forged = signed[:-8] + ("A" if signed[-8] != "A" else "B") + signed[-7:]
    bundles = [retold(world, second["seq"], jws) for jws in (forged, first["jws"])]
    for files, theirs in zip(bundles, in_browser_code(bundles, tmp_path), strict=True):
        rows = {row["name"]: row for row in theirs["rows"]}
        assert rows["tree"]["state"] == "good"
        assert rows["signatures"]["entry"] == theirs["first"] == second["seq"]
        broken = verify(files).broken
        assert broken is not None
        assert broken.entry == second["seq"]


def test_the_example_in_the_document_is_an_entry() -> None:
    page = (ROOT / "docs" / "archive-format.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*)\n```", page)
    assert read_entry(example.encode(), {}.__getitem__).type == "chair_elected"


def test_the_browser_knows_every_statement_and_who_makes_it() -> None:
    text = (CHECK / "statements.js").read_text("utf-8")
    rows = re.findall(r'^  (\w+): \["(\w*)", (\w+)\],$', text, re.MULTILINE)
    sets = {
        "CENTRES": {"host", "guest"},
        "ALL": {"host", "guest", "oversight"},
        "VETTERS": {"host", "oversight"},
    }
    found = {past: (name, sets.get(by, {by.lower()})) for past, name, by in rows}
    expected = {
        past: ("" if kind in ENVELOPES else NAMES[kind], set(TABLE[kind].by))
        for past, kind in BY_PAST.items()
        if kind not in HUB_COMMANDS
    }
    assert found == expected
    hubs = set(re.findall(r'"(\w+)"', text[text.index("HUBS") :]))
    assert hubs == set(CONSEQUENCES) | {past for past, kind in BY_PAST.items() if kind in HUB_COMMANDS}
