"""From sealed sheets to the ranking (F-9, F-10).

Rules
- Every seat scores every factor of every bid, or nothing is computed (``Refusal("sheet-incomplete")``).
- A member's score counts alone; the mean is over members. Trimming drops one highest and one lowest, only
  from ``trim_min_members`` members on (0: never; government procurement allows none), over an item, a part
  or a member's total for that bid. Of equal totals the part sums decide
  who is dropped, never the name of a seat: who sits where changes nothing.
- Exact fractions up to each part; each part is rounded as declared; a total is the sum of its
  rounded parts and the price score, so that the sheet adds up on paper.
- Total first, then the lower price, else tied with the same number. At most three candidates (条例 art 53).

Two centres that hold the same sheets compute the same bytes: rows ascend by rank and bidder.
Never here: correcting a score, deciding a tie.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Refusal
from evalhub.core.rules.plan import Aggregation, Factor
from evalhub.core.rules.prices.rounding import exact, mean

Key = tuple[str, str]  # bidder, factor
SheetScores = Mapping[str, Mapping[Key, Decimal]]  # by seat
Weights = Mapping[str, Decimal]  # by part; a part not named weighs 1
MOST_CANDIDATES = 3
_Sums = dict[str, Fraction]


class ScoredBid(Record):
    """A bid that is still in: its price (for ties) and its price score; both None where price is not
    scored."""

    bidder: str
    price: Decimal | None = None
    price_score: Decimal | None = None


class PartScore(Record):
    """The committee's score of one part for one bid."""

    part: str
    score: Decimal


class MemberTotal(Record):
    """One member's own weighted sum for one bid, price excluded; ``dropped`` if trimmed from the total."""

    seat: str
    total: Decimal
    dropped: bool


class SummaryRow(Record):
    """One bid in the summary. ``total`` is what ranks: points, or the evaluated price where that ranks (``evaluated``).
    ``technical``: the technical part with rated criteria."""

    bidder: str
    parts: tuple[PartScore, ...]
    price: Decimal | None
    price_score: Decimal | None
    total: Decimal
    rank: int
    members: tuple[MemberTotal, ...]
    technical: Decimal | None = None
    evaluated: Decimal | None = None


class Summary(Record):
    """The whole result. ``candidates``: at most three, best first; ``tied``: bids equal at the last open
    place, of which only some fit, so that the tender document's rule or a draw has to decide (87号令 art
    57, 68)."""

    rows: tuple[SummaryRow, ...]
    candidates: tuple[str, ...]
    tied: tuple[str, ...]

    def digest(self) -> str:
        """SHA-256 of the canonical summary, lower-case hex: what host and guest compare."""
        return hashlib.sha256(canonical(self)).hexdigest()


class Contender(Record):
    """What the order of two bids depends on."""

    bidder: str
    total: Decimal
    price: Decimal | None = None


def aggregate(
    factors: Sequence[Factor],
    sheets: SheetScores,
    bids: Sequence[ScoredBid],
    rule: Aggregation,
    *,
    weights: Weights | None = None,
) -> Summary:
    """The summary of all sheets. Raises ``Refusal`` sheet-none, sheet-incomplete or sheet-unknown-score."""
    check_complete(factors, sheets, [bid.bidder for bid in bids])
    ordered = sorted(bids, key=lambda bid: bid.bidder)
    unranked = [_row(factors, sheets, bid, rule, weights or {}) for bid in ordered]
    ranks = rank([Contender(bidder=row.bidder, total=row.total, price=row.price) for row in unranked])
    rows = sorted((_with_rank(row, ranks[row.bidder]) for row in unranked), key=lambda row: (row.rank, row.bidder))
    named, tied = candidates(ranks)
    return Summary(rows=tuple(rows), candidates=named, tied=tied)


def price_only(bids: Sequence[ScoredBid], rule: Aggregation) -> Summary:
    """The summary where nothing but the price is scored, so that there is no sheet to wait for."""
    rounding = rule.rounding()
    totals = {bid.bidder: rounding(exact(bid.price_score or Decimal(0))) for bid in bids}
    ranks = rank([Contender(bidder=bid.bidder, total=totals[bid.bidder], price=bid.price) for bid in bids])
    rows = [
        SummaryRow(
            bidder=bid.bidder,
            parts=(),
            price=bid.price,
            price_score=bid.price_score,
            total=totals[bid.bidder],
            rank=ranks[bid.bidder],
            members=(),
        )
        for bid in bids
    ]
    named, tied = candidates(ranks)
    ordered = sorted(rows, key=lambda row: (row.rank, row.bidder))
    return Summary(rows=tuple(ordered), candidates=named, tied=tied)


def check_complete(factors: Sequence[Factor], sheets: SheetScores, bidders: Sequence[str]) -> None:
    """Raise a ``Refusal`` unless every seat scores exactly every factor of every bid, in finite numbers."""
    if not sheets:
        raise Refusal("sheet-none")
    wanted = {(bidder, factor.code) for bidder in bidders for factor in factors}
    for seat, sheet in sorted(sheets.items()):
        for bidder, code in sorted(wanted - sheet.keys()):
            raise Refusal("sheet-incomplete", seat=seat, bidder=bidder, factor=code)
        for bidder, code in sorted(sheet.keys() - wanted):
            raise Refusal("sheet-unknown-score", seat=seat, bidder=bidder, factor=code)
        for (bidder, code), score in sheet.items():
            if not score.is_finite():
                raise Refusal("sheet-incomplete", seat=seat, bidder=bidder, factor=code)


