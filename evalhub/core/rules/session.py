"""The two doors of the rules: ``decide`` and ``evolve``. Live hub, tests, simulator, verifier and replay use no others.

    decide(state, command, by, now) → (event, consequence…)      raises Refusal or Malformed; changes nothing
    evolve(state, event)            → state                       total on events that decide has produced

``steps`` is both at once, for those who append what was decided: the events, each with the state after it.

``decide`` asks the one table (``phases``), then the counter of the signing key, then the command's own rule, then adds
what follows by itself. Time is an argument and never runs backwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from evalhub.core.errors import Refusal
from evalhub.core.rules import (
    bid_review,
    checkin,
    clarification,
    clocks,
    concluding,
    countersigning,
    deliberation,
    drawing,
    gates,
    matters,
    pairing,
    phases,
    pricing,
    replacing,
    representatives,
    rollback,
    rounds,
    unsubmit,
    verifying,
)
from evalhub.core.rules import commands as c
from evalhub.core.rules import events as e
from evalhub.core.rules.commands import Command
from evalhub.core.rules.consequences import next_consequence
from evalhub.core.rules.events import HUB, By, Event
from evalhub.core.rules.state import Outcome, Phase, State, put

Guard = Callable[[State, Any, By], None]
Change = Callable[[State, Any, By], State]
Effect = Callable[[State, Any], State]


class Step(NamedTuple):
    """One event, and the state after it."""

    event: Event
    after: State


def decide(state: State, command: Command, by: By, now: int) -> tuple[Event, ...]:
    """The events this command leads to, in ledger order. ``now``: hub time in ms. Raises ``Refusal``, ``Malformed``."""
    return tuple(step.event for step in steps(state, command, by, now))


def steps(state: State, command: Command, by: By, now: int) -> tuple[Step, ...]:
    """``decide``, each event with the state ``evolve`` makes of it."""
    now = max(now, state.now)
    phases.check(state, command, by)
    _check_counter(state, command, by)
    moment = state.with_(now=now)
    if state.gate is not None and type(command) not in AT_GATES:
        raise Refusal("gate-open", gate=state.gate.name)
    guard = GUARDS.get(type(command))
    if guard:
        guard(moment, command, by)
    first = Event(at=now, by=by, content=command)
    found = [Step(first, evolve(state, first))]
    while (content := next_consequence(found[-1].after)) is not None:
        event = Event(at=now, by=HUB, content=content)
        found.append(Step(event, evolve(found[-1].after, event)))
    return tuple(found)


def evolve(state: State, event: Event) -> State:
    """The state after one more event."""
    state = state.with_(size=state.size + 1, now=event.at)
    content = event.content
    if isinstance(content, Command):
        if event.by.n:
            state = state.with_(counters=put(state.counters, event.by.kid, event.by.n))
        change = CHANGES.get(type(content))
        state = change(state, content, event.by) if change else state
    else:
        state = EFFECTS[type(content)](state, content)
    return gates.close(state)


def _check_counter(state: State, command: Command, by: By) -> None:
    """A statement's number is the next of its key; envelopes have their own chain, the hub has none."""
    if type(command) in c.ENVELOPES or type(command) in c.HUB_COMMANDS:
        return
    expected = state.counters.get(by.kid, 0) + 1
    if by.n != expected:
        raise Refusal("wrong-counter", expected=expected, got=by.n)


# -- the tables: command → rule, command → change, consequence → effect ------------------------------------------------

AT_GATES: frozenset[type[Command]] = frozenset(
    {
        c.RecordGate,
        c.PauseSession,
        c.ResumeSession,
        c.CancelSession,
        c.StopSession,
        c.CallEscrow,
        c.IssueTicket,
        c.RemoveMember,
        c.AcceptDelay,
    }
)

