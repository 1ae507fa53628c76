"""Questions that went to bidders in writing, and their answers (12号令 art 42(10); R56, R61, R62)."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.plan import BidFile
from evalhub.core.rules.prices.correction import CorrectedPrice
from evalhub.core.rules.prices.low_bids import LowBid
from evalhub.core.rules.state import Clarification, State


class ReportClarification(Record):
    """One question and what came of it. Who asked is never here: a bidder must not learn it (实施条例 art 52).

    ``status``: sent, answered, late (not used) or lapsed. ``price`` and ``tests``: what the rules asked about.
    """

    code: str
    kind: str
    bidder: str
    question: str
    status: str
    answer: str
    confirmed: bool | None
    signed_by: str
    attachments: tuple[BidFile, ...]
    price: CorrectedPrice | None
    tests: tuple[LowBid, ...]
    asked_at: str
    answered_at: str


def clarifications(state: State) -> tuple[ReportClarification, ...]:
    """Those that went out, in the order they were asked."""
    return tuple(_row(item) for item in state.clarifications.values() if item.sent_at)


def _row(item: Clarification) -> ReportClarification:
    return ReportClarification(
        code=item.code,
        kind=item.kind,
        bidder=item.bidder,
        question=item.text,
        status=item.status,
        answer=item.answer,
        confirmed=item.confirmed,
        signed_by=item.signed_by,
        attachments=item.attachments,
        price=item.price,
        tests=item.tests,
        asked_at=format_time(item.sent_at),
        answered_at=format_time(item.answered_at) if item.answered_at else "",
    )
