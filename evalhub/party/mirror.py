"""This party's own copy of every ledger it takes part in: stored first, re-executed, and only then used.

Rules
- A frame of entries is one transaction; nothing is used, told or cosigned before it is on the disk.
- Every entry is re-executed (``followed``). One that breaks the rules ends the following of its session for good: it
  and what came behind it move to ``evidence``, and the witness cosigns no more.
- An entry sent again must be the same bytes; another one in its place is evidence of a fork and ends it likewise.
- After a restart the stored entries are re-executed from the first, so a changed file shows ("the stored ledger …").
- Never asks the hub for anything: the line says what is held (``have``) and is sent the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from evalhub.core.codec import RecordMeta
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.entry import blob_name, read_entry
from evalhub.core.rules.state import State
from evalhub.core.wire.frames import Entries, Have
from evalhub.party.clock import Clock
from evalhub.party.database import Database
from evalhub.party.evidence import keep
from evalhub.party.followed import Followed, Me
from evalhub.party.logs import Logger
from evalhub.party.tables import blob, ledger_entry, mirrored

SLICE = 16  # entries re-executed before others get their turn on the event loop
LOAD = 1000  # entries read at once after a restart


class Held(msgspec.Struct, metaclass=RecordMeta):
    """One entry as stored, and its blob if it has one."""

    data: bytes
    blob: bytes | None = None

    @property
    def blob_name(self) -> str | None:
        """Hex SHA-256 of the blob."""
        return None if self.blob is None else blob_name(self.blob)

    def fetch(self, name: str) -> bytes:
        """The blob, if that is its name. ``KeyError`` otherwise."""
        if self.blob is None or self.blob_name != name:
            raise KeyError(name)
        return self.blob


class Mirror:
    """All ledgers of this party. Owned by one ``Party``; used on its event loop only."""

    def __init__(self, database: Database, me: Me, clock: Clock, logger: Logger) -> None:
        self._database = database
        self._me = me
        self._clock = clock
        self._logger = logger
        self._followed: dict[str, Followed] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._listeners: list[Callable[[str], None]] = []
        self._grown = asyncio.Condition()

    async def load(self) -> None:
        """Re-execute everything stored. Called once, before the line is opened."""
        for session, stopped in await self._database.read(_sessions):
            followed = self._followed[session] = Followed(session, self._me)
            followed.stop(stopped)
            while held := await self._read(session, followed.size, LOAD):
                await self._execute(followed, held, what="the stored ledger")

    # -- taking --------------------------------------------------------------------------------------------------------

    async def take(self, frame: Entries) -> None:
        """Store and re-execute a frame of entries. Raises ``Malformed`` if it leaves a gap (the line is at fault)."""
        async with self._locks.setdefault(frame.session, asyncio.Lock()):
            followed = self._followed.get(frame.session) or Followed(frame.session, self._me)
            if followed.stopped:
                return
            held = [_held(entry.data, entry.blob) for entry in frame.entries]
            fresh = await self._fresh(followed, frame.first, held)
            if fresh and not followed.stopped:
                await self._database.write(lambda connection: _store(connection, frame.session, followed.size, fresh))
                self._followed[frame.session] = followed
                await self._execute(followed, fresh)
        await self._tell(frame.session)

    async def _fresh(self, followed: Followed, first: int, held: list[Held]) -> list[Held]:
        """What is not held yet; what is held already must be the same."""
        if first > followed.size:
            raise Malformed(f"entries from {first} on, but {followed.size} are held", "entries.first")
        again = held[: followed.size - first]
        if again:
            stored = await self._read(followed.session, first, len(again))
            for offset, (old, new) in enumerate(zip(stored, again, strict=True)):
                if old.data != new.data:
                    await self._stop(followed, first + offset, [new], "another entry was sent in its place before")
        return held[len(again) :]

    async def _execute(self, followed: Followed, held: Sequence[Held], what: str = "the ledger") -> None:
        for offset, entry in enumerate(held):
            try:
                followed.feed(entry.data, entry.fetch)
            except Broken as error:
                await self._stop(followed, followed.size, held[offset:], error.reason, what)
                return
            if offset % SLICE == SLICE - 1:
                await asyncio.sleep(0)

    async def _stop(self, followed: Followed, seq: int, offending: Sequence[Held], reason: str,
                    what: str = "the ledger") -> None:  # fmt: skip
        sentence = f"{what} breaks the rules at {seq}: {reason}"

        def work(connection: Connection) -> None:
            _forget_from(connection, followed.session, followed.size)
            change = upsert(mirrored).values(session=followed.session, stopped=sentence)
            connection.execute(change.on_conflict_do_update(index_elements=["session"], set_={"stopped": sentence}))
            for offset, entry in enumerate(offending):
                keep(connection, at=self._clock.now(), session=followed.session, kind="entry",
                     position=seq + offset, reason=sentence, data=entry.data, blob=entry.blob)  # fmt: skip

        await self._database.write(work)
        followed.stop(sentence)
        self._followed[followed.session] = followed
        self._logger.error("ledger-refused", session=followed.session, entry=seq, reason=reason)

    async def _tell(self, session: str) -> None:
        async with self._grown:
            self._grown.notify_all()
        for tell in self._listeners:
            tell(session)

    # -- asking --------------------------------------------------------------------------------------------------------

    def on_change(self, tell: Callable[[str], None]) -> None:
        """Be told of each session that grew or stopped, once that is durable."""
        self._listeners.append(tell)

    def sessions(self) -> tuple[str, ...]:
        """Every session held, sorted."""
        return tuple(sorted(self._followed))

    def have(self) -> tuple[Have, ...]:
        """What the hub need not send again."""
        return tuple(Have(session=name, size=self._followed[name].size) for name in self.sessions())

    def get(self, session: str) -> Followed | None:
        """A followed (or stopped) ledger."""
        return self._followed.get(session)

    def followed(self, session: str) -> Followed:
        """Like ``get``. Raises ``Refusal("unknown-session")``."""
        try:
            return self._followed[session]
        except KeyError:
            raise Refusal("unknown-session", session=session) from None

    def state(self, session: str) -> State:
        """The state of a session. Raises ``Refusal("unknown-session")``."""
        return self.followed(session).state

    async def wait_for(self, session: str, size: int, seconds: float) -> bool:
        """Whether the ledger holds ``size`` entries, waiting a while for those on their way."""

        def ready() -> bool:
            followed = self._followed.get(session)
            return followed is not None and (followed.size >= size or bool(followed.stopped))

        try:
            async with asyncio.timeout(seconds), self._grown:
                await self._grown.wait_for(ready)
        except TimeoutError:
            return False
        return True

    async def entries(self, session: str, first: int = 0, count: int | None = None) -> list[bytes]:
        """Bytes of the entries from ``first`` on."""
        wanted = self.followed(session).size - first if count is None else count
        return [held.data for held in await self._read(session, first, wanted)]

    async def blobs(self, session: str) -> dict[str, bytes]:
        """Every blob an entry of the session names, by hex SHA-256."""
        query = select(blob.c.sha256, blob.c.data).join(ledger_entry, ledger_entry.c.blob == blob.c.sha256)
        found = query.where(ledger_entry.c.session == session)
        rows = await self._database.read(lambda connection: connection.execute(found).all())
        return {row.sha256: row.data for row in rows}

    async def blob(self, name: str) -> bytes:
        """A blob by its hex SHA-256. Raises ``KeyError``."""
        query = select(blob.c.data).where(blob.c.sha256 == name)
        data = await self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())
        if data is None:
            raise KeyError(name)
        return bytes(data)

    async def envelope(self, session: str, digest: str) -> str:
        """The JWS of a logged envelope. Raises ``Refusal("unknown-envelope")``."""
        seq = self.followed(session).envelopes.get(digest)
        if seq is None:
            raise Refusal("unknown-envelope", envelope=digest)
        held = (await self._read(session, seq, 1))[0]
        jws = read_entry(held.data, held.fetch).jws
        assert jws is not None, "envelopes are statements"
        return jws

    async def final_note(self, session: str) -> bytes | None:
        """The final checkpoint with its quorum, once ``keep_note`` has it."""
        query = select(mirrored.c.note).where(mirrored.c.session == session)
        return await self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())

    async def keep_note(self, session: str, note: bytes) -> None:
        """Keep the final checkpoint; the caller has checked it."""
        change = update(mirrored).where(mirrored.c.session == session).values(note=note)
        await self._database.write(lambda connection: connection.execute(change).rowcount)

    async def _read(self, session: str, first: int, count: int) -> list[Held]:
        query = (
            select(ledger_entry.c.data, blob.c.data.label("blob"))
            .outerjoin(blob, ledger_entry.c.blob == blob.c.sha256)
            .where((ledger_entry.c.session == session) & (ledger_entry.c.seq >= first))
            .where(ledger_entry.c.seq < first + count)
            .order_by(ledger_entry.c.seq)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Held(data=row.data, blob=row.blob) for row in rows]


def _held(data: str, text: str) -> Held:
    return Held(data=data.encode(), blob=text.encode() if text else None)


def _sessions(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(select(mirrored.c.session, mirrored.c.stopped).order_by(mirrored.c.session))
    return [(row.session, row.stopped) for row in rows]


def _store(connection: Connection, session: str, first: int, held: Iterable[Held]) -> None:
    connection.execute(upsert(mirrored).values(session=session, stopped="").on_conflict_do_nothing())
    rows = [
        {"session": session, "seq": seq, "data": one.data, "blob": one.blob_name} for seq, one in enumerate(held, first)
    ]
    blobs = [{"sha256": one.blob_name, "data": one.blob} for one in held if one.blob is not None]
    if blobs:
        connection.execute(upsert(blob).on_conflict_do_nothing(), blobs)
    connection.execute(insert(ledger_entry), rows)


def _forget_from(connection: Connection, session: str, seq: int) -> None:
    """Entries that broke the rules are evidence now, not ledger."""
    connection.execute(delete(ledger_entry).where((ledger_entry.c.session == session) & (ledger_entry.c.seq >= seq)))
