"""From the state to the signed PDF: what is laid out, who signs next, and the file with all signatures.

All of it is a function of the state, of typst and of the fonts (decision 0140); whoever holds the PDF as the centres
laid it out needs neither of the two (``sign_all``).
"""

from __future__ import annotations

import hashlib

from evalhub.core.errors import Broken, Refusal
from evalhub.core.rules import countersigning, rounds
from evalhub.core.rules.report import report_bytes
from evalhub.core.rules.state import Layout, PdfSignature, State
from evalhub.core.sealing.b64 import unb64u
from evalhub.report.document import document_of
from evalhub.report.signatures import Signer, embed, prepare, to_sign
from evalhub.report.typeset import Lang, typeset

PDF, DATA = "report.pdf", "report.json"


def lay_out(state: State) -> bytes:
    """The PDF that all members sign: report and answers, with a field for each signer. After the last answer.

    Raises ``Refusal``: fonts-missing, glyph-missing, no-report.
    """
    fields = [state.aliases[seat] for seat in countersigning.signers(state)]
    pdf = typeset(document_of(state))
    return prepare(pdf, fields) if fields else pdf


def next_to_sign(state: State, pdf: bytes) -> bytes:
    """The attributes that the seat whose turn it is signs. ``pdf``: the laid-out PDF with all signatures so far."""
    layout = countersigning.agreed(state)
    assert layout is not None, "a turn begins when the centres agree"
    return to_sign(pdf, _signer(state, countersigning.turn(state), state.turn_at))


def sign_all(state: State, pdf: bytes) -> bytes:
    """The laid-out PDF with every signature of the ledger, in order. Raises ``Broken`` if it is not the agreed one.

    A signature over other attributes than those of its revision is none of this PDF and is left out.
    """
    layout = countersigning.agreed(state)
    if layout is None or not is_laid_out(layout, pdf):
        raise Broken("this is not the PDF that the centres laid out")
    for signature in state.signatures:
        pdf = _signed(state, pdf, signature)
    return pdf


def is_laid_out(layout: Layout, pdf: bytes) -> bool:
    """Whether these bytes are what the centres agreed on."""
    return len(pdf) == layout.length and hashlib.sha256(pdf).hexdigest() == layout.pdf


def report_pdf(state: State, lang: Lang = "zh") -> bytes:
    """The report as a PDF: in Chinese, once all have answered, the one that is signed, with the signatures there are.

    Raises ``Refusal``: no-report, fonts-missing, glyph-missing.
    """
    if lang != "zh" or not countersigning.all_answered(state):
        return typeset(document_of(state), lang)
    made, layout = lay_out(state), countersigning.agreed(state)
    return sign_all(state, made) if layout and is_laid_out(layout, made) else made


def report_files(state: State) -> dict[str, bytes]:
    """The report for the archive: ``report.json``, and ``report.pdf`` if this computer makes the very PDF that was
    signed; nothing for a session that never came to a report.
    """
    if not state.report:
        return {}
    files = {DATA: report_bytes(state)}
    layout = countersigning.agreed(state)
    if layout is None:
        return files
    try:
        made = lay_out(state)
    except (Refusal, Broken):
        return files
    return {**files, PDF: sign_all(state, made)} if is_laid_out(layout, made) else files


def check_signed(state: State, data: bytes) -> int:
    """How many signatures the archive's PDF carries, after building it again from its pages and the ledger.

    Raises ``Broken``: not the agreed pages, or any byte behind them that does not follow from the ledger.
    """
    layout = countersigning.agreed(state)
    if layout is None:
        raise Broken(f"the centres agreed on no PDF, but {PDF} is there")
    pages = data[: layout.length]
    if not is_laid_out(layout, pages):
        raise Broken(f"{PDF} does not begin with the PDF that the centres laid out")
    if sign_all(state, pages) != data:
        raise Broken(f"{PDF} does not carry exactly the signatures of the ledger")
    return len(state.signatures)


def _signed(state: State, pdf: bytes, signature: PdfSignature) -> bytes:
    signer = _signer(state, signature.seat, signature.at)
    if to_sign(pdf, signer) != unb64u(signature.attributes):
        return pdf
    return embed(pdf, signer, unb64u(signature.signature))


def _signer(state: State, seat: str, at: int) -> Signer:
    layout = state.layouts[seat.partition("/")[0]]
    alias = state.aliases[seat]
    return Signer(
        field=alias,
        name=f"评委 {rounds.member_number(alias)}",
        certificate=unb64u(layout.certificates[seat]),
        authority=unb64u(layout.authority),
        at=at,
    )
