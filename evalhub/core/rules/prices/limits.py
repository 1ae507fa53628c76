"""Which prices are valid at all: ceiling, lowered ceiling, cost floor (F-4), limits around a reference.

A limit itself is valid. Every limit that was computed comes with its step. Never here: abnormally low bids (a trigger
is no invalidity).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices.benchmark import Bids, average, chosen, dropped, step_of
from evalhub.core.rules.prices.choices import listed
from evalhub.core.rules.prices.formulas import (
    Composite,
    Drawn,
    LowestEvaluated,
    LowestFirst,
    Pricing,
    RatedCriteria,
    Step,
    Validity,
)
from evalhub.core.rules.prices.rounding import exact, plain


class Limit(Record):
    """One bound: prices above it (or below it) are not valid, for this reason."""

    reason: str
    above: bool
    value: Decimal


class Limits(Record):
    """All bounds, the anchor of a composite base, and the working."""

    bounds: tuple[Limit, ...]
    anchor: Decimal | None
    steps: tuple[Step, ...]

    def reason(self, price: Decimal) -> str | None:
        """Why a price is not valid: the first bound it breaks; None if it is valid."""
        for bound in self.bounds:
            if price > bound.value if bound.above else price < bound.value:
                return bound.reason
        return None


def limits(formula: Pricing, bids: Bids, ceiling: Decimal | None, estimate: Decimal | None, drawn: Drawn) -> Limits:
    """The bounds over all bids that were opened."""
    steps: list[Step] = []
    bounds: list[Limit] = []
    if isinstance(formula, Composite):
        ceiling = _lowered(formula, ceiling, drawn, steps)
    if ceiling is not None:
        bounds.append(Limit(reason="above-ceiling", above=True, value=ceiling))
    if isinstance(formula, Composite) and formula.cost_floor:
        bounds.append(Limit(reason="below-floor", above=False, value=_floor(formula, bids, ceiling, steps)))
    if not isinstance(formula, LowestFirst | LowestEvaluated | RatedCriteria) and formula.validity:
        bounds += _around(formula.validity, bids, ceiling, estimate, steps)
    anchor = estimate if isinstance(formula, Composite) and formula.anchor == "estimate" else ceiling
    return Limits(bounds=tuple(bounds), anchor=anchor, steps=tuple(steps))


def _lowered(formula: Composite, ceiling: Decimal | None, drawn: Drawn, steps: list[Step]) -> Decimal | None:
    """The ceiling after the drawn cut (F-4)."""
    cut = chosen("ceiling_cut", listed(formula.ceiling_cut), drawn)
    if ceiling is None or cut == 0:
        return ceiling
    value = exact(ceiling) * (1 - exact(cut))
    steps.append(step_of("ceiling", f"{plain(ceiling)} x (1 - {plain(cut)})", value, formula.limit))
    return formula.limit(value)


def _floor(formula: Composite, bids: Bids, ceiling: Decimal | None, steps: list[Step]) -> Decimal:
    """The theoretical cost (F-4), from all bids that were read out."""
    rule = formula.cost_floor
    assert rule is not None
    if ceiling is None:
        raise Refusal("price-no-ceiling")
    drop = 1 if len(bids) >= rule.drop_from else 0
    middle, text, _ = average(dropped(bids, high=drop, low=drop))
    weight = exact(rule.weight)
    value = (exact(ceiling) * weight + middle * (1 - weight)) * exact(rule.factor)
    blend = f"{plain(ceiling)} x {plain(rule.weight)} + ({text}) x {plain(1 - rule.weight)}"
    steps.append(step_of("floor", f"({blend}) x {plain(rule.factor)}", value, formula.limit))
    return formula.limit(value)


def _around(
    rule: Validity, bids: Bids, ceiling: Decimal | None, estimate: Decimal | None, steps: list[Step]
) -> Iterator[Limit]:
    reference, text = _reference(rule, bids, ceiling, estimate)
    for reason, above, sign, share in (("above-limit", True, "+", rule.above), ("below-limit", False, "-", rule.below)):
        if share is None:
            continue
        value = exact(reference) * (1 + exact(share) if above else 1 - exact(share))
        steps.append(step_of(reason, f"{text} x (1 {sign} {plain(share)})", value, rule.limit))
        yield Limit(reason=reason, above=above, value=rule.limit(value))


def _reference(rule: Validity, bids: Bids, ceiling: Decimal | None, estimate: Decimal | None) -> tuple[Decimal, str]:
    """The price the limits are around, and how it is written."""
    if rule.of == "mean":
        drop = 1 if rule.drop_from and len(bids) >= max(rule.drop_from, 3) else 0
        step = average(dropped(bids, high=drop, low=drop), rule.limit)[2][0]
        return Decimal(step.value), f"({step.expression})"
    found = ceiling if rule.of == "ceiling" else estimate
    if found is None:
        raise Refusal("price-no-ceiling" if rule.of == "ceiling" else "price-no-estimate")
    return found, plain(found)
