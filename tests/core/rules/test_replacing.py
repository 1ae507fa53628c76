"""A member falls out during the evaluation: removal, the next leaf, the new member alone through the stages behind."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World, small_project

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import composition, drawing, report, result, rounds, visibility
from evalhub.core.rules.state import Phase, Stage

GROUNDS = ("conflict", "left-post", "health", "misconduct")


def member(world: World, *, chair: bool = False, centre: str = "wedz") -> str:
    """A member of a centre who is (not) the chair."""
    return next(
        seat
        for seat in world.state.seats
        if seat.startswith(centre) and (world.state.aliases.get(seat) == world.state.chair) is chair
    )


def types(world: World, since: int) -> list[str]:
    return [event.type for event in world.events[since:]]


def stage(world: World) -> str:
    return f"{world.state.round().stage.value}-{world.state.round().number}"


def evaluate(world: World) -> World:
    return world.evaluate().explain().conclude().sign()


# -- the road ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R12")
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_seat_is_vacated_and_the_next_leaf_of_the_same_draw_takes_a_fresh_booth(ground):
    world, since = road("detailed"), len(road("detailed").events)
    old = member(world)
    leaf, booths = world.state.seats[old].leaf, set(world.state.used_booths)
    new = world.replace(old, ground, by="wedz")
    assert types(world, since)[:2] == ["member_removed", "seat_vacated"]
    assert {"expert_admitted", "seat_assigned", "self_test_reported", "recusal_declared"} <= set(types(world, since))
    assert new not in booths
    assert new.startswith("wedz/")
    assert leaf not in drawing.members(world.state, "wedz")
    assert drawing.recusal(world.state, "wedz", leaf) == f"removed:{ground}"
    assert len(world.state.draws) == 1
    assert world.state.aliases[new] == "member-6"


@pytest.mark.requirement("R52")
def test_the_new_member_goes_alone_through_what_is_behind_the_others_then_the_round_goes_on_for_all():
    world = road("detailed")
    old, *others = (member(world), *[seat for seat in world.state.seats if seat != member(world)])
    for seat in (old, others[0], others[1]):
        world.seal(seat)
    interrupted = world.state.round().number
    kept = dict(world.state.round().sealed)
    new = world.replace(old)
    assert stage(world) == "preliminary-4"
    assert rounds.participants(world.state, world.state.round()) == {new}
    refuses(world, "not-your-round", lambda: world.relay(world.envelope(others[0], world.sheet(others[0]))))
    world.run_round()
    assert world.events[-1].type == "round_resumed"
    assert world.state.round().number == interrupted
    assert world.state.round().sealed == {seat: kept[seat] for seat in others[:2]}
    evaluate(world)
    assert world.state.phase is Phase.ARCHIVED
    assert set(result.sheets_of(world.state)) == {new, *others}


@pytest.mark.requirement("R78")
@pytest.mark.parametrize("name", ["summary", "verification", "report", "signing"])
def test_after_the_scores_are_open_the_new_member_catches_up_and_all_is_computed_again(name):
    world = road(name)
    before = world.state.result
    new = world.replace(member(world))
    assert (world.state.result, world.state.ranking, world.state.report, world.state.answers) == ("", (), "", {})
    world.run_round()
    assert stage(world).startswith("detailed")
    assert rounds.participants(world.state, world.state.round()) == {new}
    world.run_round()
    assert world.state.phase is Phase.VERIFICATION
    assert world.state.result != before
    assert set(world.state.answers) == set()
    world.explain().conclude().sign()
    assert world.state.phase is Phase.ARCHIVED
    assert {row.seat for row in world.state.answers and report.build(world.state).members} == set(world.state.seats)


def test_a_ballot_under_way_is_void_and_everybody_votes_with_the_new_member():
    world = road("chair")
    old = member(world)
    for seat in list(world.state.seats)[:2]:
        world.seal(seat)
    new = world.replace(old)
    assert [round_.void for round_ in world.state.rounds] == [True, False]
    assert world.state.round().stage is Stage.CHAIR
    assert world.state.aliases[new] in world.state.round().candidates
    assert world.state.aliases[old] not in world.state.round().candidates
    assert evaluate(world).state.phase is Phase.ARCHIVED


@pytest.mark.requirement("R63")
def test_a_chair_who_left_is_voted_for_anew_by_all():
    world = road("detailed")
    centre = next(s for s, alias in world.state.aliases.items() if alias == world.state.chair).split("/")[0]
    old = member(world, chair=True, centre=centre)
    gone = world.state.chair
    new = world.replace(old)
    assert world.state.chair == ""
    assert stage(world) == "chair-4"
    assert rounds.participants(world.state, world.state.round()) == set(world.state.seats)
    world.run_round()
    assert world.state.chair not in ("", gone)
    assert stage(world) == "preliminary-5"
    assert rounds.participants(world.state, world.state.round()) == {new}
    assert evaluate(world).state.phase is Phase.ARCHIVED


def test_a_member_who_is_not_the_chair_leaves_the_chair_as_elected():
    world = road("detailed")
    chair = world.state.chair
    world.replace(member(world))
    assert world.state.chair == chair


def test_two_members_are_replaced_one_after_the_other():
    world = road("detailed")
    first, second = member(world), member(world, centre="wuhan")
    one = world.replace(first)
    other = world.replace(second)
    assert [world.state.aliases[one], world.state.aliases[other]] == ["member-6", "member-7"]
    assert [removal.seat for removal in world.state.removals] == [first, second]
    assert evaluate(world).state.phase is Phase.ARCHIVED


def test_the_new_member_is_removed_too():
    world = road("detailed")
    new = world.replace(member(world))
    world.remove(new)
    assert [round_.void for round_ in world.state.rounds] == [False, False, False, True]
    world.call("wedz")
    world.check_in()
    world.settle()
    world.say("oversight", c.ApproveStart())
    assert evaluate(world).state.phase is Phase.ARCHIVED


def test_before_the_start_check_in_just_goes_on():
    world = road("start-pending")
    old = member(world)
    world.remove(old, by="wedz")
    assert world.state.phase is Phase.CHECKIN
    assert old not in world.state.seats
    world.check_in().start()
    assert world.state.aliases.keys() == world.state.seats.keys()


def test_at_a_gate_the_seat_is_vacated_after_it_and_a_first_start_is_seated_again():
    world = road("starting")
    old = member(world)
    world.remove(old)
    refuses(world, "already-removed", lambda: world.remove(old))
    world.pass_gate()
    assert (world.state.phase, old in world.state.seats) == (Phase.CHECKIN, False)
    world.check_in().start()
    assert world.state.gates["seating"] > 0
    assert evaluate(world).state.phase is Phase.ARCHIVED


def test_while_paused_a_removal_waits_but_the_key_is_dumb_at_once():
    world = road("verification")
    old = member(world)
    world.say("oversight", c.PauseSession(reason="-"))
    world.remove(old)
    assert old in world.state.seats
    refuses(world, "member-removed", lambda: world.booth_say(old, c.ExplainFinding(finding="F1", explanation="-")))
    world.say("oversight", c.ResumeSession(reason="-"))
    assert old not in world.state.seats
    assert world.state.phase is Phase.REPLACING


def test_an_envelope_that_does_not_open_does_not_hold_up_a_session_whose_member_is_gone():
    world = road("detailed")
    old = member(world)
    for seat in world.state.seats:
        world.seal(seat, b"{}" if seat == old else None)
    world.settle()
    assert rounds.faults(world.state.round()) == (old,)
    world.replace(old)
    assert world.state.phase is Phase.SEALING
    assert evaluate(world).state.phase is Phase.ARCHIVED


# -- what counts -------------------------------------------------------------------------------------------------------


def test_the_examination_is_counted_again_with_the_new_member_and_without_the_old_one():
    """Three of five failed B1, the one who goes among them: without it B1 is in again, and all score again."""
    world = road("preliminary", project=small_project(5, bidders=4))
    old = member(world, centre="wuhan")
    against = {old, *[seat for seat in world.state.seats if seat != old][:2]}

    def deliberate() -> None:
        world.deliberate(lambda seat, matter: "disagree").close_deliberation()

    for seat in list(world.state.seats):
        world.seal(seat, world.examination([("B1", "Q1")] if seat in against else []))
    world.settle()
    deliberate()
    assert rounds.valid_bidders(world.state) == ("B2", "B3", "B4")
    world.run_round()
    assert world.state.phase is Phase.VERIFICATION
    world.replace(old)
    world.run_round()
    assert [matter.void for matter in world.state.matters.values()] == [True, False], "raised anew for who sits now"
    deliberate()
    assert rounds.valid_bidders(world.state) == ("B1", "B2", "B3", "B4")
    assert [r.void for r in world.state.rounds if r.stage is Stage.DETAILED] == [True, False]
    assert rounds.participants(world.state, world.state.round()) == set(world.state.seats)
    assert world.form().bidders == ("B1", "B2", "B3", "B4")
    assert evaluate(world).state.phase is Phase.ARCHIVED


def test_the_removed_members_scores_never_count():
    """With the removed member's extreme scores or without any trace of them the mean of the rest is the same."""
    world = road("detailed")
    old = member(world)
    for seat in list(world.state.seats):
        low = world.scores(world.form(), lambda bidder, factor: factor.lowest)
        high = world.scores(world.form(), lambda bidder, factor: factor.highest)
        world.seal(seat, low if seat == old else high)
    world.settle()
    parts = {part.part: part.score for part in result.compute(world.state).rows[0].parts}
    assert parts["technical"] == Decimal("48.00")  # four times 60 and a nought
    new = world.replace(old)
    world.run_round()
    world.seal(new, world.scores(world.form(), lambda bidder, factor: factor.highest))
    world.settle()
    parts = {part.part: part.score for part in result.compute(world.state).rows[0].parts}
    assert parts["technical"] == Decimal("60.00")
    built = report.build(world.state)
    assert [row.outcome for row in built.replacements] == ["removed:health"]
    assert {row.seat for row in built.members} == set(world.state.seats)


