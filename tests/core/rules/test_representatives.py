"""Representatives of the procuring entity: named by the host, counted, replaced, else members like any other."""

from __future__ import annotations

import hashlib

import pytest
from msgspec.structs import replace
from support.roads import refuses
from support.world import World, small_project

from evalhub.core.rules import commands as c
from evalhub.core.rules import composition, drawing, representatives
from evalhub.core.rules.plan import plan_problems
from evalhub.core.rules.state import Phase

LETTER = hashlib.sha256(b"letter").hexdigest()


def leaf(number: int) -> str:
    return hashlib.sha256(f"representative {number}".encode()).hexdigest()


def world(split: tuple[int, ...] = (2, 2), named: int = 1, **changes: object) -> World:
    project = small_project(sum(split) + named)
    committee = replace(project.committee, representatives=named)
    return World(split, project=replace(project, committee=committee, **changes))


def named(one: World, number: int = 1) -> World:
    one.say("wuhan", c.DesignateRepresentative(leaf=leaf(number), letter=LETTER))
    return one


def drawn() -> World:
    return world().open().pair().draw()


@pytest.mark.requirement("R10", "R12")
def test_the_committee_is_formed_once_everybody_is_drawn_or_named() -> None:
    one = drawn()
    assert one.state.phase is Phase.DRAWING
    assert representatives.missing(one.state, "wuhan") == 1
    named(one)
    assert one.state.phase is Phase.DRAWN
    assert drawing.members(one.state, "wuhan")[leaf(1)] == representatives.STRATUM
    assert len(drawing.members(one.state, "wuhan")) == 3
    assert composition.drawn(one.state).representatives == 1


def test_only_as_many_as_the_plan_has_seats_for_and_nobody_twice() -> None:
    one = named(drawn())
    refuses(one, "no-representative-missing", lambda: named(one, 2))
    refuses(one, "not-yours", lambda: one.say("wedz", c.DesignateRepresentative(leaf=leaf(2), letter=LETTER)))
    one.say("wuhan", c.WithdrawRepresentative(leaf=leaf(1), outcome="declined"))
    refuses(one, "representative-named-before", lambda: named(one, 1))
    refuses(one, "not-a-member", lambda: one.say("wuhan", c.WithdrawRepresentative(leaf=leaf(1), outcome="declined")))
    named(one, 2)
    assert representatives.standing(one.state, "wuhan") == {leaf(2): representatives.STRATUM}


@pytest.mark.requirement("R10")
@pytest.mark.parametrize(("split", "count", "broken"), [((2, 2), 1, []), ((2, 1), 2, ["committee-experts"])])
def test_representatives_are_at_most_one_in_three(split: tuple[int, ...], count: int, broken: list[str]) -> None:
    one = world(split, count)
    found = [problem.code for problem in plan_problems(one.plan()) if problem.code.startswith("committee")]
    assert found == broken


def test_shares_and_representatives_add_up_to_the_committee() -> None:
    one = world()
    assert not plan_problems(one.plan())
    wrong = replace(one.plan(), project=small_project(5))
    assert "shares-not-committee" in {problem.code for problem in plan_problems(wrong)}


def test_a_representative_with_a_conflict_leaves_its_seat_and_another_is_named() -> None:
    one = named(drawn())
    one.say("wuhan", c.OpenCheckin())
    one.seat("wuhan", leaf(1), conflict="B1")
    assert not one.state.seats, "the seat is vacated at once"
    assert one.state.representatives[0].gone == drawing.RECUSED_DECLARED
    refuses(one, "not-a-member", lambda: one.admit("wuhan", leaf(1)))
    named(one, 2).check_in().start()
    assert one.state.phase is Phase.SEALING


def test_one_withdrawn_at_its_booth_gives_the_seat_free() -> None:
    one = named(drawn()).check_in()
    one.say("wuhan", c.WithdrawRepresentative(leaf=leaf(1), outcome="withdrawn"))
    assert len(one.state.seats) == 4
    refuses(one, "seats-not-ready", lambda: one.say("wuhan", c.RequestStart()))
    named(one, 2).check_in().start()
    assert len(one.state.seats) == 5


@pytest.mark.requirement("R63")
@pytest.mark.parametrize(("kind", "candidates"), [("works", 5), ("government-services", 4)])
def test_in_government_procurement_a_representative_is_never_chair(kind: str, candidates: int) -> None:
    one = named(world(project_class=kind).open().pair().draw()).check_in().start()
    seat = next(iter(representatives.seats(one.state)))
    assert len(one.state.round().candidates) == candidates
    assert (one.state.aliases[seat] in one.state.round().candidates) == (kind == "works")


def test_a_whole_session_with_a_representative_is_archived() -> None:
    one = named(drawn()).check_in().start()
    for _ in range(3):
        one.run_round()
    one.conclude()
    one.sign()
    assert one.state.phase is Phase.ARCHIVED
    assert len(one.state.answers) == 5
