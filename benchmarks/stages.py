"""``python -m benchmarks.stages``: processor time of each stage of one sealed sheet, one statement and one checkpoint.

Microseconds, the best of many short slices: what a stage costs when nothing disturbs it, also on a machine at work. A
whole costs more than their sum, since its data are in no cache. This explains the rows of ``bench_relay`` and
``bench_verify`` and is no row itself.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from timeit import repeat

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from support.world import World  # noqa: E402

from benchmarks.sessions import DOMAIN  # noqa: E402
from evalhub.core.ledger.entry import read_entry  # noqa: E402
from evalhub.core.ledger.note import Note as SignedNote  # noqa: E402
from evalhub.core.ledger.note import Verifier, cosign, sign_note, verify_note  # noqa: E402
from evalhub.core.ledger.receipt import Receipt, make_receipt  # noqa: E402
from evalhub.core.rules import commands as c  # noqa: E402
from evalhub.core.rules import journal, statements  # noqa: E402
from evalhub.core.rules.session import steps  # noqa: E402
from evalhub.core.rules.state import Phase  # noqa: E402
from evalhub.core.sealing import jws  # noqa: E402
from evalhub.core.sealing.envelope import envelope_digest, envelope_of  # noqa: E402
from evalhub.core.sealing.keys import PublicJwk, verify_digest  # noqa: E402
from evalhub.core.wire import frames  # noqa: E402
from evalhub.hub.fanout import told  # noqa: E402

SLICES, CALLS = 150, 40


def best(run: Callable[[], object]) -> float:
    """Microseconds of one call, at best."""
    return min(repeat(run, number=CALLS, repeat=SLICES, timer=time.process_time)) / CALLS * 1e6


def show(title: str, stages: dict[str, Callable[[], object]]) -> None:
    """One block of lines."""
    print(title)
    for name, run in stages.items():
        print(f"  {name:<58}{best(run):8.1f}")


def message(title: str, world: World, text: str, key: PublicJwk) -> None:
    """Everything that is done with one signed message, in the hub and in the verifier."""
    hashed = jws.hashes(text.encode())
    parsed = jws.read(text, hashed.signed)
    command, by = statements.read(world.state, text)
    event = steps(world.state, command, by, world.state.now)[0].event
    data, blobs = journal.write(world.session, len(world.entries), event, text)
    frame = frames.write(frames.Submit(n=1, session=world.session, jws=text)).encode()
    row = (world.session, len(world.entries), data, next(iter(blobs.values()), None))
    stages: dict[str, Callable[[], object]] = {
        "hub: frame read": lambda: frames.read(frames.FromParty, frame),
        "both: hashed for signature and name": lambda: jws.hashes(text.encode()),
        "both: P-256 over the digest": lambda: verify_digest(key, parsed.signature, parsed.digest),
        "both: statement read, signature included": lambda: statements.read(world.state, text, digest=hashed.signed),
        "both: decided and folded": lambda: steps(world.state, command, by, world.state.now),
        "hub: entry written": lambda: journal.write(world.session, 1, event, text, hashed.name),
        "hub: frame for those who follow": lambda: told(world.session, [row]),
        "verifier: entry read, blob hashed": lambda: read_entry(data, blobs.__getitem__),
    }
    if isinstance(command, c.SealSheet):
        stages["  of which envelope and context"] = lambda: envelope_of(parsed)
        stages["  of which digest of the envelope"] = lambda: envelope_digest(parsed.payload)
        receipt = Receipt(world.state.origin, world.session, parsed.header.kid, hashed.name)
        stages["hub: receipt"] = lambda: make_receipt(receipt, world.log)
    show(f"{title}, {len(text)} bytes", stages)


def checkpoint(world: World) -> None:
    """A note of three lines, signed by the log and cosigned by a witness."""
    text, party = f"{world.state.origin}\n12\n{'A' * 43}=\n", world.parties["oversight"]
    name = f"{DOMAIN}/oversight"
    signed = SignedNote(text, (cosign(text, name, party.witness, 1),))
    witness = Verifier.parse(world.state.parties["oversight"].witness)
    show(
        "checkpoint",
        {
            "hub: signed": lambda: sign_note(text, world.state.origin, world.log),
            "hub: one cosignature verified": lambda: verify_note(signed, [witness]),
        },
    )


def main() -> None:
    """Print all blocks."""
    world = World().until(Phase.SEALING)
    seat = list(world.state.seats)[1]
    text, key = world.envelope(seat, world.sheet(seat)), world.booths[seat].key
    message("sealed sheet", world, text, key.public)
    checkpoint(world)
    world = World().until(Phase.CHECKIN)
    world.check_in()
    seat = next(iter(world.booths))
    key = world.booths[seat].key
    said = c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True, detail="x" * 330),))
    text = statements.say(key, world.session, world.state.counters[key.kid] + 1, said)
    message("statement at check-in", world, text, key.public)


if __name__ == "__main__":
    main()
