"""The draw inside a session: order of steps, escrow, calling, reserves, further draws."""

from __future__ import annotations

import hashlib
from functools import partial

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.roads import malformed, owed, refuses, road
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules import drawing, statements
from evalhub.core.rules.duties import DutyKind, duties
from evalhub.core.rules.events import HUB
from evalhub.core.rules.plan import Plan, Stratum
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.envelope import SealRequest, seal, seal_material

replace = msgspec.structs.replace


def outcome(world: World, leaf: str, said: str = "accepted", **changes: object) -> c.RecordOutcome:
    command = c.RecordOutcome(draw=len(world.state.draws), stratum="S", leaf=leaf, outcome=said)
    return replace(command, **changes)


def call_next(world: World, centre: str, said: str = "accepted") -> str:
    leaf = world.next_leaf(centre)
    assert leaf
    world.say(centre, outcome(world, leaf, said))
    return leaf


# -- freeze and commit -------------------------------------------------------------------------------------------------


def test_a_pool_is_frozen_once_for_the_request_logged():
    world = road("drawing")
    freeze = world.freeze("wuhan")
    say = lambda command: lambda: world.say("wuhan", command)  # noqa: E731
    refuses(world, "wrong-draw", say(replace(freeze, draw=2)))
    refuses(world, "wrong-request", say(world.freeze("wedz")))
    refuses(world, "wrong-strata", say(replace(freeze, strata=())))
    refuses(world, "wrong-strata", say(replace(freeze, strata=freeze.strata * 2)))
    malformed(world, say(replace(freeze, root="0" * 64)))
    malformed(world, say(replace(freeze, leaves=freeze.leaves[::-1])))
    malformed(world, say(replace(freeze, leaves=(freeze.leaves[0], *freeze.leaves))))
    for leaves in [(1, 0), (0, 0), (0, 12), (-1, 0)]:
        malformed(world, say(replace(freeze, strata=(c.StratumLeaves(code="S", leaves=leaves),))))
    world.say("wuhan", freeze)
    refuses(world, "already-frozen", say(freeze))


@pytest.mark.requirement("R12")
def test_nobody_commits_before_every_pool_is_frozen():
    world = road("drawing")
    world.say("wuhan", world.freeze("wuhan"))
    refuses(world, "pools-not-frozen", lambda: world.say("wuhan", c.CommitRandomness(draw=1, commit="A" * 43)))


def test_everyone_commits_once():
    world = road("frozen")
    commit = c.CommitRandomness(draw=1, commit="A" * 43)
    refuses(world, "wrong-draw", lambda: world.say("wuhan", replace(commit, draw=2)))
    malformed(world, lambda: world.say("wuhan", replace(commit, commit="A" * 42)))
    malformed(world, lambda: world.say("wuhan", replace(commit, commit="A" * 42 + "B")))
    world.say("wuhan", commit)
    refuses(world, "already-committed", lambda: world.say("wuhan", commit))
    assert world.state.gate is None
    world.say("wedz", commit)
    world.say("oversight", commit)
    assert world.state.gate is not None
    assert world.state.gate.name == "commit:1"


# -- escrow and reveal -------------------------------------------------------------------------------------------------


def test_no_escrow_before_the_commitments_are_countersigned():
    world = road("commit-gate")
    refuses(world, "gate-open", lambda: world.relay(world.escrow("wuhan", 1)))
    early = road("frozen")
    refuses(early, "gate-open", lambda: early.relay(early.escrow("wuhan", 1)))


def _escrow(world: World, party: str, **changes: object) -> str:
    said = {"session": world.session, "round": 1, "form": statements.ESCROW_FORM, "form_hash": "-", "seat": party,
            "client": "party", "rev": 1, "prev": None, "pad": statements.ESCROW_PAD}  # fmt: skip
    salt, pieces = seal_material(world.state.roster, world.random.randbytes)
    request = SealRequest(**{**said, **changes})
    return seal(request, b"r" * 32, world.state.roster, world.parties[party].identity, salt=salt, pieces=pieces)


def test_an_escrow_is_ones_own_of_one_size_and_made_once():
    world = road("committed")
    for changes in [{"seat": "wedz"}, {"pad": 4096}, {"rev": 2, "prev": "A" * 43}]:
        refuses(world, "wrong-escrow", lambda changes=changes: world.relay(_escrow(world, "wuhan", **changes)))
    refuses(world, "wrong-draw", lambda: world.relay(_escrow(world, "wuhan", round=2)))
    world.relay(_escrow(world, "wuhan"))
    refuses(world, "already-escrowed", lambda: world.relay(_escrow(world, "wuhan")))


