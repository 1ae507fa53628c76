"""Commands of the last step before a session closes: every member's signature in the report's PDF."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules.commands.base import Command, SeatId
from evalhub.core.rules.plan import HexDigest, LongText

Der = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+\Z", max_length=4096)]  # DER as base64url


class SignerCertificate(Record):
    """X.509 certificate of one booth key."""

    seat: SeatId
    certificate: Der


class LayOutReport(Command):
    """A centre's own typesetting of the report with all answers, by digest and length of the PDF that is to be signed;
    and the certificates of its members' booth keys, issued by the centre's identity key.
    """

    past: ClassVar[str] = "report_laid_out"
    pdf: HexDigest
    length: Annotated[int, Meta(ge=1, le=2**31)]
    authority: Der
    certificates: tuple[SignerCertificate, ...]


class CountersignReport(Command):
    """A member's signature in the PDF. ``attributes``: signed attributes of CMS (DER); ``signature``: ES256 of them."""

    past: ClassVar[str] = "report_countersigned"
    pdf: HexDigest
    attributes: Der
    signature: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{86}\Z")]


class PassOver(Command):
    """Oversight goes on without a member's signature in the PDF; the member's answer to the report stands as it is."""

    past: ClassVar[str] = "signer_passed_over"
    seat: SeatId
    reason: LongText