GUARDS: dict[type[Command], Guard] = {
    c.OpenSession: pairing.may_open,
    c.ProposePlan: pairing.may_propose,
    c.AcceptPlan: pairing.may_accept,
    c.RefusePlan: pairing.may_refuse,
    c.FileTrusteeKey: pairing.may_file_key,
    c.SignRoster: pairing.may_sign_roster,
    c.FreezePool: drawing.may_freeze,
    c.CommitRandomness: drawing.may_commit,
    c.EscrowRandomness: drawing.may_escrow,
    c.RevealRandomness: drawing.may_reveal,
    c.CallEscrow: drawing.may_call_escrow,
    c.ReleaseEscrow: drawing.may_release_escrow,
    c.RecordRecovery: drawing.may_record_recovery,
    c.RecordOutcome: drawing.may_record_outcome,
    c.DesignateRepresentative: representatives.may_designate,
    c.WithdrawRepresentative: representatives.may_withdraw,
    c.OrderDraw: drawing.may_order_draw,
    c.AdmitExpert: checkin.may_admit,
    c.IssueTicket: checkin.may_issue_ticket,
    c.RedeemTicket: checkin.may_redeem,
    c.ReportSelfTest: checkin.may_report_test,
    c.DeclareRecusal: checkin.may_declare,
    c.RequestStart: checkin.may_request_start,
    c.ApproveStart: replacing.may_go_on,
    c.RemoveMember: replacing.may_remove,
    c.StopSession: replacing.may_stop,
    c.RequestRollback: rollback.may_request,
    c.AskRollback: rollback.may_ask,
    c.RequestUnsubmit: unsubmit.may_request,
    c.DecideUnsubmit: unsubmit.may_decide,
    c.AnswerUnsubmit: unsubmit.may_answer,
    c.SealSheet: rounds.may_seal,
    c.CloseStage: rounds.may_close_stage,
    c.ReleasePieces: rounds.may_release,
    c.RecordOpening: rounds.may_record_opening,
    c.RevealSheet: rounds.may_reveal_sheet,
    c.AskClarification: clarification.may_ask,
    c.AmendClarification: clarification.may_amend,
    c.WithdrawClarification: clarification.may_withdraw,
    c.VetClarification: clarification.may_vet,
    c.FileAnswer: clarification.may_file,
    c.CloseClarification: clarification.may_close,
    c.AnswerMatter: matters.may_answer,
    c.PutQuestion: deliberation.may_put,
    c.CloseDeliberation: deliberation.may_close,
    c.EndDeliberation: deliberation.may_end,
    c.DeclareResult: concluding.may_declare_result,
    c.CorrectItem: verifying.may_correct,
    c.ExplainFinding: verifying.may_explain,
    c.RaiseFinding: verifying.may_raise,
    c.ConcludeVerification: verifying.may_conclude,
    c.IssueReport: concluding.may_issue_report,
    c.SignReport: concluding.may_sign,
    c.DeemAgreed: concluding.may_deem,
    c.LayOutReport: countersigning.may_lay_out,
    c.CountersignReport: countersigning.may_countersign,
    c.PassOver: countersigning.may_pass_over,
    c.DestroyKey: concluding.may_destroy,
    c.ResumeSession: clocks.may_resume,
    c.AcceptDelay: clocks.may_decide_delay,
    c.RecordGate: gates.may_record,
}

