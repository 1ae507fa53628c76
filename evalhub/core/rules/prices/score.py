"""Apply a price formula: validity limits, benchmark, deviation, score, each with its working shown (R60).

Rules
- Order: reduced ceiling, cost floor, validity, sample, dropping, mean, benchmark, deviation, score. A
  limit itself is valid (price <= ceiling, price >= floor).
- Extremes are dropped one by one; of equal prices the bidder code decides whose is dropped, which changes
  no number.
- Exact fractions between the declared roundings; bidders in any order give the same result.

Never here: abnormally low bids (a trigger is no invalidity), corrections of the price, ties.
Raises ``Refusal`` with codes price-*: see ``check``; also price-no-valid-bid, price-no-ceiling,
price-not-drawn, price-sample, price-none-kept, price-technical.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.benchmark import Benchmark, Bids, benchmark, cost_floor, reduced_ceiling
from evalhub.core.rules.prices.check import check_drawn, check_formula, check_inputs
from evalhub.core.rules.prices.formulas import (
    Composite,
    Deduction,
    Drawn,
    LowestEvaluated,
    LowestFirst,
    PricedBid,
    PriceFormula,
    PriceResult,
    PriceRow,
    Pricing,
    RatedCriteria,
    Step,
    Unpriced,
)
from evalhub.core.rules.prices.rounding import exact, plain


class _Score(Record):
    """The part of a row that the formula decides."""

    deviation: Decimal | None = None
    score: Decimal | None = None
    technical: Decimal | None = None
    steps: tuple[Step, ...] = ()


class _Technical(Record):
    """Technical totals by bidder and the best of the valid bids (F-8)."""

    totals: dict[str, Decimal]
    high: Decimal


def score_prices(
    formula: PriceFormula,
    bids: Sequence[PricedBid],
    *,
    points: Decimal,
    ceiling: Decimal | None = None,
    drawn: Drawn | None = None,
    technical: Mapping[str, Decimal] | None = None,
) -> PriceResult:
    """Score every bid; ``points`` is the full mark, ``ceiling`` the published limit (None: none
    published)."""
    check_formula(formula)
    check_inputs(formula, bids, points, ceiling)
    drawn = drawn or Drawn()
    check_drawn(formula, drawn)
    ordered = tuple(sorted(bids, key=lambda bid: bid.bidder))
    if isinstance(formula, Unpriced):
        return PriceResult(benchmark=None, included=(), steps=(), rows=tuple(map(_unpriced, ordered)))
    limit, floor, steps = _limits(formula, ordered, ceiling, drawn)
    reasons = {bid.bidder: _reason(bid.price, limit, floor) for bid in ordered}
    valid = tuple(bid for bid in ordered if reasons[bid.bidder] is None)
    if not valid:
        raise Refusal("price-no-valid-bid")
    base = benchmark(formula, valid, limit, drawn)
    ranks = _ranks(valid)
    quality = _technical(valid, technical or {}) if isinstance(formula, RatedCriteria) else None
    rows = tuple(
        _row(bid, reasons[bid.bidder], base.included, ranks, found)
        for bid in ordered
        for found in [_score(formula, bid, base, points, quality) if bid in valid else _Score()]
    )
    return PriceResult(benchmark=base.value, included=base.included, steps=(*steps, *base.steps), rows=rows)


def _limits(
    formula: Pricing, bids: Bids, ceiling: Decimal | None, drawn: Drawn
) -> tuple[Decimal | None, Decimal | None, tuple[Step, ...]]:
    """The ceiling and floor in force, with the working that changed them."""
    if not isinstance(formula, Composite):
        return ceiling, None, ()
    if ceiling is None:
        raise Refusal("price-no-ceiling")
    limit, ceiling_steps = reduced_ceiling(formula, ceiling, drawn)
    floor, floor_steps = cost_floor(formula, bids, limit)
    return limit, floor, (*ceiling_steps, *floor_steps)


def _reason(price: Decimal, limit: Decimal | None, floor: Decimal | None) -> str | None:
    if limit is not None and price > limit:
        return "above-ceiling"
    if floor is not None and price < floor:
        return "below-floor"
    return None


def _ranks(valid: Bids) -> dict[str, int]:
    """1 for the lowest price; equal prices share a rank."""
    return {bid.bidder: 1 + sum(other.price < bid.price for other in valid) for bid in valid}


def _row(
    bid: PricedBid, reason: str | None, included: tuple[str, ...], ranks: Mapping[str, int], found: _Score
) -> PriceRow:
    return PriceRow(
        bidder=bid.bidder,
        price=bid.price,
        valid=reason is None,
        reason=reason,
        included=bid.bidder in included,
        deviation=found.deviation,
        score=found.score,
        technical=found.technical,
        rank=ranks.get(bid.bidder),
        steps=found.steps,
    )


def _unpriced(bid: PricedBid) -> PriceRow:
    return PriceRow(bidder=bid.bidder, price=bid.price, valid=True, reason=None, included=False, deviation=None,
                    score=None, technical=None, rank=None, steps=())  # fmt: skip


def _technical(valid: Bids, totals: Mapping[str, Decimal]) -> _Technical:
    """The technical totals of the valid bids; each must be there and not negative, the best above zero."""
    found = {bid.bidder: totals[bid.bidder] for bid in valid if bid.bidder in totals}
    for bid in valid:
        total = found.get(bid.bidder)
        if total is None or not total.is_finite() or total < 0:
            raise Refusal("price-technical", bidder=bid.bidder, found=total)
    high = max(found.values())
    if high == 0:
        raise Refusal("price-technical", bidder=valid[0].bidder, found=high)
    return _Technical(totals=found, high=high)


def _score(
    formula: Pricing,
    bid: PricedBid,
    base: Benchmark,
    points: Decimal,
    technical: _Technical | None,
) -> _Score:
    if isinstance(formula, LowestEvaluated):
        return _Score()
    if isinstance(formula, LowestFirst):
        return _relative(formula, bid, base, points)
    if isinstance(formula, RatedCriteria):
        assert technical is not None
        return _rated(formula, bid, base, points, technical)
    return _deviating(formula.deduction, bid, base, points)


def _relative(formula: LowestFirst | RatedCriteria, bid: PricedBid, base: Benchmark, points: Decimal) -> _Score:
    score = formula.score(exact(base.value) / exact(bid.price) * exact(points))
    expression = f"{plain(base.value)} / {plain(bid.price)} x {plain(points)}"
    return _Score(score=score, steps=(Step(label="price-score", expression=expression, value=plain(score)),))


def _rated(
    formula: RatedCriteria,
    bid: PricedBid,
    base: Benchmark,
    points: Decimal,
    technical: _Technical,
) -> _Score:
    """Price part as lowest-first; the technical part is measured against the best among the valid bids."""
    price = _relative(formula, bid, base, points)
    own, rest = technical.totals[bid.bidder], 100 - points
    part = formula.score(exact(own) / exact(technical.high) * exact(rest))
    expression = f"{plain(own)} / {plain(technical.high)} x {plain(rest)}"
    step = Step(label="technical-score", expression=expression, value=plain(part))
    return _Score(score=price.score, technical=part, steps=(*price.steps, step))


def _deviating(rule: Deduction, bid: PricedBid, base: Benchmark, points: Decimal) -> _Score:
    fair, price = exact(base.value), exact(bid.price)
    deviation = rule.percent((price - fair) / fair * 100)
    each = rule.above if deviation >= 0 else rule.below
    counted = exact(abs(deviation))
    if rule.step == "whole-percent":
        counted = Fraction(-(-counted.numerator // counted.denominator))
    score = rule.score(max(exact(points) - counted * exact(each), exact(rule.floor)))
    shown = plain(abs(deviation)) if rule.step == "continuous" else str(counted)
    steps = (
        Step(
            label="deviation",
            expression=f"({plain(bid.price)} - {plain(base.value)}) / {plain(base.value)} x 100",
            value=plain(deviation),
        ),
        Step(label="price-score", expression=f"{plain(points)} - {shown} x {plain(each)}", value=plain(score)),
    )
    return _Score(deviation=deviation, score=score, steps=steps)
