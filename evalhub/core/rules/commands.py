"""Everything a person, a site or the hub can ask of a session. Commands are imperative; ``past`` names the event.

A command that someone outside the hub asserts arrives as a signed statement (``statements.py``) and its JWS is the
ledger entry. Commands marked *hub* are the hub's own records of what it was shown; the verifier re-derives each.
Nothing here decides anything.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules.plan import Code, HexDigest, LongText, Name, Plan, Room, ShortText, Stamp, Text2
from evalhub.core.sealing.envelope import Context
from evalhub.core.sealing.keys import PublicJwk

Role = Literal["hub", "host", "guest", "oversight", "booth"]
SeatId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}/[A-Za-z0-9._-]{1,32}$")]
B64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+$", max_length=400_000)]
Number = Annotated[int, Meta(ge=1, le=9999)]


class Command(Record):
    """Base of all commands; ``past`` is the type of the ledger entry it becomes."""

    past: ClassVar[str] = ""


class PartyEntry(Record):
    """A party of the session: its role, its identity key (P-256) and its witness key (C2SP vkey)."""

    name: Name
    role: Literal["host", "guest", "oversight"]
    title: Text2
    identity: PublicJwk
    witness: str


# -- pairing -----------------------------------------------------------------------------------------------------


class OpenSession(Command):
    """The host's first statement. ``log`` is the vkey of the session's ledger; ``origin`` its checkpoint origin."""

    past: ClassVar[str] = "session_opened"
    title: Text2
    rehearsal: bool
    origin: str
    log: str
    parties: tuple[PartyEntry, ...]


class ProposePlan(Command):
    """Host asks the guests for co-operation, or changes what it asked for (then every answer is asked again)."""

    past: ClassVar[str] = "plan_proposed"
    plan: Plan


class AcceptPlan(Command):
    """A guest commits itself to one plan digest and names its rooms and booths."""

    past: ClassVar[str] = "plan_accepted"
    plan: HexDigest
    rooms: tuple[Room, ...]


class RefusePlan(Command):
    """A guest refuses, with a reason; the host may change the plan or cancel."""

    past: ClassVar[str] = "plan_refused"
    plan: HexDigest
    reason: LongText


class CancelSession(Command):
    """The host calls the session off before evaluation has started."""

    past: ClassVar[str] = "session_cancelled"
    reason: LongText


class FileTrusteeKey(Command):
    """A trustee's public key for this session only."""

    past: ClassVar[str] = "trustee_key_filed"
    pk: PublicJwk


class SignRoster(Command):
    """A trustee confirms the complete roster by its digest."""

    past: ClassVar[str] = "roster_signed"
    roster: str


# -- draw --------------------------------------------------------------------------------------------------------


class StratumLeaves(Record):
    """Indexes into the frozen pool's leaves of those eligible for one stratum, ascending."""

    code: Code
    leaves: tuple[int, ...]


class FreezePool(Command):
    """A centre fixes its pool for a draw: opaque leaves (lower-case hex, sorted), RFC 6962 root over them.

    ``registered``: the root in the hub log of the complete pool that this one is a filter of (``registration.py``).
    """

    past: ClassVar[str] = "pool_frozen"
    draw: Number
    request: HexDigest
    registered: HexDigest
    root: HexDigest
    leaves: tuple[HexDigest, ...]
    strata: tuple[StratumLeaves, ...]


class CommitRandomness(Command):
    """Commitment to this party's contribution to a draw."""

    past: ClassVar[str] = "randomness_committed"
    draw: Number
    commit: str


class EscrowRandomness(Command):
    """The contribution sealed to the trustees, so that refusing to reveal cannot abort (made from an envelope)."""

    past: ClassVar[str] = "randomness_escrowed"
    envelope: str
    context: Context


class RevealRandomness(Command):
    """The contribution itself, 32 bytes base64url."""

    past: ClassVar[str] = "randomness_revealed"
    draw: Number
    r: B64


class CallEscrow(Command):
    """Oversight has the trustees open the escrow of a party that does not reveal."""

    past: ClassVar[str] = "escrow_called"
    draw: Number
    missing: Name
    reason: LongText


