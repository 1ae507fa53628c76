"""A member can no longer sit: removal, the empty seat, the new member's way in (条例 art 48; 87号令 art 49; R10–R12).

    removed ──no gate, no opening──▶ seat vacated ──next leaf, admitted, random booth, self-test, declaration──▶ seated
            ──countersigned──▶ oversight lets it go on ──▶ the new member alone through the stages behind the others

Rules
- The removed member's key speaks no more from the removal on. Its entries stay in the ledger; none of them counts.
- What the others sealed stands, also in a round that was interrupted. What was computed from the removed member's
  sheets is computed again: examination, result, findings, report. A ballot under way is void, a chair who was removed
  is voted for anew.
- The committee is as large and as composed as before, or the evaluation does not go on.
"""

from __future__ import annotations

import msgspec

from evalhub.core.errors import Refusal
from evalhub.core.rules import checkin, clocks, drawing, matters, rounds
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By, SeatVacated
from evalhub.core.rules.state import Phase, Removal, Stage, State, drop, put

INCOMPLETE = "committee-incomplete"  # ``State.ending`` when no lawful committee is left

# -- questions -----------------------------------------------------------------------------------------------------


def running(state: State) -> bool:
    """Whether the evaluation has begun: a seat that falls empty is filled on the way, not at check-in."""
    return bool(state.rounds)


def seating_gate(state: State) -> str:
    """The gate over the seats as they are now: ``seating`` before the start, then one more for each removal."""
    return f"seating:{len(state.removals) + 1}" if running(state) else "seating"


def hopeless(state: State) -> bool:
    """Members are missing and for some of them no leaf is left to call: oversight orders a draw, or stops."""
    return bool(drawing.dead_ends(state))


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_remove(state: State, command: c.RemoveMember, by: By) -> None:
    """A member who sits: by its own centre, or by oversight; once."""
    seat = state.seats.get(command.seat)
    own = by.role == "oversight" or command.seat.startswith(f"{by.site}/")
    if seat is None or not own:
        raise Refusal("not-your-seat", seat=command.seat)
    if seat.unfit:
        raise Refusal("already-removed", seat=command.seat)


def may_go_on(state: State, _: c.ApproveStart, __: By) -> None:
    """With a new member: every seat is filled and ready, and the committee is a lawful one."""
    if state.phase is not Phase.REPLACING:
        return
    checkin.require_ready(state)


def may_stop(state: State, command: c.StopSession, _: By) -> None:
    """For want of a committee only where one is wanting, for a standstill only beyond its limit; ``order`` is the
    judgement of oversight itself."""
    if command.ground == clocks.TOO_LONG:
        clocks.require_too_long(state)
    if command.ground == INCOMPLETE and state.phase is not Phase.REPLACING and not (state.draws and hopeless(state)):
        raise Refusal("committee-stands")


# -- what it changes -----------------------------------------------------------------------------------------------


def removed(state: State, command: c.RemoveMember, by: By) -> State:
    """Noted at once; the seat falls empty by itself."""
    seat = state.seats[command.seat]
    removal = Removal(
        seat=seat.seat,
        leaf=seat.leaf,
        ground=command.ground,
        reason=command.reason,
        by=by.site,
        at=state.now,
        round=len(state.rounds),
    )
    unfit = msgspec.structs.replace(seat, unfit=command.ground)
    return state.with_(seats=put(state.seats, seat.seat, unfit), removals=(*state.removals, removal))


def seat_vacated(state: State, event: SeatVacated) -> State:
    """Before the start check-in goes on; later everybody waits for the new member."""
    alias, before = state.aliases.get(event.seat, ""), state.phase
    state = checkin.seat_vacated(state, event)
    state = state.with_(gates=drop(state.gates, "seating"))
    if not running(state):
        return state
    state = _out_of_the_round(state, event.seat, before)
    if alias and alias == state.chair:
        state = state.with_(chair="", votes=())
    return without_result(matters.all_void(state)).with_(phase=Phase.REPLACING)


def gone_on(state: State) -> State:
    """Approved: on to the first round, or to what is missing."""
    return state.with_(phase=Phase.STARTING if not running(state) else Phase.OPENED)


def without_result(state: State) -> State:
    """Nothing computed from the sheets holds any more; disputes stay, as a fact."""
    return state.with_(
        results={}, result="", ranking=(), findings=None, closings=(), corrections=(), report="", report_issued_at=0,
        answers={}, layouts={}, signatures=(), passed_over={},
    )  # fmt: skip


def _out_of_the_round(state: State, seat: str, before: Phase) -> State:
    """A round under way stands still without the seat; void if it was a ballot, or this seat's alone."""
    round_ = state.round()
    undecided = round_.stage is Stage.CHAIR and not state.chair
    if before is not Phase.SEALING:
        return rounds.change(state, void=True) if undecided else state
    left = tuple(other for other in round_.seats if other != seat)
    return rounds.change(
        rounds.interrupted(state),
        sealed=drop(round_.sealed, seat),
        unsubmits=drop(round_.unsubmits, seat),
        seats=left,
        void=undecided or bool(round_.seats and not left),
    )
