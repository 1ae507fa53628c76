"""Commands after the last opening: result, verification, report, signatures, keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from evalhub.core.rules.commands.base import Command, SeatId
from evalhub.core.rules.plan import Code, HexDigest, LongText
from evalhub.core.sealing.keys import PublicJwk


class DeclareResult(Command):
    """A centre's own computation of the result, by digest. Nothing is declared unless all centres agree."""

    past: ClassVar[str] = "result_computed"
    result: HexDigest


Ground = Literal["sum", "range", "objective", "abnormal"]
"""The four grounds on which a result may be changed after the summary, and no other (87号令 art 64(1)–(4))."""


class CorrectItem(Command):
    """An expert corrects one own item on a lawful ground (87号令 art 64); before, after and ground are kept."""

    past: ClassVar[str] = "item_corrected"
    finding: Code
    ground: Ground
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


class RaiseFinding(Command):
    """A member finds a colleague's score abnormally high or low (畸高、畸低, 87号令 art 64(4)); that colleague answers.

    ``member``: whose, by alias; ``factor``: which, or empty for the total of the bid.
    """

    past: ClassVar[str] = "finding_raised"
    bidder: Code
    factor: Annotated[str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,31})?\Z")]
    member: Annotated[str, Meta(pattern=r"^member-[1-9][0-9]?\Z")]
    direction: Literal["high", "low"]
    reason: LongText


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
