"""Apply a price formula: validity limits, benchmark, deviation, score, each with its working shown (R60).

Rules
- Order: reduced ceiling, cost floor, validity, sample, dropping, mean, benchmark, deviation, score. A
  limit itself is valid (price <= ceiling, price >= floor).
- Extremes are dropped one by one; of equal prices the bidder code decides whose is dropped, which changes
  no number.
- Exact fractions between the declared roundings; bidders in any order give the same result.

Never here: abnormally low bids (a trigger is no invalidity), corrections of the price, ties.
Raises ``Refusal`` with codes price-*: see ``check``; also price-no-valid-bid, price-no-ceiling,
price-no-estimate, price-not-drawn, price-sample, price-none-kept, price-technical.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.benchmark import Benchmark, Bids, benchmark, sampled
from evalhub.core.rules.prices.check import check_drawn, check_formula, check_inputs, choices_of
from evalhub.core.rules.prices.choices import written
from evalhub.core.rules.prices.draws import declared
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
    ReasonableLow,
    Step,
    Unpriced,
)
from evalhub.core.rules.prices.limits import limits
from evalhub.core.rules.prices.rounding import Rounding, exact, plain


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
    estimate: Decimal | None = None,
    drawn: Drawn | None = None,
    technical: Mapping[str, Decimal] | None = None,
) -> PriceResult:
    """Score every bid; ``points`` is the full mark, ``ceiling`` the published limit (None: none
    published), ``estimate`` the procuring entity's own (标底)."""
    check_formula(formula)
    check_inputs(formula, bids, points, ceiling, estimate)
    drawn = drawn or Drawn()
    check_drawn(formula, drawn)
    ordered = tuple(sorted(bids, key=lambda bid: bid.bidder))
    if isinstance(formula, Unpriced):
        return PriceResult(benchmark=None, included=(), steps=(), rows=tuple(map(_unpriced, ordered)))
    found_limits = limits(formula, ordered, ceiling, estimate, drawn)
    reasons = {bid.bidder: found_limits.reason(bid.price) for bid in ordered}
    valid = tuple(bid for bid in ordered if reasons[bid.bidder] is None)
    if not valid:
        raise Refusal("price-no-valid-bid")
    base = benchmark(formula, valid, found_limits.anchor, drawn)
    ranks = _ranks(valid)
    quality = _technical(valid, technical or {}) if isinstance(formula, RatedCriteria) else None
    rows = tuple(
        _row(bid, reasons[bid.bidder], base.included, ranks, found)
        for bid in ordered
        for found in [_score(formula, bid, base, points, quality) if bid in valid else _Score()]
    )
    steps = (*_drawn_steps(formula, drawn), *found_limits.steps, *_sample_steps(formula, valid, drawn), *base.steps)
    return PriceResult(benchmark=base.value, included=base.included, steps=steps, rows=rows)


def _drawn_steps(formula: PriceFormula, drawn: Drawn) -> tuple[Step, ...]:
    """Every value that was drawn, with the closed set it was drawn from."""
    return tuple(
        Step(label="drawn", expression=f"{name} ∈ {declared(choices)}", value=written(drawn.values[name]))
        for name, choices in choices_of(formula)
        if name in drawn.values
    )


def _sample_steps(formula: PriceFormula, valid: Bids, drawn: Drawn) -> tuple[Step, ...]:
    """Whose prices were drawn for the mean."""
    if not isinstance(formula, ReasonableLow | Composite) or not formula.sample:
        return ()
    names = [bid.bidder for bid in sampled(valid, formula.sample, drawn)]
    return (Step(label="sample", expression=f"{len(names)} / {len(valid)}", value=", ".join(names)),)


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
    """The technical totals of the valid bids; each must be there and not negative."""
    found = {bid.bidder: totals[bid.bidder] for bid in valid if bid.bidder in totals}
    for bid in valid:
        total = found.get(bid.bidder)
        if total is None or not total.is_finite() or total < 0:
            raise Refusal("price-technical", bidder=bid.bidder, found=total)
    return _Technical(totals=found, high=max(found.values()))


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
    return _Score(score=score, steps=(_score_step("price-score", expression, score, formula.score),))


def _score_step(label: str, expression: str, value: Decimal, rounding: Rounding) -> Step:
    return Step(label=label, expression=expression, value=plain(value), rounding=rounding)


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
    share = exact(own) / exact(technical.high) if technical.high else Fraction(0)
    part = formula.score(share * exact(rest))
    expression = f"{plain(own)} / {plain(technical.high)} x {plain(rest)}"
    step = _score_step("technical-score", expression, part, formula.score)
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
            rounding=rule.percent,
        ),
        _score_step("price-score", f"{plain(points)} - {shown} x {plain(each)}", score, rule.score),
    )
    return _Score(deviation=deviation, score=score, steps=steps)
