"""Price inconsistencies (F-12) and amounts in words, against vectors worked by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.correction import ARTICLES, BidFigures, Law, PricedLine, corrected_price, sum_of_lines
from evalhub.core.rules.prices.words import amount_in_words, in_words

VECTORS = Path(__file__).parents[2] / "vectors/rules"
WORDS = json.loads((VECTORS / "amounts-in-words.json").read_text("utf-8"))
CASES = json.loads((VECTORS / "price-corrections.json").read_text("utf-8"))["cases"]

pytestmark = pytest.mark.requirement("R61")


def figures(case: dict) -> BidFigures:
    said = case["figures"]
    return BidFigures(
        body=Decimal(said["body"]) if "body" in said else None,
        words=said.get("words", ""),
        lines=tuple(
            PricedLine(code=code, unit_price=Decimal(price), quantity=Decimal(quantity))
            for code, price, quantity in said.get("lines", ())
        ),
    )


@pytest.mark.parametrize(("text", "amount"), WORDS["read"])
def test_an_amount_in_words_is_read(text, amount):
    assert str(amount_in_words(text)) == amount


@pytest.mark.parametrize(("text", "code", "expected"), WORDS["refused"])
def test_words_that_are_no_amount_are_named(text, code, expected):
    with pytest.raises(Refusal) as caught:
        amount_in_words(text)
    assert (caught.value.code, caught.value.detail.get("expected", "")) == (code, expected)


@given(st.integers(1, 10**14 - 1))
def test_every_amount_has_a_writing_that_reads_as_itself(fen):
    amount = Decimal(fen).scaleb(-2)
    assert amount_in_words(in_words(amount)) == amount
    assert amount_in_words("人民币" + in_words(amount).removesuffix("整")) == amount


@pytest.mark.parametrize("law", ["government", "tendering"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_by_hand(case, law: Law):
    found = corrected_price(Decimal(case["price"]), figures(case), law)
    assert found.price == case["corrected"]
    assert [[step.rule, step.before, step.after, list(step.lines)] for step in found.steps] == case["steps"]
    assert [step.article for step in found.steps] == [ARTICLES[law][step[0]] for step in case["steps"]]


LINES = st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 99)), min_size=1, max_size=6)


@given(LINES, st.randoms())
def test_the_order_of_lines_changes_nothing_and_their_sum_needs_no_correction(pairs, chance):
    lines = [
        PricedLine(code=f"L{n}", unit_price=Decimal(price) / 100, quantity=Decimal(count))
        for n, (price, count) in enumerate(pairs)
    ]
    total = sum_of_lines(tuple(lines))
    assert corrected_price(total, BidFigures(lines=tuple(lines), words=in_words(total)), "government").steps == ()
    shuffled = chance.sample(lines, len(lines))
    other = [corrected_price(total + 1, BidFigures(lines=tuple(order)), "government") for order in (lines, shuffled)]
    assert other[0].price == other[1].price


@given(LINES, st.sampled_from([-2, -1, 1, 2]))
def test_a_slipped_point_never_changes_the_total(pairs, shift):
    lines = [
        PricedLine(code=f"L{n}", unit_price=Decimal(price * 10_000), quantity=Decimal(count))
        for n, (price, count) in enumerate(pairs)
    ]
    total = sum_of_lines(tuple(lines))
    first = lines[0]
    slipped = PricedLine(code=first.code, unit_price=first.unit_price.scaleb(shift), quantity=first.quantity)
    found = corrected_price(total, BidFigures(lines=(slipped, *lines[1:])), "government")
    assert found.price == f"{total:f}"
    assert found.steps[0].rule == "decimal-slip"
    assert first.code in found.steps[0].lines
