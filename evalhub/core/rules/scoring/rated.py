"""Rated criteria (F-8): the technical part of a bid's total is measured against the best technical total."""

from __future__ import annotations

import msgspec

from evalhub.core.rules.prices import PriceResult
from evalhub.core.rules.prices.rounding import Rounding, exact
from evalhub.core.rules.scoring.summary import Contender, Summary, SummaryRow, candidates, rank


def with_technical(summary: Summary, prices: PriceResult, rounding: Rounding) -> Summary:
    """The summary of sheets with total = technical part + price part, ranked again."""
    parts = {row.bidder: row for row in prices.rows}
    rows = []
    for row in summary.rows:
        technical, price = parts[row.bidder].technical, parts[row.bidder].score
        assert technical is not None
        assert price is not None
        total = rounding(exact(technical) + exact(price))
        rows.append(msgspec.structs.replace(row, technical=technical, price_score=price, total=total))
    return _ranked(rows)


def _ranked(rows: list[SummaryRow]) -> Summary:
    ranks = rank([Contender(bidder=row.bidder, total=row.total, price=row.price) for row in rows])
    ranked = [msgspec.structs.replace(row, rank=ranks[row.bidder]) for row in rows]
    named, tied = candidates(ranks)
    ordered = sorted(ranked, key=lambda row: (row.rank, row.bidder))
    return Summary(rows=tuple(ordered), candidates=named, tied=tied)
