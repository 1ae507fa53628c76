"""Back to an earlier stage: request, oversight's word, snapshot, the stage done again (R93, R95).

    asked by host or chair ──oversight refuses──▶ everything as it was, the time given back
                           ──oversight approves──▶ rolled back: the rounds from that stage on are void, and readable

Rules
- Nothing is erased. ``rolled_back`` binds all forms as they stood by the digest of ``snapshot``; whoever has the ledger
  builds the same one, and a replay shows the old branch at its own moments.
- The stage is opened again as a new round, for everybody. What followed from the void rounds falls away: votes,
  examination, result, findings, corrections, report.
"""

from __future__ import annotations

import hashlib

import msgspec

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import matters, rounds
from evalhub.core.rules.events import By, ExaminedBid, RankRow, RolledBack, VoteCount
from evalhub.core.rules.replacing import without_result
from evalhub.core.rules.state import Correction, Phase, RollbackRequest, Round, Stage, State

ORDER = (Stage.CHAIR, Stage.PRELIMINARY, Stage.DETAILED)


class KeptSheet(Record):
    """One sheet: its envelope, and what it says if it was opened by then."""

    seat: str
    envelope: str
    rev: int
    sheet: str


class KeptRound(Record):
    """One round that is rolled back."""

    number: int
    stage: str
    sheets: tuple[KeptSheet, ...]


class KeptCorrection(Record):
    """One correction that falls away."""

    seat: str
    bidder: str
    factor: str
    before: str
    after: str
    finding: str


class Snapshot(Record):
    """All forms from one stage on, and what had followed from them."""

    session: str
    to: str
    size: int
    rounds: tuple[KeptRound, ...]
    chair: str
    votes: tuple[VoteCount, ...]
    bids: tuple[ExaminedBid, ...]
    result: str
    ranking: tuple[RankRow, ...]
    corrections: tuple[KeptCorrection, ...]


# -- questions -----------------------------------------------------------------------------------------------------


def concerned(state: State, to: Stage) -> tuple[Round, ...]:
    """The rounds that going back to ``to`` makes void."""
    later = ORDER[ORDER.index(to) :]
    return tuple(round_ for round_ in state.rounds if round_.stage in later and not round_.void)


def snapshot(state: State, to: Stage) -> Snapshot:
    """What stood before the roll-back."""
    return Snapshot(
        session=state.session,
        to=to.value,
        size=state.size,
        rounds=tuple(_kept(round_) for round_ in concerned(state, to)),
        chair=state.chair,
        votes=state.votes,
        bids=state.bids,
        result=state.result,
        ranking=state.ranking,
        corrections=tuple(map(_correction, state.corrections)),
    )


def due(state: State) -> RolledBack | None:
    """What follows from oversight's approval."""
    asked = state.rollback
    if asked is None or not asked.approved:
        return None
    to = Stage(asked.to)
    numbers = tuple(round_.number for round_ in concerned(state, to))
    digest = hashlib.sha256(canonical(snapshot(state, to))).hexdigest()
    return RolledBack(to=asked.to, rounds=numbers, snapshot=digest)


def _kept(round_: Round) -> KeptRound:
    sheets = tuple(
        KeptSheet(
            seat=seat,
            envelope=sealed.digest,
            rev=sealed.context.rev,
            sheet=round_.opened[seat].sheet if seat in round_.opened else "",
        )
        for seat, sealed in sorted(round_.sealed.items())
    )
    return KeptRound(number=round_.number, stage=round_.stage.value, sheets=sheets)


def _correction(row: Correction) -> KeptCorrection:
    return KeptCorrection(
        seat=row.seat, bidder=row.bidder, factor=row.factor, before=row.before, after=row.after, finding=row.finding
    )


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_request(state: State, command: c.RequestRollback | c.AskRollback, _: By) -> None:
    """To a stage that has been opened."""
    if not rounds.standing(state, Stage(command.to)):
        raise Refusal("stage-not-reached", stage=command.to)


def may_ask(state: State, command: c.AskRollback, by: By) -> None:
    """The same, by the chair and no other member."""
    if not state.chair or state.aliases.get(by.seat or "") != state.chair:
        raise Refusal("not-the-chair", chair=state.chair or "-")
    may_request(state, command, by)


# -- what it changes -----------------------------------------------------------------------------------------------


def requested(state: State, command: c.RequestRollback | c.AskRollback, by: By) -> State:
    """Everybody waits for oversight."""
    asked = RollbackRequest(to=command.to, reason=command.reason, by=by.seat or by.site, returns=state.phase)
    if state.phase is Phase.SEALING:
        state = rounds.interrupted(state)
    return state.with_(phase=Phase.ROLLBACK, rollback=asked)


def approved(state: State) -> State:
    """The roll-back follows at once."""
    assert state.rollback is not None
    return state.with_(rollback=msgspec.structs.replace(state.rollback, approved=True))


def refused(state: State) -> State:
    """As if nothing had been asked."""
    assert state.rollback is not None
    back = state.with_(phase=state.rollback.returns, rollback=None)
    return rounds.given_back(back) if back.phase is Phase.SEALING else back


def rolled_back(state: State, event: RolledBack) -> State:
    """Void from that stage on; between two rounds, so that the stage opens again."""
    void = tuple(
        msgspec.structs.replace(round_, void=True) if round_.number in event.rounds else round_
        for round_ in state.rounds
    )
    to = Stage(event.to)
    state = without_result(state).with_(rounds=void, rollback=None, phase=Phase.OPENED)
    if to is Stage.DETAILED:
        return state
    state = matters.all_void(state).with_(bids=(), examined_by=frozenset())
    return state.with_(chair="", votes=()) if to is Stage.CHAIR else state
