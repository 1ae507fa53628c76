"""Positions of lines: each entry once and in order, whatever comes while a line catches up."""

import asyncio
from queue import SimpleQueue

import pytest

from evalhub.core.wire import frames
from evalhub.hub.fanout import Fanout, Line, entries_frames, framed
from evalhub.hub.store import Store, Write


class Wire(asyncio.Transport):
    """The edge: a transport that keeps what was written, and says that some of it waits."""

    def __init__(self):
        super().__init__()
        self.written, self.waiting = bytearray(), 0

    def write(self, data):
        self.written += data

    def is_closing(self):
        return False

    def get_write_buffer_size(self):
        return self.waiting

    def entries(self):
        """(first, number) of every frame of entries so far."""
        found, at = [], 0
        while at < len(self.written):
            size, start = self.written[at + 1], at + 2
            if size >= 126:
                start += 2 if size == 126 else 8
                size = int.from_bytes(self.written[at + 2 : start], "big")
            frame = frames.read(frames.FromHub, bytes(self.written[start : start + size]))
            found.append((frame.first, len(frame.entries)))
            at = start + size
        return found


@pytest.fixture
def table(tmp_path):
    """A store with 600 entries of one session, its fan-out, and a way to make a line."""
    store, done = Store(f"sqlite:///{tmp_path / 'hub.sqlite'}"), SimpleQueue()
    store.start(lambda call, *args: call(*args), done.put, lambda error: None)
    store.append(Write(rows=_rows(0, 600)))
    done.get(timeout=5)
    fanout = Fanout(store)
    fanout.members["S"] = ("p",)
    dropped = []

    def line(position):
        wire = Wire()
        made = Line("p", wire, 1 << 20, lambda code, reason: dropped.append(code))
        made.positions["S"] = position
        fanout.add(made)
        return made, wire

    def append(first, stop):
        store.append(Write(rows=_rows(first, stop)))
        done.get(timeout=5)
        fanout.publish("S", _rows(first, stop))

    yield fanout, line, append, dropped
    store.close()


def _rows(first, stop):
    return tuple(("S", seq, b'{"seq":%d}' % seq, None) for seq in range(first, stop))


async def test_what_comes_while_a_line_catches_up_comes_once_and_after(table):
    fanout, line, append, _ = table
    behind, wire = line(10)
    append(600, 602)
    assert wire.entries() == []
    await fanout.catch_up(behind, "S")
    append(602, 605)
    ranges = wire.entries()
    assert [first for first, _ in ranges] == [10, 266, 522, 602]
    assert ranges[-1] == (602, 3)


async def test_what_was_read_from_the_store_already_is_not_told_again(table):
    fanout, line, append, _ = table
    current, wire = line(600)
    await fanout.catch_up(current, "S")
    current.positions["S"] = 602  # as if the store's read had been ahead of the news
    append(600, 603)
    append(603, 604)
    assert wire.entries() == [(602, 1), (603, 1)]


async def test_a_line_of_another_party_hears_nothing_and_a_new_session_is_heard_from_its_start(table):
    fanout, line, append, _ = table
    fanout.members["S"] = ("other",)
    current, wire = line(600)
    await fanout.catch_up(current, "S")
    append(600, 601)
    assert wire.entries() == []
    fanout.opened("T", ("p",))
    fanout.publish("T", [("T", 0, b"{}", None)])
    assert wire.entries() == [(0, 1)]


async def test_too_much_waiting_drops_the_line_and_catching_up_waits_instead(table):
    fanout, line, append, dropped = table
    slow, wire = line(0)
    wire.waiting = 2 << 20
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(fanout.catch_up(slow, "S"), 0.05)
    assert dropped == []
    slow.live.add("S")
    slow.positions["S"] = 600
    append(600, 601)
    assert dropped == ["too-slow"]
    assert wire.entries() == []


def test_large_entries_are_spread_over_frames():
    rows = [("S", seq, b"x" * 200_000, b"y" * 100_000) for seq in range(5)]
    found = [frames.read(frames.FromHub, frame) for frame in entries_frames("S", rows)]
    assert [(frame.first, len(frame.entries)) for frame in found] == [(0, 1), (1, 1), (2, 1), (3, 1), (4, 1)]
    assert found[0].entries[0].blob == "y" * 100_000


@pytest.mark.parametrize(
    ("length", "expected"),
    [(0, "8100"), (125, "817d"), (126, "817e007e"), (65535, "817effff"), (65536, "817f0000000000010000")],
)
def test_the_head_of_a_frame_is_that_of_the_standard(length, expected):
    message = b"x" * length
    assert framed(message) == bytes.fromhex(expected) + message
