"""Everything a person, a site or the hub can ask of a session. Commands are imperative; ``past`` names the event.

A command that someone outside the hub asserts arrives as a signed statement (``statements.py``) and its JWS is the
ledger entry. Commands marked *hub* are the hub's own records of what it was shown; the verifier re-derives each.
Nothing here decides anything.

One file for each part of the procedure; everybody imports this package.
"""

from __future__ import annotations

from evalhub.core.rules.commands.base import B64, Command, Number, PartyEntry, Piece, Role, SeatId
from evalhub.core.rules.commands.checkin import (
    AdmitExpert,
    ApproveStart,
    BidderAnswer,
    DeclareRecusal,
    IssueTicket,
    OpenCheckin,
    RedeemTicket,
    RefuseStart,
    ReportSelfTest,
    RequestStart,
    SelfTestCheck,
)
from evalhub.core.rules.commands.clarification import (
    AmendClarification,
    AskClarification,
    CloseClarification,
    FileAnswer,
    VetClarification,
    WithdrawClarification,
)
from evalhub.core.rules.commands.concluding import (
    ConcludeVerification,
    CorrectItem,
    DeclareResult,
    DeemAgreed,
    DestroyKey,
    ExplainFinding,
    Ground,
    IssueReport,
    RaiseFinding,
    SignReport,
)
from evalhub.core.rules.commands.countersigning import CountersignReport, LayOutReport, PassOver, SignerCertificate
from evalhub.core.rules.commands.deliberation import (
    AnswerMatter,
    CloseDeliberation,
    EndDeliberation,
    MatterAnswer,
    PutQuestion,
)
from evalhub.core.rules.commands.drawing import (
    CallEscrow,
    CommitRandomness,
    DesignateRepresentative,
    EscrowRandomness,
    FreezePool,
    OrderDraw,
    RecordOutcome,
    RecordRecovery,
    ReleaseEscrow,
    RevealRandomness,
    StratumLeaves,
    WithdrawRepresentative,
)
from evalhub.core.rules.commands.orders import AcceptDelay, PauseSession, RecordGate, ResumeSession, StopSession
from evalhub.core.rules.commands.pairing import (
    AcceptPlan,
    CancelSession,
    FileTrusteeKey,
    OpenSession,
    ProposePlan,
    RefusePlan,
    SignRoster,
)
from evalhub.core.rules.commands.rollback import (
    AnswerUnsubmit,
    ApproveRollback,
    AskRollback,
    BackTo,
    DecideUnsubmit,
    RefuseRollback,
    RequestRollback,
    RequestUnsubmit,
)
from evalhub.core.rules.commands.rounds import (
    CloseStage,
    OpenedSheet,
    RecordOpening,
    ReleasePieces,
    RevealSheet,
    SealSheet,
    SheetPieces,
)
from evalhub.core.rules.commands.seats import RemoveMember, UnfitGround


def _imperative(kind: type[Command]) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in kind.__name__).lstrip("_")


COMMANDS: dict[str, type[Command]] = {_imperative(kind): kind for kind in Command.__subclasses__()}
BY_PAST: dict[str, type[Command]] = {kind.past: kind for kind in COMMANDS.values()}
HUB_COMMANDS: frozenset[type[Command]] = frozenset({RecordGate, RecordRecovery, RecordOpening})
ENVELOPES: frozenset[type[Command]] = frozenset({SealSheet, EscrowRandomness})
NAMES: dict[type[Command], str] = {kind: name for name, kind in COMMANDS.items()}

__all__ = [
    "B64",
    "BY_PAST",
    "COMMANDS",
    "ENVELOPES",
    "HUB_COMMANDS",
    "NAMES",
    "AcceptDelay",
    "AcceptPlan",
    "AdmitExpert",
    "AmendClarification",
    "AnswerMatter",
    "AnswerUnsubmit",
    "ApproveRollback",
    "ApproveStart",
    "AskClarification",
    "AskRollback",
    "BackTo",
    "BidderAnswer",
    "CallEscrow",
    "CancelSession",
    "CloseClarification",
    "CloseDeliberation",
    "CloseStage",
    "Command",
    "CommitRandomness",
    "ConcludeVerification",
    "CorrectItem",
    "CountersignReport",
    "DecideUnsubmit",
    "DeclareRecusal",
    "DeclareResult",
    "DeemAgreed",
    "DesignateRepresentative",
    "DestroyKey",
    "EndDeliberation",
    "EscrowRandomness",
    "ExplainFinding",
    "FileAnswer",
    "FileTrusteeKey",
    "FreezePool",
    "Ground",
    "IssueReport",
    "IssueTicket",
    "LayOutReport",
    "MatterAnswer",
    "Number",
    "OpenCheckin",
    "OpenSession",
    "OpenedSheet",
    "OrderDraw",
    "PartyEntry",
    "PassOver",
    "PauseSession",
    "Piece",
    "ProposePlan",
    "PutQuestion",
    "RaiseFinding",
    "RecordGate",
    "RecordOpening",
    "RecordOutcome",
    "RecordRecovery",
    "RedeemTicket",
    "RefusePlan",
    "RefuseRollback",
    "RefuseStart",
    "ReleaseEscrow",
    "ReleasePieces",
    "RemoveMember",
    "ReportSelfTest",
    "RequestRollback",
    "RequestStart",
    "RequestUnsubmit",
    "ResumeSession",
    "RevealRandomness",
    "RevealSheet",
    "Role",
    "SealSheet",
    "SeatId",
    "SelfTestCheck",
    "SheetPieces",
    "SignReport",
    "SignRoster",
    "SignerCertificate",
    "StopSession",
    "StratumLeaves",
    "UnfitGround",
    "VetClarification",
    "WithdrawClarification",
    "WithdrawRepresentative",
]
