"""What the rules themselves ask of a bid between the examination and the detailed evaluation (R61, R62).

    price does not agree with itself (F-12) ──▶ price confirmation ──confirmed in time──▶ corrected price in force
                                                      └── declined, late, none ──▶ matter ``price-unconfirmed``
    price abnormally low (F-11, or a member's own judgement) ──▶ notice, at least 30 minutes ──▶ matter ``low-bid``
    a matter that carries ──▶ the bid is rejected

Rules
- The hub finds both, by arithmetic alone; neither rejects anything. The members decide by majority, with the answer, or
  its want, before them (87号令 art 59, 60; 12号令 art 19, 21; 财库〔2026〕2号).
- Prices are confirmed first: what is tested is the price in force, before any policy deduction.
- The mean and the second lowest are those of all bids that passed the examination, also of one rejected later here.
- A member that is replaced voids the decisions, not the answers: the matters are raised anew for the members who sit.
- The deliberation does not end while such an answer is awaited.

Never here: the arithmetic (``prices``), the way of a question (``clarification``), the vote (``matters``).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from evalhub.core.rules import clarification, matters, rounds
from evalhub.core.rules.events import BidRejected, ClarificationRaised, Consequence, MatterRaised
from evalhub.core.rules.grounds import regime
from evalhub.core.rules.plan import Bidder
from evalhub.core.rules.prices import PricedBid, Unpriced
from evalhub.core.rules.prices.correction import corrected_price
from evalhub.core.rules.prices.low_bids import LowBid, low_bids
from evalhub.core.rules.state import Clarification, Matter, State

LOW, UNCONFIRMED = "low-bid", "price-unconfirmed"
NOTICE, CONFIRMATION = "abnormally-low", "price-confirmation"
GROUNDS = {  # which listed ground a carried matter rests on
    ("government", LOW): "A63-6",
    ("government", UNCONFIRMED): "A63-6",
    ("tendering", LOW): "A51-5",
    ("tendering", UNCONFIRMED): "A51-6",
}

# -- questions -----------------------------------------------------------------------------------------------------


def prices_in_force(state: State) -> dict[str, Decimal]:
    """Every bidder's price: as read out, or as corrected and confirmed in time."""
    prices = {bidder.code: bidder.price for bidder in state.the_plan().project.bidders}
    for item in clarification.of_kind(state, CONFIRMATION):
        if _confirmed(item) and item.price is not None:
            prices[item.bidder] = Decimal(item.price.price)
    return prices


def awaited(state: State) -> tuple[Clarification, ...]:
    """Questions about a bid still in, whose answer the committee has to have before it goes on."""
    valid = rounds.valid_bidders(state)
    return tuple(
        item
        for item in state.clarifications.values()
        if item.status in clarification.OPEN
        and item.bidder in valid
        and (item.kind != "question" or (item.needed and not item.round))
    )


def _confirmed(item: Clarification) -> bool:
    return item.status == "answered" and item.confirmed is True


def _of_bid(state: State, kind: str, bidder: str) -> list[Matter]:
    return [matter for matter in matters.of_kind(state, kind) if matter.bidder == bidder]


def _valid(state: State) -> list[Bidder]:
    codes = rounds.valid_bidders(state)
    return [bidder for bidder in state.the_plan().project.bidders if bidder.code in codes]


# -- what follows by itself ----------------------------------------------------------------------------------------


def rejection(state: State) -> BidRejected | None:
    """The next bid that a carried matter puts out."""
    for matter in matters.standing(state):
        still_in = matter.bidder in rounds.valid_bidders(state)
        if matter.kind in (LOW, UNCONFIRMED) and matter.outcome == matters.CARRIED and still_in:
            return BidRejected(bidder=matter.bidder, ground=matter.ground, matter=matter.code)
    return None


def review(state: State) -> Consequence | None:
    """The next question that must be asked, or the next matter that an answer, or its want, leads to."""
    if not state.bids or isinstance(state.the_plan().project.price, Unpriced):
        return None
    return next(_due(state), None)


def _due(state: State) -> Iterator[Consequence]:
    yield from _corrections(state)
    yield from _matters(state, CONFIRMATION, UNCONFIRMED)
    if not _prices_open(state):
        yield from _low_bids(state)
    yield from _matters(state, NOTICE, LOW)


def _prices_open(state: State) -> bool:
    """Whether a price is still to be confirmed, or its bid to be decided on."""
    asked = any(item.kind == CONFIRMATION for item in awaited(state))
    return asked or any(not matter.outcome for matter in matters.of_kind(state, UNCONFIRMED))


def _corrections(state: State) -> Iterator[ClarificationRaised]:
    asked = {item.bidder for item in clarification.of_kind(state, CONFIRMATION)}
    law = regime(state.the_plan().project)
    for bidder in _valid(state):
        if bidder.figures is None or bidder.code in asked:
            continue
        found = corrected_price(bidder.price, bidder.figures, law)
        if found.steps:
            code = clarification.next_code(state)
            yield ClarificationRaised(clarification=code, kind=CONFIRMATION, bidder=bidder.code, price=found)


def _low_bids(state: State) -> Iterator[ClarificationRaised]:
    asked = {item.bidder for item in clarification.of_kind(state, NOTICE) if item.status not in clarification.DROPPED}
    for bidder in _valid(state):
        tests = tuple(hit for hit in triggers(state) if hit.bidder == bidder.code)
        if tests and bidder.code not in asked:
            code = clarification.next_code(state)
            yield ClarificationRaised(clarification=code, kind=NOTICE, bidder=bidder.code, tests=tests)


def triggers(state: State) -> tuple[LowBid, ...]:
    """Every test of F-11 that a bid meets, by the prices in force."""
    project, prices = state.the_plan().project, prices_in_force(state)
    passed = [bid.bidder for bid in state.bids if bid.valid or bid.bidder in state.rejected]
    bids = [PricedBid(bidder=code, price=prices[code]) for code in passed]
    return low_bids(project.low_bids, regime(project), bids, project.ceiling or project.budget)


def _matters(state: State, asked: str, kind: str) -> Iterator[MatterRaised]:
    """A matter for each settled question of a bid that is still in, once."""
    valid = rounds.valid_bidders(state)
    ground = GROUNDS[regime(state.the_plan().project), kind]
    for item in clarification.of_kind(state, asked):
        settled = item.status == "answered" or item.status in clarification.UNANSWERED
        if not settled or _confirmed(item) or item.bidder not in valid or _of_bid(state, kind, item.bidder):
            continue
        yield MatterRaised(matter=matters.next_code(state), kind=kind, bidder=item.bidder, ground=ground)


# -- what it changes -----------------------------------------------------------------------------------------------


def bid_rejected(state: State, event: BidRejected) -> State:
    """Out of the ranking; what was found in the examination stays as it was."""
    bids = tuple(
        msgspec.structs.replace(bid, valid=False, grounds=(*bid.grounds, event.ground))
        if bid.bidder == event.bidder
        else bid
        for bid in state.bids
    )
    return state.with_(bids=bids, rejected=state.rejected | {event.bidder})
