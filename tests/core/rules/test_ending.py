"""Early ends: stopped, failed, called off. Keys are destroyed, the archive counts what was sealed, none is opened."""

from __future__ import annotations

import msgspec
import pytest
from support.roads import NAMES, malformed, owed, refuses, road
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules import concluding, rounds
from evalhub.core.rules.duties import DutyKind, duties
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.b64 import b64u

replace = msgspec.structs.replace
STOP = c.StopSession(reason="合成原因")
CANCEL = c.CancelSession(reason="合成取消")
RUNNING = NAMES[NAMES.index("drawing") : NAMES.index("closed")]
DESTROYED = ["trustee_key_destroyed"] * 3


def last(world: World, count: int) -> list[str]:
    return [event.type for event in world.events[-count:]]


def settled(world: World, command: c.Command, by: str = "oversight") -> World:
    world.say(by, command)
    world.settle()
    return world


# -- stopping ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R94")
@pytest.mark.parametrize("name", RUNNING)
def test_oversight_stops_anywhere_between_draw_and_signatures_and_it_is_archived(name):
    world = road(name)
    sealed = sum(event.type in ("sheet_sealed", "randomness_escrowed") for event in world.events)
    world.say("oversight", STOP)
    state = world.state
    assert (state.phase, state.failure, state.ending, state.gate) == (Phase.FAILED, "合成原因", "stopped", None)
    assert not concluding.over(state)
    world.settle()
    assert last(world, 5) == ["session_stopped", *DESTROYED, "session_archived"]
    assert (world.state.phase, world.state.failure) == (Phase.ARCHIVED, "合成原因")
    assert concluding.over(world.state)
    archived = world.events[-1].content
    assert (archived.entries, archived.envelopes) == (len(world.entries), sealed)


@pytest.mark.parametrize("name", ["draft", "requested", "confirmed", "closed", "archived"])
def test_there_is_nothing_to_stop_before_the_draw_or_after_the_signatures(name):
    world = road(name)
    refuses(world, "wrong-phase", lambda: world.say("oversight", STOP))


@pytest.mark.requirement("R94")
def test_only_oversight_stops_and_says_why():
    world = road("detailed")
    for centre in world.split:
        refuses(world, "not-yours", lambda centre=centre: world.say(centre, STOP))
    refuses(world, "not-yours", lambda: world.booth_say(next(iter(world.state.seats)), STOP))
    malformed(world, lambda: world.say("oversight", replace(STOP, reason="")))


def test_a_paused_session_is_stopped_and_no_longer_paused():
    world = road("detailed")
    world.say("oversight", c.PauseSession(reason="-"))
    settled(world, STOP)
    assert (world.state.paused_since, world.state.pause_reason) == (None, "")
    assert world.state.phase is Phase.ARCHIVED


def test_a_pause_at_a_gate_does_not_keep_oversight_from_stopping():
    world = road("detailed-sealed")
    world.say("oversight", c.PauseSession(reason="-"))
    assert world.state.gate is not None
    assert settled(world, STOP).state.phase is Phase.ARCHIVED


def test_after_the_stop_nobody_does_anything_but_destroy_keys():
    world = road("detailed")
    seat = next(iter(world.state.seats))
    envelope = world.envelope(seat, world.sheet(seat))
    world.say("oversight", STOP)
    refuses(world, "wrong-phase", lambda: world.relay(envelope))
    refuses(world, "wrong-phase", lambda: world.say("oversight", STOP))
    refuses(world, "wrong-phase", lambda: world.say("oversight", c.PauseSession(reason="-")))
    refuses(world, "wrong-phase", lambda: world.say("oversight", c.ResumeSession(reason="-")))
    assert {duty.kind for _, duty in owed(world, reserve=True)} == {DutyKind.DESTROY_KEY}


def test_sheets_sealed_before_the_stop_stay_sealed():
    world = road("detailed-opening")
    pieces = world.pieces("wuhan")
    world.say("oversight", STOP)
    refuses(world, "wrong-phase", lambda: world.say("wuhan", pieces))
    world.settle()
    assert world.state.round().released == {}
    assert world.state.round().opened == {}
    assert world.state.ranking == ()


def test_each_key_is_destroyed_once_by_its_own_trustee_before_the_archive():
    world = road("detailed")
    world.say("oversight", STOP)
    mine, theirs = (c.DestroyKey(pk=world.parties[name].kem.public) for name in ("wuhan", "wedz"))
    refuses(world, "not-the-filed-key", lambda: world.say("wuhan", theirs))
    world.say("wuhan", mine)
    refuses(world, "already-destroyed", lambda: world.say("wuhan", mine))
    assert duties(world.state, "wuhan") == ()
    world.say("wedz", theirs)
    assert world.state.phase is Phase.FAILED
    events = world.say("oversight", c.DestroyKey(pk=world.parties["oversight"].kem.public))
    assert [event.type for event in events] == ["trustee_key_destroyed", "session_archived"]


