"""The price everybody is measured against, and the limits some formulas compute first.

Every function returns its working as ``Step`` lines. Rates and counts were checked by ``check``.
Never here: scores.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.formulas import (
    Averaged,
    Composite,
    Drawn,
    LowestEvaluated,
    LowestFirst,
    PricedBid,
    Pricing,
    RatedCriteria,
    ReasonableLow,
    Sample,
    Step,
    TwoPass,
)
from evalhub.core.rules.prices.rounding import Rounding, exact, mean, plain

Bids = tuple[PricedBid, ...]


class Benchmark(Record):
    """The benchmark price, the bidders whose price entered it, and its working."""

    value: Decimal
    included: tuple[str, ...]
    steps: tuple[Step, ...]


def benchmark(formula: Pricing, valid: Bids, ceiling: Decimal | None, drawn: Drawn) -> Benchmark:
    """The benchmark over the valid bids (at least one). ``ceiling``: the one in force."""
    match formula:
        case LowestFirst() | LowestEvaluated() | RatedCriteria():
            return _lowest(valid)
        case Averaged():
            drop = 1 if len(valid) > formula.trim_above else 0
            kept = dropped(valid, high=drop, low=drop)
            return _scaled(kept, formula.base, Decimal(1))
        case ReasonableLow():
            kept = _drop_from(sampled(valid, formula.sample, drawn), formula)
            return _scaled(kept, formula.base, 1 - chosen("reduction", formula.reduction, drawn))
        case TwoPass():
            return _two_pass(formula, valid, drawn)
        case Composite():
            return _composite(formula, valid, ceiling, drawn)
        case _:
            assert_never(formula)


def dropped(bids: Bids, *, high: int, low: int) -> Bids:
    """Without the ``high`` highest and ``low`` lowest prices, ascending; equal prices by bidder code."""
    ascending = sorted(bids, key=lambda bid: (bid.price, bid.bidder))
    return tuple(ascending[low : len(ascending) - high])


def sampled(bids: Bids, bands: tuple[Sample, ...], drawn: Drawn) -> Bids:
    """The drawn bids (all, if the formula draws none). ``Refusal("price-sample")`` if it is not the lawful
    number."""
    if not bands:
        return bids
    needed = sample_size(len(bids), bands)
    found = tuple(bid for bid in bids if bid.bidder in drawn.sample)
    if len(found) != needed or len(drawn.sample) != needed:
        raise Refusal("price-sample", needed=needed, found=len(found))
    return found


def sample_size(bids: int, bands: tuple[Sample, ...]) -> int:
    """How many of ``bids`` valid bids are drawn: the share of the band, rounded up, at least its least."""
    band = next(band for band in bands if band.upto is None or bids <= band.upto)
    share = exact(band.share) * bids
    return min(bids, max(band.least, -(-share.numerator // share.denominator)))


def chosen(name: str, choices: tuple[Decimal, ...], drawn: Drawn) -> Decimal:
    """The value in force: the only choice, or the one drawn. ``Refusal("price-not-drawn")`` if that is not
    lawful."""
    if name in drawn.values:
        if drawn.values[name] not in choices:
            raise Refusal("price-not-drawn", parameter=name, found=drawn.values[name])
        return drawn.values[name]
    if len(choices) != 1:
        raise Refusal("price-not-drawn", parameter=name)
    return choices[0]


def reduced_ceiling(formula: Composite, ceiling: Decimal, drawn: Drawn) -> tuple[Decimal, tuple[Step, ...]]:
    """The ceiling after the drawn cut (F-4), rounded as the benchmark is."""
    cut = chosen("ceiling_cut", formula.ceiling_cut, drawn)
    if cut == 0:
        return ceiling, ()
    limit = formula.base(exact(ceiling) * (1 - exact(cut)))
    return limit, (_step("ceiling", f"{plain(ceiling)} x (1 - {plain(cut)})", limit),)


def cost_floor(formula: Composite, bids: Bids, ceiling: Decimal) -> tuple[Decimal | None, tuple[Step, ...]]:
    """The theoretical cost (F-4), from all bids that were read out."""
    rule = formula.cost_floor
    if rule is None:
        return None, ()
    drop = 1 if len(bids) >= rule.drop_from else 0
    kept = dropped(bids, high=drop, low=drop)
    weight = exact(rule.weight)
    floor = formula.base((exact(ceiling) * weight + _mean(kept) * (1 - weight)) * exact(rule.factor))
    blend = f"{plain(ceiling)} x {plain(rule.weight)} + ({_mean_text(kept)}) x {plain(1 - rule.weight)}"
    return floor, (_step("floor", f"({blend}) x {plain(rule.factor)}", floor),)


def _lowest(valid: Bids) -> Benchmark:
    low = min(valid, key=lambda bid: (bid.price, bid.bidder))
    names = tuple(bid.bidder for bid in valid)
    return Benchmark(value=low.price, included=names, steps=(_step("benchmark", "min", low.price),))


def _scaled(kept: Bids, rounding: Rounding, factor: Decimal) -> Benchmark:
    expression = _mean_text(kept) if factor == 1 else f"{_mean_text(kept)} x {plain(factor)}"
    return _made(kept, rounding, _mean(kept) * exact(factor), expression)


def _drop_from(bids: Bids, rule: ReasonableLow | TwoPass) -> Bids:
    if len(bids) < rule.drop_from:
        return bids
    return dropped(bids, high=rule.drop_high, low=rule.drop_low)


def _two_pass(formula: TwoPass, valid: Bids, drawn: Drawn) -> Benchmark:
    first = _drop_from(valid, formula)
    a1 = _mean(first)
    above, below = exact(formula.keep_above), exact(formula.keep_below)
    kept = tuple(bid for bid in first if -above <= (a1 - exact(bid.price)) / a1 <= below)
    if not kept:
        raise Refusal("price-none-kept")
    base = _scaled(kept, formula.base, chosen("factor", formula.factor, drawn))
    step = _step("first-mean", _mean_text(first), formula.base(a1))
    return Benchmark(value=base.value, included=base.included, steps=(step, *base.steps))


def _composite(formula: Composite, valid: Bids, ceiling: Decimal | None, drawn: Drawn) -> Benchmark:
    if ceiling is None:
        raise Refusal("price-no-ceiling")
    sample = sampled(valid, formula.sample, drawn)
    drop = 1 if len(sample) >= formula.drop_from else 0
    kept = dropped(sample, high=drop, low=drop)
    weight = chosen("weight", formula.weight, drawn)
    factor = chosen("factor", formula.factor, drawn)
    value = (exact(ceiling) * exact(weight) + _mean(kept) * (1 - exact(weight))) * exact(factor)
    blend = f"{plain(ceiling)} x {plain(weight)} + ({_mean_text(kept)}) x {plain(1 - weight)}"
    return _made(kept, formula.base, value, f"({blend}) x {plain(factor)}")


def _made(kept: Bids, rounding: Rounding, value: Fraction, expression: str) -> Benchmark:
    base = rounding(value)
    if base == 0:
        raise Refusal("price-parameter", parameter="base", found=base)
    names = tuple(sorted(bid.bidder for bid in kept))
    return Benchmark(value=base, included=names, steps=(_step("benchmark", expression, base),))


def _mean(bids: Bids) -> Fraction:
    return mean([exact(bid.price) for bid in bids])


def _mean_text(bids: Bids) -> str:
    return f"({' + '.join(plain(bid.price) for bid in bids)}) / {len(bids)}"


def _step(label: str, expression: str, value: Decimal) -> Step:
    return Step(label=label, expression=expression, value=plain(value))
