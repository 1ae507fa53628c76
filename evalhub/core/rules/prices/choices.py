"""The values a parameter may be drawn from, as a closed list.

Rules: a list stands as it is declared; a ``Span`` is its lowest value and every step up to its highest. A value is
written in plain digits without trailing zeros ("0.3"), so that 0.3 and 0.30 are one value and one text.
"""

from __future__ import annotations

from decimal import Decimal

from evalhub.core.rules.prices.formulas import Choices, Span

MOST_CHOICES = 1000


def listed(choices: Choices) -> tuple[Decimal, ...]:
    """Every value that may be drawn, in the order declared."""
    if not isinstance(choices, Span):
        return choices
    steps = min(int((choices.highest - choices.lowest) / choices.step), MOST_CHOICES)
    return tuple(choices.lowest + choices.step * number for number in range(steps + 1))


def written(value: Decimal) -> str:
    """A value as its draw names it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
