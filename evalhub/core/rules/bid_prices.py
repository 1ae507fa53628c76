"""What a project says of bid prices beside the figure read out, and the mistakes in it (F-11, F-12).

Never here: the arithmetic (``prices.correction``, ``prices.low_bids``) or what follows from it (``clarification``).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules.basic import Problem
from evalhub.core.rules.prices.correction import BidFigures, Law, corrected_price
from evalhub.core.rules.prices.low_bids import LowBidRule, check_rates
from evalhub.core.sealing.keys import PublicJwk, load_public

MOST_LINES = 2000


def figure_problems(path: str, price: Decimal, figures: BidFigures) -> Iterator[Problem]:
    """Numbers that are none, words that are no amount, a bill that comes to nothing. ``price``: an amount."""
    if figures.body is not None and not _is_number(figures.body):
        yield Problem(path=f"{path}.body", code="not-an-amount", found=str(figures.body))
        return
    for index, line in enumerate(figures.lines[: MOST_LINES + 1]):
        if index == MOST_LINES or not (_is_number(line.unit_price) and _is_number(line.quantity)):
            yield Problem(path=f"{path}.lines[{index}]", code="not-an-amount", found=line.code)
            return
    try:
        corrected = corrected_price(price, figures, "government")
    except Refusal as refusal:
        expected = refusal.detail.get("expected", "")
        yield Problem(
            path=f"{path}.words", code="amount-in-words", found=" → ".join(filter(None, (figures.words, expected)))
        )
        return
    if not 0 < Decimal(corrected.price) < 10**12:
        yield Problem(path=path, code="not-an-amount", found=corrected.price)


def rate_problems(path: str, rule: LowBidRule, law: Law) -> Iterator[Problem]:
    """A rate that the law does not allow."""
    try:
        check_rates(rule, law)
    except Refusal as refusal:
        yield Problem(path=f"{path}.{refusal.detail['parameter']}", code="bad-rate", found=refusal.detail["found"])


def key_problems(path: str, key: PublicJwk) -> Iterator[Problem]:
    """A key that nobody could have signed with."""
    try:
        load_public(key)
    except Malformed:
        yield Problem(path=path, code="not-a-key", found=key.x)


def _is_number(number: Decimal) -> bool:
    """Zero or more, below a million million, at most six decimals: nothing that arithmetic is slow with."""
    exponent = number.as_tuple().exponent
    return number.is_finite() and 0 <= number < 10**12 and isinstance(exponent, int) and -6 <= exponent <= 0
