"""P9: one event through decide, append, commit and fold in a ledger of many entries against one of 1,000.

The long ledger's older entries are filler in tree and store: their content does not matter to what is timed.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import msgspec
import uvloop

from benchmarks.pairing import Row, row
from benchmarks.sessions import BenchWorld, PartySim, stated_script
from evalhub.core.ledger.tree import MemoryTree
from evalhub.core.rules import statements
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire import frames
from evalhub.hub.desk import Desk, Room
from evalhub.hub.logs import logger
from evalhub.hub.store import Group, Store, Write

FILL, FILLER = 20_000, 200


class LongLedger:
    """A session whose ledger is ``size`` entries long, at a desk of its own with a store of its own."""

    def __init__(self, folder: Path, size: int) -> None:
        self.world = BenchWorld(1, NoteKey.generate(), PartySim("oversight", "oversight"))
        self.world.until(Phase.CHECKIN).check_in()
        self.size = size
        self.store = Store(f"sqlite:///{folder / f'{size}.sqlite'}")
        self.filled, self.durable = threading.Event(), asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.store.start(self._call, self._committed, lambda error: os._exit(1))
        self.tree = MemoryTree(hashlib.sha256(b"%d" % seq).digest() for seq in range(size))
        self._fill()

    def _fill(self) -> None:
        """Filler rows behind the real state, which is told that so many entries came before."""
        for start in range(0, self.size, FILL):
            stop = min(self.size, start + FILL)
            rows = tuple((self.world.session, seq, b"x" * FILLER, None) for seq in range(start, stop))
            self.filled.clear()
            self.store.append(Write(rows=rows))
            self.filled.wait()

    def _call(self, told: Callable[[Group], None], group: Group) -> None:
        if self.loop is None:
            self.filled.set()
        else:
            self.loop.call_soon_threadsafe(told, group)

    def _committed(self, group: Group) -> None:
        rows = group.writes[-1].rows
        if rows:
            self.desk.committed(rows[-1][1] + 1)
            self.durable.set()

    def open(self) -> None:
        """A desk on top of the filler."""
        self.loop = asyncio.get_running_loop()
        room = Room(
            key=self.world.log, store=self.store, clock=lambda: time.time_ns() // 1_000_000,
            ask=lambda session, party, request: False, sealed=lambda *said: ("hub", 0, b"", None),
            passed=lambda: None, log=logger("error"),
        )  # fmt: skip
        self.desk = Desk(self.world.session, room)
        self.desk.state = self.world.state.with_(size=self.size)
        self.desk.tree = self.tree
        self.desk.durable = self.size

    async def window(self, texts: list[str]) -> float:
        """Mean seconds of one statement: read, decided, appended, durable, and a checkpoint over all at the end."""
        began = time.perf_counter()
        for text in texts:
            self.durable.clear()
            command, by = statements.read(self.desk.state, text)
            self.store.append(Write(rows=self.desk.accept(command, by, text)))
            await self.durable.wait()
        self.desk.tick()
        return (time.perf_counter() - began) / len(texts)

    def texts(self, count: int) -> list[str]:
        """Statements prepared ahead."""
        script = stated_script(self.world, self.world.host, count)
        return [msgspec.json.decode(submit, type=frames.Submit).jws for submit in script.submits]


async def _compare(long: LongLedger, short: LongLedger, pairs: int, events: int) -> list[tuple[float, float]]:
    for ledger in (long, short):
        ledger.open()
    texts = {ledger: ledger.texts(events * (pairs + 1)) for ledger in (long, short)}
    found = []
    try:
        for at in range(pairs + 1):
            took = [await ledger.window(texts[ledger][at * events : (at + 1) * events]) for ledger in (long, short)]
            found.append((took[0], took[1]))
    finally:
        for ledger in (long, short):
            ledger.store.close()  # before the loop ends that its writer tells
    return found[1:]


def run(quick: bool) -> list[Row]:
    """The row. Older entries of the long ledger are filler of 200 bytes; state, keys and new events are real."""
    size, pairs, events = (20_000, 3, 20) if quick else (1_000_000, 9, 150)
    folder = Path(tempfile.mkdtemp(prefix="bench-long-"))
    ledgers = [LongLedger(folder, size), LongLedger(folder, 1_000)]
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(_compare(ledgers[0], ledgers[1], pairs, events))
    finally:
        shutil.rmtree(folder)
    note = f"{size} entries against 1,000; {1e3 * median(long for long, _ in found):.2f} ms an event"
    what = "one event when the ledger is long"
    return [row("P9", what, found, floor=1.5, target=1.2, higher_is_better=False, note=note)]
