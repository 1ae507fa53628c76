"""The evaluated price and the ranking by it (F-7: 12号令 arts 30-33, 87号令 art 54).

Rules
- evaluated price = bid price + each adjustment: quantity x rate, in CNY or in per cent of the bid price. The quantity
  is the mean over members; members must agree on it before the result stands, and then the mean is what all said.
- Each adjustment, and the sum, is rounded as the formula declares; every step is shown.
- Lowest evaluated price first, then the lower bid price, else tied with the same number; at most three candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from evalhub.core.rules.criteria import Adjustment
from evalhub.core.rules.prices import LowestEvaluated, PriceResult, PriceRow, Step
from evalhub.core.rules.prices.rounding import Rounding, exact, mean, plain
from evalhub.core.rules.scoring.summary import Contender, SheetScores, Summary, SummaryRow, candidates, rank

QUANTITY = Rounding(places=4)


def evaluate_prices(
    formula: LowestEvaluated, prices: PriceResult, adjustments: Sequence[Adjustment], sheets: SheetScores
) -> PriceResult:
    """The price rows with their evaluated price and its steps, ranked by it. ``sheets``: quantities by seat."""
    rows = [_evaluated(formula, row, adjustments, sheets) if row.valid else row for row in prices.rows]
    ranks = rank([_contender(row) for row in rows if row.valid])
    ranked = tuple(msgspec.structs.replace(row, rank=ranks.get(row.bidder)) for row in rows)
    return msgspec.structs.replace(prices, benchmark=None, included=(), steps=(), rows=ranked)


def by_evaluated_price(prices: PriceResult) -> Summary:
    """The summary of a method without points: ``total`` is the evaluated price that ranks."""
    valid = [row for row in prices.rows if row.valid]
    rows = sorted((_summary_row(row) for row in valid), key=lambda row: (row.rank, row.bidder))
    named, tied = candidates({row.bidder: row.rank for row in rows})
    return Summary(rows=tuple(rows), candidates=named, tied=tied)


def _evaluated(
    formula: LowestEvaluated, row: PriceRow, adjustments: Sequence[Adjustment], sheets: SheetScores
) -> PriceRow:
    steps = tuple(_step(formula, row, adjustment, sheets) for adjustment in adjustments)
    total = formula.price(exact(row.price) + sum(exact(Decimal(step.value)) for step in steps))
    expression = " + ".join([plain(row.price), *(f"({step.value})" for step in steps)])
    last = Step(label="evaluated-price", expression=expression, value=plain(total), rounding=formula.price)
    return msgspec.structs.replace(row, evaluated=total, included=False, steps=(*steps, last))


def _step(formula: LowestEvaluated, row: PriceRow, adjustment: Adjustment, sheets: SheetScores) -> Step:
    stated: list[Mapping[tuple[str, str], Decimal]] = list(sheets.values())
    quantity = mean([exact(sheet[row.bidder, adjustment.code]) for sheet in stated])
    shown = plain(QUANTITY(quantity).normalize())
    money = quantity * exact(adjustment.rate)
    expression = f"{adjustment.code}: {shown} x {plain(adjustment.rate)}"
    if adjustment.per == "percent":
        money, expression = money * exact(row.price) / 100, f"{expression} % x {plain(row.price)}"
    value = plain(formula.price(money))
    return Step(label="adjustment", expression=expression, value=value, rounding=formula.price)


def _contender(row: PriceRow) -> Contender:
    assert row.evaluated is not None
    return Contender(bidder=row.bidder, total=-row.evaluated, price=row.price)


def _summary_row(row: PriceRow) -> SummaryRow:
    assert row.evaluated is not None
    assert row.rank is not None
    return SummaryRow(
        bidder=row.bidder,
        parts=(),
        price=row.price,
        price_score=None,
        total=row.evaluated,
        rank=row.rank,
        members=(),
        evaluated=row.evaluated,
    )
