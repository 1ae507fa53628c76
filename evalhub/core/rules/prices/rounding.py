"""Exact numbers between declared roundings: the place where you round decides ranks (R60).

Rules
- A number enters as a finite ``Decimal``, is computed with as an exact fraction, and leaves only through a
  declared ``Rounding``. So every centre, in any language, gets the same digits; no precision setting
  exists to differ in.
- A rounded number carries exactly ``places`` decimals ("12.50"), so that equal scores are equal bytes.

Never here: floats, the ambient decimal context.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record

Mode = Literal["half-up", "half-even", "down", "up"]


class Rounding(Record):
    """To how many decimal places, and how. ``half-up`` and ``up`` go away from zero, ``down`` towards
    zero."""

    places: Annotated[int, Meta(ge=0, le=12)] = 2
    mode: Mode = "half-up"

    def __call__(self, value: Fraction) -> Decimal:
        """``value`` rounded, as a decimal with exactly ``places`` decimals (never a negative zero)."""
        scaled = abs(value) * 10**self.places
        whole, rest = divmod(scaled.numerator, scaled.denominator)
        if _goes_up(self.mode, whole, Fraction(rest, scaled.denominator)):
            whole += 1
        digits = tuple(map(int, str(whole)))
        return Decimal((int(value < 0 and whole > 0), digits, -self.places))


def _goes_up(mode: Mode, whole: int, rest: Fraction) -> bool:
    half = Fraction(1, 2)
    if mode == "up":
        return rest > 0
    if mode == "half-up":
        return rest >= half
    if mode == "half-even":
        return rest > half or (rest == half and whole % 2 == 1)
    return False


def exact(value: Decimal) -> Fraction:
    """A finite decimal as a fraction."""
    return Fraction(value)


def mean(values: Sequence[Fraction]) -> Fraction:
    """The arithmetic mean of at least one value."""
    return sum(values, Fraction(0)) / len(values)


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent."""
    return f"{value:f}"