# -- what is seen ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R36")
def test_the_new_member_sees_nothing_of_a_stage_before_its_own_sheet_of_it_is_open():
    """Two sessions in which the others examined differently look the same to the new member until it has examined."""

    def played(passed: bool) -> list[bytes]:
        project = msgspec.structs.replace(small_project(5, bidders=4), deliberation="always")
        world = road("preliminary", project=project)
        old, seen = member(world), []
        for seat in list(world.state.seats):
            world.seal(seat, world.examination([] if passed else [("B1", "Q1")]))
        world.settle()
        world.close_deliberation()
        new = world.replace(old)
        view = visibility.booth_view(world.state, new)
        assert (view.phase, view.valid, view.votes, view.ranking) == ("sealing", (), (), ())
        view = msgspec.structs.replace(view, seat="-")  # a booth at random, from the place of its entry in the ledger
        seen.append(canonical(view))
        return seen

    assert played(True) == played(False)


@pytest.mark.requirement("R36")
def test_the_others_see_that_a_member_is_replaced_and_nothing_else():
    world = road("detailed")
    old = member(world)
    watcher = next(seat for seat in world.state.seats if seat != old)
    seen = []
    world.remove(old)
    world.call("wedz")
    leaf = next(leaf for leaf in drawing.members(world.state, "wedz")
                if all(seat.leaf != leaf for seat in world.state.seats.values()))  # fmt: skip
    seen.append(visibility.booth_view(world.state, watcher))
    new = world.seat("wedz", leaf)
    assert visibility.booth_view(world.state, new).phase == "replacing"
    world.settle()
    seen.append(visibility.booth_view(world.state, watcher))
    world.say("oversight", c.ApproveStart())
    seen.append(visibility.booth_view(world.state, watcher))
    world.seal(new)
    seen.append(visibility.booth_view(world.state, watcher))
    assert len(set(map(canonical, seen))) == 1
    assert (seen[0].phase, seen[0].round, seen[0].form, seen[0].deadline) == ("replacing", 0, None, "")
    world.settle()
    assert visibility.booth_view(world.state, watcher).phase == "sealing"


