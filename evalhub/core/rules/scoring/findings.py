"""The four checks after the summary (87号令 art 64) and deviation warnings with set thresholds (F-13).

Rules
- A sum, a range and a disagreement on an objective factor are errors: the record contradicts a rule.
- A deviation is only ever a warning: no law sets a number for 畸高畸低, so that the threshold is a setting.
- Exact fractions; a threshold itself is not yet a deviation. Run on complete sheets
  (``summary.check_complete``).

Patterns over several members (groups, twins) are in ``anomalies``. Never here: correcting a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from evalhub.core.codec import Record
from evalhub.core.rules.criteria import fits
from evalhub.core.rules.plan import Factor
from evalhub.core.rules.prices.rounding import Rounding, exact, mean
from evalhub.core.rules.scoring.summary import Key, SheetScores
from evalhub.core.rules.thresholds import DeviationRule

Kind = Literal["range", "sum", "objective", "deviation", "outlier"]
Level = Literal["error", "warning"]
Direction = Literal["", "high", "low"]


class ScoreFinding(Record):
    """Something verification must close. ``factor`` None: it concerns the bid's total. ``detail``: the numbers;
    ``direction``: of a warning, which side of the others the member is on."""

    kind: Kind
    level: Level
    bidder: str
    factor: str | None
    seats: tuple[str, ...]
    detail: str
    direction: Direction = ""


def findings(
    factors: Sequence[Factor],
    sheets: SheetScores,
    *,
    declared: Mapping[Key, Decimal] | None = None,
    tolerance: Decimal = Decimal("0.01"),
    deviation: Sequence[DeviationRule] = (),
) -> tuple[ScoreFinding, ...]:
    """Everything verification has to close: errors first, ascending by (kind, bidder, factor, seats).

    ``declared``: totals a person wrote, by (seat, bidder), compared with the sum of that sheet's scores.
    """
    found = [
        *_range_findings(factors, sheets),
        *_sum_findings(sheets, declared or {}, tolerance),
        *_spread_findings(factors, sheets, deviation),
    ]
    return tuple(sorted(found, key=lambda one: (one.level, one.kind, one.bidder, one.factor or "", one.seats)))


def in_range(factor: Factor, score: Decimal) -> bool:
    """True if ``score`` is one the factor can have (``criteria.fits``)."""
    return score.is_finite() and fits(factor, score)


def _range_findings(factors: Sequence[Factor], sheets: SheetScores) -> Iterator[ScoreFinding]:
    """Art 64 (2): an item outside its range. One finding a seat, since each member corrects an own score."""
    by_code = {factor.code: factor for factor in factors}
    for seat, sheet in sheets.items():
        for (bidder, code), score in sheet.items():
            factor = by_code[code]
            if not in_range(factor, score):
                detail = f"{score:f} not in {factor.lowest:f}..{factor.highest:f} step {factor.step:f}"
                yield _finding("range", bidder, code, (seat,), detail)


def _sum_findings(sheets: SheetScores, declared: Mapping[Key, Decimal], tolerance: Decimal) -> Iterator[ScoreFinding]:
    """Art 64 (1): a written total that is not the sum. It may differ by ``tolerance`` itself, not more."""
    for (seat, bidder), total in declared.items():
        scores = [score for (bid, _), score in sheets.get(seat, {}).items() if bid == bidder]
        right = sum(map(exact, scores), Fraction(0))
        if abs(exact(total) - right) > exact(tolerance):
            shown = Rounding(places=4)(right)
            yield _finding("sum", bidder, None, (seat,), f"{total:f} written, {shown:f} added up")


def _spread_findings(
    factors: Sequence[Factor], sheets: SheetScores, rules: Sequence[DeviationRule]
) -> Iterator[ScoreFinding]:
    """Art 64 (3) for objective factors: one score only. Art 64 (4) for subjective ones: warnings by the
    rules."""
    bidders = sorted({bidder for sheet in sheets.values() for bidder, _ in sheet})
    for factor in factors:
        for bidder in bidders:
            scores = {seat: sheet[bidder, factor.code] for seat, sheet in sorted(sheets.items())}
            if factor.kind == "objective":
                yield from _disagreement(factor, bidder, scores)
            else:
                yield from _outliers(factor, bidder, scores, rules)


def _disagreement(factor: Factor, bidder: str, scores: Mapping[str, Decimal]) -> Iterator[ScoreFinding]:
    distinct = sorted(set(scores.values()))
    if len(distinct) > 1:
        detail = " / ".join(f"{score:f}" for score in distinct)
        yield _finding("objective", bidder, factor.code, tuple(scores), detail)


def _outliers(
    factor: Factor, bidder: str, scores: Mapping[str, Decimal], rules: Sequence[DeviationRule]
) -> Iterator[ScoreFinding]:
    middle = mean([exact(score) for score in scores.values()])
    shown = Rounding(places=2)(middle)
    limits = [max(exact(rule.points), exact(rule.share) * middle) for rule in rules]
    for seat, score in scores.items():
        if any(abs(exact(score) - middle) > limit for limit in limits):
            found = _finding("deviation", bidder, factor.code, (seat,), f"{score:f} / {shown:f}")
            yield msgspec.structs.replace(found, direction="high" if exact(score) > middle else "low")


def _finding(kind: Kind, bidder: str, factor: str | None, seats: tuple[str, ...], detail: str) -> ScoreFinding:
    level: Level = "warning" if kind == "deviation" else "error"
    return ScoreFinding(kind=kind, level=level, bidder=bidder, factor=factor, seats=seats, detail=detail)
