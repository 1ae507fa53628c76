"""ONE table: which command, by whom, in which phases, and whether it may pass while the session is paused.

``decide`` asks this table first; pictures in the docs and the access test are drawn from it. Default deny: a command
without a row does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.commands import Command, Role
from evalhub.core.rules.events import By
from evalhub.core.rules.state import Phase, State

P = Phase
BEFORE_START = frozenset({P.DRAFT, P.REQUESTED, P.CONFIRMED, P.DRAWING, P.DRAWN, P.CHECKIN, P.START_PENDING})
RUNNING = frozenset(
    {
        P.STARTING,
        P.REPLACING,
        P.SEALING,
        P.SEALED,
        P.OPENING,
        P.OPENED,
        P.DELIBERATION,
        P.SUMMARY,
        P.VERIFICATION,
        P.REPORT,
        P.SIGNING,
        P.ROLLBACK,
    }
)
ANY = frozenset(P) - {P.VOID, P.ARCHIVED, P.FAILED, P.CANCELLED}
DRAWS = frozenset({P.DRAWING, P.DRAWN, P.CHECKIN, P.START_PENDING})
ASKING = frozenset({P.SEALING, P.DELIBERATION})
HANDLING = frozenset(
    {P.SEALING, P.SEALED, P.OPENING, P.OPENED, P.DELIBERATION}
)  # what was asked goes its way until the result
BACK = frozenset({P.SEALING, P.DELIBERATION, P.SUMMARY, P.VERIFICATION, P.REPORT})  # one may go back from here
SEATING = frozenset({P.CHECKIN, P.REPLACING})  # members take their seats, at the start and later
CENTRES: frozenset[Role] = frozenset({"host", "guest"})
TRUSTEES: frozenset[Role] = frozenset({"host", "guest", "oversight"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    by: frozenset[Role]
    phases: frozenset[Phase]
    while_paused: bool = False


def _row(*by: Role, phases: frozenset[Phase] | set[Phase], while_paused: bool = False) -> Row:
    return Row(by=frozenset(by), phases=frozenset(phases), while_paused=while_paused)


TABLE: dict[type[Command], Row] = {
    c.OpenSession: _row("host", phases={P.VOID}),
    c.ProposePlan: _row("host", phases={P.DRAFT, P.REQUESTED}),
    c.AcceptPlan: _row("guest", phases={P.REQUESTED}),
    c.RefusePlan: _row("guest", phases={P.REQUESTED}),
    c.CancelSession: _row("host", phases=BEFORE_START, while_paused=True),
    c.FileTrusteeKey: Row(TRUSTEES, frozenset({P.CONFIRMED})),
    c.SignRoster: Row(TRUSTEES, frozenset({P.CONFIRMED})),
    c.FreezePool: Row(CENTRES, frozenset({P.DRAWING})),
    c.CommitRandomness: Row(TRUSTEES, frozenset({P.DRAWING})),
    c.EscrowRandomness: Row(TRUSTEES, frozenset({P.DRAWING})),
    c.RevealRandomness: Row(TRUSTEES, frozenset({P.DRAWING})),
    c.CallEscrow: _row("oversight", phases={P.DRAWING}),
    c.ReleaseEscrow: Row(TRUSTEES, frozenset({P.DRAWING})),
    c.RecordRecovery: _row("hub", phases={P.DRAWING}),
    c.RecordOutcome: Row(CENTRES, DRAWS | {P.REPLACING}),
    c.DesignateRepresentative: _row("host", phases={P.DRAWING, P.DRAWN} | SEATING),
    c.WithdrawRepresentative: _row("host", phases={P.DRAWING, P.DRAWN} | SEATING),
    c.OrderDraw: _row("oversight", phases={P.DRAWING} | SEATING),
    c.OpenCheckin: _row("host", phases={P.DRAWN}),
    c.AdmitExpert: Row(CENTRES, SEATING),
    c.IssueTicket: Row(CENTRES, SEATING),
    c.RedeemTicket: Row(CENTRES, SEATING),
    c.ReportSelfTest: _row("booth", phases=SEATING),
    c.DeclareRecusal: _row("booth", phases=SEATING),
    c.RequestStart: _row("host", phases={P.CHECKIN}),
    c.ApproveStart: _row("oversight", phases={P.START_PENDING, P.REPLACING}),
    c.RefuseStart: _row("oversight", phases={P.START_PENDING}),
    c.RemoveMember: Row(TRUSTEES, RUNNING | {P.CHECKIN, P.START_PENDING}, while_paused=True),
    c.RequestRollback: _row("host", phases=BACK),
    c.AskRollback: _row("booth", phases=BACK),
    c.ApproveRollback: _row("oversight", phases={P.ROLLBACK}),
    c.RefuseRollback: _row("oversight", phases={P.ROLLBACK}),
    c.RequestUnsubmit: _row("booth", phases={P.SEALING}),
    c.DecideUnsubmit: _row("oversight", phases={P.SEALING}),
    c.AnswerUnsubmit: _row("booth", phases={P.SEALING}),
    c.SealSheet: _row("booth", phases={P.SEALING}),
    c.CloseStage: _row("oversight", phases={P.SEALING}),
    c.ReleasePieces: Row(TRUSTEES, frozenset({P.OPENING})),
    c.RecordOpening: _row("hub", phases={P.OPENING}),
    c.RevealSheet: _row("booth", phases={P.OPENING}),
    c.AskClarification: _row("booth", phases=ASKING),
    c.AmendClarification: _row("booth", phases=ASKING),
    c.WithdrawClarification: _row("booth", phases=ASKING),
    c.VetClarification: _row("host", "oversight", phases=HANDLING),
    c.FileAnswer: _row("host", phases=HANDLING),
    c.CloseClarification: _row("host", phases=HANDLING),
    c.AnswerMatter: _row("booth", phases={P.DELIBERATION}),
    c.PutQuestion: _row("booth", phases={P.DELIBERATION}),
    c.CloseDeliberation: _row("booth", phases={P.DELIBERATION}),
    c.EndDeliberation: _row("oversight", phases={P.DELIBERATION}),
    c.DeclareResult: Row(CENTRES, frozenset({P.SUMMARY})),
    c.CorrectItem: _row("booth", phases={P.VERIFICATION}),
    c.ExplainFinding: _row("booth", phases={P.VERIFICATION}),
    c.RaiseFinding: _row("booth", phases={P.VERIFICATION}),
    c.ConcludeVerification: _row("host", phases={P.VERIFICATION}),
    c.IssueReport: _row("host", phases={P.REPORT}),
    c.SignReport: _row("booth", phases={P.SIGNING}),
    c.DeemAgreed: _row("oversight", phases={P.SIGNING}),
    c.LayOutReport: Row(CENTRES, frozenset({P.SIGNING})),
    c.CountersignReport: _row("booth", phases={P.SIGNING}),
    c.PassOver: _row("oversight", phases={P.SIGNING}),
    c.DestroyKey: Row(TRUSTEES, frozenset({P.CLOSED, P.FAILED, P.CANCELLED})),
    c.PauseSession: _row("oversight", phases=DRAWS | RUNNING),
    c.AcceptDelay: _row("host", phases=DRAWS | {P.STARTING}, while_paused=True),
    c.ResumeSession: _row("oversight", phases=ANY, while_paused=True),
    c.StopSession: _row("oversight", phases=DRAWS | RUNNING, while_paused=True),
    c.RecordGate: _row("hub", phases=ANY, while_paused=True),
}


def check(state: State, command: Command, by: By) -> None:
    """Raise ``Refusal`` unless the table allows ``by`` this command now."""
    row = TABLE[type(command)]
    if by.role not in row.by:
        raise Refusal("not-yours", command=c.NAMES[type(command)], role=by.role)
    if state.phase not in row.phases:
        raise Refusal("wrong-phase", command=c.NAMES[type(command)], phase=state.phase)
    if by.seat is not None and by.seat in state.seats and state.seats[by.seat].unfit:
        raise Refusal("member-removed", seat=by.seat)
    if state.paused_since is not None and not row.while_paused:
        raise Refusal("session-paused", reason=state.pause_reason)
