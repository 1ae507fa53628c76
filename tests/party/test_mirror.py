"""The mirror: durable first, re-executed, and deaf to a ledger that breaks the rules; the bytes are kept."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import pytest
from support.bundle import checkpoint_note
from support.party_end import GivenClock, entries_of
from support.world import START, World, _vkey

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.tree import leaf_hash, root_of
from evalhub.core.rules.state import Phase
from evalhub.core.wire.frames import Entries, Have, WireEntry
from evalhub.party.database import Database
from evalhub.party.evidence import kept
from evalhub.party.followed import Me
from evalhub.party.logs import make_logger
from evalhub.party.mirror import Mirror


@pytest.fixture(scope="module")
def world() -> World:
    return World().until(Phase.SEALING)


class Copy:
    """A mirror on a file, which can be opened again."""

    def __init__(self, path, me: Me) -> None:
        self.path, self.me = path, me

    async def open(self) -> Mirror:
        self.database = await Database.open(self.path)
        self.mirror = Mirror(self.database, self.me, GivenClock(START), make_logger("wuhan", io.StringIO()))
        await self.mirror.load()
        return self.mirror

    async def again(self) -> Mirror:
        await self.database.close()
        return await self.open()

    async def evidence(self):
        return await self.database.read(kept)


def me_of(world: World, name: str = "wuhan") -> Me:
    party = world.parties[name]
    return Me(name, party.identity.public, _vkey(f"evalhub.test/{name}", 4, party.witness.public))


@pytest.fixture
async def copy(tmp_path, world: World):
    opened = Copy(tmp_path / "party.sqlite", me_of(world))
    await opened.open()
    yield opened
    await opened.database.close()


async def test_a_mirrored_ledger_is_the_ledger_also_after_a_restart(copy: Copy, world: World) -> None:
    told = []
    copy.mirror.on_change(told.append)
    for first in range(0, len(world.entries), 7):
        await copy.mirror.take(entries_of(world, first, min(first + 7, len(world.entries))))
    assert told
    for restart in (False, True):
        mirror = await copy.again() if restart else copy.mirror
        assert mirror.state(world.session) == world.state
        assert mirror.have() == (Have(session=world.session, size=len(world.entries)),)
        assert mirror.followed(world.session).tree.root() == root_of(map(leaf_hash, world.entries))
        assert await mirror.entries(world.session) == world.entries
        assert await mirror.blobs(world.session) == world.blobs
        assert await mirror.entries(world.session, 3, 2) == world.entries[3:5]


async def test_nobody_hears_of_an_entry_that_is_not_on_the_disk(copy: Copy, world: World) -> None:
    seen: list[tuple[int, int]] = []

    def look(session: str) -> None:
        with closing(sqlite3.connect(copy.path)) as other:
            stored = other.execute("SELECT count(*) FROM ledger_entry").fetchone()[0]
        seen.append((copy.mirror.followed(session).size, stored))

    copy.mirror.on_change(look)
    for first in range(0, 20, 5):
        await copy.mirror.take(entries_of(world, first, first + 5))
    assert seen == [(size, size) for size in (5, 10, 15, 20)]


async def test_envelopes_are_found_by_their_digest(copy: Copy, world: World) -> None:
    await copy.mirror.take(entries_of(world))
    for digest in world.state.draw().escrow_digests.values():
        assert await copy.mirror.envelope(world.session, digest) == world.envelopes[digest]
    with pytest.raises(Refusal, match="unknown-envelope"):
        await copy.mirror.envelope(world.session, "A" * 43)
    with pytest.raises(Refusal, match="unknown-session"):
        copy.mirror.state("another")


async def test_entries_sent_again_change_nothing_and_a_gap_ends_the_line(copy: Copy, world: World) -> None:
    await copy.mirror.take(entries_of(world, 0, 10))
    await copy.mirror.take(entries_of(world, 0, 12))
    assert copy.mirror.followed(world.session).size == 12
    with pytest.raises(Malformed, match="14"):
        await copy.mirror.take(entries_of(world, 14, 20))
    assert copy.mirror.followed(world.session).size == 12
    assert not copy.mirror.followed(world.session).stopped


def forged(world: World, kind: str) -> tuple[Entries, int, str]:
    """Entries from 5 on, with a mistake; where it is found, and as what."""
    good = list(entries_of(world, 5, 12).entries)
    match kind:
        case "reordered":
            good[2], good[3] = good[3], good[2]
            return _frame(world, good), 7, "carries number 8"
        case "missing":
            del good[2]
            return _frame(world, good), 7, "carries number 8"
        case "signature":
            index = next(i for i, e in enumerate(good) if '"jws":"' in e.data)
            data = good[index].data
            head, _, tail = data.rpartition(".")
            flipped = ("B" if tail[0] != "B" else "C") + tail[1:]
            good[index] = WireEntry(data=f"{head}.{flipped}", blob=good[index].blob)
            return _frame(world, good), 5 + index, "signature"
        case "text":
            good[1] = WireEntry(data=good[1].data + " ", blob=good[1].blob)
            return _frame(world, good), 6, "malformed"
    raise AssertionError(kind)


def _frame(world: World, entries: list[WireEntry]) -> Entries:
    return Entries(session=world.session, first=5, entries=tuple(entries))


@pytest.mark.parametrize("kind", ["reordered", "missing", "signature", "text"])
async def test_a_forged_reordered_or_missing_entry_ends_the_following(copy: Copy, world: World, kind: str) -> None:
    frame, at, reason = forged(world, kind)
    await copy.mirror.take(entries_of(world, 0, 5))
    await copy.mirror.take(frame)
    for restart in (False, True):
        mirror = await copy.again() if restart else copy.mirror
        followed = mirror.followed(world.session)
        assert followed.stopped.startswith(f"the ledger breaks the rules at {at}: ")
        assert reason in followed.stopped
        assert (followed.size, followed.state.size) == (at, at)
        await mirror.take(entries_of(world, at))  # the right ones come too late
        assert followed.size == at
    evidence = await copy.evidence()
    assert [(one.position, one.data.decode()) for one in evidence] == [
        (at + offset, entry.data) for offset, entry in enumerate(frame.entries[at - 5 :])
    ]


async def test_another_entry_in_the_place_of_one_held_is_a_fork(copy: Copy, world: World) -> None:
    await copy.mirror.take(entries_of(world, 0, 10))
    other = entries_of(World().open(), 0, 1)
    await copy.mirror.take(other)
    assert copy.mirror.followed(world.session).stopped.startswith("the ledger breaks the rules at 0: another entry")
    assert [one.data.decode() for one in await copy.evidence()] == [other.entries[0].data]
    assert await copy.mirror.entries(world.session) == world.entries[:10]


async def test_a_session_that_names_another_key_for_us_is_not_followed(copy: Copy) -> None:
    stranger = World().open()
    await copy.mirror.take(entries_of(stranger))
    assert "other keys for wuhan" in copy.mirror.followed(stranger.session).stopped
    assert copy.mirror.state(stranger.session).size == 0


async def test_a_session_we_are_no_party_of_is_not_followed(tmp_path, world: World) -> None:
    copy = Copy(tmp_path / "other.sqlite", Me("gamma", me_of(world).identity, me_of(world).witness))
    await copy.open()
    await copy.mirror.take(entries_of(world, 0, 1))
    assert "gamma is no party of it" in copy.mirror.followed(world.session).stopped
    await copy.database.close()


@pytest.mark.parametrize("kind", ["subset", "other-tree", "nonsense"])
async def test_a_gate_needs_the_whole_quorum_over_this_very_tree(tmp_path, kind: str, monkeypatch) -> None:
    world = World().pair()
    for centre in world.split:
        world.say(centre, world.freeze(centre))
    for party in world.parties:
        world._commit(party, 1)
    note = {
        "subset": checkpoint_note(world, world.state.size, ["wuhan", "wedz"]),
        "other-tree": checkpoint_note(world, world.state.size - 1),
        "nonsense": b"-",
    }[kind]
    monkeypatch.setattr("support.world.checkpoint_note", lambda *_: note)
    size = world.state.size
    world.pass_gate()
    copy = Copy(tmp_path / "party.sqlite", me_of(world))
    await copy.open()
    await copy.mirror.take(entries_of(world))
    assert copy.mirror.followed(world.session).stopped.startswith(f"the ledger breaks the rules at {size}: ")
    assert copy.mirror.state(world.session).gates == {}
    await copy.database.close()


async def test_a_changed_row_shows_after_a_restart(copy: Copy, world: World) -> None:
    await copy.mirror.take(entries_of(world))
    await copy.database.write(
        lambda connection: (
            connection.exec_driver_sql(
                "UPDATE ledger_entry SET data = CAST(replace(data, 'WH-2026', 'XX-2026') AS BLOB) WHERE seq = 9"
            ).rowcount
        )
    )
    mirror = await copy.again()
    assert mirror.followed(world.session).stopped.startswith("the stored ledger breaks the rules at 9: ")