CHANGES: dict[type[Command], Change] = {
    c.OpenSession: pairing.opened,
    c.ProposePlan: pairing.proposed,
    c.AcceptPlan: pairing.accepted,
    c.RefusePlan: pairing.refused,
    c.CancelSession: lambda state, command, by: concluding.ended(
        state, Phase.CANCELLED, concluding.CANCELLED, command.reason
    ),
    c.StopSession: lambda state, command, by: concluding.ended(
        state, Phase.FAILED, concluding.STOPPED if command.ground == "order" else command.ground, command.reason
    ),
    c.FileTrusteeKey: pairing.key_filed,
    c.SignRoster: lambda state, command, by: state.with_(roster_signed=state.roster_signed | {by.site}),
    c.FreezePool: drawing.frozen_pool,
    c.CommitRandomness: drawing.committed,
    c.EscrowRandomness: drawing.escrowed,
    c.RevealRandomness: lambda state, command, by: drawing.revealed(state, by.site, command.r),
    c.CallEscrow: drawing.escrow_called,
    c.ReleaseEscrow: drawing.escrow_released,
    c.RecordRecovery: lambda state, command, by: drawing.revealed(state, command.missing, command.r),
    c.RecordOutcome: lambda state, command, by: drawing.outcome_recorded(
        state,
        by.site,
        command.draw,
        Outcome(stratum=command.stratum, leaf=command.leaf, outcome=command.outcome),
    ),
    c.DesignateRepresentative: representatives.designated,
    c.WithdrawRepresentative: lambda state, command, by: representatives.gone(state, command.leaf, command.outcome),
    c.OrderDraw: lambda state, command, by: drawing.ordered(state),
    c.OpenCheckin: lambda state, command, by: state.with_(phase=Phase.CHECKIN),
    c.AdmitExpert: checkin.admitted,
    c.IssueTicket: checkin.ticket_issued,
    c.RedeemTicket: checkin.redeemed,
    c.ReportSelfTest: checkin.tested,
    c.DeclareRecusal: checkin.declared,
    c.RequestStart: lambda state, command, by: state.with_(phase=Phase.START_PENDING),
    c.ApproveStart: lambda state, command, by: replacing.gone_on(state),
    c.RefuseStart: lambda state, command, by: state.with_(phase=Phase.CHECKIN),
    c.RemoveMember: replacing.removed,
    c.RequestRollback: rollback.requested,
    c.AskRollback: rollback.requested,
    c.ApproveRollback: lambda state, command, by: rollback.approved(state),
    c.RefuseRollback: lambda state, command, by: rollback.refused(state),
    c.RequestUnsubmit: unsubmit.requested,
    c.DecideUnsubmit: unsubmit.decided,
    c.AnswerUnsubmit: unsubmit.answered,
    c.SealSheet: rounds.sealed,
    c.CloseStage: rounds.stage_closed,
    c.ReleasePieces: rounds.released,
    c.RecordOpening: rounds.opening_recorded,
    c.RevealSheet: rounds.sheet_revealed,
    c.AskClarification: clarification.asked,
    c.AmendClarification: clarification.amended,
    c.WithdrawClarification: clarification.withdrawn,
    c.VetClarification: clarification.vetted,
    c.FileAnswer: clarification.answer_filed,
    c.CloseClarification: clarification.lapsed,
    c.AnswerMatter: matters.answered,
    c.PutQuestion: matters.question_put,
    c.CloseDeliberation: lambda state, command, by: deliberation.closed(state),
    c.EndDeliberation: lambda state, command, by: deliberation.closed(state),
    c.DeclareResult: concluding.result_computed,
    c.CorrectItem: verifying.corrected,
    c.ExplainFinding: verifying.explained,
    c.RaiseFinding: verifying.raised,
    c.ConcludeVerification: verifying.concluded,
    c.IssueReport: concluding.report_issued,
    c.SignReport: concluding.answered,
    c.DeemAgreed: concluding.deemed,
    c.LayOutReport: countersigning.laid_out,
    c.CountersignReport: countersigning.countersigned,
    c.PassOver: countersigning.passed_over,
    c.DestroyKey: concluding.destroyed,
    c.PauseSession: lambda state, command, by: state.with_(paused_since=state.now, pause_reason=command.reason),
    c.AcceptDelay: lambda state, command, by: state.with_(delay_accepted=True),
    c.ResumeSession: lambda state, command, by: _resumed(state),
    c.RecordGate: gates.recorded,
}

EFFECTS: dict[type[e.Consequence], Effect] = {
    e.PlanAgreed: lambda state, event: state.with_(phase=Phase.CONFIRMED, agreement=event.agreement),
    e.RosterCompleted: lambda state, event: state.with_(phase=Phase.DRAWING),
    e.DrawOpened: drawing.opened,
    e.DrawSeeded: drawing.seeded,
    e.DrawExhausted: lambda state, event: drawing.exhausted(state, event.centre, event.stratum),
    e.CommitteeFormed: lambda state, event: state.with_(
        phase=Phase.REPLACING if replacing.running(state) else Phase.DRAWN
    ),
    e.SeatAssigned: checkin.seat_assigned,
    e.SeatVacated: replacing.seat_vacated,
    e.RoundOpened: rounds.round_opened,
    e.RolledBack: rollback.rolled_back,
    e.RoundResumed: rounds.round_resumed,
    e.SealClosed: rounds.seal_closed,
    e.PriceDrawn: pricing.recorded,
    e.ScoringOmitted: lambda state, event: state.with_(phase=Phase.SUMMARY),
    e.ChairElected: lambda state, event: state.with_(chair=event.member, votes=event.votes),
    e.DeliberationOpened: lambda state, event: deliberation.opened(state),
    e.MatterRaised: matters.raised,
    e.MatterReturned: matters.returned,
    e.MatterDecided: matters.decided,
    e.BidsExamined: rounds.examinations_counted,
    e.ClarificationRaised: clarification.raised,
    e.ClarificationSent: clarification.sent,
    e.BidRejected: bid_review.bid_rejected,
    e.SessionFailed: lambda state, event: concluding.ended(state, Phase.FAILED, event.reason, event.reason),
    e.FindingsRaised: verifying.findings_raised,
    e.ResultDeclared: concluding.result_declared,
    e.ResultDisputed: concluding.result_disputed,
    e.SigningClosed: lambda state, event: state.with_(phase=Phase.CLOSED, ended_at=state.now),
    e.SessionArchived: lambda state, event: state.with_(phase=Phase.ARCHIVED),
}


def _resumed(state: State) -> State:
    """The time lost is given back: deadlines are counted from ``paused_ms``."""
    assert state.paused_since is not None
    lost = state.now - state.paused_since
    return state.with_(paused_since=None, pause_reason="", delay_accepted=False, paused_ms=state.paused_ms + lost)
