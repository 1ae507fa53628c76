"""Abnormally low bids (F-11, R62): which bids must be asked to explain. A trigger never rejects anything.

Tests of 财库〔2026〕2号, each strict (<) and on the price as bid, before any policy deduction:

    mean      price < rate × mean of the prices that passed the examination        50 %
    second    the lowest price < rate × the second lowest                          50 %
    ceiling   price < rate × price ceiling (the budget where there is none)        45 %

A tender document may raise a rate to at most 65 % and never lowers it. Works and other tenders under the Tendering Law
(七部委12号令 art 21: "plainly below other bids or the estimate") have no rate of their own: only those the tender
document names. Besides, the committee may ask by its own judgement.

Never here: notice, explanation and decision (``clarification``, ``matters``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.correction import Law
from evalhub.core.rules.prices.formulas import PricedBid
from evalhub.core.rules.prices.rounding import Rounding, exact, mean

TestName = Literal["mean", "second", "ceiling"]
LEAST: dict[TestName, Decimal] = {"mean": Decimal("0.50"), "second": Decimal("0.50"), "ceiling": Decimal("0.45")}
MOST = Decimal("0.65")
SHOWN = Rounding(places=2)


class LowBidRule(Record, omit_defaults=True):
    """Rates of the tender document; None is the rate of the law, or no such test where the law has none.
    ``minutes``: time to explain, at least thirty."""

    mean: Decimal | None = None
    second: Decimal | None = None
    ceiling: Decimal | None = None
    minutes: Annotated[int, Meta(ge=30, le=6000)] = 30


class LowBid(Record):
    """One test that a bid met: rate × base (two decimals, rounded half-up for showing) is more than its price."""

    bidder: str
    test: TestName
    price: str
    base: str
    rate: str


def check_rates(rule: LowBidRule, law: Law) -> None:
    """Raise ``Refusal("low-bid-rate")`` for a rate the law does not allow."""
    for name, rate in (("mean", rule.mean), ("second", rule.second), ("ceiling", rule.ceiling)):
        least = LEAST[name] if law == "government" else Decimal(0)  # type: ignore[index]
        most = MOST if law == "government" else Decimal(1)
        if rate is not None and not (rate.is_finite() and least <= rate <= most and rate > 0):
            raise Refusal("low-bid-rate", parameter=name, found=rate, least=least, most=most)


def low_bids(rule: LowBidRule, law: Law, bids: Sequence[PricedBid], ceiling: Decimal) -> tuple[LowBid, ...]:
    """Every test that every bid met, bids in their order. ``bids``: those that passed the examination."""
    prices = [exact(bid.price) for bid in bids]
    found = [hit for name, base in _bases(prices, ceiling) for hit in _hits(rule, law, bids, name, base)]
    order = {bid.bidder: place for place, bid in enumerate(bids)}
    return tuple(sorted(found, key=lambda hit: order[hit.bidder]))


def _bases(prices: Sequence[Fraction], ceiling: Decimal) -> Iterator[tuple[TestName, Fraction]]:
    if prices:
        yield "mean", mean(prices)
    if len(prices) > 1:
        yield "second", sorted(prices)[1]
    yield "ceiling", exact(ceiling)


def _hits(rule: LowBidRule, law: Law, bids: Iterable[PricedBid], name: TestName, base: Fraction) -> Iterator[LowBid]:
    named: Decimal | None = {"mean": rule.mean, "second": rule.second, "ceiling": rule.ceiling}[name]
    rate = named if named is not None else LEAST[name] if law == "government" else None
    if rate is None:
        return
    for bid in bids:
        if exact(bid.price) < exact(rate) * base:
            yield LowBid(
                bidder=bid.bidder, test=name, price=f"{SHOWN(exact(bid.price)):f}", base=f"{SHOWN(base):f}",
                rate=f"{rate:f}",
            )  # fmt: skip
