"""The members' signatures in the report's PDF, in memory. Where no PDF matters, any bytes stand for it: the core knows
only its digest, and that each signature is by the booth's key.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning
from evalhub.core.rules.events import Event
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.signers import certify, make_signer_authority
from evalhub.report import signing

if TYPE_CHECKING:
    from support.world import World

SOME_PDF = b"%PDF of a world that prints nothing"


def layout(world: World, centre: str, pdf: bytes = SOME_PDF) -> c.LayOutReport:
    """What a centre states of its PDF, with certificates by its identity key."""
    key, state = world.parties[centre].identity, world.state
    at = state.report_issued_at
    authority = make_signer_authority(key, organisation=centre, common_name=centre, at=at)
    made = []
    for seat in countersigning.signers(state):
        if seat.startswith(f"{centre}/"):
            name = f"{state.aliases[seat]} {seat}"
            der = certify(key, authority, world.booths[seat].key.public, organisation=centre, common_name=name, at=at)
            made.append(c.SignerCertificate(seat=seat, certificate=b64u(der)))
    digest = hashlib.sha256(pdf).hexdigest()
    return c.LayOutReport(pdf=digest, length=len(pdf), authority=b64u(authority), certificates=tuple(made))


def lay_out(world: World, pdf: bytes = SOME_PDF) -> World:
    """Every centre has the same PDF."""
    for centre in world.split:
        world.say(centre, layout(world, centre, pdf))
    return world


def signature(world: World, seat: str, pdf: bytes | None = None) -> c.CountersignReport:
    """What the booth at ``seat`` says; ``pdf``: a real one with all signatures so far."""
    agreed = countersigning.agreed(world.state)
    digest = agreed.pdf if agreed else "0" * 64
    data = signing.next_to_sign(world.state, pdf) if pdf else bytes([0x31, 3]) + b"any"
    return c.CountersignReport(pdf=digest, attributes=b64u(data), signature=b64u(world.booths[seat].key.sign(data)))


def countersign(world: World, *, real: bool = False) -> tuple[Event, ...]:
    """All members sign in turn, a real PDF or one that nobody prints; the events of the last step."""
    pdf = signing.lay_out(world.state) if real else SOME_PDF
    events: tuple[Event, ...] = ()
    lay_out(world, pdf)
    while seat := countersigning.turn(world.state):
        now = signing.sign_all(world.state, pdf) if real else None
        events = world.booth_say(seat, signature(world, seat, now))
    return events
