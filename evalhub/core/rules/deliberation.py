"""From the opened preliminary sheets to the detailed evaluation: rejections, competition, votes (R53–R55, R70).

    opened ──nothing to deliberate──▶ detailed evaluation
      └──▶ deliberation ──matters decided──▶ bids examined ──▶ competition ──chair closes──▶ detailed evaluation

Rules
- A bid that nobody failed is valid. Every ground on which a member failed a bid is a proposed rejection, answered by
  the other members and decided by the majority (``matters``).
- Fewer valid bids than the project asks for: the session fails by law under government procurement (87号令 art 43–44);
  under tendering law the members judge whether competition is plainly lacking, with their reasons (12号令 art 27). No
  valid bid at all fails it under both.
- The phase ends by the chair's word, or oversight's, once no matter is open; it is skipped when there is none.

``STEPS`` is the order in which things follow; ``next_step`` is what ``road`` asks between the two stages. When a member
is replaced, every matter is void: the committee as it then is examines, proposes and answers anew.
"""

from __future__ import annotations

from collections.abc import Callable

from evalhub.core.errors import Refusal
from evalhub.core.rules import bid_review, matters, result, rounds
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import (
    BidsExamined,
    By,
    ClarificationRaised,
    Consequence,
    DeliberationOpened,
    ExaminedBid,
    MatterRaised,
    Proposal,
    SessionFailed,
)
from evalhub.core.rules.forms import Examination
from evalhub.core.rules.grounds import listed, regime
from evalhub.core.rules.rounds import member_number
from evalhub.core.rules.state import Phase, Stage, State

Target = tuple[str, str]  # bidder, ground

# -- what follows by itself ----------------------------------------------------------------------------------------


def next_step(state: State) -> Consequence | None:
    """The next consequence after the preliminary opening, or None while persons have to act."""
    found = next((due for step in STEPS if (due := step(state)) is not None), None)
    if isinstance(found, MatterRaised | ClarificationRaised) and state.phase is Phase.OPENED:
        return DeliberationOpened()
    return found


def proposed(state: State) -> dict[Target, tuple[Proposal, ...]]:
    """Every (bid, ground) on which a member failed a bid, with who proposed it and why: by the project's order."""
    found: dict[Target, list[Proposal]] = {}
    opened = rounds.in_force(state, Stage.PRELIMINARY)
    for seat in sorted(opened, key=lambda seat: member_number(state.aliases[seat])):
        sheet = opened[seat]
        assert isinstance(sheet, Examination)
        for mark in sheet.marks:
            if not mark.passed:
                proposal = Proposal(
                    member=state.aliases[seat],
                    item=mark.item,
                    reason=mark.reason,
                    evidence=mark.evidence,
                    page=mark.page,
                )
                found.setdefault((mark.bidder, mark.ground), []).append(proposal)
    project = state.the_plan().project
    order = [(bidder.code, ground.code) for bidder in project.bidders for ground in listed(project)]
    return {target: tuple(found[target]) for target in order if target in found}


def settled(state: State) -> bool:
    """The examination of the members who sit now is decided."""
    return bool(state.bids) and state.examined_by == frozenset(state.seats)


def over(state: State) -> bool:
    """Nothing keeps the detailed evaluation back any more."""
    return settled(state) and (state.phase is Phase.OPENED or state.deliberation_closed)


def examined(state: State) -> BidsExamined:
    """A bid is out on every ground that the majority carried; the items are those its proposers named."""
    carried = [matter for matter in matters.of_kind(state, "rejection") if matter.outcome == matters.CARRIED]
    bids = []
    for bidder in state.the_plan().project.bidders:
        against = [matter for matter in carried if matter.bidder == bidder.code]
        named = {proposal.item for matter in against for proposal in matter.proposals}
        items = tuple(item.code for item in state.the_plan().project.examination if item.code in named)
        grounds = tuple(matter.ground for matter in against)
        bids.append(ExaminedBid(bidder=bidder.code, failed=items, grounds=grounds, valid=not against))
    return BidsExamined(bids=tuple(bids))


def _rejections(state: State) -> Consequence | None:
    if settled(state):
        return None
    raised = {(matter.bidder, matter.ground) for matter in matters.of_kind(state, "rejection")}
    for (bidder, ground), proposals in proposed(state).items():
        if (bidder, ground) not in raised:
            code = matters.next_code(state)
            return MatterRaised(matter=code, kind="rejection", bidder=bidder, ground=ground, proposals=proposals)
    return None


def _examination(state: State) -> Consequence | None:
    still = any(not matter.outcome for matter in matters.of_kind(state, "rejection"))
    return None if settled(state) or still else examined(state)


def _competition(state: State) -> Consequence | None:
    project, valid = state.the_plan().project, rounds.valid_bidders(state)
    if not settled(state) or len(valid) >= project.min_valid_bids:
        return None
    if not valid or regime(project) == "government":
        return SessionFailed(reason="too-few-valid-bids")
    judged = matters.of_kind(state, "competition")
    if not judged:
        return MatterRaised(matter=matters.next_code(state), kind="competition")
    return SessionFailed(reason="competition-lacking") if judged[-1].outcome == matters.CARRIED else None


def _prices(state: State) -> Consequence | None:
    """Known before anybody scores, or nothing could ever be declared."""
    if not settled(state):
        return None
    try:
        result.check_prices(state)
    except Refusal as refusal:
        return SessionFailed(reason=refusal.code)
    return None


def _wanted_anyway(state: State) -> Consequence | None:
    """The plan wants it, or an answer is awaited that the members have to decide on."""
    wanted = state.the_plan().project.deliberation == "always" or bool(state.bids and bid_review.awaited(state))
    return DeliberationOpened() if wanted and state.phase is Phase.OPENED and not state.deliberation_closed else None


STEPS: tuple[Callable[[State], Consequence | None], ...] = (
    _rejections, matters.due, _examination, bid_review.rejection, _competition, bid_review.review, _prices,
    _wanted_anyway,
)  # fmt: skip

# -- what is allowed -----------------------------------------------------------------------------------------------


def may_put(state: State, command: c.PutQuestion, by: By) -> None:
    """The chair alone, and something that can be read."""
    _require_chair(state, by)
    if not command.text.strip():
        raise Refusal("question-empty")


def may_close(state: State, _: c.CloseDeliberation, by: By) -> None:
    """The chair, once nothing is open."""
    _require_chair(state, by)
    require_settled(state)


def may_end(state: State, _: c.EndDeliberation, __: By) -> None:
    """Oversight, once nothing is open."""
    require_settled(state)


def require_settled(state: State) -> None:
    """Raise ``Refusal("matters-open")`` naming the matters that still want answers."""
    still = matters.open_matters(state)
    if still:
        raise Refusal("matters-open", matters=" ".join(matter.code for matter in still))
    asked = bid_review.awaited(state)
    if asked:
        raise Refusal("answers-awaited", clarifications=" ".join(item.code for item in asked))


def _require_chair(state: State, by: By) -> None:
    if state.aliases.get(by.seat or "") != state.chair:
        raise Refusal("not-the-chair", chair=state.chair)


# -- what it changes -----------------------------------------------------------------------------------------------


def opened(state: State) -> State:
    """The members can speak, answer and vote."""
    return state.with_(phase=Phase.DELIBERATION, deliberation_closed=False)


def closed(state: State) -> State:
    """The detailed evaluation follows."""
    return state.with_(deliberation_closed=True)