def test_the_time_of_the_replacement_is_given_back_and_a_pause_within_it_once():
    world = road("detailed")
    ends = rounds.ends_at(world.state, world.state.round())
    new_after = world.time
    old = member(world)
    world.remove(old)
    stood = world.state.now
    world.call("wedz")
    world.say("oversight", c.PauseSession(reason="-"))
    world.time += 600_000
    world.say("oversight", c.ResumeSession(reason="-"))
    world.check_in()
    world.settle()
    world.say("oversight", c.ApproveStart())
    world.run_round()
    assert rounds.ends_at(world.state, world.state.round()) == ends + world.state.now - stood
    assert world.state.now > new_after


# -- who may, and when -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R94")
def test_only_the_own_centre_and_oversight_remove_a_member():
    world = road("detailed")
    old = member(world)
    refuses(world, "not-your-seat", lambda: world.remove(old, by="wuhan"))
    refuses(world, "not-yours", lambda: world.booth_say(old, c.RemoveMember(seat=old, ground="health", reason="病")))
    refuses(world, "not-your-seat", lambda: world.remove("wedz/Z9-09"))
    malformed(world, lambda: world.say("wedz", c.RemoveMember(seat=old, ground="tired", reason="-")))  # type: ignore[arg-type]
    world.remove(old, by="wedz")
    refuses(world, "not-your-seat", lambda: world.remove(old))


