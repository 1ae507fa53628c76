"""Price inconsistencies (F-12, R61): corrected in the order of the law, each step with its article.

    1  opening sheet against the body of the bid    the sheet rules
    2  amount in words against figures              the words rule
    3  a decimal point plainly out of place         the total rules, the unit price is corrected
    4  total against the sum of unit prices         the unit prices rule

财政部令第87号 art 59 (all four, in this order; the bidder confirms, or its bid is invalid); 七部委12号令 art 19 has the
last three. ``plainly out of place`` means: one unit price, moved by whole powers of ten, makes the sum come to the
total exactly. Anything less plain is not corrected here but by the unit prices, as the article says.

Never here: who confirms, or what a bid that is not confirmed becomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules.prices.rounding import Rounding, exact
from evalhub.core.rules.prices.words import amount_in_words

Law = Literal["government", "tendering"]
StepName = Literal["sheet-over-body", "words-over-figures", "decimal-slip", "unit-over-total"]

FEN = Rounding(places=2)
SHIFTS = (-4, -3, -2, -1, 1, 2, 3, 4)  # places a decimal point may have slipped; two are a percent sign's
ARTICLES: dict[Law, dict[StepName, str]] = {
    "government": {
        "sheet-over-body": "财政部令第87号第五十九条第（一）项",
        "words-over-figures": "财政部令第87号第五十九条第（二）项",
        "decimal-slip": "财政部令第87号第五十九条第（三）项",
        "unit-over-total": "财政部令第87号第五十九条第（四）项",
    },
    "tendering": {
        "sheet-over-body": "招标文件关于开标一览表的规定",
        "words-over-figures": "七部委令第12号第十九条",
        "decimal-slip": "七部委令第12号第十九条",
        "unit-over-total": "七部委令第12号第十九条",
    },
}


class PricedLine(Record):
    """One line of the bill: unit price in CNY and quantity."""

    code: Annotated[str, Meta(min_length=1, max_length=64)]
    unit_price: Decimal
    quantity: Decimal


class BidFigures(Record, omit_defaults=True):
    """What else a bid says of its price, beside the figure read out. Whatever is empty is not compared."""

    body: Decimal | None = None
    words: Annotated[str, Meta(max_length=200)] = ""
    lines: tuple[PricedLine, ...] = ()


class PriceStep(Record):
    """One correction: ``before`` the figure that yields, ``after`` the one that rules, amounts with two decimals.
    ``lines``: for a slip, the lines whose unit price may be the one (it makes no difference to the price)."""

    rule: StepName
    article: str
    before: str
    after: str
    lines: tuple[str, ...] = ()


class CorrectedPrice(Record):
    """The price after every step, two decimals; no step at all when the bid agrees with itself."""

    price: str
    steps: tuple[PriceStep, ...]


def corrected_price(price: Decimal, figures: BidFigures, law: Law) -> CorrectedPrice:
    """``price``: as read out at the opening. Raises ``Refusal`` for words that are no amount (see ``words``)."""
    now, steps = price, []
    for rule, before, after, lines in _differences(price, figures):
        steps.append(
            PriceStep(rule=rule, article=ARTICLES[law][rule], before=_cents(before), after=_cents(after), lines=lines)
        )
        now = after
    return CorrectedPrice(price=_cents(now), steps=tuple(steps))


def sum_of_lines(lines: tuple[PricedLine, ...]) -> Decimal:
    """Σ unit price × quantity, rounded half-up to the fen once."""
    return FEN(sum((exact(line.unit_price) * exact(line.quantity) for line in lines), Fraction(0)))


Difference = tuple[StepName, Decimal, Decimal, tuple[str, ...]]


def _differences(price: Decimal, figures: BidFigures) -> Iterator[Difference]:
    if figures.body is not None and figures.body != price:
        yield "sheet-over-body", figures.body, price, ()
    if figures.words and (said := amount_in_words(figures.words)) != price:
        yield "words-over-figures", price, said, ()
        price = said
    if figures.lines and (total := sum_of_lines(figures.lines)) != price:
        slipped = _slipped(figures.lines, price)
        if slipped:
            yield "decimal-slip", total, price, slipped
        else:
            yield "unit-over-total", price, total, ()


def _slipped(lines: tuple[PricedLine, ...], total: Decimal) -> tuple[str, ...]:
    """Lines one of whose unit prices, moved by powers of ten, makes the sum the total."""
    found = []
    whole = sum((exact(line.unit_price) * exact(line.quantity) for line in lines), Fraction(0))
    for line in lines:
        own = exact(line.unit_price) * exact(line.quantity)
        moved = (whole - own + own * Fraction(10) ** shift for shift in SHIFTS)
        if own and any(value == exact(total) for value in moved):
            found.append(line.code)
    return tuple(found)


def _cents(amount: Decimal) -> str:
    return f"{FEN(exact(amount)):f}"
