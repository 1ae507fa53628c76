"""The hub's durable memory: entries, outcomes and notes, appended in group commits.

Interface
- ``append(write)`` returns at once; what is appended in one turn of the loop is handed to the writer together.
  ``committed(group)`` is called on the loop, in order, once a whole group of writes is on disk. One write is one
  transaction's worth: its entries, its outcome and its note are durable together or not.
- The primary key (session, seq) is the check of the expected head: a second writer cannot append at a taken place.
- ``failed(error)`` is called once if a commit fails; nothing is written after that and the hub must stop.
- ``close()`` commits what was appended before. What is appended afterwards is not taken: the loop that would hand it
  over is about to end, and a callback that is still under way may not fail because of that.
- Reads (``read``, ``entry``, ``outcome``, …) see committed writes only and block the caller shortly.

The append path is the raw DBAPI connection in one writer thread, below the ORM: while one group is being committed the
next collects. Everything else is SQLAlchemy Core. Never changes or deletes an entry or an outcome.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from evalhub.core.errors import Broken
from evalhub.hub import tables

PAGE_BYTES = 512 * 1024
PAGE_ROWS = 256
GROUP = 1024
MOVE_BYTES = 32 * 1024 * 1024
HEAD = "0001"  # the newest migration
MIGRATIONS = Path(__file__).parent / "migrations"

BULKS = (64, 16, 4, 1)  # rows of one statement: the driver gives the interpreter lock away once a statement, not a row

_ENTRY = ("INSERT INTO entry (session, seq, data, blob) VALUES ", "(?, ?, ?, ?)")
_OUTCOME = ("INSERT INTO outcome (party, n, frame) VALUES ", "(?, ?, ?)")
_NOTE = ("INSERT OR REPLACE INTO note (session, kind, size, note) VALUES ", "(?, ?, ?, ?)")

Row = tuple[str, int, bytes, bytes | None]  # session, seq, entry bytes, blob bytes


@dataclass(frozen=True, slots=True)
class Write:
    """What becomes durable together: entries, the outcome told to a party (party, n, frame), a note."""

    rows: tuple[Row, ...] = ()
    outcome: tuple[str, int, bytes] | None = None
    note: tuple[str, str, int, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One group commit: its writes in order, and how long it took."""

    writes: list[Write]
    seconds: float


