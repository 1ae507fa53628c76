"""Check-in: admission, booth, ticket, self-test, declaration, start."""

from __future__ import annotations

import msgspec
import pytest
from support.roads import malformed, refuses, road, ticket
from support.world import START, BoothSim, World

from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import drawing, statements
from evalhub.core.rules.events import By
from evalhub.core.rules.session import decide
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.keys import SigningKey

replace = msgspec.structs.replace
CHECK = c.SelfTestCheck(name="client", passed=True)


def admission(leaf: str, **changes: object) -> c.AdmitExpert:
    return replace(c.AdmitExpert(leaf=leaf, identity_confirmed=True, phone_handed_in=True), **changes)


def leaves(world: World, centre: str) -> list[str]:
    return list(drawing.members(world.state, centre))


def admitted(**options: object) -> tuple[World, str]:
    world = road("checkin", **options)
    return world, world.admit("wuhan", leaves(world, "wuhan")[0])


def issue(world: World, seat: str, word: str = "one", after: int = 3_600_000) -> c.IssueTicket:
    return c.IssueTicket(seat=seat, ticket=ticket(word), expires=format_time(world.time + after))


# -- admission -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R30", "R37")
def test_only_ones_own_members_are_admitted_once_identified_and_without_phone():
    world = road("checkin")
    mine, theirs = leaves(world, "wuhan"), leaves(world, "wedz")
    reserve = drawing.standing(world.state.draw(), "wuhan", world.state.draw().requests["wuhan"][0]).reserves[0]
    for leaf in (theirs[0], reserve, "0" * 64):
        refuses(world, "not-a-member", lambda leaf=leaf: world.say("wuhan", admission(leaf)))
    no_id, phone = admission(mine[0], identity_confirmed=False), admission(mine[0], phone_handed_in=False)
    refuses(world, "identity-not-confirmed", lambda: world.say("wuhan", no_id))
    refuses(world, "phone-not-handed-in", lambda: world.say("wuhan", phone))
    events = world.say("wuhan", admission(mine[0]))
    assert [event.type for event in events] == ["expert_admitted", "seat_assigned"]
    refuses(world, "already-admitted", lambda: world.say("wuhan", admission(mine[0])))


@pytest.mark.requirement("R32")
@pytest.mark.parametrize("moment", [START - 3_600_001, START + 86_400_000])
def test_nobody_is_admitted_outside_the_window(moment):
    world = road("checkin")
    if moment < START:
        world = road("draft")
        opens = format_time(START + 7_200_000)
        plan = replace(world.plan(), window=replace(world.plan().window, opens=opens))
        world.say("wuhan", c.ProposePlan(plan=plan))
        world.say("wedz", c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("K")))
        world.settle()
        world.draw().say("wuhan", c.OpenCheckin())
    else:
        world.time = moment
    refuses(world, "outside-window", lambda: world.say("wuhan", admission(leaves(world, "wuhan")[0])))


@pytest.mark.requirement("R35")
def test_members_sit_in_different_rooms_while_there_are_enough():
    world = road("seated")
    rooms = [seat.room for seat in world.state.seats.values()]
    assert len(set(rooms)) == 5
    assert not any(seat.shared for seat in world.state.seats.values())


@pytest.mark.requirement("R35")
def test_too_few_rooms_share_and_say_so():
    world = road("seated", rooms=2)
    hosts = [seat for seat in world.state.seats.values() if seat.seat.startswith("wuhan/")]
    assert sorted(seat.shared for seat in hosts) == [False, False, True]
    assert len({seat.seat for seat in hosts}) == 3
    assert not any(seat.shared for seat in world.state.seats.values() if seat.seat.startswith("wedz/"))


def test_no_booth_left_refuses_the_admission():
    world = road("checkin", rooms=2)
    for _ in range(2):
        leaf = leaves(world, "wuhan")[0]
        world.seat("wuhan", leaf, conflict="B1")
        while world.next_leaf("wuhan"):
            world.call("wuhan")
    for leaf in leaves(world, "wuhan")[:2]:
        world.seat("wuhan", leaf)
    refuses(world, "no-free-booth", lambda: world.say("wuhan", admission(leaves(world, "wuhan")[2])))


# -- ticket ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R32")
def test_a_ticket_is_for_ones_own_seat_within_the_window():
    world, seat = admitted()
    refuses(world, "not-your-seat", lambda: world.say("wedz", issue(world, seat)))
    refuses(world, "not-your-seat", lambda: world.say("wuhan", issue(world, "wuhan/Z9-09")))
    late = issue(world, seat, after=90_000_000)
    refuses(world, "ticket-outlives-window", lambda: world.say("wuhan", late))
    nonsense = replace(late, expires="2026-02-31T00:00:00.000Z")
    malformed(world, lambda: world.say("wuhan", nonsense))
    world.say("wuhan", issue(world, seat))
    refuses(world, "ticket-repeated", lambda: world.say("wuhan", issue(world, seat)))
    other = world.admit("wedz", leaves(world, "wedz")[0])
    refuses(world, "ticket-repeated", lambda: world.say("wedz", issue(world, other)))


