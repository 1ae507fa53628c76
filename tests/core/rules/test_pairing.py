"""Pairing: each command once, each refusal by its code, nothing changed."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World, small_project

from evalhub.core.ledger.note import log_verifier, witness_verifier
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import Room, Window
from evalhub.core.rules.prices import Composite, Deduction
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.keys import KemKey, PublicJwk

replace = msgspec.structs.replace


def _with(world: World, **changes: object) -> c.ProposePlan:
    return c.ProposePlan(plan=replace(world.plan(world.state.plan.revision + 1 if world.state.plan else 1), **changes))


def _with_project(world: World, **changes: object) -> c.ProposePlan:
    return _with(world, project=replace(world.project, **changes))


# -- opening ---------------------------------------------------------------------------------------------------------


def test_opening_once():
    world = road("void")
    assert [event.type for event in world.say("wuhan", world.opening())] == ["session_opened"]
    assert world.state.phase is Phase.DRAFT
    refuses(world, "wrong-phase", lambda: world.say("wuhan", world.opening()))


@pytest.mark.requirement("R90")
@pytest.mark.parametrize(
    "roles",
    [
        ("host", "guest"),
        ("host", "oversight"),
        ("guest", "oversight"),
        ("host", "host", "guest", "oversight"),
        ("host", "guest", "oversight", "oversight"),
    ],
)
def test_opening_wants_one_host_guests_and_one_oversight(roles):
    world = road("void", (3, 1, 1))
    parties = [replace(party, role=role) for party, role in zip(world.opening().parties, roles, strict=False)]
    opening = replace(world.opening(), parties=tuple(parties))
    key = world.parties["wuhan"].identity
    if "host" not in roles:
        refuses(world, "unknown-key", lambda: world.relay(world.statement(key, opening)))
    else:
        refuses(world, "wrong-parties", lambda: world.relay(world.statement(key, opening)))


@pytest.mark.requirement("R5")
@pytest.mark.parametrize("field", ["name", "identity", "witness"])
def test_opening_refuses_a_name_or_key_twice(field):
    world = road("void")
    host, guest, oversight = world.opening().parties
    twin = replace(guest, **{field: getattr(oversight, field)})
    opening = replace(world.opening(), parties=(host, twin, oversight))
    refuses(world, "party-twice", lambda: world.say("wuhan", opening))


def test_opening_refuses_a_point_off_the_curve():
    world = road("void")
    host, guest, oversight = world.opening().parties
    bad = replace(guest, identity=PublicJwk(x="A" * 43, y="A" * 43))
    malformed(world, lambda: world.say("wuhan", replace(world.opening(), parties=(host, bad, oversight))))


@pytest.mark.parametrize(
    "origin",
    [
        "evalhub.test/evalhub/rehearsal/WH-2026-1121-004",
        "evalhub.test/evalhub/WH-2026-1121-003",
        "evalhub.test/evalhub/rehearsal/WH-2026-1121-003/",
        "evalhub.test/elsewhere/rehearsal/WH-2026-1121-003",
    ],
)
def test_the_origin_is_the_one_of_this_session_and_marked_as_it_is(origin):
    world = road("void")
    refused = refuses(world, "wrong-origin", lambda: world.say("wuhan", replace(world.opening(), origin=origin)))
    assert refused.detail == {"expected": "evalhub.test/evalhub/rehearsal/WH-2026-1121-003"}


def test_a_session_that_is_no_rehearsal_has_no_rehearsals_origin():
    world = road("void")
    refuses(world, "wrong-origin", lambda: world.say("wuhan", replace(world.opening(), rehearsal=False)))


def test_an_origin_without_a_host_name_is_none():
    world = road("void")
    malformed(world, lambda: world.say("wuhan", replace(world.opening(), origin=" /evalhub/x")))


def test_the_log_key_bears_the_origins_name():
    world = road("void")
    foreign = log_verifier(f"{world.origin}x", world.log.public).vkey()
    refuses(world, "wrong-log", lambda: world.say("wuhan", replace(world.opening(), log=foreign)))


def test_a_ledger_whose_keys_cannot_verify_it_is_malformed():
    world = road("void")
    opening = world.opening()
    host, guest, oversight = opening.parties
    cosigning_log = witness_verifier(world.origin, world.log.public).vkey()
    signing_witness = log_verifier("evalhub.test/wedz", world.parties["wedz"].witness.public).vkey()
    name, _, key = guest.witness.split("+", 2)
    logs = ["", "-", cosigning_log, opening.log[:-4], opening.log.replace("+", " ", 1)]
    witnesses = ["", "-", signing_witness, f"{name}+00000000+{key}", f"{guest.witness}="]
    for log in logs:
        malformed(world, lambda log=log: world.say("wuhan", replace(opening, log=log)))
    for witness in witnesses:
        parties = (host, replace(guest, witness=witness), oversight)
        malformed(world, lambda parties=parties: world.say("wuhan", replace(opening, parties=parties)))


def test_two_parties_never_have_one_witness_key_under_two_names():
    world = road("void")
    host, guest, oversight = world.opening().parties
    twin = witness_verifier("evalhub.test/wedz", world.parties["oversight"].witness.public).vkey()
    opening = replace(world.opening(), parties=(host, replace(guest, witness=twin), oversight))
    refuses(world, "party-twice", lambda: world.say("wuhan", opening))


@pytest.mark.parametrize("name", ["everyone", "none"])
def test_a_name_that_no_policy_can_hold_is_malformed(name):
    """The session's policy (C2SP tlog-policy) has these words for itself: nothing could ever be verified."""
    world = road("void")
    host, guest, oversight = world.opening().parties
    parties = (host, replace(guest, name=name), oversight)
    malformed(world, lambda: world.say("wuhan", replace(world.opening(), parties=parties)))


