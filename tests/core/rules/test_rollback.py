"""Back to an earlier stage: asked, approved or refused; the old branch is kept, bound by a digest, and void."""

from __future__ import annotations

import hashlib

import pytest
from support.roads import refuses, road
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import result, rollback, rounds, visibility
from evalhub.core.rules.events import RolledBack
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import Phase, Stage, State

APPROVE = c.ApproveRollback(reason="合成批准")
REFUSE = c.RefuseRollback(reason="合成不批准")


def request(to: c.BackTo = "detailed") -> c.RequestRollback:
    return c.RequestRollback(to=to, reason="合成原因")


def chair_seat(world: World) -> str:
    return next(seat for seat in world.state.seats if world.state.aliases[seat] == world.state.chair)


def rolled(world: World) -> RolledBack:
    return next(event.content for event in world.events if isinstance(event.content, RolledBack))


def finish(world: World) -> World:
    return world.evaluate().explain().conclude().sign()


@pytest.mark.requirement("R93", "R95")
def test_the_scores_are_given_again_and_the_old_ones_stay_readable_at_their_moment():
    world = road("verification")
    old, before = world.state, len(world.events)
    scores = result.scores_of(old)
    world.say(world.host, request())
    assert world.state.phase is Phase.ROLLBACK
    world.say("oversight", APPROVE)
    assert [event.type for event in world.events[before:]] == [
        "rollback_requested", "rollback_approved", "rolled_back", "round_opened",
    ]  # fmt: skip
    assert [(r.stage.value, r.void) for r in world.state.rounds] == [
        ("chair", False), ("preliminary", False), ("detailed", True), ("detailed", False),
    ]  # fmt: skip
    assert (world.state.ranking, world.state.result, world.state.findings) == ((), "", None)
    finish(world)
    assert world.state.phase is Phase.ARCHIVED
    assert result.scores_of(world.state) != scores
    again = State(session=world.session)
    for event in world.events[:before]:
        again = evolve(again, event)
    assert result.scores_of(again) == scores, "the old branch, at its own moment"


def test_the_snapshot_binds_every_form_and_what_followed_from_it():
    world = road("verification")
    world.say(world.host, request("preliminary"))
    kept = rollback.snapshot(evolve(world.state, world.events[-1]), Stage.PRELIMINARY)
    assert [(one.stage, len(one.sheets)) for one in kept.rounds] == [("preliminary", 5), ("detailed", 5)]
    assert all(sheet.sheet for one in kept.rounds for sheet in one.sheets)
    assert kept.ranking == world.state.ranking != ()
    world.say("oversight", APPROVE)
    state = State(session=world.session)
    for event in world.events:
        if isinstance(event.content, RolledBack):
            taken = rollback.snapshot(state, Stage.PRELIMINARY)
            assert hashlib.sha256(canonical(taken)).hexdigest() == event.content.snapshot
            assert event.content.rounds == (2, 3)
        state = evolve(state, event)
    assert rolled(world).to == "preliminary"


@pytest.mark.parametrize("to", ["chair", "preliminary", "detailed"])
@pytest.mark.parametrize("name", ["detailed", "summary", "report"])
def test_each_stage_that_was_reached_is_opened_again_for_all(name, to):
    world = road(name)
    world.say(world.host, request(to))
    world.say("oversight", APPROVE)
    assert world.state.round().stage.value == to
    assert rounds.participants(world.state, world.state.round()) == set(world.state.seats)
    assert bool(world.state.chair) is (to != "chair")
    assert bool(world.state.bids) is (to == "detailed")
    assert finish(world).state.phase is Phase.ARCHIVED


def test_what_was_sealed_and_not_opened_in_a_round_that_is_rolled_back_stays_sealed():
    world = road("detailed")
    first = next(iter(world.state.seats))
    world.seal(first)
    world.say(world.host, request("detailed"))
    world.say("oversight", APPROVE)
    assert finish(world).state.phase is Phase.ARCHIVED
    old = world.state.rounds[2]
    assert (old.void, list(old.sealed), old.opened) == (True, [first], {})


@pytest.mark.requirement("R93")
def test_a_refusal_leaves_everything_and_gives_the_time_back():
    world = road("detailed")
    first = next(iter(world.state.seats))
    world.seal(first)
    before, ends = world.state, rounds.ends_at(world.state, world.state.round())
    world.say(world.host, request())
    asked = world.state.now
    refuses(world, "wrong-phase", lambda: world.seal(first))
    world.say("oversight", REFUSE)
    assert world.state.phase is Phase.SEALING
    assert world.state.round().sealed == before.round().sealed
    assert rounds.ends_at(world.state, world.state.round()) == ends + world.state.now - asked
    assert (world.state.chair, world.state.bids, world.state.rollback) == (before.chair, before.bids, None)
    assert finish(world).state.phase is Phase.ARCHIVED


def test_a_refusal_in_verification_leaves_result_and_findings():
    world = road("verification")
    before = world.state
    world.say(world.host, request())
    world.say("oversight", REFUSE)
    after = world.state
    assert (after.phase, after.result, after.ranking, after.findings) == (
        before.phase, before.result, before.ranking, before.findings,
    )  # fmt: skip


def test_the_chair_may_ask_and_no_other_member_nor_a_guest():
    world = road("verification")
    ask = c.AskRollback(to="detailed", reason="组长申请")
    other = next(seat for seat in world.state.seats if seat != chair_seat(world))
    refuses(world, "not-the-chair", lambda: world.booth_say(other, ask))
    refuses(world, "not-yours", lambda: world.say("wedz", request()))
    world.booth_say(chair_seat(world), ask)
    assert world.state.rollback is not None
    assert world.state.rollback.by == chair_seat(world)
    refuses(world, "not-yours", lambda: world.say(world.host, APPROVE))
    refuses(world, "wrong-phase", lambda: world.say(world.host, request()))
    world.say("oversight", APPROVE)
    assert finish(world).state.phase is Phase.ARCHIVED


def test_nobody_goes_back_to_a_stage_that_was_not_reached_nor_after_the_report():
    world = road("preliminary")
    refuses(world, "stage-not-reached", lambda: world.say(world.host, request("detailed")))
    for name in ("signing", "closed", "start-pending"):
        later = road(name)
        refuses(later, "wrong-phase", lambda later=later: later.say(later.host, request()))


def test_a_member_removed_meanwhile_is_replaced_afterwards():
    world = road("verification")
    gone = next(seat for seat in world.state.seats if seat != chair_seat(world))
    world.say(world.host, request())
    world.remove(gone)
    assert gone in world.state.seats
    world.say("oversight", APPROVE)
    assert (world.state.phase, gone in world.state.seats) == (Phase.REPLACING, False)


def test_booths_wait_and_see_no_reason():
    world = road("verification")
    world.say(world.host, request())
    view = visibility.booth_view(world.state, next(iter(world.state.seats)))
    assert (view.phase, view.form) == ("rollback", None)
    assert "合成原因" not in str(view)