class Store:
    """See the module. ``call`` runs a function on the loop (``loop.call_soon_threadsafe``)."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._queue: SimpleQueue[list[Write] | None] = SimpleQueue()
        self._turn: list[Write] = []  # appended in this turn of the loop; owned by the loop
        self._closed = False  # owned by the loop
        self._soon: Callable[[Callable[[], None]], object] = lambda hand_over: hand_over()
        self._thread: threading.Thread | None = None
        self._mover: threading.Thread | None = None
        self._unmoved = 0  # bytes since the write-ahead log was last moved; owned by the writer thread
        self._reader = self._opened()

    def _opened(self) -> Connection:
        """A checked and migrated database. Raises ``Broken`` if the file is damaged."""
        try:
            with self._engine.begin() as connection:
                found = connection.exec_driver_sql("PRAGMA quick_check").scalar()
                if found != "ok":
                    raise Broken(f"the database is damaged: {found}")
                _migrate(connection)
            return self._engine.connect()
        except DatabaseError as error:
            raise Broken(f"the database cannot be read: {error.orig}") from None

    # -- writing -------------------------------------------------------------------------------------------------------

    def start(
        self,
        call: Callable[..., object],
        committed: Callable[[Group], None],
        failed: Callable[[BaseException], None],
        soon: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        """Start the writer thread; see the interface above. ``call``: run on the loop, from the writer's thread;
        ``soon``: run on the loop at the end of this turn (by default at once: every write is handed over alone).
        """
        self._soon = soon or self._soon
        self._thread = threading.Thread(target=self._work, args=(call, committed, failed), name="store")
        self._thread.start()

    def append(self, write: Write) -> None:
        """Take one write; ``committed`` tells when it is durable."""
        if self._closed:
            return
        self._turn.append(write)
        if len(self._turn) == 1:
            self._soon(self._hand_over)

    def _hand_over(self) -> None:
        """Once a turn: waking the other thread for every write costs as much as a signature."""
        writes, self._turn = self._turn, []
        if writes:
            self._queue.put(writes)

    def close(self) -> None:
        """Commit what was appended, then end."""
        self._closed = True
        self._hand_over()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()
        if self._mover is not None:
            self._mover.join()
        self._reader.close()
        self._engine.dispose()

    def _work(
        self,
        call: Callable[..., object],
        committed: Callable[[Group], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        raw = self._engine.raw_connection()
        cursor = raw.cursor()
        try:
            while writes := self._collect():
                began = perf_counter()
                _write(cursor, writes)
                raw.commit()
                call(committed, Group(writes, perf_counter() - began))
                self._moved(writes)
        except Exception as error:  # whatever it was, nothing may be told any more
            call(failed, error)
        finally:
            raw.close()

    def _moved(self, writes: list[Write]) -> None:
        """Have the write-ahead log moved into the database once it has grown, by another thread and connection."""
        for write in writes:
            self._unmoved += sum(len(data) + len(blob or b"") for _, _, data, blob in write.rows)
        if self._unmoved > MOVE_BYTES and (self._mover is None or not self._mover.is_alive()):
            self._unmoved = 0
            self._mover = threading.Thread(target=self._move, name="store-move")
            self._mover.start()

    def _move(self) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def _collect(self) -> list[Write]:
        """All writes that wait (at least one, and no more turns than fill ``GROUP``); empty at the end."""
        found: list[Write] = []
        writes = self._queue.get()
        while writes is not None:
            found += writes
            if len(found) >= GROUP or self._queue.empty():
                return found
            writes = self._queue.get()
        if found:
            self._queue.put(None)  # the end is for the next call
        return found

    # -- reading -------------------------------------------------------------------------------------------------------

    def sessions(self) -> list[str]:
        """Every session that has an entry, the hub log included, in the order of their first entries."""
        return self._scalars(select(tables.entry.c.session).where(tables.entry.c.seq == 0).order_by(text("rowid")))

    def size(self, session: str) -> int:
        """Highest index + 1; a gap would show when the entries are read."""
        found = self._scalars(select(func.max(tables.entry.c.seq)).where(tables.entry.c.session == session))
        return 0 if found[0] is None else int(found[0]) + 1

    def read(self, session: str, first: int) -> list[Row]:
        """Some consecutive entries from ``first``: as many as fit a frame, at least one if there is one."""
        kind = tables.entry.c
        query = select(kind.session, kind.seq, kind.data, kind.blob).where(kind.session == session, kind.seq >= first)
        rows: list[Row] = []
        room = PAGE_BYTES
        for row in self._reader.execute(query.order_by(kind.seq).limit(PAGE_ROWS)):
            if not isinstance(row.data, bytes) or not isinstance(row.blob, bytes | None):
                raise Broken("is not stored as bytes", row.seq)
            room -= len(row.data) + len(row.blob or b"")
            if rows and room < 0:
                break
            rows.append((row.session, row.seq, row.data, row.blob))
        self._reader.rollback()
        return rows

    def walk(self, session: str) -> Iterator[Row]:
        """All entries of a session in order."""
        first = 0
        while rows := self.read(session, first):
            yield from rows
            first = rows[-1][1] + 1

    def outcome(self, party: str, n: int) -> bytes | None:
        """The frame told about submission ``n``."""
        kind = tables.outcome.c
        found = self._scalars(select(kind.frame).where(kind.party == party, kind.n == n))
        return found[0] if found else None

    def last(self, party: str) -> int:
        """The highest submission number taken from ``party``; 0 before the first."""
        found = self._scalars(select(func.max(tables.outcome.c.n)).where(tables.outcome.c.party == party))
        return int(found[0] or 0)

    def note(self, session: str, kind: str) -> bytes | None:
        """The last checkpoint the hub ``signed``, or the ``final`` one with every countersignature."""
        where = (tables.note.c.session == session, tables.note.c.kind == kind)
        found = self._scalars(select(tables.note.c.note).where(*where))
        return found[0] if found else None

    def _scalars(self, query: Any) -> list[Any]:
        found = list(self._reader.execute(query).scalars())
        self._reader.rollback()  # ends the read, so that the next one sees newer commits
        return found


def _write(cursor: Any, writes: list[Write]) -> None:
    """One transaction; the driver begins it with the first statement."""
    rows = [row for write in writes for row in write.rows]
    outcomes = [write.outcome for write in writes if write.outcome]
    notes = [write.note for write in writes if write.note]
    for insert, values in ((_ENTRY, rows), (_OUTCOME, outcomes), (_NOTE, notes)):
        _insert(cursor, insert, values)


def _insert(cursor: Any, insert: tuple[str, str], rows: Sequence[Sequence[object]]) -> None:
    """The rows in order, in statements of a few fixed lengths, which the driver keeps prepared."""
    head, row = insert
    at = 0
    for bulk in BULKS:
        while len(rows) - at >= bulk:
            values = [value for one in rows[at : at + bulk] for value in one]
            cursor.execute(head + ", ".join([row] * bulk), values)
            at += bulk


def _engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "cache_size=-65536",
            "wal_autocheckpoint=0",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


def _migrate(connection: Connection) -> None:
    """Bring the tables up to ``HEAD``. Alembic is loaded only if they are not: a restart is to be short."""
    if _version(connection) == HEAD:
        return
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)