class Piece(Record):
    """One key piece: its index in the roster's blind sets and 32 bytes base64url."""

    index: Annotated[int, Meta(ge=0, le=255)]
    value: B64


class ReleaseEscrow(Command):
    """A trustee's pieces of one escrowed contribution."""

    past: ClassVar[str] = "escrow_released"
    draw: Number
    missing: Name
    pieces: tuple[Piece, ...]


class RecordRecovery(Command):
    """*hub*: the contribution opened from escrow with the released pieces."""

    past: ClassVar[str] = "randomness_recovered"
    draw: Number
    missing: Name
    r: B64


class RecordOutcome(Command):
    """What came of calling the next leaf, or why an accepted one falls out again before the start."""

    past: ClassVar[str] = "outcome_recorded"
    draw: Number
    stratum: Code
    leaf: HexDigest
    outcome: str


class OrderDraw(Command):
    """Oversight orders a further draw after one was exhausted; all contribute afresh."""

    past: ClassVar[str] = "draw_ordered"
    draw: Number
    reason: LongText


# -- check-in ----------------------------------------------------------------------------------------------------


class OpenCheckin(Command):
    """The host opens the doors: centres may admit their experts."""

    past: ClassVar[str] = "checkin_opened"


class AdmitExpert(Command):
    """A centre confirms identity and hand-in of phones of one of its members (26号令 art 7; 87号令 art 45(5))."""

    past: ClassVar[str] = "expert_admitted"
    leaf: HexDigest
    identity_confirmed: bool
    phone_handed_in: bool


class IssueTicket(Command):
    """Digest of a one-time ticket for a seat, and when it expires. A re-print replaces the unredeemed one."""

    past: ClassVar[str] = "ticket_issued"
    seat: SeatId
    ticket: HexDigest
    expires: Stamp


class RedeemTicket(Command):
    """The centre shows that a ticket was redeemed at its booth. ``proof``: JWS by the fresh booth key itself."""

    past: ClassVar[str] = "ticket_redeemed"
    seat: SeatId
    ticket: HexDigest
    booth_key: PublicJwk
    client: HexDigest
    proof: str


class SelfTestCheck(Record):
    """One check of the booth's self-test."""

    name: Code
    passed: bool
    detail: str = ""


class ReportSelfTest(Command):
    """The booth's own signed readiness test; a failed one may be repeated."""

    past: ClassVar[str] = "self_test_reported"
    checks: tuple[SelfTestCheck, ...]


class BidderAnswer(Record):
    """Declaration towards one bidder; a conflict carries its reason."""

    bidder: Code
    conflict: bool
    reason: str = ""


class DeclareRecusal(Command):
    """The expert's declaration per bidder and the signed discipline (实施条例 art 46; 87号令 art 48-49)."""

    past: ClassVar[str] = "recusal_declared"
    answers: tuple[BidderAnswer, ...]
    discipline: bool


class RequestStart(Command):
    """The host states that every seat is ready."""

    past: ClassVar[str] = "start_requested"


class ApproveStart(Command):
    """Oversight approves the start."""

    past: ClassVar[str] = "start_approved"


class RefuseStart(Command):
    """Oversight refuses the start, with a reason; check-in goes on."""

    past: ClassVar[str] = "start_refused"
    reason: LongText


# -- rounds ------------------------------------------------------------------------------------------------------


class SealSheet(Command):
    """A sealed sheet as the hub sees it: its digest (``envelope_digest``) and authenticated context."""

    past: ClassVar[str] = "sheet_sealed"
    envelope: str
    context: Context


class CloseStage(Command):
    """Oversight closes a ballot that not everyone has cast; scoring rounds are never closed over a missing sheet."""

    past: ClassVar[str] = "stage_closed"
    round: Number
    reason: LongText


class SheetPieces(Record):
    """All pieces one trustee holds of one seat's envelope."""

    seat: SeatId
    pieces: tuple[Piece, ...]


