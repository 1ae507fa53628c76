"""How one bidder's result came about: examination, every member's score, price steps, aggregation, rank.

Built from the state alone, with the same functions that made the result; nothing is computed twice in another way.
"""

from __future__ import annotations

from decimal import Decimal

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules import result, rounds
from evalhub.core.rules.forms import Examination
from evalhub.core.rules.prices import PriceResult
from evalhub.core.rules.scoring import Summary
from evalhub.core.rules.state import Stage, State


class ItemVotes(Record):
    """One item of the preliminary examination: how many members passed and failed it, and the reasons given."""

    item: str
    title: str
    passed: int
    failed: int
    reasons: tuple[str, ...]


class MemberScore(Record):
    """One member's score for one factor. ``sealed`` differs from ``score`` if it was corrected in verification."""

    seat: str
    member: str
    factor: str
    score: Decimal
    sealed: Decimal
    remark: str


class Explanation(Record):
    """Everything about one bidder. Without a valid bid, ``scores``, ``prices`` and ``summary`` are empty."""

    bidder: str
    name: str
    price: Decimal
    valid: bool
    items: tuple[ItemVotes, ...]
    scores: tuple[MemberScore, ...]
    prices: PriceResult | None
    summary: Summary | None
    candidate: bool


def explain(state: State, bidder: str) -> Explanation:
    """The explanation of one bidder's result. Raises ``Refusal``: unknown-bidder, or nothing-declared yet."""
    bids = {bid.code: bid for bid in state.the_plan().project.bidders} if state.plan else {}
    if bidder not in bids:
        raise Refusal("unknown-bidder", bidder=bidder, known=" ".join(bids))
    if not state.bids or (bidder in rounds.valid_bidders(state) and not state.ranking):
        raise Refusal("nothing-declared", phase=state.phase)
    valid = bidder in rounds.valid_bidders(state)
    summary = result.compute(state) if valid else None
    return Explanation(
        bidder=bidder,
        name=bids[bidder].name,
        price=bids[bidder].price,
        valid=valid,
        items=_items(state, bidder),
        scores=_scores(state, bidder) if valid else (),
        prices=result.price_result(state) if valid else None,
        summary=summary,
        candidate=summary is not None and bidder in summary.candidates,
    )


def _items(state: State, bidder: str) -> tuple[ItemVotes, ...]:
    opened = rounds.in_force(state, Stage.PRELIMINARY)
    sheets = [sheet for sheet in opened.values() if isinstance(sheet, Examination)]
    votes = []
    for item in state.the_plan().project.examination:
        marks = [mark for sheet in sheets for mark in sheet.marks if (mark.bidder, mark.item) == (bidder, item.code)]
        votes.append(
            ItemVotes(
                item=item.code,
                title=item.title.zh,
                passed=sum(mark.passed for mark in marks),
                failed=sum(not mark.passed for mark in marks),
                reasons=tuple(mark.reason for mark in marks if mark.reason),
            )
        )
    return tuple(votes)


def _scores(state: State, bidder: str) -> tuple[MemberScore, ...]:
    in_force = result.scores_of(state)
    return tuple(
        MemberScore(
            seat=seat,
            member=state.aliases[seat],
            factor=row.factor,
            score=in_force[seat][bidder, row.factor],
            sealed=row.score,
            remark=row.remark,
        )
        for seat, sheet in sorted(result.sheets_of(state).items())
        for row in sheet.scores
        if row.bidder == bidder
    )
