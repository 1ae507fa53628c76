"""Abnormally low bids (F-11): triggers against vectors worked by hand, and the rates the law allows."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Refusal
from evalhub.core.rules.prices import PricedBid
from evalhub.core.rules.prices.low_bids import LowBidRule, check_rates, low_bids

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/rules/low-bids.json").read_text("utf-8"))

pytestmark = pytest.mark.requirement("R62")


def rule(said: dict) -> LowBidRule:
    return LowBidRule(**{name: Decimal(rate) for name, rate in said.items()})


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_worked_by_hand(case):
    bids = [PricedBid(bidder=code, price=Decimal(price)) for code, price in case["bids"].items()]
    found = low_bids(rule(case.get("rule", {})), case["law"], bids, Decimal(case["ceiling"]))
    assert [[hit.bidder, hit.test, hit.base, hit.rate] for hit in found] == case["hits"]


@pytest.mark.parametrize(("law", "said", "lawful"), VECTORS["rates"])
def test_a_rate_outside_the_law_is_refused(law, said, lawful):
    if lawful:
        check_rates(rule(said), law)
        return
    with pytest.raises(Refusal) as caught:
        check_rates(rule(said), law)
    assert caught.value.code == "low-bid-rate"


PRICES = st.lists(st.integers(1, 10**7), min_size=1, max_size=8)


@given(PRICES, st.integers(1, 10**7), st.randoms())
def test_the_order_of_bids_changes_nothing_and_only_the_lowest_meets_the_second_test(cents, ceiling, chance):
    bids = [PricedBid(bidder=f"B{n}", price=Decimal(price).scaleb(-2)) for n, price in enumerate(cents)]
    found = low_bids(LowBidRule(), "government", bids, Decimal(ceiling))
    mixed = low_bids(LowBidRule(), "government", chance.sample(bids, len(bids)), Decimal(ceiling))
    assert set(found) == set(mixed)
    lowest = min(bid.price for bid in bids)
    assert {hit.price for hit in found if hit.test == "second"} <= {f"{lowest:.2f}"}
