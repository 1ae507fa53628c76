"""Bids that were rejected, each with its grounds, who proposed them, the votes and the dissent (87号令 art 61, 63)."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules import grounds, matters
from evalhub.core.rules.plan import Text2
from evalhub.core.rules.report.matters import ReportMatter, report_matter
from evalhub.core.rules.result import price_result
from evalhub.core.rules.state import Matter, State


class Ground(Record):
    """One listed ground that the majority carried against a bid; ``matter`` holds who proposed it and who answered."""

    ground: str
    article: Text2
    title: Text2
    matter: ReportMatter


class RejectedBid(Record):
    """A bid that is not ranked: rejected on grounds, or a price that is not valid (``price`` is then the reason's
    code)."""

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
            grounds=tuple(_ground(state, matter) for matter in _carried(state, bid.bidder)),
            price=prices.get(bid.bidder, ""),
        )
        for bid in state.bids
        if not bid.valid or bid.bidder in prices
    )


def _carried(state: State, bidder: str) -> list[Matter]:
    """Every kind of matter that rests on a listed ground rejects when it carries."""
    against = [matter for matter in matters.standing(state) if matter.bidder == bidder and matter.ground]
    return [matter for matter in against if matter.outcome == matters.CARRIED]


def _ground(state: State, matter: Matter) -> Ground:
    listed = grounds.ground(state.the_plan().project, matter.ground)
    return Ground(ground=listed.code, article=listed.article, title=listed.title, matter=report_matter(matter))
