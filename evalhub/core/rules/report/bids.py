"""Bids that were rejected, each with its grounds, the votes and the reasons members gave (87号令 art 63)."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules import rounds
from evalhub.core.rules.forms import Examination
from evalhub.core.rules.plan import Text2
from evalhub.core.rules.result import price_result
from evalhub.core.rules.state import Stage, State


class Opinion(Record):
    """One member who failed the item, with its reason and the page it cites (0: none)."""

    member: str
    reason: str
    page: int


class Ground(Record):
    """One item a bid failed by majority. ``members``: how many examined it."""

    item: str
    title: Text2
    ground: Text2
    members: int
    opinions: tuple[Opinion, ...]


class RejectedBid(Record):
    """A bid that is not ranked: failed items, or a price that is not valid (``price`` is then the reason's code)."""

    bidder: str
    name: str
    grounds: tuple[Ground, ...]
    price: str = ""


def rejected(state: State) -> tuple[RejectedBid, ...]:
    """In the project's order."""
    names = {bidder.code: bidder.name for bidder in state.the_plan().project.bidders}
    prices = {row.bidder: row.reason or "" for row in price_result(state).rows if not row.valid}
    return tuple(
        RejectedBid(
            bidder=bid.bidder,
            name=names[bid.bidder],
            grounds=tuple(_ground(state, bid.bidder, item) for item in bid.failed),
            price=prices.get(bid.bidder, ""),
        )
        for bid in state.bids
        if not bid.valid or bid.bidder in prices
    )


def _ground(state: State, bidder: str, code: str) -> Ground:
    item = next(item for item in state.the_plan().project.examination if item.code == code)
    opened = _examinations(state)
    opinions = [
        Opinion(member=state.aliases[seat], reason=mark.reason, page=mark.page)
        for seat, sheet in opened.items()
        for mark in sheet.marks
        if (mark.bidder, mark.item) == (bidder, code) and not mark.passed
    ]
    opinions.sort(key=lambda opinion: rounds.member_number(opinion.member))
    return Ground(item=code, title=item.title, ground=item.ground, members=len(opened), opinions=tuple(opinions))


def _examinations(state: State) -> dict[str, Examination]:
    """Those that count."""
    opened = rounds.in_force(state, Stage.PRELIMINARY)
    return {seat: sheet for seat, sheet in opened.items() if isinstance(sheet, Examination)}
