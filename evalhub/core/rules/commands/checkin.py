"""Commands from the open door to the approved start."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.codec import Record
from evalhub.core.rules.commands.base import Command, SeatId
from evalhub.core.rules.plan import Code, HexDigest, LongText, Stamp
from evalhub.core.sealing.keys import PublicJwk


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