def test_a_booth_cannot_escrow_and_a_party_cannot_seal():
    world = road("detailed")
    seat = next(iter(world.state.seats))
    sheet = world.sheet(seat)
    refuses(world, "not-yours", lambda: world.relay(world.envelope(seat, sheet, form="draw-escrow")))
    refuses(world, "not-yours", lambda: world.relay(_escrow(world, "wuhan", form="detailed-3")))


@pytest.mark.parametrize("name", ["frozen", "committed", "escrow-gate"])
def test_nobody_reveals_before_every_escrow_is_countersigned(name):
    world = road(name)
    refuses(world, "gate-open", lambda: world.say("wuhan", c.RevealRandomness(draw=1, r=b64u(bytes(32)))))


@pytest.mark.requirement("R22")
def test_what_is_revealed_is_what_was_committed_to():
    world = road("escrowed")
    right = c.RevealRandomness(draw=1, r=b64u(world.contribution("wuhan", 1)))
    refuses(world, "contribution-mismatch", lambda: world.say("wuhan", replace(right, r=b64u(bytes(32)))))
    refuses(world, "contribution-mismatch", lambda: world.say("wedz", right))
    refuses(world, "wrong-draw", lambda: world.say("wuhan", replace(right, draw=2)))
    malformed(world, lambda: world.say("wuhan", replace(right, r=b64u(bytes(31)))))
    world.say("wuhan", right)
    refuses(world, "already-revealed", lambda: world.say("wuhan", right))


@pytest.mark.parametrize("reveal_late", [False, True])
@pytest.mark.parametrize("helpers", [("wuhan", "oversight"), ("wuhan", "wedz"), ("wedz", "oversight")])
def test_the_escrow_of_a_party_that_does_not_reveal_is_opened_by_any_two(helpers, reveal_late):
    world = road("escrowed")
    call = c.CallEscrow(draw=1, missing="wedz", reason="does not reveal")
    refuses(world, "not-yours", lambda: world.say("wuhan", call))
    refuses(world, "nothing-to-call", lambda: world.say("oversight", replace(call, missing="nobody")))
    pieces = world.escrow_pieces("wuhan", "wedz")
    refuses(world, "nothing-to-release", lambda: world.say("wuhan", pieces))
    recovery = c.RecordRecovery(draw=1, missing="wedz", r=b64u(world.contribution("wedz", 1)))
    refuses(world, "nothing-to-release", lambda: world.accept(recovery, HUB, None))
    world.say("oversight", call)
    refuses(world, "nothing-to-call", lambda: world.say("oversight", call))
    for helper in helpers:
        assert DutyKind.RELEASE_ESCROW in [duty.kind for duty in duties(world.state, helper)]
        world.say(helper, world.escrow_pieces(helper, "wedz"))
        refuses(world, "nothing-to-release", lambda helper=helper: world.say(helper, pieces))
    if reveal_late:
        world.say("wedz", c.RevealRandomness(draw=1, r=recovery.r))
        refuses(world, "already-revealed", lambda: world.accept(recovery, HUB, None))
    else:
        bad = replace(recovery, r=b64u(bytes(32)))
        refuses(world, "contribution-mismatch", lambda: world.accept(bad, HUB, None))
        world.accept(recovery, HUB, None)
    refuses(world, "nothing-to-call", lambda: world.say("oversight", call))
    for party in ("wuhan", "oversight"):
        world.say(party, c.RevealRandomness(draw=1, r=b64u(world.contribution(party, 1))))
    world.pass_gate()
    assert world.state.draw().seed


def test_escrow_pieces_must_be_ones_own_and_right():
    world = road("escrowed")
    world.say("oversight", c.CallEscrow(draw=1, missing="wedz", reason="-"))
    mine = world.escrow_pieces("wuhan", "wedz")
    refuses(world, "wrong-pieces", lambda: world.say("wuhan", world.escrow_pieces("oversight", "wedz")))
    refuses(world, "wrong-pieces", lambda: world.say("wuhan", replace(mine, pieces=mine.pieces[:1])))
    other = replace(mine.pieces[0], value=b64u(bytes(32)))
    bent = replace(mine, pieces=(other, *mine.pieces[1:]))
    refuses(world, "piece-mismatch", lambda: world.say("wuhan", bent))
    refuses(world, "wrong-draw", lambda: world.say("wuhan", replace(mine, draw=2)))


