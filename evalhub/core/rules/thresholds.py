"""What a project has pointed out in verification beyond the errors of the law (F-13).

Never here: applying a threshold (``scoring``).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evalhub.core.codec import Record


class DeviationRule(Record):
    """Warn when |score - mean of members| > max(points, share x mean). Thresholds met in the field: 3 and 0.30; 0 and
    0.20. No law sets a number for 畸高、畸低."""

    points: Decimal = Decimal(3)
    share: Decimal = Decimal("0.30")


class Verification(Record):
    """What is pointed out after the summary beyond the errors of 87号令 art 64: warnings, which change nothing.

    ``deviation``: rules for each subjective score, none for no warning. ``outlier_rate``: a member's total for a bid is
    pointed out if at most this share of honest panels shows one as rare (docs/anomalies.md); 0 for never.
    """

    deviation: tuple[DeviationRule, ...] = (DeviationRule(),)
    outlier_rate: Decimal = Decimal("0.015")


def mistakes(rules: Verification) -> Iterator[tuple[str, str]]:
    """(path, what was found) of thresholds that cannot be kept to; a rate of false alarm stays below one half."""
    for index, rule in enumerate(rules.deviation):
        for field, number in (("points", rule.points), ("share", rule.share)):
            if not (number.is_finite() and 0 <= number <= 100):
                yield f"deviation[{index}].{field}", str(number)
    if not (rules.outlier_rate.is_finite() and 0 <= rules.outlier_rate <= Decimal("0.5")):
        yield "outlier_rate", str(rules.outlier_rate)
