"""What a price formula leaves to chance, drawn from the session's public seed (F-3 … F-6, R13, R60).

The tender document declares the closed set; nobody chooses in it. The seed is made of contributions that every centre
and oversight committed to (``draw``), after the plan with all opened prices was agreed: nobody knew it when the prices
were fixed, and everybody can run this again.

    key(x) = HMAC-SHA256(seed, "evalhub/price/v1" 0x00 ‖ JCS[lot, parameter] ‖ 0x00 ‖ x)

- The value of a parameter is the declared choice with the smallest key, x being its text (``choices.written``).
- A sample is the first valid bidders in the ascending order of their keys, x being the bidder's code and the parameter
  "sample". The order is of all bidders, so that who is rejected later moves nobody else.

Never here: chance of its own, which bids are valid.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from evalhub.core.codec import canonical
from evalhub.core.rules.prices.check import check_formula, choices_of, samples
from evalhub.core.rules.prices.choices import written
from evalhub.core.rules.prices.formulas import Drawn, PriceFormula

PRICE_LABEL = b"evalhub/price/v1\0"
SAMPLE = "sample"


def draws(formula: PriceFormula) -> bool:
    """True if the formula leaves anything to chance."""
    return samples(formula) or any(len(choices) > 1 for _, choices in choices_of(formula))


def draw_prices(formula: PriceFormula, bidders: Sequence[str], seed: bytes, lot: str = "") -> Drawn:
    """What the seed gives. ``bidders``: codes of all opened bids; ``lot``: its code, empty without lots. Raises
    ``Refusal("price-parameter")`` for a formula that makes no sense."""
    check_formula(formula)
    values = {
        name: Decimal(min(map(written, choices), key=lambda text: _key(seed, lot, name, text)))
        for name, choices in choices_of(formula)
        if len(choices) > 1
    }
    order = sorted(bidders, key=lambda bidder: _key(seed, lot, SAMPLE, bidder)) if samples(formula) else ()
    return Drawn(values=values, order=tuple(order))


def extremes(formula: PriceFormula, bidders: Sequence[str]) -> Iterator[Drawn]:
    """The corners of what may be drawn, so that a formula can be tried before anything is drawn."""
    drawn = [(name, choices) for name, choices in choices_of(formula) if len(choices) > 1]
    order = tuple(sorted(bidders)) if samples(formula) else ()
    for corner in product(*((min(choices), max(choices)) for _, choices in drawn)):
        yield Drawn(values=dict(zip((name for name, _ in drawn), corner, strict=True)), order=order)


def _key(seed: bytes, lot: str, parameter: str, text: str) -> bytes:
    return hmac.digest(seed, PRICE_LABEL + canonical([lot, parameter]) + b"\0" + text.encode(), "sha256")


def declared(values: Sequence[Decimal]) -> str:
    """A closed set as people read it; a long one by its first two and last values."""
    texts = [written(value) for value in values]
    shown = texts if len(texts) <= 12 else [*texts[:2], "…", texts[-1]]
    return "{" + ", ".join(shown) + "}"