@pytest.mark.requirement("R10", "R11")
def test_the_evaluation_goes_on_only_with_a_whole_committee_and_oversights_word():
    world = road("detailed")
    world.remove(member(world))
    refuses(world, "seats-not-ready", lambda: world.say("oversight", c.ApproveStart()))
    assert [v.code for v in composition.violations(world.state)] == ["committee-odd", "committee-five"]
    world.call("wedz")
    world.check_in()
    refuses(world, "gate-open", lambda: world.say("oversight", c.ApproveStart()))
    world.settle()
    assert "seating:2" in world.state.gates
    refuses(world, "not-yours", lambda: world.say("wuhan", c.ApproveStart()))
    assert composition.violations(world.state) == ()
    world.say("oversight", c.ApproveStart())
    assert world.state.phase is Phase.SEALING


def test_nobody_works_while_the_seat_is_empty():
    world = road("detailed")
    seat = next(iter(world.state.seats))
    sheet = world.envelope(seat, world.sheet(seat))
    world.remove(member(world, centre="wedz"))
    refuses(world, "wrong-phase", lambda: world.relay(sheet))


# -- nobody is left ----------------------------------------------------------------------------------------------------


def declining(world: World) -> World:
    """Nobody of the guest's pool is left after its member goes."""
    world.remove(member(world))
    world.call("wedz", lambda centre, leaf: "declined")
    return world


@pytest.mark.requirement("R16")
def test_when_no_leaf_is_left_oversight_orders_a_further_draw_and_the_removed_member_is_not_in_it():
    world = road("detailed", reserves=0)
    leaf = world.state.seats[member(world)].leaf
    declining(world)
    assert world.events[-1].type == "draw_exhausted"
    world.say("oversight", c.OrderDraw(draw=2, reason="补抽"))
    world.seed_draw()
    world.call("wedz")
    assert world.state.phase is Phase.REPLACING
    called = [row for row in world.state.draw().outcomes["wedz"] if row.leaf == leaf]
    assert [row.outcome for row in called] in ([], ["removed:health"])
    world.check_in()
    world.settle()
    world.say("oversight", c.ApproveStart())
    assert evaluate(world).state.phase is Phase.ARCHIVED


def test_a_removal_is_not_made_up_at_the_call():
    world = road("detailed", reserves=0)
    world.remove(member(world))
    leaf = world.next_leaf("wedz")
    assert leaf is not None
    made_up = c.RecordOutcome(draw=1, stratum="S", leaf=leaf, outcome="removed:health")
    refuses(world, "never-removed", lambda: world.say("wedz", made_up))


@pytest.mark.requirement("R94")
def test_for_want_of_a_committee_the_session_is_stopped_sealed_and_archived():
    stop = c.StopSession(reason="无法组成评标委员会", ground="committee-incomplete")
    world = road("detailed", reserves=0)
    refuses(world, "committee-stands", lambda: world.say("oversight", stop))
    declining(world)
    refuses(world, "not-yours", lambda: world.say("wuhan", stop))
    world.say("oversight", stop)
    world.settle()
    assert (world.state.phase, world.state.ending) == (Phase.ARCHIVED, "committee-incomplete")
    assert world.state.failure == "无法组成评标委员会"
    assert all(not round_.opened for round_ in world.state.rounds if round_.stage is Stage.DETAILED)