class ReleasePieces(Command):
    """A trustee's pieces for the complete set of a closed round; never for less."""

    past: ClassVar[str] = "pieces_released"
    round: Number
    sheets: HexDigest
    pieces: tuple[SheetPieces, ...]


class OpenedSheet(Record):
    """What came out of one envelope: salt and sheet (canonical JSON text), or the fault that kept it shut."""

    seat: SeatId
    salt: str = ""
    sheet: str = ""
    fault: str = ""


class RecordOpening(Command):
    """*hub*: the complete set opened."""

    past: ClassVar[str] = "sheets_opened"
    round: Number
    sheets: tuple[OpenedSheet, ...]


class RevealSheet(Command):
    """A booth reveals salt and sheet again after its envelope did not open; both must match the commitment."""

    past: ClassVar[str] = "sheet_revealed"
    round: Number
    salt: B64
    sheet: str


# -- result, verification, report ------------------------------------------------------------------------------------


class DeclareResult(Command):
    """A centre's own computation of the result, by digest. Nothing is declared unless all centres agree."""

    past: ClassVar[str] = "result_computed"
    result: HexDigest


class CorrectItem(Command):
    """An expert corrects one own item on one of the lawful grounds (87号令 art 64); before and after are kept."""

    past: ClassVar[str] = "item_corrected"
    finding: Code
    bidder: Code
    factor: Code
    before: Decimal
    after: Decimal
    reason: LongText


class ExplainFinding(Command):
    """An expert explains a finding instead of correcting it."""

    past: ClassVar[str] = "finding_explained"
    finding: Code
    explanation: LongText


class ConcludeVerification(Command):
    """The host ends verification once every finding is closed."""

    past: ClassVar[str] = "verification_concluded"


class IssueReport(Command):
    """The host issues the evaluation report by digest; everyone can build the same bytes from the ledger."""

    past: ClassVar[str] = "report_issued"
    report: HexDigest


class SignReport(Command):
    """A member's answer to the report: signed, dissent (with text), or refused without reason (deemed to agree)."""

    past: ClassVar[str] = "report_answered"
    report: HexDigest
    answer: Literal["signed", "dissent", "refused"]
    text: str = ""


class DeemAgreed(Command):
    """Oversight records that a member neither signed nor stated a reason in writing (实施条例 art 53)."""

    past: ClassVar[str] = "agreement_deemed"
    seat: SeatId
    reason: LongText


class DestroyKey(Command):
    """A trustee states that its session key is destroyed."""

    past: ClassVar[str] = "trustee_key_destroyed"
    pk: PublicJwk


# -- orders and hub records ----------------------------------------------------------------------------------------


class PauseSession(Command):
    """Oversight stops the clock for all."""

    past: ClassVar[str] = "session_paused"
    reason: LongText


class ResumeSession(Command):
    """Oversight lets the session go on; the time lost is given back."""

    past: ClassVar[str] = "session_resumed"
    reason: LongText


class StopSession(Command):
    """Oversight ends a session that cannot lawfully go on (a sheet that no key opens, a committee that cannot be
    completed: 87号令 art 49). What is sealed stays sealed: the keys are destroyed, then it is archived."""

    past: ClassVar[str] = "session_stopped"
    reason: LongText


class RecordGate(Command):
    """*hub*: the checkpoint of ``size`` entries, countersigned by the full quorum, that a gate waited for."""

    past: ClassVar[str] = "gate_countersigned"
    gate: ShortText
    size: Annotated[int, Meta(ge=1)]
    note: str


def _imperative(kind: type[Command]) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in kind.__name__).lstrip("_")


COMMANDS: dict[str, type[Command]] = {_imperative(kind): kind for kind in Command.__subclasses__()}
BY_PAST: dict[str, type[Command]] = {kind.past: kind for kind in COMMANDS.values()}
HUB_COMMANDS: frozenset[type[Command]] = frozenset({RecordGate, RecordRecovery, RecordOpening})
ENVELOPES: frozenset[type[Command]] = frozenset({SealSheet, EscrowRandomness})
NAMES: dict[type[Command], str] = {kind: name for name, kind in COMMANDS.items()}
