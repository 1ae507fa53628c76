"""Consequences of clarification."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.rules.events.base import Consequence
from evalhub.core.rules.prices.correction import CorrectedPrice
from evalhub.core.rules.prices.low_bids import LowBid


class ClarificationSent(Consequence):
    """Everybody who vets has approved: it goes out. ``notice``: digest of what the bidder is shown, and signs for."""

    past: ClassVar[str] = "clarification_sent"
    clarification: str
    bidder: str
    deadline: str
    notice: str


class BidRejected(Consequence):
    """A matter about a bid's price carried: the bid leaves the ranking, on this listed ground."""

    past: ClassVar[str] = "bid_rejected"
    bidder: str
    ground: str
    matter: str


class ClarificationRaised(Consequence):
    """The rules themselves ask: ``price-confirmation`` (F-12, with ``price``) or ``abnormally-low`` (F-11, with the
    ``tests`` that were met)."""

    past: ClassVar[str] = "clarification_raised"
    clarification: str
    kind: str
    bidder: str
    price: CorrectedPrice | None = None
    tests: tuple[LowBid, ...] = ()
