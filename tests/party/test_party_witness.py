"""The witness cosigns only what its own mirror holds; refuses rollback, fork and the unexecuted; keeps evidence."""

from __future__ import annotations

import asyncio
import io

import pytest
from sqlalchemy import select
from support.party_end import GivenClock, adopt, entries_of, make_identity, request
from support.world import START, World

from evalhub.core.ledger.checkpoint import parse_checkpoint
from evalhub.core.ledger.note import Note, parse_note, parse_signatures, verify_note
from evalhub.core.ledger.witness import parse_request
from evalhub.core.rules.state import Phase
from evalhub.core.wire.frames import Entries, WireEntry, WitnessRequest
from evalhub.party.database import Database
from evalhub.party.evidence import kept
from evalhub.party.followed import Me
from evalhub.party.logs import make_logger
from evalhub.party.mirror import Mirror
from evalhub.party.tables import cosigned
from evalhub.party.witness import KEPT, Witness

SIZE = 30


class Stand:
    """A witness on a file, over a world whose host it is."""

    def __init__(self, folder) -> None:
        self.path = folder / "party.sqlite"
        self.identity = make_identity(folder, "wuhan")
        self.world = adopt(World(), self.identity).until(Phase.DRAWN)

    async def open(self) -> Witness:
        self.database = await Database.open(self.path)
        clock, logger = GivenClock(START), make_logger("wuhan", io.StringIO())
        me = Me("wuhan", self.identity.public, self.identity.witness.vkey())
        self.mirror = Mirror(self.database, me, clock, logger)
        await self.mirror.load()
        self.witness = Witness(
            identity=self.identity, mirror=self.mirror, database=self.database, clock=clock, logger=logger, patience=0.2
        )
        return self.witness

    async def ask(self, text: str):
        return await self.witness.answer(WitnessRequest(session=self.world.session, request=text))

    async def evidence(self):
        return await self.database.read(kept)


@pytest.fixture
async def stand(tmp_path):
    opened = Stand(tmp_path)
    await opened.open()
    await opened.mirror.take(entries_of(opened.world, 0, SIZE))
    yield opened
    await opened.database.close()


async def test_it_cosigns_what_it_holds_with_its_time(stand: Stand) -> None:
    text = request(stand.world, 0, SIZE)
    reply = await stand.ask(text)
    assert reply.status == 200
    note_text = parse_request(text.encode()).note.decode().split("\n\n")[0] + "\n"
    signed = verify_note(Note(note_text, parse_signatures(reply.body.encode())), [stand.identity.witness])
    assert [item.timestamp for item in signed] == [START // 1000]
    assert (await stand.witness.head(stand.world.session)).size == SIZE
    assert (await stand.ask(request(stand.world, SIZE, SIZE))).status == 200  # asked again


async def test_it_remembers_over_a_restart_and_refuses_to_go_back(stand: Stand) -> None:
    assert (await stand.ask(request(stand.world, 0, SIZE))).status == 200
    await stand.database.close()
    await stand.open()
    reply = await stand.ask(request(stand.world, 0, SIZE - 5))
    assert (reply.status, reply.body) == (409, f"{SIZE}\n")
    reply = await stand.ask(request(stand.world, SIZE - 5, SIZE))
    assert (reply.status, reply.body) == (409, f"{SIZE}\n")
    assert (await stand.ask(request(stand.world, SIZE, SIZE - 5))).status == 400


async def test_it_waits_a_moment_for_entries_and_never_signs_without_them(stand: Stand) -> None:
    reply = await stand.ask(request(stand.world, 0, SIZE + 5))
    assert (reply.status, reply.body) == (409, "0\n")
    waiting = asyncio.create_task(stand.ask(request(stand.world, 0, SIZE + 5)))
    await asyncio.sleep(0.05)
    await stand.mirror.take(entries_of(stand.world, SIZE, SIZE + 5))
    assert (await waiting).status == 200


async def test_a_fork_is_refused_and_kept(stand: Stand) -> None:
    held = list(stand.world.entries[:SIZE])
    forked = [*held[:-1], held[-1] + b" "]
    text = request(stand.world, 0, entries=forked)
    reply = await stand.ask(text)
    assert (reply.status, "fork" in reply.body) == (422, True)
    assert (await stand.witness.head(stand.world.session)).size == 0
    evidence = await stand.evidence()
    assert [(one.kind, one.data.decode()) for one in evidence] == [("witness-request", text)]


async def test_a_fork_behind_a_cosigned_head_is_refused_and_kept(stand: Stand) -> None:
    assert (await stand.ask(request(stand.world, 0, SIZE - 4))).status == 200
    forked = [b"other", *stand.world.entries[1:SIZE]]
    assert (await stand.ask(request(stand.world, SIZE - 4, entries=forked))).status == 422
    same_size = request(stand.world, SIZE - 4, entries=forked[: SIZE - 4])
    assert (await stand.ask(same_size)).status == 409
    assert len(await stand.evidence()) == 2


async def test_a_ledger_that_broke_the_rules_is_cosigned_no_more(stand: Stand) -> None:
    bad = Entries(session=stand.world.session, first=SIZE, entries=(WireEntry(data="{}"),))
    await stand.mirror.take(bad)
    reply = await stand.ask(request(stand.world, 0, SIZE))
    assert reply.status == 422
    assert f"the ledger breaks the rules at {SIZE}" in reply.body
    assert [one.kind for one in await stand.evidence()] == ["entry", "witness-request"]


async def test_strangers_are_told_so(stand: Stand) -> None:
    unknown = await stand.witness.answer(WitnessRequest(session="another", request=request(stand.world, 0, SIZE)))
    assert unknown.status == 404
    other = World().open()
    assert (await stand.ask(request(other, 0, 1))).status == 403
    assert (await stand.ask("nonsense")).status == 400


async def test_two_questions_at_once_move_the_head_once(stand: Stand) -> None:
    replies = await asyncio.gather(
        stand.ask(request(stand.world, 0, SIZE - 2)), stand.ask(request(stand.world, 0, SIZE))
    )
    assert sorted(reply.status for reply in replies) == [200, 409]


async def test_the_last_checkpoints_cosigned_are_kept_with_our_line(stand: Stand) -> None:
    """Those of all witnesses together end the record of a session whose hub is lost."""
    sizes = range(1, KEPT + 5)
    old = 0
    for size in sizes:
        assert (await stand.ask(request(stand.world, old, size))).status == 200
        old = size
    query = select(cosigned.c.size, cosigned.c.note).order_by(cosigned.c.size)
    rows = await stand.database.read(lambda connection: connection.execute(query).all())
    assert [row.size for row in rows] == list(sizes)[-KEPT:]
    for row in rows:
        note = parse_note(row.note)
        assert parse_checkpoint(note.text).size == row.size
        assert len(verify_note(note, [stand.identity.witness])) == 1
        assert len(note.signatures) == 2, "the log's line is kept beside ours"
