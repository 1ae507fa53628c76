"""Duties: derived from the state, done once, never at a gate or in a pause."""

from __future__ import annotations

import pytest
from support.roads import NAMES, owed, road

from evalhub.core.rules import commands as c
from evalhub.core.rules.duties import Duty, DutyKind, duties
from evalhub.core.rules.events import HUB
from evalhub.core.rules.state import Phase

K = DutyKind


def kinds(name: str, party: str) -> list[DutyKind]:
    return [duty.kind for duty in duties(road(name).state, party)]


@pytest.mark.parametrize(
    ("name", "centre", "oversight"),
    [
        ("requested", [], []),
        ("confirmed", [K.FILE_KEY], [K.FILE_KEY]),
        ("drawing", [], []),
        ("frozen", [K.COMMIT], [K.COMMIT]),
        ("commit-gate", [], []),
        ("committed", [K.ESCROW], [K.ESCROW]),
        ("escrowed", [K.REVEAL], [K.REVEAL]),
        ("seeded", [], []),
        ("seated", [], []),
        ("chair", [], []),
        ("chair-sealed", [], []),
        ("chair-opening", [K.RELEASE_PIECES], [K.RESERVE_PIECES]),
        ("summary", [K.DECLARE_RESULT], []),
        ("verification", [], []),
        ("closed", [K.DESTROY_KEY], [K.DESTROY_KEY]),
        ("archived", [], []),
    ],
)
def test_what_is_owed_where(name, centre, oversight):
    assert kinds(name, "wuhan") == kinds(name, "wedz") == centre
    assert kinds(name, "oversight") == oversight
    assert kinds(name, "stranger") == []


@pytest.mark.parametrize("name", NAMES)
def test_a_duty_done_is_no_longer_owed(name):
    world = road(name, (3, 1, 1))
    for party, duty in owed(world, reserve=True):
        if duty not in duties(world.state, party):
            continue  # enough others have released; the reserve is not needed any more
        world.perform(party, duty)
        assert duty not in duties(world.state, party) or world.state.gate is not None


def test_nothing_is_owed_while_paused():
    world = road("chair-opening")
    world.say("oversight", c.PauseSession(reason="-"))
    assert owed(world, reserve=True) == []
    world.say("oversight", c.ResumeSession(reason="-"))
    assert len(owed(world, reserve=True)) == 3


def test_the_reserve_steps_back_when_the_centres_have_released():
    world = road("chair-opening")
    for name in world.split:
        world.say(name, world.pieces(name))
    assert owed(world, reserve=True) == []


def test_a_called_escrow_is_released_by_all_until_it_is_known():
    world = road("escrowed")
    world.say("oversight", c.CallEscrow(draw=1, missing="wedz", reason="-"))
    duty = Duty(kind=K.RELEASE_ESCROW, number=1, missing="wedz")
    assert duty in duties(world.state, "wuhan")
    world.say("wuhan", world.escrow_pieces("wuhan", "wedz"))
    assert duty not in duties(world.state, "wuhan")
    assert duty in duties(world.state, "oversight")
    from evalhub.core.sealing.b64 import b64u

    world.accept(c.RecordRecovery(draw=1, missing="wedz", r=b64u(world.contribution("wedz", 1))), HUB, None)
    assert duty not in duties(world.state, "oversight")


def test_roster_is_signed_only_when_complete():
    world = road("confirmed")
    world.say("wuhan", c.FileTrusteeKey(pk=world.parties["wuhan"].kem.public))
    assert duties(world.state, "wuhan") == ()
    for name in ("wedz", "oversight"):
        world.say(name, c.FileTrusteeKey(pk=world.parties[name].kem.public))
    assert [duty.kind for duty in duties(world.state, "wuhan")] == [K.SIGN_ROSTER]
    assert world.state.phase is Phase.CONFIRMED
