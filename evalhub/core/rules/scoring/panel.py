"""One committee's subjective scores as a table of whole numbers, and what is left of it when everything is taken away
that members may lawfully differ in.

    score of member i for bid j  =  severity of i  +  quality of j  +  rest            (the additive two-way model)

A severe or a generous member is no anomaly: it is the same for every bid. What is looked at is the rest. All numbers
are whole: a score times 10 000, a rest times members times bids as well, so that nothing is rounded before the end.

Never here: a verdict, a threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from evalhub.core.rules.plan import Factor
from evalhub.core.rules.prices.rounding import exact

SCALE = 10_000  # scores carry at most four decimals
Table = Sequence[Sequence[int]]  # rows: members; columns: bids


@dataclass(frozen=True)
class Panel:
    """``items[f][i][j]``: score of factor f by member i for bid j, times ``SCALE``; ``steps[f]``: the step of factor f
    in the same unit. Rounding to a step alone gives a score the variance step²/12 (Sheppard)."""

    seats: tuple[str, ...]
    bidders: tuple[str, ...]
    items: tuple[tuple[tuple[int, ...], ...], ...]
    steps: tuple[int, ...]

    @cached_property
    def totals(self) -> tuple[tuple[int, ...], ...]:
        """Each member's sum for each bid, times ``SCALE``."""
        return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*self.items, strict=True))

    @cached_property
    def rest(self) -> tuple[tuple[int, ...], ...]:
        """Totals without severity and quality, times ``SCALE`` × members × bids. Rows and columns add up to nothing."""
        return two_way(self.totals)

    @cached_property
    def spread(self) -> int:
        """The sum of all squares of ``rest``."""
        return squares(self.rest)

    @property
    def unit(self) -> int:
        """What one point is in ``rest``."""
        return SCALE * len(self.seats) * len(self.bidders)

    @property
    def step_twelfths(self) -> int:
        """Twelve times the variance of rounding of one total, in the square of the unit of ``rest``."""
        return sum(step * step for step in self.steps) * (len(self.seats) * len(self.bidders)) ** 2


@dataclass(frozen=True)
class Contrast:
    """How far a group stands from the other members on one bid, severity and quality taken away.

    ``points``: mean of the group less mean of the others. ``value``: its square over its own variance, estimated from
    what members differ in *inside* the group and *inside* the rest: F-distributed with 1 and ``freedom`` degrees of
    freedom if everybody judged alone (normal rests). ``points`` has the sign; a group of one is leave-one-out.
    """

    points: Fraction
    value: Fraction
    freedom: int


def panel_of(factors: Iterable[Factor], sheets: Mapping[str, Mapping[tuple[str, str], Decimal]]) -> Panel:
    """The subjective part of complete sheets (seat → (bidder, factor) → score). Seats and bidders ascend by name."""
    judged = [factor for factor in factors if factor.kind == "subjective"]
    seats = tuple(sorted(sheets))
    bidders = tuple(sorted({bidder for sheet in sheets.values() for bidder, _ in sheet}))
    return Panel(
        seats=seats,
        bidders=bidders,
        items=tuple(
            tuple(tuple(int(exact(sheets[seat][bidder, factor.code]) * SCALE) for bidder in bidders) for seat in seats)
            for factor in judged
        ),
        steps=tuple(int(exact(factor.step) * SCALE) for factor in judged),
    )


def contrast(panel: Panel, group: Sequence[int], bid: int) -> Contrast:
    """``group``: some members by number, not all; ``bid``: a column. At least three members and two bids."""
    return contrasts(panel, group)[bid]


def contrasts(panel: Panel, group: Sequence[int]) -> tuple[Contrast, ...]:
    """The contrast of one group on every bid.

    With g members of n, m bids, S_j the group's sum of rests for bid j:   points = S_j · n / (g (n - g)),
    inside = Σ rest² - n / (g (n - g)) · Σ S²,   noise = inside / freedom + rounding,   freedom = (n - 2)(m - 1),
    value = S_j² · n m / (g (n - g)(m - 1)) / noise; below in whole numbers over one denominator.
    """
    members, bids, size = len(panel.seats), len(panel.bidders), len(group)
    sums = [sum(panel.rest[i][j] for i in group) for j in range(bids)]
    apart, freedom = size * (members - size), (members - 2) * (bids - 1)
    inside = panel.spread * apart - members * sum(part * part for part in sums)
    below = 12 * inside + panel.step_twelfths * apart * freedom
    above = 12 * members * bids * (members - 2)
    return tuple(
        Contrast(
            points=Fraction(part * members, apart * panel.unit),
            value=Fraction(part * part * above, below) if below else Fraction(0),
            freedom=freedom,
        )
        for part in sums
    )


def two_way(table: Table) -> tuple[tuple[int, ...], ...]:
    """The table less its row and column means, times rows × columns."""
    rows, columns = len(table), len(table[0])
    across = [sum(row) for row in table]
    down = [sum(column) for column in zip(*table, strict=True)]
    whole = sum(across)
    return tuple(
        tuple(rows * columns * value - rows * across[i] - columns * down[j] + whole for j, value in enumerate(row))
        for i, row in enumerate(table)
    )


def squares(table: Iterable[Iterable[int]]) -> int:
    """Sum of squares."""
    return sum(value * value for row in table for value in row)