# -- calling -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R12")
def test_leaves_are_called_in_their_order():
    world = road("seeded")
    order = world.state.draw().orders["wuhan", "S"]
    refuses(world, "not-the-next-leaf", lambda: world.say("wuhan", outcome(world, order[1])))
    refuses(world, "unknown-outcome", lambda: world.say("wuhan", outcome(world, order[0], "asleep")))
    refuses(world, "never-accepted", lambda: world.say("wuhan", outcome(world, order[0], "late")))
    refuses(world, "never-accepted", lambda: world.say("wuhan", outcome(world, order[0], "withdrawn")))
    refuses(world, "wrong-draw", lambda: world.say("wuhan", outcome(world, order[0], draw=2)))
    refuses(world, "wrong-draw", lambda: world.say("wuhan", outcome(world, order[0], stratum="T")))
    refuses(world, "not-the-next-leaf", lambda: world.say("wedz", outcome(world, order[0])))
    world.say("wuhan", outcome(world, order[0]))
    refuses(world, "not-the-next-leaf", lambda: world.say("wuhan", outcome(world, order[0])))
    refuses(world, "not-the-next-leaf", lambda: world.say("wuhan", outcome(world, order[0], "declined")))


@pytest.mark.requirement("R16")
def test_removal_after_acceptance_promotes_the_reserve():
    world = road("drawn")
    order = world.state.draw().orders["wuhan", "S"]
    assert list(drawing.members(world.state, "wuhan")) == list(order[:3])
    world.say("wuhan", outcome(world, order[1], "withdrawn"))
    assert list(drawing.members(world.state, "wuhan")) == [order[0], order[2], order[3]]
    refuses(world, "not-the-next-leaf", lambda: world.say("wuhan", outcome(world, order[1])))
    call_next(world, "wuhan")
    assert len(drawing.members(world.state, "wuhan")) == 3


@pytest.mark.requirement("R19")
def test_committee_forms_with_the_last_member_and_not_before():
    world = road("seeded")
    for centre in ("wuhan", "wuhan", "wuhan", "wedz"):
        call_next(world, centre)
        assert world.state.phase is Phase.DRAWING
    call_next(world, "wedz", "declined")
    assert world.state.phase is Phase.DRAWING
    call_next(world, "wedz")
    assert world.state.phase is Phase.DRAWN


def exhausted() -> World:
    """The guest's pool of three: one accepts, two decline; the host's members stand."""
    world = road("seeded", pool=4)
    for _ in range(3):
        call_next(world, "wuhan")
    call_next(world, "wedz")
    for _ in range(2):
        call_next(world, "wedz", "declined")
    return world


def test_exhausted_only_when_nobody_is_left_and_then_said_once():
    world = exhausted()
    assert "draw_exhausted" not in [event.type for event in world.events]
    order = c.OrderDraw(draw=2, reason="pool exhausted")
    refuses(world, "draw-not-exhausted", lambda: world.say("oversight", order))
    call_next(world, "wedz", "unreachable")
    assert [event.type for event in world.events].count("draw_exhausted") == 1
    call_next(world, "wuhan")
    assert [event.type for event in world.events].count("draw_exhausted") == 1


def test_a_second_draw_is_oversights_and_everyone_contributes_afresh():
    world = exhausted()
    call_next(world, "wedz", "unreachable")
    order = c.OrderDraw(draw=2, reason="pool exhausted")
    refuses(world, "not-yours", lambda: world.say("wuhan", order))
    refuses(world, "wrong-draw", lambda: world.say("oversight", replace(order, draw=3)))
    refuses(world, "wrong-draw", lambda: world.say("oversight", replace(order, draw=1)))
    malformed(world, lambda: world.say("oversight", replace(order, reason="")))
    world.say("oversight", order)
    assert world.state.phase is Phase.DRAWING
    draw = world.state.draw()
    assert (draw.number, draw.commits, draw.reveals) == (2, {}, {})
    assert {centre: [s.need for s in strata] for centre, strata in draw.requests.items()} == {"wedz": [1]}
    refuses(world, "not-asked", lambda: world.say("wuhan", replace(world.freeze("wedz"), request="0" * 64)))
    old = c.RevealRandomness(draw=1, r=b64u(world.contribution("wuhan", 1)))
    refuses(world, "wrong-draw", lambda: world.say("wuhan", old))
    member = next(iter(drawing.members(world.state, "wedz")))
    world.parties["wedz"].pool = tuple(sorted([member, *(hashlib.sha256(b"%d" % n).hexdigest() for n in range(3))]))
    world.seed_draw()
    assert world.state.draw().seed != world.state.draws[0].seed
    while (leaf := world.next_leaf("wedz")) == member:
        refuses(world, "already-member", lambda: world.say("wedz", outcome(world, member)))
        world.say("wedz", outcome(world, member, "recused:already-member"))
    assert leaf
    world.say("wedz", outcome(world, leaf))
    assert world.state.phase is Phase.DRAWN
    assert len(drawing.members(world.state, "wedz")) == 2
    world.check_in().start()
    assert len(world.state.seats) == 5