def test_only_the_host_named_in_it_signs_the_opening():
    world = road("void")
    refuses(world, "unknown-key", lambda: world.say("wedz", world.opening()))


# -- plan --------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R2", "R3")
def test_a_changed_plan_asks_every_guest_again():
    world = road("requested", (3, 1, 1))
    world.say("wedz", c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("K")))
    old = world.state.plan_digest
    world.say("wuhan", c.ProposePlan(plan=world.plan(2)))
    assert world.state.acceptances == {}
    accept = c.AcceptPlan(plan=old, rooms=world.rooms("K"))
    refuses(world, "not-the-standing-plan", lambda: world.say("wedz", accept))


@pytest.mark.parametrize("revision", [1, 3])
def test_revisions_count_up_by_one(revision):
    world = road("requested")
    refuses(world, "wrong-revision", lambda: world.say("wuhan", c.ProposePlan(plan=world.plan(revision))))


@pytest.mark.requirement("R50")
@pytest.mark.parametrize("name", ["drawing", "drawn", "checkin", "start-pending", "chair", "detailed", "verification"])
def test_the_criteria_of_the_plan_agreed_cannot_be_changed(name):
    world = road(name)
    looser = replace(world.project, factors=world.project.factors[:1], price_points=Decimal(40))
    refuses(
        world, "wrong-phase", lambda: world.say("wuhan", c.ProposePlan(plan=replace(world.plan(2), project=looser)))
    )
    assert world.state.the_plan().project == world.project


def test_the_plan_names_host_first_and_exactly_the_guests():
    world = road("draft", (3, 1, 1))
    host, wedz, gamma = world.plan().shares
    for shares in [(), (wedz, host, gamma), (host, wedz), (host, wedz, replace(gamma, centre="delta")),
                   (host, wedz, wedz)]:  # fmt: skip
        refuses(world, "wrong-centres", lambda shares=shares: world.say("wuhan", _with(world, shares=shares)))