def test_a_reprinted_ticket_replaces_the_first():
    world, seat = admitted()
    world.say("wuhan", issue(world, seat, "one"))
    world.say("wuhan", issue(world, seat, "two"))
    booth = world.booths[seat] = BoothSim(seat)
    refuses(world, "ticket-unknown", lambda: world.say("wuhan", world.redemption(booth, ticket("one"))))
    world.say("wuhan", world.redemption(booth, ticket("two")))
    refuses(world, "ticket-used", lambda: world.say("wuhan", world.redemption(BoothSim(seat), ticket("two"))))
    refuses(world, "ticket-used", lambda: world.say("wuhan", issue(world, seat, "three")))


@pytest.mark.requirement("R32")
def test_redeeming_wants_a_ticket_in_time_at_ones_own_centre():
    world, seat = admitted()
    booth = BoothSim(seat)
    refuses(world, "ticket-unknown", lambda: world.say("wuhan", world.redemption(booth, ticket("one"))))
    world.say("wuhan", issue(world, seat, after=1000))
    refuses(world, "not-your-seat", lambda: world.say("wedz", world.redemption(booth, ticket("one"))))
    world.time += 1000
    refuses(world, "ticket-expired", lambda: world.say("wuhan", world.redemption(booth, ticket("one"))))


@pytest.mark.requirement("R32")
def test_an_expired_moment_is_already_too_late():
    world, seat = admitted()
    world.say("wuhan", issue(world, seat, after=500))  # the next command comes 250 ms after this one
    assert world.state.seats[seat].expires == format_time(world.time + 250)
    refuses(world, "ticket-expired", lambda: world.say("wuhan", world.redemption(BoothSim(seat), ticket("one"))))


def test_a_booth_key_is_fresh():
    world, seat = admitted()
    other = world.admit("wuhan", leaves(world, "wuhan")[1])
    world.redeem(seat)
    world.say("wuhan", issue(world, other))
    for key in (world.booths[seat].key, world.parties["wedz"].identity):
        command = world.redemption(BoothSim(other, key), ticket("one"))
        refuses(world, "key-in-use", lambda command=command: world.say("wuhan", command))


@pytest.mark.parametrize("field", ["session", "seat", "ticket", "roster", "key", "typ"])
def test_the_proof_binds_key_seat_ticket_session_and_roster(field):
    world, seat = admitted()
    world.say("wuhan", issue(world, seat))
    booth = BoothSim(seat)
    said = {"session": world.session, "seat": seat, "ticket": ticket("one"), "roster": world.state.roster_digest}
    signer = SigningKey.generate() if field == "key" else booth.key
    if field in said:
        said[field] = "other"
    proof = statements.hello(signer, statements.Hello(**said))
    if field == "typ":
        proof = world.statement(signer, c.RequestStart())
    command = replace(world.redemption(booth, ticket("one")), proof=proof)
    malformed(world, lambda: world.say("wuhan", command))


# -- self-test and declaration -----------------------------------------------------------------------------------------


@pytest.mark.requirement("R7")
def test_a_failed_self_test_may_be_repeated_and_the_last_counts():
    world, seat = admitted()
    world.redeem(seat)
    refuses(world, "self-test-empty", lambda: world.booth_say(seat, c.ReportSelfTest(checks=())))
    for passed in (True, False, True):
        world.booth_say(seat, c.ReportSelfTest(checks=(CHECK, replace(CHECK, passed=passed))))
        assert world.state.seats[seat].tested is passed


@pytest.mark.requirement("R15", "R30")
def test_a_declaration_answers_every_bidder_once():
    world, seat = admitted()
    world.redeem(seat)
    right = world.declaration()
    say = lambda command: lambda: world.booth_say(seat, command)  # noqa: E731
    refuses(world, "answer-every-bidder", say(replace(right, answers=right.answers[1:])))
    refuses(world, "answer-every-bidder", say(replace(right, answers=right.answers + right.answers[:1])))
    stranger = (*right.answers[1:], c.BidderAnswer(bidder="B9", conflict=False))
    refuses(world, "answer-every-bidder", say(replace(right, answers=stranger)))
    refuses(world, "discipline-not-accepted", say(replace(right, discipline=False)))
    silent = tuple(replace(answer, conflict=True, reason=" ") for answer in right.answers)
    refuses(world, "reason-missing", say(replace(right, answers=silent)))
    world.booth_say(seat, right)
    refuses(world, "already-declared", say(right))