def test_no_second_draw_while_another_seat_can_still_be_called():
    """Otherwise the other centre could fill the same seats from both draws."""
    world = road("seeded", pool=4)
    call_next(world, "wuhan")
    for _ in range(4):
        call_next(world, "wedz", "declined")
    assert "draw_exhausted" in [event.type for event in world.events]
    refuses(world, "draw-not-exhausted", lambda: world.say("oversight", c.OrderDraw(draw=2, reason="-")))


def test_a_further_draw_is_from_the_same_registered_pool():
    world = exhausted()
    call_next(world, "wedz", "unreachable")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    freeze = world.freeze("wedz")
    refuses(world, "pool-changed", lambda: world.say("wedz", replace(freeze, registered="0" * 64)))
    world.say("wedz", freeze)


def test_a_member_lost_from_the_first_draw_can_be_sought_in_a_third():
    """The second draw found all it was asked for; the first has nobody left: it must still be said."""
    world = exhausted()
    call_next(world, "wedz", "unreachable")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    world.parties["wedz"].pool = ("a" * 64, "b" * 64)
    world.seed_draw()
    first = next(iter(drawing.members(world.state, "wedz")))
    call_next(world, "wedz")
    world.say("wuhan", c.OpenCheckin())
    world.say("wedz", outcome(world, first, "withdrawn", draw=1))
    assert world.events[-1].type == "draw_exhausted"
    world.say("oversight", c.OrderDraw(draw=3, reason="-"))
    assert world.state.phase is Phase.DRAWING


def test_a_centre_without_a_request_in_the_second_draw_can_still_run_dry():
    world = exhausted()
    call_next(world, "wedz", "unreachable")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    world.parties["wedz"].pool = ("a" * 64,)
    world.seed_draw()
    call_next(world, "wedz")
    call_next_of_first(world)
    members = list(drawing.members(world.state, "wuhan"))
    world.say("wuhan", c.OpenCheckin())
    for leaf in members[:2]:
        world.say("wuhan", outcome(world, leaf, "withdrawn", draw=1))
    assert world.events[-1].type == "draw_exhausted"
    world.say("oversight", c.OrderDraw(draw=3, reason="-"))
    assert set(world.state.draw().requests) == {"wuhan"}


def second_draw(world: World) -> World:
    """A further draw at the guest's, over the same pool."""
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    return world.seed_draw()


@pytest.mark.requirement("R15")
@pytest.mark.parametrize("said", ["recused:employer", "recused:kin", "recused:declared"])
def test_who_was_recused_in_one_draw_cannot_be_accepted_in_another(said):
    world = road("seeded", pool=3)
    call_next(world, "wedz")
    recused = [call_next(world, "wedz", said), call_next(world, "wedz", said)]
    world.call("wuhan")
    second_draw(world)
    seen = []
    while (leaf := world.next_leaf("wedz")) is not None:
        seen.append(leaf)
        if leaf in recused:
            refusal = refuses(world, "recused-before", lambda leaf=leaf: world.say("wedz", outcome(world, leaf)))
            assert refusal.detail == {"leaf": leaf, "outcome": said}
            assert drawing.recusal(world.state, "wedz", leaf) == said
        again = said if leaf in recused else drawing.SITS_ALREADY
        world.say("wedz", outcome(world, leaf, again))
    assert set(recused) < set(seen)
    assert len(drawing.members(world.state, "wedz")) == 1
    assert world.events[-1].type == "draw_exhausted"