def rank(rows: Sequence[Contender]) -> dict[str, int]:
    """Rank by bidder: higher total, then lower price, else the same number; the next number is skipped (1,
    1, 3).

    A bid without a price is never separated from an equal total.
    """
    return {row.bidder: 1 + sum(_before(other, row) for other in rows) for row in rows}


def candidates(ranks: Mapping[str, int], most: int = MOST_CANDIDATES) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bidders that certainly are candidates, best first, and those tied for places that do not
    suffice."""
    ordered = sorted(ranks, key=lambda bidder: (ranks[bidder], bidder))
    if len(ordered) <= most:
        return tuple(ordered), ()
    first_out = ranks[ordered[most]]
    named = tuple(bidder for bidder in ordered[:most] if ranks[bidder] != first_out)
    tied = tuple(bidder for bidder in ordered if ranks[bidder] == first_out)
    return named, tied if len(named) < most else ()


def _before(other: Contender, row: Contender) -> bool:
    if other.total != row.total:
        return other.total > row.total
    return other.price is not None and row.price is not None and other.price < row.price


def _with_rank(row: SummaryRow, number: int) -> SummaryRow:
    return SummaryRow(
        bidder=row.bidder,
        parts=row.parts,
        price=row.price,
        price_score=row.price_score,
        total=row.total,
        rank=number,
        members=row.members,
    )


def _row(
    factors: Sequence[Factor], sheets: SheetScores, bid: ScoredBid, rule: Aggregation, weights: Weights
) -> SummaryRow:
    rounding = rule.rounding()
    sums = {seat: _part_sums(factors, sheets[seat], bid.bidder, weights) for seat in sorted(sheets)}
    totals = {seat: sum(parts.values(), Fraction(0)) for seat, parts in sums.items()}
    whole = {seat: (totals[seat], *(value for _, value in sorted(parts.items()))) for seat, parts in sums.items()}
    kept = _kept(whole, rule) if rule.trim_scope == "total" else tuple(totals)
    if rule.trim_scope == "item":
        means = _item_means(factors, sheets, bid.bidder, rule, weights)
    else:
        means = _part_means({seat: sums[seat] for seat in kept}, rule)
    parts = tuple(PartScore(part=part, score=rounding(value)) for part, value in sorted(means.items()))
    scored = sum((exact(part.score) for part in parts), exact(bid.price_score or Decimal(0)))
    return SummaryRow(
        bidder=bid.bidder,
        parts=parts,
        price=bid.price,
        price_score=bid.price_score,
        total=rounding(scored),
        rank=0,
        members=tuple(
            MemberTotal(seat=seat, total=rounding(total), dropped=seat not in kept) for seat, total in totals.items()
        ),
    )


def _weight(weights: Weights, part: str) -> Fraction:
    return exact(weights.get(part, Decimal(1)))


def _part_sums(factors: Sequence[Factor], sheet: Mapping[Key, Decimal], bidder: str, weights: Weights) -> _Sums:
    """One member's weighted sum of each part for one bid."""
    sums: _Sums = {}
    for factor in factors:
        score = exact(sheet[bidder, factor.code]) * _weight(weights, factor.part)
        sums[factor.part] = sums.get(factor.part, Fraction(0)) + score
    return sums


def _part_means(sums: Mapping[str, _Sums], rule: Aggregation) -> _Sums:
    """The mean of each part over seats; trimmed here only when the scope is the part."""
    parts = next(iter(sums.values()))
    means = {}
    for part in parts:
        values = {seat: own[part] for seat, own in sums.items()}
        kept = _kept(_single(values), rule) if rule.trim_scope == "part" else tuple(values)
        means[part] = mean([values[seat] for seat in kept])
    return means


def _item_means(
    factors: Sequence[Factor], sheets: SheetScores, bidder: str, rule: Aggregation, weights: Weights
) -> _Sums:
    """The sum over factors of trimmed means."""
    means: _Sums = {}
    for factor in factors:
        values = {seat: exact(sheets[seat][bidder, factor.code]) for seat in sheets}
        item = mean([values[seat] for seat in _kept(_single(values), rule)]) * _weight(weights, factor.part)
        means[factor.part] = means.get(factor.part, Fraction(0)) + item
    return means


def _single(values: Mapping[str, Fraction]) -> dict[str, tuple[Fraction, ...]]:
    return {seat: (value,) for seat, value in values.items()}


def _kept(values: Mapping[str, tuple[Fraction, ...]], rule: Aggregation) -> tuple[str, ...]:
    """The seats left after dropping one highest and one lowest, if the committee is large enough (and
    above two)."""
    seats = sorted(values)
    if not rule.trim_min_members or len(seats) < max(rule.trim_min_members, 3):
        return tuple(seats)
    low = min(seats, key=lambda seat: (values[seat], seat))
    high = max((seat for seat in seats if seat != low), key=lambda seat: values[seat])
    return tuple(seat for seat in seats if seat not in (low, high))
