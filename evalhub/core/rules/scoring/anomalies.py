"""Patterns in opened score sheets that independent judgement seldom makes, each with its rate of false alarm.

    outlier   one member's total for one bid, against the others (leave one out, severity taken away)
    group     two or more members, up to half of them, alike above or below the others on one bid
    twins     two members whose items rise and fall together far more closely than those of the others
    objective members differ on a factor that has one right score (no chance in it)

Rules
- Run on sheets as sealed: corrections do not make what was sealed undone.
- ``rate``: in panels where everybody judged alone, at most this share shows anything of its kind as rare as this. The
  tail of the exact distribution (normal rests) times the number of places looked at (Bonferroni), hence "at most".
- Amber from ``AMBER``, red from ``RED`` for each of the three kinds that chance makes: less than one honest panel in
  twenty shows anything amber, less than one in a hundred anything red.
- The variance of rounding to steps is added to every estimate of noise, so that few distinct values make the tests
  silent, not loud.
- A flag is a question. Nothing follows from it by itself.

Method and measured error rates: ``docs/anomalies.md``; decision 0130.
Never here: a name of a person, a change of a score.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Literal

from evalhub.core.codec import Record
from evalhub.core.rules.plan import Factor
from evalhub.core.rules.prices.rounding import Rounding, exact
from evalhub.core.rules.scoring.findings import ScoreFinding, findings
from evalhub.core.rules.scoring.panel import Contrast, Panel, contrast, contrasts, panel_of, squares, two_way
from evalhub.core.rules.scoring.summary import SheetScores
from evalhub.core.rules.scoring.tails import beta_below, f_above

AMBER, RED = Decimal("0.015"), Decimal("0.003")
LEAST_MEMBERS, LEAST_BIDS = 4, 2
_RATE, _POINTS = Rounding(places=5, mode="up"), Rounding(places=2)
_EVERYDAY = ((4, 22), (9, 371), (12, 1900), (16, 15800))  # P(F > 4) > 1/22 for any freedom, and so on

AnomalyKind = Literal["objective", "outlier", "group", "twins"]
AnomalyLevel = Literal["amber", "red"]


class Anomaly(Record):
    """One flag. ``amount``: points above the others (below: negative) for outlier and group; the share of identical
    scores for twins; 0 for objective. ``rate``: see above, rounded up; 0 for objective. ``factor``: objective only;
    ``bidder``: empty for twins."""

    kind: AnomalyKind
    level: AnomalyLevel
    bidder: str
    factor: str
    seats: tuple[str, ...]
    amount: Decimal
    rate: Decimal


class AnomalyReport(Record):
    """All flags, rarest first. ``silent``: why less was tested than usual, a closed list: panel-too-small (fewer than
    four members or two bids), nothing-subjective, coarse-steps (the steps are as wide as the members' differences)."""

    members: int
    bids: int
    anomalies: tuple[Anomaly, ...]
    silent: tuple[str, ...]


def anomaly_report(factors: Sequence[Factor], sheets: SheetScores) -> AnomalyReport:
    """The report on complete sheets, as sealed."""
    panel = panel_of(factors, sheets)
    silent = _silent(panel)
    found = list(_objective(factors, sheets))
    if "panel-too-small" not in silent and "nothing-subjective" not in silent:
        found += [*outliers(panel), *groups(panel), *twins(panel)]
    found.sort(key=lambda one: (one.rate, one.kind, one.bidder, one.factor, one.seats))
    return AnomalyReport(
        members=len(panel.seats), bids=len(panel.bidders), anomalies=tuple(found), silent=tuple(silent)
    )


def outliers(panel: Panel, amber: Decimal = AMBER) -> list[Anomaly]:
    """The rarest bid of each member, if it is rarer than ``amber``."""
    places = len(panel.seats) * len(panel.bidders)
    found = []
    for i, seat in enumerate(panel.seats):
        bid, seen = max(enumerate(contrasts(panel, (i,))), key=lambda one: one[1].value)
        rate = rate_of(seen, places)
        if rate <= amber:
            found.append(_anomaly("outlier", (seat,), panel.bidders[bid], seen, rate))
    return found


def outlier_findings(factors: Sequence[Factor], sheets: SheetScores, rate: Decimal) -> tuple[ScoreFinding, ...]:
    """Outliers as warnings that the member answers in verification; none if the panel is too small or ``rate`` is 0."""
    panel = panel_of(factors, sheets)
    if "panel-too-small" in (silent := _silent(panel)) or "nothing-subjective" in silent:
        return ()
    return tuple(
        ScoreFinding(
            kind="outlier",
            level="warning",
            bidder=flag.bidder,
            factor=None,
            seats=flag.seats,
            detail=f"{flag.amount:+f}",
            direction="high" if flag.amount > 0 else "low",
        )
        for flag in outliers(panel, rate)
    )


def groups(panel: Panel, amber: Decimal = AMBER) -> list[Anomaly]:
    """The rarest group on each bid, if it is rarer than ``amber``."""
    found = []
    for bid in range(len(panel.bidders)):
        rated = [(rate_of(seen, places), group, seen) for group, seen, places in _group_contrasts(panel, bid)]
        if not rated:
            continue
        rate, group, seen = min(rated, key=lambda one: (one[0], one[1]))
        if rate <= amber:
            seats = tuple(panel.seats[i] for i in group)
            found.append(_anomaly("group", seats, panel.bidders[bid], seen, rate))
    return found


def twins(panel: Panel, amber: Decimal = AMBER) -> list[Anomaly]:
    """Every pair of members whose items differ less than ``amber`` allows."""
    tables, steps, freedom = _items_rest(panel)
    if not freedom:
        return []
    members, places = len(panel.seats), math.comb(len(panel.seats), 2)
    whole = 2 * (sum(map(squares, tables)) + (members - 1) * steps)
    found = []
    for i, k in combinations(range(members), 2):
        share = (sum(_square(table[i], table[k]) for table in tables) + 2 * steps) / whole
        if share * (members - 1) >= 1:  # farther apart than the average pair
            continue
        rate = _rate(beta_below(share, freedom, (members - 2) * freedom), places)
        if rate <= amber:
            found.append(_twins(panel, i, k, rate))
    return found


def rate_of(seen: Contrast, places: int) -> Decimal:
    """At most this share of honest panels shows as much at any of ``places`` places; 1 where that is everyday."""
    if any(seen.value < value and places >= enough for value, enough in _EVERYDAY):
        return Decimal(1)  # without computing it
    return _rate(f_above(seen.value, seen.freedom), places)


def _rate(tail: Decimal, places: int) -> Decimal:
    return min(_RATE(exact(tail) * places), Decimal(1))


def _silent(panel: Panel) -> list[str]:
    if len(panel.seats) < LEAST_MEMBERS or len(panel.bidders) < LEAST_BIDS:
        return ["panel-too-small"]
    if not panel.items:
        return ["nothing-subjective"]
    freedom = (len(panel.seats) - 1) * (len(panel.bidders) - 1)
    return ["coarse-steps"] if 6 * panel.spread <= panel.step_twelfths * freedom else []


def _objective(factors: Sequence[Factor], sheets: SheetScores) -> Iterator[Anomaly]:
    for finding in findings(factors, sheets):
        if finding.kind == "objective":
            nothing = Decimal(0)
            yield Anomaly(
                kind="objective",
                level="red",
                bidder=finding.bidder,
                factor=finding.factor or "",
                seats=finding.seats,
                amount=nothing,
                rate=nothing,
            )


def _group_contrasts(panel: Panel, bid: int) -> Iterator[tuple[tuple[int, ...], Contrast, int]]:
    """The most extreme groups of each size on one bid, with the number of groups and bids they are chosen from."""
    members = len(panel.seats)
    order = sorted(range(members), key=lambda i: (panel.rest[i][bid], i))
    sizes = range(2, members // 2 + 1)
    for size in sizes:
        places = math.comb(members, size) * len(panel.bidders) * len(sizes)
        for group in (order[:size], order[-size:]):
            yield tuple(sorted(group)), contrast(panel, group, bid), places


def _items_rest(panel: Panel) -> tuple[list[tuple[tuple[int, ...], ...]], Fraction, int]:
    """For each factor what is left of its table when its own severity and quality, and the liking of a member for a bid
    as a whole, are taken away; the rounding in half the square of a pair's distance; and the degrees of freedom of a
    pair, fewer when one factor outweighs the others (Satterthwaite), so that unequal factors raise no false alarm."""
    members, bids, number = len(panel.seats), len(panel.bidders), len(panel.items)
    tables = [two_way(item) for item in panel.items]
    if number > 1:
        halo = [[sum(table[i][j] for table in tables) for j in range(bids)] for i in range(members)]
        tables = [
            tuple(tuple(number * value - halo[i][j] for j, value in enumerate(row)) for i, row in enumerate(table))
            for table in tables
        ]
    free = (bids - 1) * max(number - 1, 1)
    unit = (members * bids * number) ** 2
    rounding = [Fraction(free * unit * step * step, 12 * number) for step in panel.steps]
    parts = [squares(table) + (members - 1) * base for table, base in zip(tables, rounding, strict=True)]
    heavy = number * sum(part * part for part in parts)
    freedom = math.floor(free * sum(parts) ** 2 / heavy) if heavy else 0
    return tables, sum(rounding, Fraction(0)), freedom


def _square(one: Sequence[int], other: Sequence[int]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _twins(panel: Panel, i: int, k: int, rate: Decimal) -> Anomaly:
    pairs = [pair for item in panel.items for pair in zip(item[i], item[k], strict=True)]
    same = Fraction(sum(a == b for a, b in pairs), len(pairs))
    return Anomaly(
        kind="twins",
        level=level_of(rate),
        bidder="",
        factor="",
        seats=(panel.seats[i], panel.seats[k]),
        amount=_POINTS(same),
        rate=rate,
    )


def _anomaly(kind: AnomalyKind, seats: tuple[str, ...], bidder: str, seen: Contrast, rate: Decimal) -> Anomaly:
    return Anomaly(
        kind=kind, level=level_of(rate), bidder=bidder, factor="", seats=seats, amount=_POINTS(seen.points), rate=rate
    )


def level_of(rate: Decimal) -> AnomalyLevel:
    """How loud a flag of this rate is."""
    return "red" if rate <= RED else "amber"
