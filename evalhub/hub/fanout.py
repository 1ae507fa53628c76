"""Who is told what: one way out for each connection, subscribers keyed by connection and never by party.

Rules
- Everything a party hears on a line, answers included, is written to that line's transport whole and in order; the
  transport's buffer is the line's queue. A frame for many lines is made once.
- A line has a position in each of its sessions; live entries are told only at that position, older ones are read from
  the store until the line has caught up.
- At most about ``limit`` bytes wait for a line. A slower reader is dropped; it comes back and says what it holds.
- Entries go to the parties of their session and to nobody else. Never reads a statement.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence

import msgspec

from evalhub.core.wire import frames
from evalhub.hub.store import PAGE_BYTES, Row, Store

LOW_SECONDS = 0.005

_encoder = msgspec.json.Encoder(order="sorted")


class Line:
    """One connection of one party: its transport and its positions. Owned by the loop."""

    def __init__(
        self, party: str, transport: asyncio.WriteTransport, limit: int, close: Callable[[str, str], None]
    ) -> None:
        self.party = party
        self._transport = transport
        self.open = True
        self.in_flight = 0
        self.positions: dict[str, int] = {}
        self.live: set[str] = set()
        self._limit = limit
        self._close = close
        self.room = asyncio.Event()  # fewer submissions in flight than allowed
        self.room.set()

    def send(self, frame: bytes) -> None:
        """Write one ``framed`` message; a line for which too much waits is dropped instead."""
        if self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > self._limit:
            self._close("too-slow", f"more than {self._limit} bytes wait")
            return
        self._transport.write(frame)

    async def low(self) -> None:
        """Return when little is waiting: catching up never drops a line."""
        while self._transport.get_write_buffer_size() > self._limit // 4:  # noqa: ASYNC110 (transports have no event)
            await asyncio.sleep(LOW_SECONDS)


def framed(message: bytes) -> bytes:
    """The message as one unmasked text frame (RFC 6455 §5.2). Made here, once for all who are told the same: aiohttp's
    own writer costs a task switch for each frame of each line.
    """
    length = len(message)
    if length < 126:
        return bytes((0x81, length)) + message
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + message
    return b"\x81\x7f" + length.to_bytes(8, "big") + message


class Fanout:
    """All open lines. ``members``: parties of each session; grows only."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lines: dict[str, list[Line]] = defaultdict(list)
        self.members: dict[str, tuple[str, ...]] = {}

    def add(self, line: Line) -> None:
        """A party has said hello."""
        self._lines[line.party].append(line)

    def remove(self, line: Line) -> None:
        """The connection is gone."""
        if line in self._lines[line.party]:
            self._lines[line.party].remove(line)

    def lines(self) -> list[Line]:
        """Every open line."""
        return [line for lines in self._lines.values() for line in lines]

    def line_of(self, party: str, session: str) -> Line | None:
        """The party's newest line that has caught up with this session."""
        return next((line for line in reversed(self._lines[party]) if session in line.live), None)

    def sessions_of(self, party: str) -> list[str]:
        """Sessions the party belongs to."""
        return [session for session, parties in self.members.items() if party in parties]

    def opened(self, session: str, parties: tuple[str, ...]) -> None:
        """A new session: its parties' lines follow it from its first entry."""
        self.members[session] = parties
        for party in parties:
            for line in self._lines[party]:
                line.positions.setdefault(session, 0)
                line.live.add(session)

    def publish(self, session: str, rows: Sequence[Row]) -> None:
        """Tell durable consecutive entries to every live line of the session's parties."""
        first = rows[0][1]
        shared: list[bytes] | None = None
        for party in self.members.get(session, ()):
            for line in self._lines[party]:
                position = line.positions.get(session, 0)
                if session not in line.live or position >= first + len(rows):
                    continue
                if position == first:
                    shared = shared or told(session, rows)
                    _tell(line, shared)
                else:
                    _tell(line, told(session, rows[position - first :]))
                line.positions[session] = first + len(rows)

    async def catch_up(self, line: Line, session: str) -> None:
        """Send what the line lacks from the store, then let it live. The last read and going live are one step."""
        while True:
            await line.low()
            rows = self._store.read(session, line.positions[session])
            if not rows:
                line.live.add(session)
                return
            _tell(line, told(session, rows))
            line.positions[session] += len(rows)


def told(session: str, rows: Sequence[Row]) -> list[bytes]:
    """The rows as they are written to lines."""
    return [framed(message) for message in entries_frames(session, rows)]


def entries_frames(session: str, rows: Sequence[Row]) -> list[bytes]:
    """The rows as frames, none much above ``PAGE_BYTES`` unless a single entry is."""
    found, start, size = [], 0, 0
    for at, (_, _, data, blob) in enumerate(rows):
        length = len(data) + len(blob or b"")
        if at > start and size + length > PAGE_BYTES:
            found.append(_frame(session, rows[start:at]))
            start, size = at, 0
        size += length
    return [*found, _frame(session, rows[start:])]


def _frame(session: str, rows: Sequence[Row]) -> bytes:
    entries = [frames.WireEntry(data=data.decode(), blob=blob.decode() if blob else "") for _, _, data, blob in rows]
    return encoded(frames.Entries(session=session, first=rows[0][1], entries=tuple(entries)))


def encoded(frame: frames.FromHub) -> bytes:
    """A frame of the hub's own making. Its fields are text, indexes and small numbers, so the profile need not be
    looked for in it again (``frames.write`` does, at a third of the cost of a whole submission)."""
    return _encoder.encode(frame)


def _tell(line: Line, texts: list[bytes]) -> None:
    for text in texts:
        line.send(text)
