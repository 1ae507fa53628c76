"""What the hub opens: the complete set once enough pieces are out, with a fault where there is no sheet; escrows."""

import msgspec
import pytest
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules.duties import DutyKind, duties
from evalhub.core.rules.events import HUB
from evalhub.core.rules.state import Phase, Stage
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.envelope import SEAL_TYP, read_envelope
from evalhub.core.sealing.jws import sign
from evalhub.hub import openings


def _released(bend):
    """A world whose first round is closed and whose first two trustees have released. ``bend``: (world, seat) → JWS."""
    world = World().until(Phase.SEALING, Stage.CHAIR)
    first, *others = world.state.seats
    world.relay(bend(world, first))
    for seat in others:
        world.seal(seat)
    world.pass_gate()
    for party in ("wuhan", "wedz"):
        assert openings.due(world.state, world.envelopes.__getitem__) is None
        world.say(party, world.pieces(party))
    return world, first


def _garbled(world, seat):
    """An envelope with another ciphertext: everything the hub can see is right."""
    _, envelope, _ = read_envelope(world.envelope(seat, world.sheet(seat)))
    other = msgspec.structs.replace(envelope, ct=b64u(bytes(len(unb64u(envelope.ct)))))
    return sign(world.booths[seat].key, SEAL_TYP, canonical(other))


@pytest.mark.parametrize(
    ("bend", "fault"),
    [
        (lambda world, seat: world.envelope(seat, world.sheet(seat)), ""),
        (_garbled, openings.SHUT),
        (lambda world, seat: world.envelope(seat, b"no sheet"), openings.NO_SHEET),
        (lambda world, seat: world.envelope(seat, b"\xff\xfe"), openings.NO_SHEET),
        (lambda world, seat: world.envelope(seat, b'{"choice":"member-99","kind":"ballot"}'), openings.NO_SHEET),
    ],
)
def test_the_complete_set_is_opened_and_a_fault_has_a_name(bend, fault):
    world, first = _released(bend)
    owed = openings.due(world.state, world.envelopes.__getitem__)
    assert isinstance(owed, c.RecordOpening)
    assert [sheet.seat for sheet in owed.sheets] == sorted(world.state.seats)
    assert {sheet.seat: sheet.fault for sheet in owed.sheets if sheet.fault} == ({first: fault} if fault else {})
    world.accept(owed, HUB, None)  # the rules agree
    assert openings.due(world.state, world.envelopes.__getitem__) is None


def test_nothing_is_opened_while_the_session_is_paused():
    world, _ = _released(lambda world, seat: world.envelope(seat, world.sheet(seat)))
    world.say("oversight", c.PauseSession(reason="理由"))
    assert openings.due(world.state, world.envelopes.__getitem__) is None


def test_a_called_escrow_is_opened_with_the_pieces_of_enough_trustees():
    world = World().pair()
    for centre in world.split:
        world.say(centre, world.freeze(centre))
    while "escrow:1" not in world.state.gates:
        if world.state.gate is not None:
            world.pass_gate()
            continue
        owed = ((name, duty) for name in world.parties for duty in duties(world.state, name))
        world.perform(*next((name, duty) for name, duty in owed if duty.kind is not DutyKind.REVEAL))
    world.say("oversight", c.CallEscrow(draw=1, missing="wedz", reason="理由"))
    for party in ("wuhan", "oversight"):
        assert openings.due(world.state, world.envelopes.__getitem__) is None
        world.say(party, world.escrow_pieces(party, "wedz"))
    owed = openings.due(world.state, world.envelopes.__getitem__)
    assert owed == c.RecordRecovery(draw=1, missing="wedz", r=b64u(world.contribution("wedz", 1)))
    world.accept(owed, HUB, None)
    assert world.state.draw().reveals["wedz"] == owed.r