def test_who_declared_a_conflict_at_the_booth_cannot_come_back_in_a_further_draw():
    world = road("checkin", pool=3)
    gone = next(iter(drawing.members(world.state, "wedz")))
    world.seat("wedz", gone, conflict="B1")
    assert drawing.recusal(world.state, "wedz", gone) == "recused:declared"
    for leaf in list(drawing.members(world.state, "wedz"))[:1]:
        world.say("wedz", outcome(world, leaf, "withdrawn"))
    second_draw(world)
    while (leaf := world.next_leaf("wedz")) not in (gone, None):
        world.say("wedz", outcome(world, leaf, "declined" if leaf not in drawing.members(world.state, "wedz") else
                                  drawing.SITS_ALREADY))  # fmt: skip
    assert leaf == gone
    refuses(world, "recused-before", lambda: world.say("wedz", outcome(world, gone)))
    world.call("wedz")
    assert gone not in drawing.members(world.state, "wedz")


@pytest.mark.parametrize("said", ["declined", "unreachable", "same-unit"])
def test_who_only_was_not_available_may_accept_in_a_further_draw(said):
    world = road("seeded", pool=3)
    call_next(world, "wedz")
    away = {call_next(world, "wedz", said), call_next(world, "wedz", said)}
    world.call("wuhan")
    second_draw(world).call("wedz")
    assert away & set(drawing.members(world.state, "wedz"))


def test_a_member_cannot_be_recused_by_the_call_of_another_draw():
    """It would be recused and sit all the same: a removal belongs to the draw that the member came from."""
    world = exhausted()
    call_next(world, "wedz", "unreachable")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    (member,) = drawing.members(world.state, "wedz")
    world.parties["wedz"].pool = (member,)
    world.seed_draw()
    for said in ("recused:kin", "recused:declared", "declined"):
        refuses(world, "already-member", lambda said=said: world.say("wedz", outcome(world, member, said)))
    world.say("wedz", outcome(world, member, drawing.SITS_ALREADY))
    assert drawing.recusal(world.state, "wedz", member) == "", "a member is not recused by sitting already"


def call_next_of_first(world: World) -> None:
    draw = world.state.draws[0]
    leaf = drawing.standing(draw, "wuhan", draw.requests["wuhan"][0]).next
    assert leaf
    world.say("wuhan", outcome(world, leaf, draw=1))


@pytest.mark.requirement("R19")
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["accepted", "accepted", "declined", "late", "same-unit", "withdrawn"]), max_size=25))
def test_whatever_comes_of_the_calls_the_share_is_never_exceeded(script):
    world = road("seeded", pool=6)
    for said in script:
        members = list(drawing.members(world.state, "wuhan"))
        leaf = members[0] if said in ("late", "withdrawn") and members else world.next_leaf("wuhan")
        if leaf is None or (said in ("late", "withdrawn") and not members):
            continue
        world.say("wuhan", outcome(world, leaf, said))
        assert len(drawing.members(world.state, "wuhan")) <= 3
    assert owed(world) == []


@pytest.mark.requirement("R20")
def test_a_member_of_the_first_draw_is_not_accepted_again_in_the_second():
    world = exhausted()
    call_next(world, "wedz", "unreachable")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    (member,) = drawing.members(world.state, "wedz")
    world.parties["wedz"].pool = (member,)
    world.seed_draw()
    refuses(world, "already-member", lambda: world.say("wedz", outcome(world, member)))


class TwoStrata(World):
    """The host draws two kinds of expert from a pool in which everybody is both."""

    def plan(self, revision: int = 1) -> Plan:
        plan = super().plan(revision)
        strata = (
            Stratum(code="S", specialty="A0401", need=2, reserves=1),
            Stratum(code="T", specialty="A0801", need=1, reserves=0),
        )
        return replace(plan, shares=(replace(plan.shares[0], strata=strata), *plan.shares[1:]))


def test_a_reserve_of_one_stratum_sits_in_no_other() -> None:
    """Or one who is promoted in both would sit twice, and one recused in the first could still sit in the second."""
    world = TwoStrata(pool=4).pair().seed_draw()
    world.call("wuhan")
    waiting = drawing.standing_leaves(world.state, "wuhan")
    assert len(waiting) == 3
    kind = world.state.draw().requests["wuhan"][1]
    while (leaf := drawing.standing(world.state.draw(), "wuhan", kind).next) is not None:
        say = partial(c.RecordOutcome, draw=1, stratum="T", leaf=leaf)
        if leaf in waiting:
            refuses(world, "already-member", lambda say=say: world.say("wuhan", say(outcome="accepted")))
            world.say("wuhan", say(outcome=drawing.SITS_ALREADY))
        else:
            refuses(world, "not-a-member", lambda say=say: world.say("wuhan", say(outcome=drawing.SITS_ALREADY)))
            world.say("wuhan", say(outcome="accepted"))
    assert len(drawing.members(world.state, "wuhan")) == 3
