"""What a price formula may be given. Every mistake is a ``Refusal("price-parameter", parameter=…)`` that
names it.

Never here: arithmetic. Sense of the law is checked only where a formula's own text sets it; the rest is
mathematics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.choices import MOST_CHOICES, listed
from evalhub.core.rules.prices.formulas import (
    Averaged,
    Choices,
    Composite,
    Deduction,
    Drawn,
    LowestEvaluated,
    LowestFirst,
    PricedBid,
    PriceFormula,
    RatedCriteria,
    ReasonableLow,
    Sample,
    Span,
    TwoPass,
    Unpriced,
)

_Range = tuple[str, Decimal, Decimal, Decimal]  # name, value, lowest, highest
_ZERO, _ONE, _MANY = Decimal(0), Decimal(1), Decimal(1000)


def check_formula(formula: PriceFormula) -> None:
    """Raise ``Refusal("price-parameter")`` for the first number outside its sense."""
    for name, span in _spans(formula):
        _check_span(name, span)
    for name, value, lowest, highest in _ranges(formula):
        if not (value.is_finite() and lowest <= value <= highest):
            raise Refusal("price-parameter", parameter=name, found=value)
    for name, choices in choices_of(formula):
        if not choices or len(set(choices)) != len(choices):
            raise Refusal("price-parameter", parameter=name, found=len(choices))
    if isinstance(formula, ReasonableLow | Composite):
        _check_sample(formula.sample)
    if isinstance(formula, ReasonableLow | TwoPass) and formula.drop_from <= formula.drop_high + formula.drop_low:
        raise Refusal("price-parameter", parameter="drop_from", found=formula.drop_from)
    if isinstance(formula, Averaged) and formula.trim_above < 2:
        raise Refusal("price-parameter", parameter="trim_above", found=formula.trim_above)


def check_inputs(
    formula: PriceFormula,
    bids: Sequence[PricedBid],
    points: Decimal,
    ceiling: Decimal | None,
    estimate: Decimal | None = None,
) -> None:
    """Raise a ``Refusal`` unless there is a bid, none twice, every amount positive and within its sense."""
    if not bids:
        raise Refusal("price-no-bid")
    bidders = [bid.bidder for bid in bids]
    if len(set(bidders)) != len(bidders):
        raise Refusal("price-bidder-twice")
    if isinstance(formula, Unpriced):
        _check_unpriced(bids, points)
        return
    for bid in bids:
        if not (bid.price.is_finite() and bid.price > 0):
            raise Refusal("price-not-positive", bidder=bid.bidder, found=bid.price)
    for name, limit in (("ceiling", ceiling), ("estimate", estimate)):
        if limit is not None and not (limit.is_finite() and limit > 0):
            raise Refusal("price-parameter", parameter=name, found=limit)
    if not (points.is_finite() and 0 <= points <= 100):
        raise Refusal("price-parameter", parameter="points", found=points)
    if (
        not isinstance(formula, Unpriced | LowestFirst | LowestEvaluated | RatedCriteria)
        and formula.deduction.floor > points
    ):
        raise Refusal("price-parameter", parameter="deduction.floor", found=formula.deduction.floor)


def _check_unpriced(bids: Sequence[PricedBid], points: Decimal) -> None:
    for bid in bids:
        if bid.price != 0:
            raise Refusal("price-unwanted", bidder=bid.bidder, found=bid.price)
    if points != 0:
        raise Refusal("price-parameter", parameter="points", found=points)


def check_drawn(formula: PriceFormula, drawn: Drawn) -> None:
    """Raise a ``Refusal`` if something was drawn that the formula does not draw."""
    strangers = sorted(drawn.values.keys() - dict(choices_of(formula)).keys())
    if strangers:
        raise Refusal("price-not-drawn", parameter=strangers[0])
    given = len(drawn.sample) or len(drawn.order)
    if given and not samples(formula):
        raise Refusal("price-sample", needed=0, found=given)


def choices_of(formula: PriceFormula) -> Iterator[tuple[str, tuple[Decimal, ...]]]:
    """The parameters that may be drawn after bid opening, with the values each may take."""
    for name, choices in choosing(formula):
        yield name, listed(choices)


def choosing(formula: PriceFormula) -> Iterator[tuple[str, Choices]]:
    """The parameters that may be drawn after bid opening, as the formula declares them."""
    if isinstance(formula, ReasonableLow):
        yield "reduction", formula.reduction
    if isinstance(formula, TwoPass):
        yield "factor", formula.factor
    if isinstance(formula, Composite):
        yield "weight", formula.weight
        yield "factor", formula.factor
        yield "ceiling_cut", formula.ceiling_cut


def samples(formula: PriceFormula) -> bool:
    """True if the mean is taken over drawn bids only."""
    return isinstance(formula, ReasonableLow | Composite) and bool(formula.sample)


def _spans(formula: PriceFormula) -> Iterator[tuple[str, Span]]:
    return ((name, choices) for name, choices in choosing(formula) if isinstance(choices, Span))


def _check_span(name: str, span: Span) -> None:
    """Finite, ascending, in whole steps, and not more values than a person could read."""
    numbers = (span.lowest, span.highest, span.step)
    if not all(number.is_finite() and abs(number) <= _MANY for number in numbers) or span.step < Decimal("0.0001"):
        raise Refusal("price-parameter", parameter=f"{name}.step", found=span.step)
    width = span.highest - span.lowest
    if width <= 0 or width % span.step or width / span.step >= MOST_CHOICES:
        raise Refusal("price-parameter", parameter=f"{name}.highest", found=span.highest)


def _ranges(formula: PriceFormula) -> Iterator[_Range]:
    if isinstance(formula, Unpriced | LowestFirst | LowestEvaluated | RatedCriteria):
        return
    yield from _deduction_ranges(formula.deduction)
    for name, choices in choices_of(formula):
        least = Decimal("0.01") if name == "factor" else _ZERO
        most = _ONE if name in ("weight", "factor") else Decimal("0.99")
        for choice in choices:
            yield name, choice, least, most
    if isinstance(formula, TwoPass):
        yield "keep_above", formula.keep_above, _ZERO, Decimal(10)
        yield "keep_below", formula.keep_below, _ZERO, _ONE
    if isinstance(formula, Composite) and formula.cost_floor:
        yield "cost_floor.weight", formula.cost_floor.weight, _ZERO, _ONE
        yield "cost_floor.factor", formula.cost_floor.factor, _ZERO, _ONE
        yield "cost_floor.drop_from", Decimal(formula.cost_floor.drop_from), Decimal(3), _MANY
    if isinstance(formula, Composite):
        yield "drop_from", Decimal(formula.drop_from), Decimal(3), _MANY
    if formula.validity:
        yield "validity.above", formula.validity.above or _ZERO, _ZERO, Decimal(10)
        yield "validity.below", formula.validity.below or _ZERO, _ZERO, _ONE


def _deduction_ranges(deduction: Deduction) -> Iterator[_Range]:
    yield "deduction.above", deduction.above, _ZERO, _MANY
    yield "deduction.below", deduction.below, _ZERO, _MANY
    yield "deduction.floor", deduction.floor, _ZERO, Decimal(100)


def _check_sample(bands: tuple[Sample, ...]) -> None:
    """Bands ascend and only the last is open; shares lie in 0..1 and at least one bid is drawn."""
    for index, band in enumerate(bands):
        last = index == len(bands) - 1
        above = bands[index - 1].upto or 0 if index else 0
        ascends = band.upto is None if last else band.upto is not None and band.upto > above
        if not ascends or not (band.share.is_finite() and 0 <= band.share <= 1) or band.least < 1:
            raise Refusal("price-parameter", parameter=f"sample[{index}]", found=band.upto)
