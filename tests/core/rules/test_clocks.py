"""The clocks of an interruption: two hours before the start, four during, five working days for the hand-over."""

from __future__ import annotations

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World

from evalhub.core.ledger.times import parse_time
from evalhub.core.rules import commands as c
from evalhub.core.rules.clocks import clocks
from evalhub.core.rules.conduct import Conduct
from evalhub.core.rules.plan import Plan
from evalhub.core.rules.refusals import sentence
from evalhub.core.rules.state import Phase

HOUR = 3_600_000
PAUSE = c.PauseSession(reason="合成：断网")
RESUME = c.ResumeSession(reason="合成：恢复")
TOO_LONG = c.StopSession(reason="中断超时", ground="fault-too-long")


def paused(name: str, hours: float) -> World:
    """Paused, and about to act so many hours later."""
    world = road(name)
    world.say("oversight", PAUSE)
    world.time += int(hours * HOUR)
    return world


@pytest.mark.requirement("R101")
@pytest.mark.parametrize("name", ["chair", "detailed", "detailed-sealed", "verification", "signing"])
def test_within_four_hours_the_evaluation_goes_on_where_it_was(name):
    world = paused(name, 3.99)
    phase = world.state.phase
    refuses(world, "delay-not-exceeded", lambda: world.say("oversight", TOO_LONG))
    world.say("oversight", RESUME)
    assert (world.state.phase, world.state.paused_since) == (phase, None)


@pytest.mark.requirement("R101")
@pytest.mark.parametrize("name", ["chair", "detailed", "detailed-sealed", "verification", "signing"])
def test_beyond_four_hours_it_is_never_resumed_only_stopped_for_a_new_committee(name):
    world = paused(name, 4.01)
    refusal = refuses(world, "fault-too-long", lambda: world.say("oversight", RESUME))
    assert "另行组建评标委员会" in sentence(refusal.code, refusal.detail, "zh")
    assert "4:00:00" in sentence(refusal.code, refusal.detail, "en")
    refuses(world, "wrong-phase", lambda: world.say("wuhan", c.AcceptDelay(reason="-")))
    world.say("oversight", TOO_LONG)
    world.settle()
    assert (world.state.phase, world.state.ending) == (Phase.ARCHIVED, "fault-too-long")


@pytest.mark.requirement("R100")
@pytest.mark.parametrize("name", ["drawn", "seated", "start-pending", "starting"])
def test_beyond_two_hours_before_the_start_the_procuring_entity_decides_first(name):
    world = paused(name, 1.99)
    refuses(world, "delay-not-exceeded", lambda: world.say("wuhan", c.AcceptDelay(reason="继续")))
    world.time += HOUR
    refuses(world, "delay-undecided", lambda: world.say("oversight", RESUME))
    refuses(world, "not-yours", lambda: world.say("wedz", c.AcceptDelay(reason="继续")))
    world.say("wuhan", c.AcceptDelay(reason="招标人决定继续"))
    world.say("oversight", RESUME)
    assert world.state.paused_since is None
    world.say("oversight", PAUSE)
    world.time += 3 * HOUR
    refuses(world, "delay-undecided", lambda: world.say("oversight", RESUME))


@pytest.mark.requirement("R100")
def test_or_it_is_called_off_while_it_stands_still():
    world = paused("seated", 3)
    world.say("wuhan", c.CancelSession(reason="招标人决定延期"))
    world.settle()
    assert (world.state.phase, world.state.ending) == (Phase.ARCHIVED, "cancelled")


def test_every_side_reads_which_clock_runs_since_when_and_until_when():
    world = road("detailed")
    assert clocks(world.state, world.state.now) == ()
    world.say("oversight", PAUSE)
    began = world.state.now
    (clock,) = clocks(world.state, began + HOUR)
    assert (clock.kind, parse_time(clock.since), parse_time(clock.until)) == ("fault", began, began + 4 * HOUR)
    assert (clock.elapsed_ms, clock.left_ms, clock.exceeded) == (HOUR, 3 * HOUR, False)
    (late,) = clocks(world.state, began + 5 * HOUR)
    assert (late.left_ms, late.exceeded) == (0, True)
    (edge,) = clocks(world.state, began + 4 * HOUR)
    assert not edge.exceeded
    before = paused("seated", 0)
    (delay,) = clocks(before.state, before.state.now)
    assert (delay.kind, delay.left_ms) == ("delay", 2 * HOUR)


@pytest.mark.requirement("R79")
@pytest.mark.parametrize("stop", [False, True])
def test_the_hand_over_is_due_after_five_working_days(stop):
    world = road("detailed" if stop else "closed")
    if stop:
        world.say("oversight", c.StopSession(reason="-"))
    (clock,) = clocks(world.state, world.state.now)
    days = (parse_time(clock.until) - parse_time(clock.since)) / (24 * HOUR)
    assert clock.kind == "hand-over"
    assert 5 < days <= 8
    world.settle()
    assert clocks(world.state, world.state.now)[0].until == clock.until


class Strict(World):
    """A plan stricter than the rule."""

    def plan(self, revision: int = 1) -> Plan:
        return msgspec.structs.replace(super().plan(revision), conduct=Conduct(fault_seconds=60))


def test_a_plan_may_be_stricter_and_never_laxer():
    world = Strict().pair().draw().check_in().start()
    world.say("oversight", PAUSE)
    world.time += 61_000
    refuses(world, "fault-too-long", lambda: world.say("oversight", RESUME))
    lax = msgspec.structs.replace(Strict().plan(), conduct=Conduct(fault_seconds=14_401))
    fresh = World().open()
    malformed(fresh, lambda: fresh.say("wuhan", c.ProposePlan(plan=lax)))
