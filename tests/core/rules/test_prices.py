"""Price formulas against vectors worked by hand, and what must hold for every input."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.codec import canonical, decode, from_plain
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices import (
    Averaged,
    Composite,
    Deduction,
    Drawn,
    LowestFirst,
    PricedBid,
    PriceFormula,
    PriceResult,
    ReasonableLow,
    Rounding,
    TwoPass,
    Unpriced,
    score_prices,
)

FOLDER = Path(__file__).parents[2] / "vectors/rules"
VECTORS = json.loads((FOLDER / "prices.json").read_text("utf-8"))
PUBLISHED = json.loads((FOLDER / "prices-published.json").read_text("utf-8"))
RULE = Deduction(above=Decimal(1), below=Decimal("0.5"))
FORMULAS = [
    LowestFirst(),
    Averaged(deduction=RULE),
    ReasonableLow(deduction=RULE),
    Composite(deduction=RULE, weight=(Decimal("0.4"),)),
    TwoPass(deduction=RULE, keep_above=Decimal(10), keep_below=Decimal(1)),
]
PRICES = st.lists(st.integers(100, 99_999).map(lambda cents: Decimal(cents) / 100), min_size=1, max_size=9)


def run(case: dict) -> PriceResult:
    bids = [PricedBid(bidder=name, price=Decimal(price)) for name, price in case["bids"].items()]
    technical = {name: Decimal(total) for name, total in case.get("technical", {}).items()}
    return score_prices(
        from_plain(PriceFormula, case["formula"]),
        bids,
        points=Decimal(case.get("points", "100")),
        ceiling=Decimal(case["ceiling"]) if "ceiling" in case else None,
        estimate=Decimal(case["estimate"]) if "estimate" in case else None,
        drawn=from_plain(Drawn, case.get("drawn", {})),
        technical=technical,
    )


def bids_of(prices: list[Decimal]) -> list[PricedBid]:
    return [PricedBid(bidder=f"B{number:02}", price=price) for number, price in enumerate(prices)]


@pytest.mark.requirement("R60")
@pytest.mark.parametrize("case", VECTORS["cases"] + PUBLISHED["cases"], ids=lambda case: case["name"])
def test_worked_by_hand(case):
    result = run(case)
    rows = {row.bidder: row for row in result.rows}
    assert str(result.benchmark) == case["benchmark"]
    assert "".join(result.included) == case["included"]
    assert {name: row.score if row.score is None else str(row.score) for name, row in rows.items()} == case["scores"]
    assert {name: row.reason for name, row in rows.items() if row.reason} == case.get("reasons", {})
    for field in ("deviation", "rank", "technical"):
        for name, value in case.get(f"{field}s", {}).items():
            assert str(getattr(rows[name], field)) == str(value)


def test_every_published_rule_names_its_source():
    assert all(case["source"] and case["why"] for case in PUBLISHED["cases"])


@pytest.mark.parametrize("case", VECTORS["refusals"] + PUBLISHED["refusals"], ids=lambda case: case["name"])
def test_senseless_input_is_refused_by_name(case):
    with pytest.raises(Refusal) as caught:
        run(case)
    assert caught.value.code == case["code"]
    assert caught.value.detail.get("parameter") == case.get("parameter", caught.value.detail.get("parameter"))


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: type(formula).__name__)
@settings(max_examples=25, deadline=None)
@given(prices=PRICES, data=st.data())
def test_the_order_of_bids_changes_nothing(formula, prices, data):
    bids = bids_of(prices)
    shuffled = data.draw(st.permutations(bids))
    once = score_prices(formula, bids, points=Decimal(30), ceiling=Decimal(1000))
    assert canonical(once) == canonical(score_prices(formula, shuffled, points=Decimal(30), ceiling=Decimal(1000)))


@settings(max_examples=50, deadline=None)
@given(prices=PRICES.filter(lambda prices: len(prices) > 3), more=st.integers(0, 5000))
def test_a_dropped_extreme_never_moves_the_benchmark(prices, more):
    raised = sorted(prices)
    raised[-1] += more
    formula = Averaged(deduction=RULE)
    before = score_prices(formula, bids_of(sorted(prices)), points=Decimal(30))
    after = score_prices(formula, bids_of(raised), points=Decimal(30))
    assert before.benchmark == after.benchmark


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: type(formula).__name__)
@settings(max_examples=25, deadline=None)
@given(prices=PRICES)
def test_scores_stay_between_floor_and_full_mark(formula, prices):
    result = score_prices(formula, bids_of(prices), points=Decimal(30), ceiling=Decimal(1000))
    assert all(0 <= row.score <= 30 for row in result.rows)


@settings(max_examples=25, deadline=None)
@given(prices=PRICES)
def test_a_lower_price_never_scores_less_when_the_lowest_is_best(prices):
    rows = score_prices(LowestFirst(), bids_of(prices), points=Decimal(30)).rows
    by_price = sorted(rows, key=lambda row: row.price)
    assert [row.score for row in by_price] == sorted((row.score for row in rows), reverse=True)


@pytest.mark.requirement("R60")
@settings(max_examples=25, deadline=None)
@given(prices=PRICES)
def test_the_working_ends_in_the_score(prices):
    """Whoever reads the shown steps and calculates finds the score: the expression gives the value."""
    result = score_prices(Averaged(deduction=RULE), bids_of(prices), points=Decimal(30))
    for row in result.rows:
        full, taken = row.steps[-1].expression.split(" - ")
        percent, each = taken.split(" x ")
        right = max(Fraction(full) - Fraction(percent) * Fraction(each), Fraction(0))
        assert Rounding()(right) == row.score == Decimal(row.steps[-1].value)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: type(formula).__name__)
def test_a_formula_survives_the_wire(formula):
    assert decode(PriceFormula, canonical(formula)) == formula


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half-up", ["0.13", "-0.13", "0.12", "0.00"]),
        ("half-even", ["0.12", "-0.12", "0.12", "0.00"]),
        ("down", ["0.12", "-0.12", "0.12", "0.00"]),
        ("up", ["0.13", "-0.13", "0.13", "-0.01"]),
    ],
)
def test_rounding(mode, expected):
    values = [Fraction("0.125"), Fraction("-0.125"), Fraction("0.1201"), Fraction("-0.001")]
    assert [str(Rounding(places=2, mode=mode)(value)) for value in values] == expected


@settings(max_examples=100, deadline=None)
@given(value=st.decimals(-1000, 1000, places=5), places=st.integers(0, 4))
@pytest.mark.parametrize(("mode", "peer"), [("half-up", "ROUND_HALF_UP"), ("half-even", "ROUND_HALF_EVEN"),
                                            ("down", "ROUND_DOWN"), ("up", "ROUND_UP")])  # fmt: skip
def test_rounding_agrees_with_the_decimal_module(mode, peer, value, places):
    assert Rounding(places=places, mode=mode)(Fraction(value)) == value.quantize(Decimal(10) ** -places, peer)


def test_nothing_is_priced_by_the_formula_of_panels():
    bids = [PricedBid(bidder=name, price=Decimal(0)) for name in ("B2", "B1")]
    found = score_prices(Unpriced(), bids, points=Decimal(0))
    assert [(row.bidder, row.valid, row.score, row.rank) for row in found.rows] == [
        ("B1", True, None, None),
        ("B2", True, None, None),
    ]
    assert (found.benchmark, found.included, found.steps) == (None, (), ())
    with pytest.raises(Refusal) as caught:
        score_prices(Unpriced(), [PricedBid(bidder="B1", price=Decimal(1))], points=Decimal(0))
    assert caught.value.code == "price-unwanted"
    with pytest.raises(Refusal) as caught:
        score_prices(Unpriced(), bids, points=Decimal(30))
    assert caught.value.detail["parameter"] == "points"
