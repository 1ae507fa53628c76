"""Order, counters, time, gates, pause: what decide asks of every command."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.roads import NAMES, SIDES, refuses, road
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import statements, visibility
from evalhub.core.rules.events import HUB
from evalhub.core.rules.session import decide, evolve
from evalhub.core.rules.state import Phase, State


def test_the_whole_road_with_one_guest_and_with_two():
    assert road("archived").state.phase is Phase.ARCHIVED
    assert road("archived", (3, 1, 1)).state.phase is Phase.ARCHIVED


@pytest.mark.parametrize("n", [0, 1, 3])
def test_statements_are_counted_one_by_one(n):
    """The host has spoken once: only number two is next; one is a repetition, three a gap."""
    world = road("draft")
    key = world.parties["wuhan"].identity
    command = c.ProposePlan(plan=world.plan())
    if n == 0:
        with pytest.raises(Exception, match="int"):
            world.relay(statements.say(key, world.session, n, command))
    else:
        refuses(world, "wrong-counter", lambda: world.relay(statements.say(key, world.session, n, command)))


def test_the_same_bytes_are_taken_once():
    world = road("seated")
    jws = world.statement(world.parties["wuhan"].identity, c.RequestStart())
    world.relay(jws)
    world.say("oversight", c.RefuseStart(reason="-"))
    refuses(world, "wrong-counter", lambda: world.relay(jws))


def test_a_refused_statement_does_not_use_up_its_number():
    world = road("chair")
    before = world.state.counters
    refuses(world, "wrong-phase", lambda: world.say("oversight", c.ApproveStart()))
    world.say("oversight", c.PauseSession(reason="-"))
    kid = world.parties["oversight"].identity.kid
    assert world.state.counters[kid] == before[kid] + 1


@pytest.mark.requirement("R39")
def test_time_never_runs_backwards():
    world = road("chair")
    moment = world.state.now
    world.time = moment - 10_000
    event = world.say("oversight", c.PauseSession(reason="-"))[0]
    assert event.at == moment


# -- gates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["commit-gate", "escrow-gate", "reveal-gate", "starting", "chair-sealed"])
def test_at_a_gate_only_the_checkpoint_helps(name):
    world = road(name)
    gate = world.state.gate
    assert gate is not None

    def record(**said: object) -> Callable[[], object]:
        command = c.RecordGate(**{"gate": gate.name, "size": gate.size, "note": "-", **said})
        return lambda: world.accept(command, HUB, None)

    refuses(world, "no-such-gate", record(gate="other"))
    refuses(world, "gate-too-small", record(size=gate.size - 1))
    refuses(world, "gate-too-small", record(size=world.state.size + 1))
    if world.state.phase is Phase.DRAWING:
        commit = c.CommitRandomness(draw=1, commit="A" * 43)
        refuses(world, "gate-open", lambda: world.say("wuhan", commit))
    record()()
    assert world.state.gates[gate.name] == gate.size
    refuses(world, "no-such-gate", record())


def test_a_gate_may_be_passed_while_paused_but_nothing_follows_yet():
    world = road("starting")
    world.say("oversight", c.PauseSession(reason="link"))
    world.pass_gate()
    assert world.state.rounds == ()
    events = world.say("oversight", c.ResumeSession(reason="link is back"))
    assert [event.type for event in events] == ["session_resumed", "round_opened"]


def test_a_checkpoint_over_later_entries_passes_too():
    world = road("starting")
    world.say("oversight", c.PauseSession(reason="-"))
    world.say("oversight", c.ResumeSession(reason="-"))
    world.pass_gate()
    assert world.state.gates["seating"] == world.state.size - 2


# -- pause -------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R93", "R94")
def test_a_pause_refuses_booths_and_gives_the_time_back():
    world = road("detailed")
    seat = next(iter(world.state.seats))
    deadline = visibility.booth_view(world.state, seat).deadline
    refuses(world, "not-paused", lambda: world.say("oversight", c.ResumeSession(reason="-")))
    refuses(world, "not-yours", lambda: world.say("wuhan", c.PauseSession(reason="-")))
    world.say("oversight", c.PauseSession(reason="fire drill"))
    refused = refuses(world, "session-paused", lambda: world.seal(seat))
    assert refused.detail["reason"] == "fire drill"
    refuses(world, "session-paused", lambda: world.say("oversight", c.PauseSession(reason="-")))
    assert visibility.booth_view(world.state, seat).paused
    world.time = world.state.now + 600_000 - 250
    world.say("oversight", c.ResumeSession(reason="over"))
    assert world.state.paused_ms == 600_000
    view = visibility.booth_view(world.state, seat)
    assert _ms(view.deadline) - _ms(deadline) == 600_000
    world.seal(seat)


def test_a_later_round_does_not_get_the_time_of_an_earlier_pause():
    world = road("preliminary")
    world.say("oversight", c.PauseSession(reason="-"))
    world.time += 600_000
    world.say("oversight", c.ResumeSession(reason="-"))
    world.run_round()
    view = visibility.progress_view(world.state)
    assert _ms(view.deadline) - world.state.round().opened_at == 3_600_000


def _ms(stamp: str) -> int:
    from evalhub.core.ledger.times import parse_time

    return parse_time(stamp)


@pytest.mark.parametrize("name", ["drawing", "drawn", "seated", "start-pending", "starting", "chair", "chair-opening",
                                  "summary", "verification", "report", "signing"])  # fmt: skip
def test_oversight_pauses_from_the_draw_to_the_last_signature(name):
    world = road(name)
    world.say("oversight", c.PauseSession(reason="-"))
    refuses(world, "session-paused", lambda: world.say("oversight", c.PauseSession(reason="-")))
    world.say("oversight", c.ResumeSession(reason="-"))
    assert world.state.paused_since is None


@pytest.mark.parametrize("name", ["draft", "requested", "confirmed", "closed", "archived"])
def test_nothing_to_pause_before_the_draw_and_after_the_signatures(name):
    world = road(name)
    refuses(world, "wrong-phase", lambda: world.say("oversight", c.PauseSession(reason="-")))


# -- decide and evolve -------------------------------------------------------------------------------------------------


def _refold(world: World) -> list[State]:
    states = [State(session=world.session)]
    for event in world.events:
        states.append(evolve(states[-1], event))
    return states


def test_state_is_the_fold_of_its_events_and_decide_gives_the_same_twice():
    world = road("archived", (3, 1, 1))
    states = _refold(world)
    assert states[-1] == world.state
    place = 0
    while place < len(world.events):
        first = world.events[place]
        again = [decide(states[place], first.content, first.by, first.at) for _ in range(2)]
        assert again[0] == again[1] == tuple(world.events[place : place + len(again[0])])
        place += len(again[0])


def test_folding_never_touches_the_state_it_starts_from():
    world = road("closed")
    for state, event in zip(_refold(world), world.events, strict=False):
        before = canonical({"size": state.size, "seats": sorted(state.seats), "rounds": len(state.rounds)})
        shot = repr(state)
        evolve(state, event)
        assert repr(state) == shot
        assert canonical({"size": state.size, "seats": sorted(state.seats), "rounds": len(state.rounds)}) == before


def test_every_point_of_the_road_is_reached():
    reached = {road(name).state.phase for name in (*NAMES, *SIDES)}
    assert reached >= set(Phase) - {Phase.OPENED, Phase.FAILED, Phase.CANCELLED}
