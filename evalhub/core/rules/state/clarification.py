"""Clarifications as the state keeps them."""

from __future__ import annotations

from evalhub.core.rules.plan import BidFile
from evalhub.core.rules.prices.correction import CorrectedPrice
from evalhub.core.rules.prices.low_bids import LowBid
from evalhub.core.rules.state.parts import Part


class Vetting(Part):
    """One party's decision on a question: approve, return or refuse."""

    party: str
    decision: str
    reason: str


class Clarification(Part):
    """One question to one bidder, from its asker to its answer.

    ``seat`` is empty if the rules ask. ``round``: the round of sheets it was asked in, 0 outside. ``status``: asked,
    returned, sent; settled are withdrawn, refused, answered, late, lapsed. ``settled``: entries in the ledger then;
    ``revision``: how often the asker had sealed in that round by then.
    """

    code: str
    number: int
    kind: str
    bidder: str
    seat: str = ""
    round: int = 0
    text: str = ""
    needed: bool = False
    status: str = "asked"
    approved: frozenset[str] = frozenset()
    vettings: tuple[Vetting, ...] = ()
    minutes: int = 0
    sent_at: int = 0
    paused_before: int = 0  # ms of pause already given back when it went out
    notice: str = ""
    answer: str = ""
    confirmed: bool | None = None
    attachments: tuple[BidFile, ...] = ()
    signed_by: str = ""  # "key", or "document" where the plan has no key
    answered_at: int = 0
    settled: int = 0
    revision: int = 0
    price: CorrectedPrice | None = None
    tests: tuple[LowBid, ...] = ()
