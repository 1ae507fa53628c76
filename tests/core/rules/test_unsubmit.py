"""A sealed sheet is taken back before its round closes: only by request and approval, seen by nobody else."""

from __future__ import annotations

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import rounds, visibility
from evalhub.core.rules.conduct import Conduct
from evalhub.core.rules.plan import Plan
from evalhub.core.rules.state import Phase


def asked(world: World, seat: str) -> World:
    world.booth_say(seat, c.RequestUnsubmit(round=world.state.round().number, reason="漏看一份附件"))
    return world


def decide(seat: str, *, approve: bool = True) -> c.DecideUnsubmit:
    return c.DecideUnsubmit(seat=seat, approve=approve, reason="合成答复")


def seats(world: World) -> list[str]:
    """The chair last."""
    return sorted(world.state.seats, key=lambda seat: world.state.aliases[seat] == world.state.chair)


class Ruled(World):
    """A world whose plan has its own rule of approval."""

    rule = "chair"

    def plan(self, revision: int = 1) -> Plan:
        return msgspec.structs.replace(super().plan(revision), conduct=Conduct(unsubmit=self.rule))  # type: ignore[arg-type]


class Both(Ruled):
    rule = "both"


def scoring(kind: type[World]) -> World:
    return kind().pair().draw().check_in().start().run_round().run_round()


@pytest.mark.requirement("R65")
def test_after_the_approval_the_round_waits_for_the_next_revision():
    world = road("detailed")
    first, *others = seats(world)
    world.seal(first)
    asked(world, first)
    world.say("oversight", decide(first))
    for seat in others:
        world.seal(seat)
    assert world.state.phase is Phase.SEALING
    world.seal(first)
    assert world.state.phase is Phase.SEALED
    assert world.state.round().sealed[first].context.rev == 2
    world.settle()
    assert world.state.phase is Phase.VERIFICATION


@pytest.mark.requirement("R65")
def test_a_request_holds_the_round_until_it_is_answered_and_a_refusal_lets_it_close():
    world = road("detailed")
    first, *others = seats(world)
    world.seal(first)
    asked(world, first)
    for seat in others:
        world.seal(seat)
    assert world.state.phase is Phase.SEALING
    world.say("oversight", decide(first, approve=False))
    assert world.state.phase is Phase.SEALED
    assert world.state.round().sealed[first].context.rev == 1


@pytest.mark.requirement("R65")
def test_only_of_a_sealed_sheet_of_the_open_round_and_once_at_a_time():
    world = road("detailed")
    first, second, *_ = seats(world)
    refuses(world, "nothing-to-take-back", lambda: asked(world, first))
    world.seal(first)
    wrong = c.RequestUnsubmit(round=2, reason="-")
    refuses(world, "wrong-round", lambda: world.booth_say(first, wrong))
    malformed(world, lambda: world.booth_say(first, c.RequestUnsubmit(round=3, reason="")))
    asked(world, first)
    refuses(world, "already-asked", lambda: asked(world, first))
    refuses(world, "no-such-request", lambda: world.say("oversight", decide(second)))
    refuses(world, "not-yours", lambda: world.say(world.host, decide(first)))
    world.say("oversight", decide(first))
    refuses(world, "no-such-request", lambda: world.say("oversight", decide(first)))
    world.seal(first)
    asked(world, first)
    closed = road("detailed-opening")
    refuses(closed, "wrong-phase", lambda: asked(closed, next(iter(closed.state.seats))))


def test_the_chair_decides_where_the_plan_says_so_but_not_about_itself():
    world = scoring(Ruled)
    first, *_, chair = seats(world)
    for seat in (first, chair):
        world.seal(seat)
    asked(world, first)
    answer = c.AnswerUnsubmit(member=world.state.aliases[first], approve=True, reason="同意")
    refuses(world, "no-such-request", lambda: world.say("oversight", decide(first)))
    refuses(world, "not-the-chair", lambda: world.booth_say(first, answer))
    world.booth_say(chair, answer)
    assert world.state.round().unsubmits[first].status == "approved"
    asked(world, chair)
    own = c.AnswerUnsubmit(member=world.state.chair, approve=True, reason="同意")
    refuses(world, "no-such-request", lambda: world.booth_say(chair, own))
    world.say("oversight", decide(chair))
    assert world.state.round().unsubmits[chair].status == "approved"


def test_where_both_must_approve_one_is_not_enough():
    world = scoring(Both)
    first, *_, chair = seats(world)
    world.seal(first)
    asked(world, first)
    world.say("oversight", decide(first))
    assert world.state.round().unsubmits[first].status == "requested"
    refuses(world, "no-such-request", lambda: world.say("oversight", decide(first)))
    world.booth_say(chair, c.AnswerUnsubmit(member=world.state.aliases[first], approve=True, reason="同意"))
    assert world.state.round().unsubmits[first].status == "approved"


def test_in_the_ballot_for_the_chair_oversight_alone_decides():
    world = Ruled().pair().draw().check_in().start()
    first = next(iter(world.state.seats))
    world.seal(first)
    asked(world, first)
    world.say("oversight", decide(first))
    assert world.state.round().unsubmits[first].status == "approved"


@pytest.mark.requirement("R36")
def test_nobody_else_sees_anything_of_it():
    world = road("detailed")
    first, *others = seats(world)
    world.seal(first)

    def views() -> list[bytes]:
        return [canonical(visibility.booth_view(world.state, seat)) for seat in others]

    before = views()
    asked(world, first)
    assert visibility.booth_view(world.state, first).unsubmit == "requested"
    assert views() == before
    world.say("oversight", decide(first))
    assert visibility.booth_view(world.state, first).unsubmit == "approved"
    assert views() == before


def test_the_chair_sees_who_asks_and_why_only_where_the_plan_asks_the_chair():
    world = scoring(Ruled)
    first, second, *_, chair = seats(world)
    world.seal(first)
    asked(world, first)
    shown = visibility.booth_view(world.state, chair).requests
    assert [(row.member, row.reason) for row in shown] == [(world.state.aliases[first], "漏看一份附件")]
    assert visibility.booth_view(world.state, second).requests == ()
    assert {"requested", "approved"} == rounds.HOLDING