# -- calling off -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["drawing", "committed", "escrow-gate", "drawn", "seated", "start-pending"])
def test_a_session_called_off_with_a_roster_is_archived(name):
    world = settled(road(name), CANCEL, "wuhan")
    assert last(world, 5) == ["session_cancelled", *DESTROYED, "session_archived"]
    assert (world.state.phase, world.state.ending, world.state.failure) == (Phase.ARCHIVED, "cancelled", "合成取消")


@pytest.mark.parametrize("name", ["draft", "requested", "confirmed"])
def test_a_session_called_off_before_any_key_is_over_at_once(name):
    world = settled(road(name), CANCEL, "wuhan")
    assert last(world, 1) == ["session_cancelled"]
    assert world.state.phase is Phase.CANCELLED
    assert concluding.over(world.state)


def test_a_session_called_off_with_half_a_roster_is_over_when_those_keys_are_destroyed():
    world = road("confirmed")
    world.say("wedz", c.FileTrusteeKey(pk=world.parties["wedz"].kem.public))
    world.say("wuhan", CANCEL)
    assert not concluding.over(world.state)
    assert [(party, duty.kind) for party, duty in owed(world)] == [("wedz", DutyKind.DESTROY_KEY)]
    never_filed = c.DestroyKey(pk=world.parties["wuhan"].kem.public)
    refuses(world, "not-the-filed-key", lambda: world.say("wuhan", never_filed))
    world.settle()
    assert last(world, 2) == ["session_cancelled", "trustee_key_destroyed"]
    assert world.state.phase is Phase.CANCELLED
    assert concluding.over(world.state)


@pytest.mark.parametrize("name", NAMES)
def test_a_session_that_goes_on_is_not_over(name):
    assert concluding.over(road(name).state) is (name == "archived")


# -- what the archive counts -------------------------------------------------------------------------------------------


def test_every_revision_and_every_escrow_is_an_envelope():
    world = road("detailed")
    first, second, *_ = world.state.seats
    for seat in (first, first, first, second):
        world.seal(seat)
    archived = settled(world, STOP).events[-1].content
    escrows, ballots, examinations, sheets = 3, 5, 5, 3 + 1
    assert archived.envelopes == escrows + ballots + examinations + sheets


def test_a_further_draw_has_escrows_of_its_own():
    world = road("seeded", pool=3)
    world.call("wuhan")
    world.call("wedz", lambda centre, leaf: "declined")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    world.parties["wedz"].pool = ("a" * 64, "b" * 64)
    world.seed_draw()
    assert settled(world, STOP).events[-1].content.envelopes == 3 + 3


# -- an envelope that holds no sheet -----------------------------------------------------------------------------------


def test_an_envelope_without_a_sheet_of_its_form_ends_in_a_stop_and_a_whole_archive():
    """Its booth can reveal only what it committed to, and that is no sheet either: the round can never be opened."""
    world = road("detailed")
    bad, *others = world.state.seats
    world.seal(bad, b'{"kind":"scores","scores":[],"totals":[]}')
    for seat in others:
        world.seal(seat)
    world.settle()
    round_ = world.state.round()
    assert world.state.phase is Phase.OPENING
    assert rounds.faults(round_) == (bad,)
    assert [seat for seat, sheet in round_.opened.items() if sheet.fault] == [bad]
    salt, sheet = world.booths[bad].kept[round_.number, 1]
    truth = c.RevealSheet(round=round_.number, salt=b64u(salt), sheet=sheet.decode())
    assert "missing" in str(malformed(world, lambda: world.booth_say(bad, truth)))
    other_salt, another = world.booths[others[0]].kept[round_.number, 1]
    borrowed = c.RevealSheet(round=round_.number, salt=b64u(other_salt), sheet=another.decode())
    assert "committed" in str(malformed(world, lambda: world.booth_say(bad, borrowed)))
    refuses(world, "nothing-to-reveal", lambda: world.booth_say(others[0], borrowed))
    settled(world, STOP)
    assert (world.state.phase, world.state.ending) == (Phase.ARCHIVED, "stopped")
    assert rounds.faults(world.state.round()) == (bad,), "the fault and its seat stay in the record"
    assert world.state.ranking == ()
