"""Questions the committee asked bidders in writing, and their answers (12号令 art 42(10); R56)."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules.state import State


class ReportClarification(Record):
    """One question and its answer. Who asked is never here: a bidder must not learn it (实施条例 art 52)."""

    number: int
    bidder: str
    question: str
    answer: str
    asked_at: str
    answered_at: str


def clarifications(_: State) -> tuple[ReportClarification, ...]:
    """In the order they were asked. The rules know no clarification yet, so a lawful session has none to report."""
    return ()
