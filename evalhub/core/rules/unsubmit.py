"""A member takes its sealed sheet back before its round closes: reasoned request, approval, next revision (R65).

- While a request waits for its answer, and while an approved one waits for the next revision, the round does not close.
- Who approves is a parameter of the plan: oversight, the chair, or both. The chair's own request, and one in the ballot
  for the chair, is oversight's alone.
- The sheet itself stays sealed and in the ledger; what counts is the revision that follows. Nobody but the member,
  those who approve and the record know of it.
"""

from __future__ import annotations

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import rounds
from evalhub.core.rules.events import By
from evalhub.core.rules.state import State, Unsubmit, put

# -- questions -----------------------------------------------------------------------------------------------------


def wanted(state: State, seat: str) -> frozenset[str]:
    """Whose approval a request of this seat needs: "oversight", "chair"."""
    rule = state.the_plan().conduct.unsubmit
    chaired = bool(state.chair) and state.aliases.get(seat) != state.chair
    if rule == "oversight" or not chaired:
        return frozenset({"oversight"})
    return frozenset({"chair"} if rule == "chair" else {"chair", "oversight"})


def pending(state: State, who: str) -> tuple[tuple[str, Unsubmit], ...]:
    """(seat, request) of the round under way that wait for the word of ``who``: "oversight" or "chair"."""
    if not state.rounds:
        return ()
    return tuple(
        (seat, asked)
        for seat, asked in sorted(state.round().unsubmits.items())
        if asked.status == "requested" and who in wanted(state, seat) and who not in asked.approved
    )


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_request(state: State, command: c.RequestUnsubmit, by: By) -> None:
    """In the round under way, of a sheet that one has sealed; one request at a time."""
    round_ = state.round()
    if command.round != round_.number:
        raise Refusal("wrong-round", round=round_.number)
    if (by.seat or "") not in round_.sealed:
        raise Refusal("nothing-to-take-back", round=round_.number)
    asked = round_.unsubmits.get(by.seat or "")
    if asked is not None and asked.status in rounds.HOLDING:
        raise Refusal("already-asked", round=round_.number)


def may_decide(state: State, command: c.DecideUnsubmit, _: By) -> None:
    """A request that waits for oversight."""
    _require(state, command.seat, "oversight")


def may_answer(state: State, command: c.AnswerUnsubmit, by: By) -> None:
    """The chair, of a request that waits for it."""
    if not state.chair or state.aliases.get(by.seat or "") != state.chair:
        raise Refusal("not-the-chair", chair=state.chair or "-")
    _require(state, _seat_of(state, command.member), "chair")


def _require(state: State, seat: str, who: str) -> None:
    if seat not in dict(pending(state, who)):
        raise Refusal("no-such-request", who=who)


def _seat_of(state: State, alias: str) -> str:
    return next((seat for seat, name in state.aliases.items() if name == alias), "")


# -- what it changes -----------------------------------------------------------------------------------------------


def requested(state: State, command: c.RequestUnsubmit, by: By) -> State:
    """The round waits."""
    return _set(state, by.seat or "", Unsubmit(reason=command.reason))


def decided(state: State, command: c.DecideUnsubmit, _: By) -> State:
    """By oversight."""
    return _answered(state, command.seat, "oversight", approve=command.approve)


def answered(state: State, command: c.AnswerUnsubmit, _: By) -> State:
    """By the chair."""
    return _answered(state, _seat_of(state, command.member), "chair", approve=command.approve)


def _answered(state: State, seat: str, who: str, *, approve: bool) -> State:
    asked = state.round().unsubmits[seat]
    given = asked.approved | {who}
    status = "refused" if not approve else "approved" if wanted(state, seat) <= given else "requested"
    return _set(state, seat, Unsubmit(reason=asked.reason, status=status, approved=given))


def _set(state: State, seat: str, asked: Unsubmit) -> State:
    return rounds.change(state, unsubmits=put(state.round().unsubmits, seat, asked))
