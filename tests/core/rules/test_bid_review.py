"""Price confirmations (R61) and abnormally low bids (R62): asked by the rules, answered, decided by the members."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from support.roads import refuses, road
from support.world import World, small_project

from evalhub.core.rules import bid_review, matters, result, rounds
from evalhub.core.rules import clarification as cl
from evalhub.core.rules import commands as c
from evalhub.core.rules.bidder_answers import reply_to, sign_reply
from evalhub.core.rules.plan import Project
from evalhub.core.rules.prices.correction import BidFigures
from evalhub.core.rules.prices.low_bids import LowBidRule
from evalhub.core.rules.state import Clarification, Phase, Stage
from evalhub.core.sealing.keys import SigningKey

replace = msgspec.structs.replace
KEY = SigningKey.generate()
MINUTE = 60_000


def project(prices: dict[str, int], words: dict[str, str] | None = None, **changes: object) -> Project:
    """Government services, four bids or more, every bidder with the same key; prices in units of ten thousand."""
    said = words or {}
    plain = small_project(7, bidders=len(prices))
    bidders = tuple(
        replace(
            bidder,
            price=Decimal(prices[bidder.code] * 10_000),
            key=KEY.public,
            figures=BidFigures(words=said[bidder.code]) if bidder.code in said else None,
        )
        for bidder in plain.bidders
    )
    return replace(plain, project_class="government-services", bidders=bidders, **changes)


LOW = project({"B1": 30, "B2": 90, "B3": 91, "B4": 92})
WORDS = project({"B1": 80, "B2": 90, "B3": 91, "B4": 92}, {"B2": "捌拾壹万元整"})
BOTH = project({"B1": 90, "B2": 90, "B3": 91, "B4": 92}, {"B1": "叁拾万元整"})


def after_examination(of: Project) -> World:
    return road("preliminary", (4, 3), project=of).run_round()


def item(world: World, kind: str, bidder: str) -> Clarification:
    (found,) = [i for i in cl.of_kind(world.state, kind) if i.bidder == bidder]
    return found


def approve(world: World, asked: Clarification) -> Clarification:
    world.say(world.host, c.VetClarification(clarification=asked.code, decision="approve"))
    return world.state.clarifications[asked.code]


def answer(world: World, asked: Clarification, confirmed: bool | None = None) -> None:
    reply = reply_to(cl.notice_of(world.state, asked), "见附件", confirmed, ())
    world.say(world.host, c.FileAnswer(clarification=asked.code, answer=sign_reply(KEY, reply)))


def vote(world: World, agreeing: int) -> World:
    seats = sorted(world.state.seats)
    return world.deliberate(lambda seat, matter: "agree" if seats.index(seat) < agreeing else "disagree")


def ranked(world: World) -> list[str]:
    return [row.bidder for row in world.state.ranking]


# -- abnormally low ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R62")
def test_a_trigger_asks_and_never_rejects():
    world = after_examination(LOW)
    assert world.state.phase is Phase.DELIBERATION
    asked = item(world, "abnormally-low", "B1")
    assert [hit.test for hit in asked.tests] == ["mean", "second", "ceiling"]
    assert [i.bidder for i in world.state.clarifications.values()] == ["B1"]
    assert rounds.valid_bidders(world.state) == ("B1", "B2", "B3", "B4")


@pytest.mark.requirement("R62")
@pytest.mark.parametrize(("agreeing", "out"), [(4, True), (3, False)])
def test_notice_time_evidence_then_the_majority_decides(agreeing, out):
    world = after_examination(LOW)
    asked = approve(world, item(world, "abnormally-low", "B1"))
    assert asked.minutes == 30
    refuses(world, "answers-awaited", lambda: world.booth_say(world.chair(), c.CloseDeliberation()))
    answer(world, asked)
    (matter,) = matters.of_kind(world.state, "low-bid")
    assert (matter.bidder, matter.ground) == ("B1", "A63-6")
    vote(world, agreeing)
    assert ("B1" in rounds.valid_bidders(world.state)) is not out
    world.close_deliberation()
    assert world.state.round().stage is Stage.DETAILED
    world.evaluate()
    assert ("B1" in ranked(world)) is not out
    assert len(ranked(world)) == (3 if out else 4)


@pytest.mark.requirement("R62")
@pytest.mark.parametrize("late", [False, True])
def test_without_an_explanation_in_time_the_members_decide_all_the_same(late):
    world = after_examination(LOW)
    asked = approve(world, item(world, "abnormally-low", "B1"))
    world.time += 31 * MINUTE
    if late:
        answer(world, asked)
    else:
        world.say(world.host, c.CloseClarification(clarification=asked.code))
    assert len(matters.of_kind(world.state, "low-bid")) == 1
    assert "B1" in rounds.valid_bidders(world.state)


def test_what_the_law_has_asked_is_neither_returned_nor_refused():
    world = after_examination(LOW)
    asked = item(world, "abnormally-low", "B1")
    for decision in ("return", "refuse"):
        command = c.VetClarification(clarification=asked.code, decision=decision, reason="不必")
        refuses(world, "must-be-asked", lambda said=command: world.say(world.host, said))


@pytest.mark.requirement("R62")
def test_a_member_may_doubt_a_price_that_meets_no_test():
    world = road("preliminary", (4, 3), project=WORDS)
    seat = next(iter(world.state.seats))
    world.booth_say(seat, c.AskClarification(bidder="B1", text="报价明显偏低，请说明", kind="abnormally-low"))
    world.run_round()
    assert world.state.phase is Phase.DELIBERATION
    answer(world, approve(world, item(world, "abnormally-low", "B1")))
    assert [matter.bidder for matter in matters.of_kind(world.state, "low-bid")] == ["B1"]


def test_a_tender_without_a_rate_asks_nothing_by_itself():
    works = replace(LOW, project_class="services")
    world = after_examination(works)
    assert world.state.round().stage is Stage.DETAILED
    rated = replace(works, low_bids=LowBidRule(ceiling=Decimal("0.85")))
    assert [i.bidder for i in after_examination(rated).state.clarifications.values()] == ["B1"]


def test_too_few_bids_after_a_rejection_end_the_session():
    world = after_examination(project({"B1": 30, "B2": 90, "B3": 91}))
    answer(world, approve(world, item(world, "abnormally-low", "B1")))
    vote(world, 7)
    assert world.state.failure == "too-few-valid-bids"


def test_a_rejected_bid_still_counts_for_the_mean_of_the_others():
    world = after_examination(project({"B1": 30, "B2": 42, "B3": 91, "B4": 92, "B5": 93}))
    before = {(hit.bidder, hit.test) for hit in bid_review.triggers(world.state)}
    for bidder in ("B1", "B2"):
        if any(i.bidder == bidder for i in world.state.clarifications.values()):
            answer(world, approve(world, item(world, "abnormally-low", bidder)))
    vote(world, 7)
    assert world.state.rejected == {bidder for bidder, _ in before}
    assert {(hit.bidder, hit.test) for hit in bid_review.triggers(world.state)} == before


# -- price confirmation --------------------------------------------------------------------------------------------


@pytest.mark.requirement("R61")
def test_a_confirmed_price_is_the_one_that_is_scored():
    world = after_examination(WORDS)
    asked = approve(world, item(world, "price-confirmation", "B2"))
    assert asked.price is not None
    assert (asked.price.price, asked.price.steps[0].rule) == ("810000.00", "words-over-figures")
    assert bid_review.prices_in_force(world.state)["B2"] == Decimal(900_000)
    answer(world, asked, confirmed=True)
    assert bid_review.prices_in_force(world.state)["B2"] == Decimal("810000.00")
    world.close_deliberation().evaluate()
    prices = {row.bidder: row.price for row in result.price_result(world.state).rows}
    assert prices["B2"] == Decimal("810000.00")


@pytest.mark.requirement("R61")
@pytest.mark.parametrize("way", ["declined", "late", "lapsed"])
@pytest.mark.parametrize(("agreeing", "out"), [(4, True), (3, False)])
def test_a_price_not_confirmed_is_a_matter_of_rejection(way, agreeing, out):
    world = after_examination(WORDS)
    asked = approve(world, item(world, "price-confirmation", "B2"))
    if way != "declined":
        world.time += 31 * MINUTE
    if way == "lapsed":
        world.say(world.host, c.CloseClarification(clarification=asked.code))
    else:
        answer(world, asked, confirmed=way == "late")
    (matter,) = matters.of_kind(world.state, "price-unconfirmed")
    assert (matter.bidder, matter.ground) == ("B2", "A63-6")
    vote(world, agreeing)
    assert ("B2" in rounds.valid_bidders(world.state)) is not out
    assert bid_review.prices_in_force(world.state)["B2"] == Decimal(900_000)


@pytest.mark.requirement("R61", "R62")
def test_a_price_is_confirmed_before_it_is_tested():
    world = after_examination(BOTH)
    assert [i.kind for i in world.state.clarifications.values()] == ["price-confirmation"]
    answer(world, approve(world, item(world, "price-confirmation", "B1")), confirmed=True)
    asked = item(world, "abnormally-low", "B1")
    assert {hit.price for hit in asked.tests} == {"300000.00"}


def test_a_confirmation_has_a_yes_or_a_no():
    world = after_examination(WORDS)
    asked = approve(world, item(world, "price-confirmation", "B2"))
    refuses(world, "confirmation-missing", lambda: answer(world, asked))


def test_bids_that_agree_with_themselves_and_each_other_are_asked_nothing():
    world = after_examination(project({"B1": 80, "B2": 90, "B3": 91, "B4": 92}, {"B2": "玖拾万元整"}))
    assert world.state.round().stage is Stage.DETAILED
    assert not world.state.clarifications


# -- the deliberation ----------------------------------------------------------------------------------------------


def test_a_needed_question_of_the_deliberation_is_waited_for():
    world = after_examination(LOW)
    answer(world, approve(world, item(world, "abnormally-low", "B1")))
    vote(world, 0)
    seat = next(iter(world.state.seats))
    world.booth_say(seat, c.AskClarification(bidder="B3", text="请说明", needed=True))
    close = c.CloseDeliberation()
    refuses(world, "answers-awaited", lambda: world.booth_say(world.chair(), close))
    (asked,) = cl.of_kind(world.state, "question")
    answer(world, approve(world, asked))
    world.booth_say(world.chair(), close)
    assert world.state.round().stage is Stage.DETAILED
