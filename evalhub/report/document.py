"""What is printed: the report as everyone computed it, and what the members answered to it. A function of the state."""

from __future__ import annotations

import hashlib

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.report import Report, build, report_bytes
from evalhub.core.rules.state import Answer, State


class PrintedAnswer(Record):
    """One member's answer to the report: signed, dissent (with its text) or deemed; empty while it is pending."""

    member: str
    seat: str
    answer: str
    text: str


class Document(Record):
    """All that the pages show. ``digest``: of ``report.json``, hex; ``issued_at``: hub time in ms, the PDF's date."""

    report: Report
    digest: str
    issued_at: int
    answers: tuple[PrintedAnswer, ...]


def document_of(state: State) -> Document:
    """The document of a session whose report was issued. Raises ``Refusal("no-report")`` before that."""
    if not state.report:
        raise Refusal("no-report", phase=state.phase.value)
    report = build(state)
    return Document(
        report=report,
        digest=hashlib.sha256(report_bytes(state)).hexdigest(),
        issued_at=state.report_issued_at,
        answers=tuple(_answer(state, member.alias, member.seat) for member in report.members),
    )


def _answer(state: State, alias: str, seat: str) -> PrintedAnswer:
    found = state.answers.get(seat, Answer(answer=""))
    return PrintedAnswer(member=alias, seat=seat, answer=found.answer, text=found.text)
