"""A receipt for one sealed envelope: the log's promise that it is in the record, without saying where.

    <origin>/receipt ⏎ <session> ⏎ <seat> ⏎ <envelope digest> ⏎        signed note (c2sp.org/signed-note), log key 0x01

The key name is the origin. A position would tell a booth how many others have acted, so there is none; whoever holds
the archive finds the entry by its digest. Nothing but a receipt has a text that begins so: a checkpoint's first line
is the origin itself.
"""

from __future__ import annotations

from msgspec import Struct

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.note import Note, Verifier, parse_note, sign_note, verify_note
from evalhub.core.sealing.notekeys import NoteKey

SUFFIX = "/receipt"


class Receipt(Struct, frozen=True):
    """What is promised: the envelope with this ``digest``, by this seat, in this session of this log."""

    origin: str
    session: str
    seat: str
    digest: str

    def text(self) -> str:
        """The note text: four lines."""
        return f"{self.origin}{SUFFIX}\n{self.session}\n{self.seat}\n{self.digest}\n"


def make_receipt(receipt: Receipt, key: NoteKey) -> str:
    """The receipt signed with the log key. Raises ``Malformed`` if a field has a line break."""
    fields = (receipt.origin, receipt.session, receipt.seat, receipt.digest)
    if not all(fields) or any("\n" in field for field in fields):
        raise Malformed("a field of a receipt is one line", "receipt")
    text = receipt.text()
    return f"{text}\n{sign_note(text, receipt.origin, key).line()}"


def parse_receipt(text: str) -> tuple[Receipt, Note]:
    """Read a receipt and the note it is in. Raises ``Malformed``; verifies nothing."""
    note = parse_note(text.encode())
    return _parse_text(note.text), note


def verify_receipt(text: str, log: Verifier) -> Receipt:
    """The receipt, if ``log`` signed it for its own origin. Raises ``Malformed`` or ``Broken``.

    The caller compares session, seat and digest with what it sealed.
    """
    receipt, note = parse_receipt(text)
    if receipt.origin != log.name or not verify_note(note, [log]):
        raise Broken("the receipt is not signed by this log")
    return receipt


def _parse_text(text: str) -> Receipt:
    lines = text.split("\n")
    if len(lines) != 5 or lines[4] or not all(lines[:4]) or not lines[0].endswith(SUFFIX):
        raise Malformed("a receipt is four lines: origin, session, seat, digest", "receipt")
    return Receipt(lines[0].removesuffix(SUFFIX), *lines[1:4])
