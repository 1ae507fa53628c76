"""How rare a value is: the regularised incomplete beta function, to the last digit the same on every machine.

    beta_below(x, a, b) = P(B ≤ x) for B ~ Beta(a/2, b/2)        a, b: whole numbers ≥ 1 (degrees of freedom)
    f_above(f, freedom) = P(F > f) for F ~ F(1, freedom)         the two-sided tail of Student's t at √f

Series with positive terms only (DLMF 8.17.8), in decimals of 40 digits: their operations are correctly rounded by the
specification of decimal arithmetic, so nothing depends on a processor or a library for mathematics.
These are statements about chance, never scores.

Never here: floats, the ambient decimal context, thresholds.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction

CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_ENOUGH = Decimal("1e-25")  # relative size of the first term that is left out
_PI = Decimal("3.141592653589793238462643383279502884197")


def f_above(value: Fraction, freedom: int) -> Decimal:
    """P(F > ``value``) for F with 1 and ``freedom`` degrees of freedom; ``value`` ≥ 0."""
    return beta_below(freedom / (freedom + value), freedom, 1)


def beta_below(x: Fraction, a: int, b: int) -> Decimal:
    """P(B ≤ ``x``) for B ~ Beta(a/2, b/2), about 25 digits."""
    if x <= 0:
        return Decimal(0)
    if x >= 1:
        return Decimal(1)
    if x * (a + b + 4) > a + 2:  # beyond the mean the series of the other side converges faster
        return CONTEXT.subtract(Decimal(1), _series(1 - x, b, a))
    return _series(x, a, b)


def _series(x: Fraction, a: int, b: int) -> Decimal:
    """x^(a/2) (1-x)^(b/2) / (a/2 · B(a/2, b/2)) · Σ (a/2 + b/2)_n / (a/2 + 1)_n · x^n."""
    with localcontext(CONTEXT):
        at, beside = _decimal(x), _decimal(1 - x)
        total, term, n = Decimal(1), Decimal(1), 0
        while term > _ENOUGH * total:
            term = term * at * (a + b + 2 * n) / (a + 2 + 2 * n)
            total += term
            n += 1
        front = _half_power(at, a) * _half_power(beside, b) * 2 / a
        return Decimal(front * total * _gamma(a + b) / (_gamma(a) * _gamma(b)))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _half_power(value: Decimal, twice: int) -> Decimal:
    """``value`` to the power ``twice``/2."""
    whole = Decimal(value ** (twice // 2))
    return whole * value.sqrt() if twice % 2 else whole


def _gamma(twice: int) -> Decimal:
    """Γ(twice/2): a factorial, or √π times a fraction."""
    if twice % 2 == 0:
        return Decimal(math.factorial(twice // 2 - 1))
    k = twice // 2
    return _PI.sqrt() * math.factorial(2 * k) / ((1 << 2 * k) * math.factorial(k))