def test_a_plan_with_a_mistake_is_refused_with_its_code():
    world = road("draft")
    host, guest = world.plan().shares
    six = replace(host, strata=(replace(host.strata[0], need=4),))
    cases = {
        "shares-not-committee": _with(world, shares=(six, guest)),
        "no-strata": _with(world, shares=(replace(host, strata=(replace(host.strata[0], need=5),)),
                                          replace(guest, strata=()))),
        "duplicate": _with(world, host_rooms=(*world.rooms("A"), *world.rooms("A"))),
        "no-rooms": _with(world, host_rooms=()),
        "no-booths": _with(world, host_rooms=(Room(name="A1", booths=()),)),
        "window-empty": _with(world, window=Window(opens=world.plan().window.closes, closes=world.plan().window.opens)),
        "bad-value": _with(world, window=Window(opens="2026-13-45T25:61:61.000Z", closes="2026-13-45T26:61:61.000Z")),
        "points-not-100": _with_project(world, price_points=Decimal(31)),
        "too-few-bids": _with_project(world, bidders=world.project.bidders[:2]),
        "committee-odd": _with_project(world, committee=c_request(world, size=6)),
        "no-items": _with_project(world, examination=()),
    }  # fmt: skip
    for code, command in cases.items():
        refuses(world, code, lambda command=command: world.say("wuhan", command))


def c_request(world: World, **changes: object) -> object:
    return replace(world.project.committee, **changes)


@pytest.mark.parametrize("field", ["budget", "ceiling"])
@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-1", "0", "1E+999999", "0.001"])
def test_no_amount_that_is_none(field, amount):
    world = road("draft")
    refuses(world, "not-an-amount", lambda: world.say("wuhan", _with_project(world, **{field: Decimal(amount)})))


@pytest.mark.parametrize("points", ["NaN", "sNaN", "Infinity", "-Infinity", "-30"])
def test_no_price_points_that_are_none(points):
    world = road("draft")
    refuses(world, "points-not-100", lambda: world.say("wuhan", _with_project(world, price_points=Decimal(points))))


def test_negative_price_points_cannot_hide_behind_high_factors():
    """105 - 5 is 100, and no price could ever be scored."""
    world = road("draft")
    first, second = world.project.factors
    factors = (replace(first, highest=Decimal(95)), second)
    command = _with_project(world, factors=factors, price_points=Decimal(-5))
    refuses(world, "points-not-100", lambda: world.say("wuhan", command))


def test_a_formula_that_cannot_be_computed_here_is_refused_at_once():
    world = road("draft")
    cut = Composite(deduction=Deduction(above=Decimal(1), below=Decimal("0.5")), weight=(Decimal("0.5"),),
                    ceiling_cut=(Decimal("0.01"), Decimal("0.30")))  # fmt: skip
    refuses(world, "price-no-valid-bid", lambda: world.say("wuhan", _with_project(world, price=cut)))
    cheap = _with_project(world, ceiling=Decimal(1))
    refuses(world, "price-no-valid-bid", lambda: world.say("wuhan", cheap))


# -- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R2")
def test_a_guest_answers_once():
    world = road("requested", (3, 1, 1))
    accept = c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("K"))
    world.say("wedz", accept)
    refuse = c.RefusePlan(plan=world.state.plan_digest, reason="no booth")
    refuses(world, "already-answered", lambda: world.say("wedz", accept))
    refuses(world, "already-answered", lambda: world.say("wedz", refuse))
    assert world.state.phase is Phase.REQUESTED


@pytest.mark.requirement("R2")
def test_a_refusal_stands_until_the_plan_changes():
    world = road("requested")
    world.say("wedz", c.RefusePlan(plan=world.state.plan_digest, reason="no booth"))
    assert world.state.phase is Phase.REQUESTED
    world.say("wuhan", c.ProposePlan(plan=world.plan(2)))
    world.say("wedz", c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("K")))
    assert world.state.phase is Phase.CONFIRMED


