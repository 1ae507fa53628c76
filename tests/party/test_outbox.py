"""The outbox alone: numbers, counters, durability. Its life on the line is in ``test_uplink``."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from evalhub.core.errors import Broken
from evalhub.core.wire.frames import Outcome
from evalhub.party.database import Database
from evalhub.party.outbox import Outbox


class Box:
    """An outbox that can be closed and opened again on the same file."""

    def __init__(self, path) -> None:
        self.path = path

    async def open(self) -> Outbox:
        self.database = await Database.open(self.path)
        self.outbox = Outbox(self.database)
        await self.outbox.load()
        return self.outbox

    async def again(self) -> Outbox:
        await self.database.close()
        return await self.open()


@pytest.fixture
async def box(tmp_path):
    opened = Box(tmp_path / "party.sqlite")
    await opened.open()
    yield opened
    await opened.database.close()


def own(outbox: Outbox, made: list[int], seen: int = 0, session: str = "s") -> asyncio.Task[Outcome]:
    def make(n: int) -> str:
        made.append(n)
        return f"own {n}"

    return asyncio.create_task(outbox.put_own(session, make, known=lambda: seen))


async def put(outbox: Outbox, count: int) -> None:
    for _ in range(100):
        if len(outbox.pending()) == count:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(outbox.pending())


async def test_numbers_run_on_over_sessions_and_restarts(box: Box) -> None:
    assert [await box.outbox.put("s", "a"), await box.outbox.put("t", "b")] == [1, 2]
    outbox = await box.again()
    assert await outbox.put("s", "c") == 3
    assert [(one.n, one.session, one.jws) for one in outbox.pending()] == [(1, "s", "a"), (2, "t", "b"), (3, "s", "c")]


async def test_the_same_ref_is_the_same_submission_for_ever(box: Box) -> None:
    assert await asyncio.gather(*(box.outbox.put("s", "a", "booth:1") for _ in range(3))) == [1, 1, 1]
    await box.outbox.settle(Outcome(n=1, code="gate-open", detail={"gate": "x"}))
    outbox = await box.again()
    assert await outbox.put("s", "other words", "booth:1") == 1
    assert outbox.pending() == ()
    assert await outbox.outcome_of("booth:1") == Outcome(n=1, code="gate-open", detail={"gate": "x"})
    assert await outbox.outcome_of("booth:2") is None


async def test_an_outcome_is_durable_before_it_is_told_and_told_once(box: Box) -> None:
    told = []
    box.outbox.on_outcome(lambda submission, outcome: told.append((submission.n, outcome.code)))
    await box.outbox.put("s", "a")
    waiting = asyncio.create_task(box.outbox.outcome(1))
    await asyncio.gather(*(box.outbox.settle(Outcome(n=1, code="", receipt="note")) for _ in range(2)))
    assert told == [(1, "")]
    assert (await waiting).receipt == "note"
    outbox = await box.again()
    assert (await outbox.outcome(1)).receipt == "note"
    with pytest.raises(KeyError):
        await outbox.outcome(2)


async def test_nobody_is_promised_what_is_not_on_the_disk(box: Box) -> None:
    def stored(column: str) -> list[object]:
        with closing(sqlite3.connect(box.path)) as other:
            return [row[0] for row in other.execute(f"SELECT {column} FROM outbox ORDER BY n")]

    seen: list[object] = []
    box.outbox.on_put(lambda submission: seen.append(stored("n")))
    box.outbox.on_outcome(lambda submission, outcome: seen.append(stored("settled")))
    assert await box.outbox.put("s", "a") == 1
    assert stored("jws") == ["a"]
    await box.outbox.settle(Outcome(n=1, code=""))
    assert seen == [[1], [1]]


async def test_one_own_statement_at_a_time_and_a_refused_one_gives_its_number_back(box: Box) -> None:
    made: list[int] = []
    first, second, third = (own(box.outbox, made) for _ in range(3))
    await put(box.outbox, 1)
    await asyncio.sleep(0.02)
    assert made == [1]
    await box.outbox.settle(Outcome(n=1, code="wrong-phase"))
    await first
    await put(box.outbox, 1)
    await box.outbox.settle(Outcome(n=2, code=""))
    await second
    await put(box.outbox, 1)
    assert made == [1, 1, 2]
    await box.outbox.settle(Outcome(n=3, code=""))
    await third


async def test_an_own_statement_from_before_a_restart_goes_first(box: Box) -> None:
    made: list[int] = []
    own(box.outbox, made).cancel()
    task = own(box.outbox, made)
    await put(box.outbox, 1)
    task.cancel()
    outbox = await box.again()
    late = own(outbox, made)
    await asyncio.sleep(0.02)
    assert made == [1]
    await outbox.settle(Outcome(n=1, code=""))
    await put(outbox, 1)
    assert made == [1, 2]
    await outbox.settle(Outcome(n=2, code=""))
    await late


async def test_sessions_do_not_wait_for_each_other_and_the_ledger_knows_best(box: Box) -> None:
    made: list[int] = []
    tasks = [own(box.outbox, made, session="s"), own(box.outbox, made, seen=7, session="t")]
    await put(box.outbox, 2)
    assert sorted(made) == [1, 8]
    for n in (1, 2):
        await box.outbox.settle(Outcome(n=n, code=""))
    await asyncio.gather(*tasks)


async def test_a_signer_that_fails_uses_up_no_number(box: Box) -> None:
    def fail(_: int) -> str:
        raise ValueError("no key")

    with pytest.raises(ValueError, match="no key"):
        await box.outbox.put_own("s", fail, known=lambda: 0)
    assert await box.outbox.put("s", "a") == 1


async def test_an_older_copy_of_the_database_is_noticed(box: Box) -> None:
    await box.outbox.put("s", "a")
    box.outbox.check_hub(1)
    with pytest.raises(Broken, match="older copy"):
        box.outbox.check_hub(2)


async def test_duties_are_done_when_on_their_way_or_accepted(box: Box) -> None:
    task = asyncio.create_task(box.outbox.put_own("s", lambda n: "x", known=lambda: 0, duty="commit:1"))
    await put(box.outbox, 1)
    outbox = await box.again()
    assert await outbox.done("s", "commit:1")
    assert not await outbox.done("t", "commit:1")
    await outbox.settle(Outcome(n=1, code="gate-open"))
    assert not await outbox.done("s", "commit:1")
    task.cancel()
