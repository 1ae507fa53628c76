"""The price everybody is measured against.

Every function returns its working as ``Step`` lines. Rates and counts were checked by ``check``.
Never here: scores.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import assert_never

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.choices import listed
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


def benchmark(formula: Pricing, valid: Bids, anchor: Decimal | None, drawn: Drawn) -> Benchmark:
    """The benchmark over the valid bids (at least one). ``anchor``: ceiling or estimate in force (composite only)."""
    match formula:
        case LowestFirst() | LowestEvaluated() | RatedCriteria():
            return _lowest(valid)
        case Averaged():
            drop = 1 if len(valid) > formula.trim_above else 0
            kept = dropped(valid, high=drop, low=drop)
            return _scaled(kept, None, formula.base, Decimal(1))
        case ReasonableLow():
            kept = _drop_from(sampled(valid, formula.sample, drawn), formula)
            return _scaled(kept, formula.mean, formula.base, 1 - chosen("reduction", listed(formula.reduction), drawn))
        case TwoPass():
            return _two_pass(formula, valid, drawn)
        case Composite():
            return _composite(formula, valid, anchor, drawn)
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
    prices = {bid.bidder: bid for bid in bids}
    names = drawn.sample or tuple(name for name in drawn.order if name in prices)[:needed]
    if len(set(names) & prices.keys()) != needed or len(names) != needed:
        raise Refusal("price-sample", needed=needed, found=len(names))
    return tuple(bid for bid in bids if bid.bidder in names)


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


def _lowest(valid: Bids) -> Benchmark:
    low = min(valid, key=lambda bid: (bid.price, bid.bidder))
    names = tuple(bid.bidder for bid in valid)
    return Benchmark(
        value=low.price, included=names, steps=(Step(label="benchmark", expression="min", value=plain(low.price)),)
    )


def _scaled(kept: Bids, inner: Rounding | None, rounding: Rounding, factor: Decimal) -> Benchmark:
    middle, text, steps = average(kept, inner)
    expression = text if factor == 1 else f"{text} x {plain(factor)}"
    return _made(kept, rounding, middle * exact(factor), expression, steps)


def _drop_from(bids: Bids, rule: ReasonableLow | TwoPass) -> Bids:
    if len(bids) < rule.drop_from:
        return bids
    return dropped(bids, high=rule.drop_high, low=rule.drop_low)


def _two_pass(formula: TwoPass, valid: Bids, drawn: Drawn) -> Benchmark:
    first = _drop_from(valid, formula)
    a1 = average(first, formula.mean)[0]
    above, below = exact(formula.keep_above), exact(formula.keep_below)
    kept = tuple(bid for bid in first if -above <= (a1 - exact(bid.price)) / a1 <= below)
    if not kept:
        raise Refusal("price-none-kept")
    base = _scaled(kept, formula.mean, formula.base, chosen("factor", listed(formula.factor), drawn))
    step = step_of("first-mean", mean_text(first), a1, formula.mean or formula.base)
    return Benchmark(value=base.value, included=base.included, steps=(step, *base.steps))


def _composite(formula: Composite, valid: Bids, anchor: Decimal | None, drawn: Drawn) -> Benchmark:
    if anchor is None:
        raise Refusal("price-no-ceiling" if formula.anchor == "ceiling" else "price-no-estimate")
    sample = sampled(valid, formula.sample, drawn)
    drop = 1 if len(sample) >= formula.drop_from else 0
    kept = dropped(sample, high=drop, low=drop)
    weight = chosen("weight", listed(formula.weight), drawn)
    factor = chosen("factor", listed(formula.factor), drawn)
    middle, text, steps = average(kept, formula.mean)
    value = (exact(anchor) * exact(weight) + middle * (1 - exact(weight))) * exact(factor)
    blend = f"{plain(anchor)} x {plain(weight)} + ({text}) x {plain(1 - weight)}"
    return _made(kept, formula.base, value, f"({blend}) x {plain(factor)}", steps)


def _made(kept: Bids, rounding: Rounding, value: Fraction, expression: str, steps: tuple[Step, ...]) -> Benchmark:
    base = rounding(value)
    if base == 0:
        raise Refusal("price-parameter", parameter="base", found=base)
    names = tuple(sorted(bid.bidder for bid in kept))
    last = Step(label="benchmark", expression=expression, value=plain(base), rounding=rounding)
    return Benchmark(value=base, included=names, steps=(*steps, last))


def average(bids: Bids, rounding: Rounding | None = None) -> tuple[Fraction, str, tuple[Step, ...]]:
    """The mean of some prices, how it is written, and its step; rounded before further use only if that is declared."""
    middle, text = mean([exact(bid.price) for bid in bids]), mean_text(bids)
    if rounding is None:
        return middle, text, ()
    step = step_of("mean", text, middle, rounding)
    return exact(Decimal(step.value)), step.value, (step,)


def mean_text(bids: Bids) -> str:
    """A mean as arithmetic."""
    return f"({' + '.join(plain(bid.price) for bid in bids)}) / {len(bids)}"


def step_of(label: str, expression: str, value: Fraction, rounding: Rounding) -> Step:
    """A step that rounds."""
    return Step(label=label, expression=expression, value=plain(rounding(value)), rounding=rounding)