@pytest.mark.requirement("R34")
def test_a_guest_brings_enough_booths_each_numbered_once():
    world = road("requested")
    digest = world.state.plan_digest
    few = c.AcceptPlan(plan=digest, rooms=(Room(name="K1", booths=("K1-01",)),))
    refuses(world, "too-few-booths", lambda: world.say("wedz", few))
    twice = c.AcceptPlan(plan=digest, rooms=(*world.rooms("K"), *world.rooms("K")))
    refuses(world, "duplicate", lambda: world.say("wedz", twice))
    refuses(world, "no-rooms", lambda: world.say("wedz", c.AcceptPlan(plan=digest, rooms=())))


@pytest.mark.requirement("R3")
def test_agreement_needs_every_guest():
    world = road("requested", (3, 1, 1))
    world.say("wedz", c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("K")))
    assert world.state.phase is Phase.REQUESTED
    events = world.say("gamma", c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("M")))
    assert [event.type for event in events] == ["plan_accepted", "plan_agreed"]


# -- keys and roster ---------------------------------------------------------------------------------------------------


def test_each_trustee_files_one_key_of_its_own():
    world = road("confirmed")
    pk = world.parties["wuhan"].kem.public
    world.say("wuhan", c.FileTrusteeKey(pk=pk))
    refuses(world, "already-filed", lambda: world.say("wuhan", c.FileTrusteeKey(pk=KemKey.generate().public)))
    refuses(world, "key-in-use", lambda: world.say("wedz", c.FileTrusteeKey(pk=pk)))
    identity = world.parties["oversight"].identity.public
    refuses(world, "key-in-use", lambda: world.say("wedz", c.FileTrusteeKey(pk=identity)))
    malformed(world, lambda: world.say("wedz", c.FileTrusteeKey(pk=PublicJwk(x="A" * 43, y="A" * 43))))


def test_the_roster_is_signed_whole_and_once():
    world = road("confirmed")
    sign = c.SignRoster(roster="x")
    refuses(world, "roster-incomplete", lambda: world.say("wuhan", sign))
    for name in world.parties:
        world.say(name, c.FileTrusteeKey(pk=world.parties[name].kem.public))
    refuses(world, "foreign-roster", lambda: world.say("wuhan", sign))
    right = c.SignRoster(roster=world.state.roster_digest)
    world.say("wuhan", right)
    refuses(world, "already-signed", lambda: world.say("wuhan", right))
    world.say("wedz", right)
    assert world.state.phase is Phase.CONFIRMED
    events = world.say("oversight", right)
    assert [event.type for event in events] == ["roster_signed", "roster_completed", "draw_opened"]


BEFORE = ["draft", "requested", "confirmed", "drawing", "committed", "drawn", "checkin", "seated", "start-pending"]


@pytest.mark.parametrize("name", BEFORE)
def test_the_host_may_cancel_before_the_start(name):
    world = road(name)
    world.say("wuhan", c.CancelSession(reason="flood"))
    assert (world.state.phase, world.state.failure, world.state.gate) == (Phase.CANCELLED, "flood", None)
    refuses(world, "wrong-phase", lambda: world.say("wuhan", c.CancelSession(reason="again")))


def test_cancelling_at_a_gate_needs_no_countersignature():
    world = road("escrow-gate")
    world.say("wuhan", c.CancelSession(reason="flood"))
    assert world.state.gate is None


def test_nobody_cancels_an_evaluation():
    world = road("chair")
    refuses(world, "wrong-phase", lambda: world.say("wuhan", c.CancelSession(reason="-")))
    refuses(world, "not-yours", lambda: world.say("wedz", c.CancelSession(reason="-")))


def test_more_centres_than_pieces_can_be_shared_among():
    """23 trustees would need 253 pieces; the 24th party makes the roster impossible, and says so."""
    from evalhub.core.rules.pairing import _roster
    from evalhub.core.rules.state import State

    keys = {f"c{n}": KemKey.generate().public for n in range(24)}
    world = road("void")
    refuses(world, "roster-impossible", lambda: _roster(State(session="WH-1"), keys))


def test_projects_in_tests_are_lawful():
    from evalhub.core.rules.plan import problems

    assert problems(small_project()) == ()
