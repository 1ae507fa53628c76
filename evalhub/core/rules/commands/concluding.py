"""Commands after the last opening: result, verification, report, signatures, keys."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from evalhub.core.rules.commands.base import Command, SeatId
from evalhub.core.rules.plan import Code, HexDigest, LongText
from evalhub.core.sealing.keys import PublicJwk


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