@pytest.mark.requirement("R15", "R16")
def test_a_declared_conflict_vacates_the_seat_calls_the_reserve_and_another_booth():
    world = road("checkin")
    first, order = leaves(world, "wuhan")[0], world.state.draw().orders["wuhan", "S"]
    assert first == order[0]
    seat = world.admit("wuhan", first)
    world.redeem(seat)
    events = world.booth_say(seat, world.declaration("B1"))
    assert [event.type for event in events] == ["recusal_declared", "seat_vacated"]
    assert seat not in world.state.seats
    assert leaves(world, "wuhan") == list(order[1:4])
    test = c.ReportSelfTest(checks=(CHECK,))
    refuses(world, "unknown-key", lambda: world.booth_say(seat, test))
    refuses(world, "not-a-member", lambda: world.say("wuhan", admission(first)))
    world.check_in()
    assert seat not in world.state.seats
    assert len(world.state.seats) == 5
    assert world.next_leaf("wuhan") == order[4]
    world.start()


def test_a_booth_is_used_once_even_when_only_it_would_keep_rooms_apart():
    world = road("checkin", rooms=3)
    seat = world.seat("wuhan", leaves(world, "wuhan")[0], conflict="B2")
    world.check_in()
    assert seat not in world.state.seats
    assert len({s.room for s in world.state.seats.values() if s.seat.startswith("wuhan/")}) == 3


def test_a_member_removed_before_redeeming_leaves_the_seat():
    world, seat = admitted()
    leaf = world.state.seats[seat].leaf
    said = c.RecordOutcome(draw=1, stratum="S", leaf=leaf, outcome="withdrawn")
    events = world.say("wuhan", said)
    assert [event.type for event in events] == ["outcome_recorded", "seat_vacated"]
    assert seat not in world.state.seats


def test_nobody_removes_a_member_who_sits_at_a_booth():
    world, seat = admitted()
    world.redeem(seat)
    leaf = world.state.seats[seat].leaf
    for word in ("withdrawn", "late", "recused:declared"):
        said = c.RecordOutcome(draw=1, stratum="S", leaf=leaf, outcome=word)
        refuses(world, "already-seated", lambda said=said: world.say("wuhan", said))


def test_a_booth_cannot_speak_for_another_seat():
    """The key decides: what a redeemed booth signs concerns its own seat only."""
    world = road("checkin")
    first, second = (world.admit("wuhan", leaf) for leaf in leaves(world, "wuhan")[:2])
    world.redeem(first)
    world.booth_say(first, c.ReportSelfTest(checks=(CHECK,)))
    assert (world.state.seats[first].tested, world.state.seats[second].tested) == (True, False)


# -- start -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["seat", "ticket", "test", "failed", "declaration"])
def test_the_start_waits_for_every_seat(missing):
    world = road("checkin")
    *others, last = [(centre, leaf) for centre in world.split for leaf in leaves(world, centre)]
    for centre, leaf in others:
        world.seat(centre, leaf)
    if missing != "seat":
        seat = world.admit(*last)
    if missing not in ("seat", "ticket"):
        world.redeem(seat)
    if missing in ("failed", "declaration"):
        world.booth_say(seat, c.ReportSelfTest(checks=(replace(CHECK, passed=missing == "declaration"),)))
    if missing in ("test", "failed"):
        world.booth_say(seat, world.declaration())
    refuses(world, "seats-not-ready", lambda: world.say("wuhan", c.RequestStart()))


@pytest.mark.requirement("R93")
def test_oversight_approves_or_refuses_the_start():
    world = road("seated")
    refuses(world, "wrong-phase", lambda: world.say("oversight", c.ApproveStart()))
    refuses(world, "not-yours", lambda: world.say("wedz", c.RequestStart()))
    world.say("wuhan", c.RequestStart())
    refuses(world, "not-yours", lambda: world.say("wuhan", c.ApproveStart()))
    world.say("oversight", c.RefuseStart(reason="camera"))
    assert world.state.phase is Phase.CHECKIN
    world.start()
    assert world.state.phase is Phase.SEALING
    assert "seating" in world.state.gates
    assert sorted(world.state.aliases.values()) == [f"member-{n}" for n in range(1, 6)]


def test_the_first_round_waits_for_the_countersigned_seating():
    world = road("starting")
    assert world.state.gate is not None
    assert world.state.gate.name == "seating"
    assert world.state.rounds == ()


@pytest.mark.requirement("R33")
def test_a_seat_listens_to_its_own_key_only():
    """Whatever the hub's gate lets through: the rule itself compares the key."""
    world = road("seated")
    seat = next(iter(world.state.seats))
    by = By(role="booth", site="wuhan", seat=seat, kid="another", n=1)
    for command in (c.ReportSelfTest(checks=(CHECK,)), world.declaration()):
        refuses(world, "not-your-seat", lambda command=command: decide(world.state, command, by, world.time))
