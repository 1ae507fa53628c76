"""Consequences after the last opening."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.codec import Record
from evalhub.core.rules.commands import Ground
from evalhub.core.rules.events.base import Consequence

GROUNDS: dict[str, Ground] = {
    "sum": "sum",
    "range": "range",
    "objective": "objective",
    "deviation": "abnormal",
    "outlier": "abnormal",
    "abnormal": "abnormal",
}
"""Kind of finding → the ground on which the item may be corrected."""


class Finding(Record):
    """Something verification must close: kind (a key of ``GROUNDS``), where, and who has to answer.

    ``factor``: empty if it concerns the member's total for the bid. ``direction``: high or low, for the ground
    *abnormal*. ``detail``: the numbers, or the words of the member ``by`` (an alias) who found it.
    """

    code: str
    kind: str
    bidder: str
    factor: str
    seats: tuple[str, ...]
    direction: str = ""
    detail: str = ""
    by: str = ""


class FindingsRaised(Consequence):
    """The result of the automatic checks after the summary; empty when nothing was found."""

    past: ClassVar[str] = "findings_raised"
    findings: tuple[Finding, ...]


class RankRow(Record):
    """One line of the ranking; amounts as decimal strings. ``total`` is what ranks; where that is the evaluated price,
    ``evaluated`` says so by being the same, and is empty otherwise."""

    bidder: str
    total: str
    price: str
    rank: int
    candidate: bool
    evaluated: str = ""


class ResultDeclared(Consequence):
    """Every centre computed the same result."""

    past: ClassVar[str] = "result_declared"
    result: str
    ranking: tuple[RankRow, ...]


class CentreResult(Record):
    """What one centre computed."""

    centre: str
    result: str


class ResultDisputed(Consequence):
    """Centres computed different results: nothing is declared."""

    past: ClassVar[str] = "result_disputed"
    results: tuple[CentreResult, ...]


class SigningClosed(Consequence):
    """Every member has answered the report."""

    past: ClassVar[str] = "signing_closed"
    signed: int
    dissenting: int
    deemed: int


class SessionArchived(Consequence):
    """The last entry: how many entries and envelopes the archive must hold, this one included."""

    past: ClassVar[str] = "session_archived"
    entries: int
    envelopes: int
