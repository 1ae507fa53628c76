"""What a project and a plan may be: every mistake named, in words that have a sentence."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.roads import road
from support.world import small_project

from evalhub.core.codec import canonical, decode
from evalhub.core.errors import Malformed
from evalhub.core.rules.plan import Factor, Plan, Project, plan_problems, problems
from evalhub.core.rules.prices.correction import BidFigures, PricedLine
from evalhub.core.rules.prices.low_bids import LowBidRule
from evalhub.core.rules.refusals import SENTENCES
from evalhub.core.sealing.keys import PublicJwk

replace = msgspec.structs.replace
PROJECT = small_project()


def codes(project: Project) -> set[str]:
    return {problem.code for problem in problems(project)}


def test_every_mistake_is_named_not_the_first():
    bad = replace(PROJECT, budget=Decimal(-1), price_points=Decimal(31), bidders=(*PROJECT.bidders, PROJECT.bidders[0]))
    found = [(problem.path, problem.code) for problem in problems(bad)]
    assert {"not-an-amount", "points-not-100", "duplicate", "price-bidder-twice"} <= {code for _, code in found}
    assert ("bidders[*].code", "duplicate") in found
    assert ("budget", "not-an-amount") in found


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"highest": Decimal(0)}, "bad-range"),
        ({"lowest": Decimal(-1)}, "bad-range"),
        ({"step": Decimal(0)}, "bad-range"),
        ({"step": Decimal("0.001")}, "bad-range"),
        ({"step": Decimal(7)}, "range-not-in-steps"),
        ({"highest": Decimal("NaN")}, "not-a-score"),
        ({"step": Decimal("sNaN")}, "not-a-score"),
        ({"highest": Decimal(1001)}, "not-a-score"),
    ],
)
def test_a_factor_has_a_possible_range(changes, code):
    factors = (replace(PROJECT.factors[0], **changes), PROJECT.factors[1])
    assert code in codes(replace(PROJECT, factors=factors))


NUMBERS = ["0", "-1", "30", "60", "NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E-999999"]
AWKWARD = st.sampled_from([Decimal(number) for number in NUMBERS])


@settings(max_examples=80, deadline=None)
@given(AWKWARD, AWKWARD, AWKWARD, AWKWARD, AWKWARD, AWKWARD, AWKWARD)
def test_no_number_makes_the_check_itself_fail(budget, ceiling, price, points, highest, lowest, step):
    factor: Factor = replace(PROJECT.factors[0], highest=highest, lowest=lowest, step=step)
    bidders = (replace(PROJECT.bidders[0], price=price), *PROJECT.bidders[1:])
    bad = replace(PROJECT, budget=budget, ceiling=ceiling, price_points=points, bidders=bidders,
                  factors=(factor, PROJECT.factors[1]))  # fmt: skip
    assert codes(bad) <= SENTENCES.keys()


@pytest.mark.parametrize("opens", ["2026-03-20T08:46:40.000Z\n", "2026-03-20", "2026-03-20T08:46:40Z"])
def test_a_time_has_one_spelling(opens):
    plan = road("draft").plan()
    raw = canonical(plan).replace(canonical(plan.window.opens), canonical(opens))
    with pytest.raises(Malformed):
        decode(Plan, raw)


@pytest.mark.parametrize("name", ["wuhan\n", "Wuhan", "1wuhan", "", "w" * 33])
def test_a_name_has_no_second_spelling(name):
    plan = road("draft").plan()
    raw = canonical(plan).replace(b'"centre":"wuhan"', b'"centre":' + canonical(name))
    with pytest.raises(Malformed):
        decode(Plan, raw)


def test_the_digest_is_of_the_whole_plan():
    plan = road("draft").plan()
    assert plan_problems(plan) == ()
    assert plan.digest() != replace(plan, revision=2).digest()
    assert plan.digest() != replace(plan, project=replace(plan.project, ceiling=Decimal(999_999))).digest()
    assert plan.guests() == ("wedz",)
    assert plan.share_of("wuhan").seats() == 3
    with pytest.raises(KeyError):
        plan.share_of("nobody")


FIGURES = {
    "words": (BidFigures(words="壹仟伍元"), "bidders[0].figures.words", "amount-in-words"),
    "body": (BidFigures(body=Decimal("NaN")), "bidders[0].figures.body", "not-an-amount"),
    "line": (
        BidFigures(lines=(PricedLine(code="a", unit_price=Decimal("1E+400"), quantity=Decimal(1)),)),
        "bidders[0].figures.lines[0]",
        "not-an-amount",
    ),
    "nothing": (
        BidFigures(lines=(PricedLine(code="a", unit_price=Decimal(0), quantity=Decimal(1)),)),
        "bidders[0].figures",
        "not-an-amount",
    ),
}


@pytest.mark.requirement("R61")
@pytest.mark.parametrize("case", FIGURES)
def test_what_a_bid_says_of_its_price_is_checked_before_the_opening(case):
    figures, path, code = FIGURES[case]
    bidders = (replace(PROJECT.bidders[0], figures=figures), *PROJECT.bidders[1:])
    assert [(p.path, p.code) for p in problems(replace(PROJECT, bidders=bidders))] == [(path, code)]


@pytest.mark.requirement("R62")
def test_a_tender_document_never_lowers_a_rate_of_the_law():
    of_government = replace(PROJECT, project_class="government-services", low_bids=LowBidRule(mean=Decimal("0.4")))
    assert ("low_bids.mean", "bad-rate") in [(p.path, p.code) for p in problems(of_government)]


def test_a_bidder_key_is_a_point_of_the_curve():
    bad = replace(PROJECT.bidders[0], key=PublicJwk(x="A" * 43, y="A" * 43))
    found = problems(replace(PROJECT, bidders=(bad, *PROJECT.bidders[1:])))
    assert [(p.path, p.code) for p in found] == [("bidders[0].key", "not-a-key")]
