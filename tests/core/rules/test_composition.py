"""The committee as it stands, at the draw, at the booths and while evaluating, against the table of rules."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from support.roads import road
from support.world import World

from evalhub.core.errors import Refusal
from evalhub.core.rules import checkin, composition
from evalhub.core.rules import commands as c
from evalhub.core.rules.consequences import next_consequence
from evalhub.core.rules.events import HUB, Event
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import State, drop

replace = msgspec.structs.replace


def in_water(world: World) -> State:
    """The same session as if its plan had been of a class whose committee must be of seven."""
    plan = world.state.the_plan()
    return world.state.with_(plan=replace(plan, project=replace(plan.project, project_class="water")))


def before_last(world: World, past: str) -> tuple[State, Event]:
    """The state in which the last event of this type came about, and that event."""
    state, found = State(session=world.session), None
    for event in world.events:
        if event.type == past:
            found = (state, event)
        state = evolve(state, event)
    assert found
    return found


def costly(world: World) -> State:
    """As if it were a government purchase of ten million yuan."""
    plan = world.state.the_plan()
    project = replace(plan.project, project_class="government-services", budget=Decimal(10_000_000))
    return world.state.with_(plan=replace(plan, project=project))


@pytest.mark.requirement("R10", "R19")
def test_members_are_counted_as_they_come():
    world = road("seeded")
    assert composition.drawn(world.state).size == 0
    world.call("wuhan")
    assert (composition.drawn(world.state).size, composition.formed(world.state)) == (3, False)
    world.call("wedz")
    assert (composition.drawn(world.state).experts, composition.formed(world.state)) == (5, True)


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("unlawful", [in_water, costly])
def test_no_committee_is_formed_against_the_table(unlawful):
    world = road("drawn")
    assert composition.formed(world.state)
    assert not composition.formed(unlawful(world))


@pytest.mark.requirement("R11")
def test_the_draw_does_not_end_with_an_unlawful_committee():
    world = road("drawn")
    state, event = before_last(world, "committee_formed")
    assert next_consequence(state) == event.content
    assert next_consequence(in_water(world).with_(phase=state.phase)) is None


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("unlawful", [in_water, costly])
def test_the_start_is_not_requested_with_an_unlawful_committee(unlawful):
    world = road("seated")
    assert composition.violations(world.state) == ()
    checkin.may_request_start(world.state, c.RequestStart(), HUB)
    with pytest.raises(Refusal) as caught:
        checkin.may_request_start(unlawful(world), c.RequestStart(), HUB)
    assert caught.value.code == "committee-seven"
    assert caught.value.detail["needed"] == ">=7"


@pytest.mark.requirement("R10")
@pytest.mark.parametrize("name", ["chair", "preliminary", "detailed"])
def test_no_round_opens_while_a_seat_is_empty(name):
    """A member who has to leave is replaced before anything goes on (87号令 art 49)."""
    state, event = before_last(road(name), "round_opened")
    assert next_consequence(state) == event.content
    vacated = state.with_(seats=drop(state.seats, next(iter(state.seats))))
    assert not composition.may_evaluate(vacated)
    assert next_consequence(vacated) is None


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("name", ["chair", "preliminary"])
@pytest.mark.parametrize("unlawful", [in_water, costly])
def test_no_round_opens_with_an_unlawful_committee_though_every_seat_is_filled(name, unlawful):
    world = road(name)
    state, _ = before_last(world, "round_opened")
    assert next_consequence(state) is not None
    assert next_consequence(state.with_(plan=unlawful(world).plan)) is None


def test_six_of_seven_are_not_a_committee_of_seven_though_five_would_be_lawful_by_number():
    world = road("starting", (4, 3))
    two = list(world.state.seats)[:2]
    left = {seat: held for seat, held in world.state.seats.items() if seat not in two}
    thin = world.state.with_(seats=left, gate=None)
    assert composition.violations(thin) == ()
    assert not composition.may_evaluate(thin)
