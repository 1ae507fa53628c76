"""P5: entries that ``evalhub verify`` verifies a second, against the machine's own rate of P-256 verifications.

Both use every core. The ledger is one session in which members seal their ballot again and again: nearly every entry
is a signed envelope, the dearest kind to read. The baseline verifies signatures of that very ledger, prepared
beforehand, in processes that are already running; our side starts its own processes each time, as the command does.
The baseline's processes are started without threads, or ours could not be forks as they are in the command.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.bundle import bundle_of
from support.world import World

from benchmarks.pairing import Row, row
from evalhub.core.codec import Record
from evalhub.core.rules import journal, statements
from evalhub.core.rules import session as rules
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.jws import read
from evalhub.core.sealing.keys import PublicJwk, verify_signature
from evalhub.replay import ahead
from evalhub.replay.verify import verify

PAIRS = 9
CORES = os.cpu_count() or 1


class Signed(Record):
    """One signature of the ledger, ready to be verified."""

    key: PublicJwk
    signature: bytes
    data: bytes


def run(quick: bool) -> list[Row]:
    """One row. ``quick``: a quarter of the entries and a third of the pairs."""
    world = _ledger(ahead.WORTHWHILE if quick else 4 * ahead.WORTHWHILE)
    files, signed = bundle_of(world), _signatures(world)
    pairs = []
    with _verifiers(signed) as lines:
        _signature_rate(lines, len(signed))  # once for nothing: every key is loaded
        for _ in range(3 if quick else PAIRS):
            pairs.append((_entry_rate(files, len(world.entries)), _signature_rate(lines, len(signed))))
    what = f"verify {len(world.entries):,} entries ÷ P-256 verifications, {CORES} cores (rate)"
    note = f"{pairs[-1][0]:,.0f} entries/s, {pairs[-1][1]:,.0f} signatures/s"
    return [row("P5", what, pairs, floor=0.5, target=0.8, note=note)]


def _ledger(size: int) -> World:
    """A session that is sealing, with at least ``size`` entries."""
    world = World().until(Phase.SEALING)
    for seat in islice(cycle(list(world.state.seats)[1:]), size - len(world.entries)):  # one seat never seals
        jws = world.envelope(seat, world.sheet(seat))
        command, by = statements.read(world.state, jws)
        for event in rules.decide(world.state, command, by, world.now()):
            data, blobs = journal.write(world.session, len(world.entries), event, jws)
            world.entries.append(data)
            world.blobs.update(blobs)
            world.state = rules.evolve(world.state, event)
    return world


def _signatures(world: World) -> list[Signed]:
    """Every envelope's signature."""
    keys = {booth.key.kid: booth.key.public for booth in world.booths.values()}
    found = []
    for blob in world.blobs.values():
        jws = read(blob.decode())
        if jws.header.kid in keys:
            signed = blob.rpartition(b".")[0]
            found.append(Signed(key=keys[jws.header.kid], signature=jws.signature, data=signed))
    return found


def _entry_rate(files: dict[str, bytes], entries: int) -> float:
    start = time.perf_counter()
    found = verify(files, processes=CORES)
    seconds = time.perf_counter() - start
    assert found.interrupted
    assert found.broken is None
    return entries / seconds


def _signature_rate(lines: list[Connection], count: int) -> float:
    start = time.perf_counter()
    for line in lines:
        line.send(True)
    assert all([line.recv() for line in lines])
    return count / (time.perf_counter() - start)


@contextmanager
def _verifiers(signed: list[Signed]) -> Iterator[list[Connection]]:
    """One waiting process for each core, which verifies its share of the signatures whenever it is told to."""
    context, lines, processes = get_context("fork"), [], []
    for number in range(CORES):
        near, far = context.Pipe()
        processes.append(context.Process(target=_verify_share, args=(far, signed[number::CORES]), daemon=True))
        processes[-1].start()
        lines.append(near)
    try:
        yield lines
    finally:
        for line, process in zip(lines, processes, strict=True):
            line.send(False)
            process.join()


def _verify_share(line: Connection, share: list[Signed]) -> None:
    while line.recv():
        line.send(all(verify_signature(one.key, one.signature, one.data) for one in share))
