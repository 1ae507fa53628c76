"""Favour that is too small to show in one session and repeats over several: a member's or a centre's for one bidder.

    for each (who, bidder) met in two sessions or more: how far ``who`` stood from the others on this bidder,
    in standard deviations, summed over the sessions; the tail of that sum times the number of such pairs

Rules
- ``who`` is a pseudonym or a centre: leaves are fresh in every session, so that only a centre can say which seats were
  one person's, and it says so by a pseudonym.
- A bidder is the same if its name is the same.
- ``rate``: as in ``anomalies``, though the sum's distribution is very nearly, not exactly, the one it is taken for
  (measured in ``docs/anomalies.md``). A session with fewer than five degrees of freedom is left out.

Never here: who anybody is, and any conclusion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from evalhub.core.codec import Record
from evalhub.core.rules.prices.rounding import Rounding, exact, mean
from evalhub.core.rules.scoring.anomalies import AMBER, AnomalyLevel, level_of
from evalhub.core.rules.scoring.panel import Contrast, Panel, contrasts
from evalhub.core.rules.scoring.tails import CONTEXT, f_above

_RATE, _POINTS = Rounding(places=5, mode="up"), Rounding(places=2)
LEAST_FREEDOM = 5


@dataclass(frozen=True)
class Seen:
    """One session. ``who``: pseudonym or centre → numbers of its members in the panel; ``bidders``: names, in the
    panel's order."""

    panel: Panel
    who: Mapping[str, tuple[int, ...]]
    bidders: tuple[str, ...]


class Tendency(Record):
    """``points``: the mean over the sessions of how far ``who`` stood from the other members on this bidder."""

    level: AnomalyLevel
    who: str
    bidder: str
    sessions: int
    points: Decimal
    rate: Decimal


def tendencies(sessions: Sequence[Seen], amber: Decimal = AMBER) -> tuple[Tendency, ...]:
    """Rarest first. Sessions too small to be tested are left out."""
    met: dict[tuple[str, str], list[Contrast]] = {}
    for session in sessions:
        for who, bidder, seen in _contrasts(session):
            met.setdefault((who, bidder), []).append(seen)
    repeated = {pair: found for pair, found in met.items() if len(found) > 1}
    rows = []
    for (who, bidder), found in repeated.items():
        rate = min(_RATE(exact(_rarity(found)) * len(repeated)), Decimal(1))
        if rate <= amber:
            points = _POINTS(mean([one.points for one in found]))
            rows.append(
                Tendency(level=level_of(rate), who=who, bidder=bidder, sessions=len(found), points=points, rate=rate)
            )
    return tuple(sorted(rows, key=lambda row: (row.rate, row.who, row.bidder)))


def _contrasts(session: Seen) -> Iterator[tuple[str, str, Contrast]]:
    members, bids = len(session.panel.seats), len(session.panel.bidders)
    if (members - 2) * (bids - 1) < LEAST_FREEDOM or not session.panel.items:
        return
    for who, group in session.who.items():
        if 0 < len(group) < members:
            for bidder, seen in zip(session.bidders, contrasts(session.panel, group), strict=True):
                yield who, bidder, seen


def _rarity(found: Sequence[Contrast]) -> Decimal:
    """The two-sided tail of the sum of Student's t over the sessions, each divided by its own standard deviation
    √(freedom / (freedom - 2)). The sum is taken for Student's t with all degrees of freedom together."""
    with localcontext(CONTEXT):
        whole = Decimal(0)
        for one in found:
            value = one.value * (one.freedom - 2) / one.freedom
            root = (Decimal(value.numerator) / value.denominator).sqrt()
            whole += root if one.points > 0 else -root
        return f_above(exact(whole * whole) / len(found), sum(one.freedom for one in found))
