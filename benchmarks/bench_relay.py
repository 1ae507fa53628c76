"""P1: sealed frames and signed statements through the real hub, against a skeleton that does only the necessary.

500 centres' lines, each with one frame in flight, over plain websockets on this machine. A frame is through when it
was verified, appended durably, shown to oversight and acknowledged. Hub and skeleton share one core in turn; the load
generator has the other. The skeleton is in ``skeleton.py``, the lines in ``load.py``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import uvloop

from benchmarks.load import Shape, load
from benchmarks.pairing import Row, row
from benchmarks.sessions import ROOT, BenchWorld, Script, make_worlds, sealed_script, stated_script, write_hub
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.notekeys import NoteKey

HUB_CORE, LOAD_CORE = 0, 1
CENTRES = 2


@contextmanager
def process(arguments: list[str], core: int) -> Iterator[int]:
    """A child on one core; its port."""
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, cwd=ROOT)
    os.sched_setaffinity(child.pid, {core})
    try:
        assert child.stdout is not None
        yield json.loads(child.stdout.readline())["port"]
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


def relay(what: str, phase: Phase, script: Callable[[BenchWorld, str, int], Script], shape: Shape) -> Row:
    """One row of P1."""
    log = NoteKey.generate()
    worlds = make_worlds(shape.lines // CENTRES, phase, log)
    count = int(shape.rate * shape.seconds * (shape.pairs + 1) / shape.lines) + 4
    scripts = [script(world, centre, count) for world in worlds for centre in world.split]
    size = len(scripts[0].submits[-1])
    folder = Path(tempfile.mkdtemp(prefix="bench-relay-"))
    config = write_hub(folder, worlds, log)
    try:
        with (
            process(["-m", "evalhub.hub", "--config", str(config)], HUB_CORE) as hub,
            process(["-m", "benchmarks.skeleton", str(folder)], HUB_CORE) as bare,
        ):
            os.sched_setaffinity(0, {LOAD_CORE})
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                found = runner.run(load(shape, (hub, bare), worlds, scripts))
    finally:
        os.sched_setaffinity(0, {HUB_CORE, LOAD_CORE})
        shutil.rmtree(folder)
    ours, theirs = median(pair[0] for pair in found), median(pair[1] for pair in found)
    note = f"{shape.lines} lines, frames of {size} bytes, {ours:.0f}/s against {theirs:.0f}/s"
    return row("P1", what, found, floor=0.5, target=0.75, note=note)


def sealed(quick: bool) -> Row:
    """P1 with sealed sheets."""
    return relay("sealed sheets through the hub", Phase.SEALING, sealed_script, Shape.of(quick, rate=5000))


def stated(quick: bool) -> Row:
    """P1 with signed statements of about 1 KiB."""
    return relay("signed statements through the hub", Phase.CHECKIN, stated_script, Shape.of(quick, rate=9000))


PARTS: dict[str, Callable[[bool], Row]] = {"sealed": sealed, "stated": stated}


def run(quick: bool) -> list[Row]:
    """The rows of this file, for ``make bench``."""
    return [part(quick) for part in PARTS.values()]


def main() -> None:
    """``python -m benchmarks.bench_relay [--quick] [--only PART]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", choices=["", *PARTS])
    given = parser.parse_args()
    for name in [given.only] if given.only else PARTS:
        found = PARTS[name](given.quick)
        interval = f"[{found.low:.2f}, {found.high:.2f}]"
        print(f"{found.id} {found.ratio:.2f} {interval} {found.what}: {found.note}", flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
