"""The hub is gone for good in the middle of scoring: the mirrors become a bundle that holds as far as it goes."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evalhub.cli import app
from evalhub.demo.examples import example
from evalhub.demo.processes import Fleet
from evalhub.demo.rehearsal import Rehearsal
from evalhub.party.settings import DATABASE
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify

LIMIT = 300
PARTIES = ("wuhan", "wedz", "oversight")


class Lost:
    """Ends the hub for good when detailed scoring begins, and destroys what it had."""

    def __init__(self, data: Path) -> None:
        self.data, self.done = data, asyncio.Event()

    async def __call__(self, fleet: Fleet, phase: str) -> None:
        if phase.startswith("sealing detailed"):
            await fleet.hub.kill()
            shutil.rmtree(self.data / "hub")
            self.done.set()


async def _play(folder: Path) -> None:
    lost = Lost(folder / "data")
    run = Rehearsal(folder / "data", example(1), 4, lambda what, detail: None, meddle=lost).run(folder / "never.zip")
    task = asyncio.create_task(run)
    await asyncio.wait(
        (task, asyncio.create_task(lost.done.wait())), return_when=asyncio.FIRST_COMPLETED, timeout=LIMIT
    )
    assert lost.done.is_set()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the parties have when the hub is gone."""
    folder = tmp_path_factory.mktemp("lost")
    asyncio.run(asyncio.wait_for(_play(folder), LIMIT))
    return folder / "data"


def salvage(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["salvage", *map(str, words)])


def salvaged(*words: str | Path) -> dict[str, Any]:
    done = salvage(*words, "--json")
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_the_mirrors_become_a_bundle_that_holds_and_is_called_interrupted(left: Path, tmp_path: Path) -> None:
    before = digests(left)
    said = salvaged(left, "-o", tmp_path / "b.zip")
    found = verify(open_bundle(tmp_path / "b.zip"))
    assert (found.ok, found.interrupted, found.end) == (False, True, "interrupted")
    assert (found.broken, found.holds, found.size) == (None, said["size"], said["size"])
    assert found.check("checkpoint").ok
    assert (said["fork"], said["holds"]) == (None, True)
    assert digests(left) == before, "the folders are only read"


def test_nothing_that_was_countersigned_is_left_out(left: Path, tmp_path: Path) -> None:
    """The bundle and its tail are exactly what the best informed mirror holds."""
    said = salvaged(left, "-o", tmp_path / "b.zip")
    held = max(count(left / party) for party in PARTIES)
    assert said["size"] + said["tail"] == held
    tail = tmp_path / "b.tail.jsonl"
    assert (len(tail.read_text().splitlines()) if tail.exists() else 0) == said["tail"]


def test_a_cut_off_mirror_costs_nothing(left: Path, tmp_path: Path) -> None:
    """One party's mirror ends early: the others have its countersignature all the same, or the record ends sooner."""
    copy = tmp_path / "data"
    shutil.copytree(left, copy)
    whole = salvaged(copy, "-o", tmp_path / "whole.zip")
    with sqlite3.connect(copy / "wedz" / DATABASE) as database:
        database.execute("DELETE FROM ledger_entry WHERE seq >= 40")
    assert salvaged(copy, "-o", tmp_path / "cut.zip")["size"] == whole["size"]


def test_a_mirror_that_was_told_something_else_is_reported(left: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(left, copy)
    common = min(count(copy / party) for party in PARTIES) - 1
    with sqlite3.connect(copy / "wuhan" / DATABASE) as database:
        database.execute("UPDATE ledger_entry SET data = ? WHERE seq = ?", (b"{}", common))
    assert salvaged(copy, "-o", tmp_path / "b.zip")["fork"] == common


@pytest.mark.parametrize("missing", PARTIES)
def test_without_one_witness_it_ends_at_the_last_gate(left: Path, tmp_path: Path, missing: str) -> None:
    """The cosignatures of one party are in its own folder alone, but for those that the ledger quotes at gates."""
    copy = tmp_path / "data"
    shutil.copytree(left, copy, ignore=shutil.ignore_patterns(missing))
    said = salvaged(copy, "-o", tmp_path / "b.zip")
    assert said["size"] <= salvaged(left, "-o", tmp_path / "all.zip")["size"]
    assert verify(open_bundle(tmp_path / "b.zip")).broken is None


def test_wrong_use_is_one_sentence(left: Path, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_text("mine")
    for words, code, said in (
        ((tmp_path / "empty",), 2, "there is no party.sqlite"),
        ((left, "--session", "nix"), 1, "There is no session nix"),
        ((left, "-o", tmp_path / "there.zip"), 2, "never overwritten"),
    ):
        done = salvage(*words, "--lang", "en")
        assert (done.exit_code, len(done.stderr.strip().splitlines())) == (code, 1), done.output
        assert said in done.stderr
    assert (tmp_path / "there.zip").read_text() == "mine"


def test_a_damaged_database_is_named(left: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(left, copy)
    with sqlite3.connect(copy / "wedz" / DATABASE) as database:
        database.execute("UPDATE ledger_entry SET data = 'text' WHERE seq = 3")
    strange = salvage(copy, "--lang", "en")
    assert (strange.exit_code, "wedz: entry 3 is not bytes" in strange.stderr) == (2, True)
    (copy / "wedz" / DATABASE).write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    done = salvage(copy, "--lang", "en")
    assert done.exit_code == 2
    assert "wedz/party.sqlite" in done.stderr


def count(folder: Path) -> int:
    with sqlite3.connect(folder / DATABASE) as database:
        return int(database.execute("SELECT count(*) FROM ledger_entry").fetchone()[0])


def digests(data: Path) -> dict[str, str]:
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for party in PARTIES
        for path in sorted((data / party).glob("*.sqlite*"))
    }
