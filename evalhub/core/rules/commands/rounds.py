"""Commands of the rounds of sealed sheets and their opening."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.codec import Record
from evalhub.core.rules.commands.base import B64, Command, Number, Piece, SeatId
from evalhub.core.rules.plan import HexDigest, LongText
from evalhub.core.sealing.envelope import Context


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
