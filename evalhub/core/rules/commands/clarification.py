"""Commands of clarification: a question to a bidder, its vetting, the bidder's answer."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from evalhub.core.rules.commands.base import Command
from evalhub.core.rules.plan import BidFile, Code

MAX_QUESTION = 2000  # characters
MAX_REASON = 1000

Question = Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION)]
AskedKind = Literal["question", "abnormally-low"]
Decision = Literal["approve", "return", "refuse"]


class AskClarification(Command):
    """A member's question to one bidder, in writing. ``abnormally-low``: the price looks too low to perform.
    ``needed``: the round is not closed before this is settled."""

    past: ClassVar[str] = "clarification_asked"
    bidder: Code
    text: Question
    kind: AskedKind = "question"
    needed: bool = False


class AmendClarification(Command):
    """The asker's new text for a question that was returned."""

    past: ClassVar[str] = "clarification_amended"
    clarification: Code
    text: Question


class WithdrawClarification(Command):
    """The asker takes back a question that has not gone out."""

    past: ClassVar[str] = "clarification_withdrawn"
    clarification: Code


class VetClarification(Command):
    """The agency (host), or oversight where the plan says so: approve, return to the asker, or refuse, with reasons.
    ``minutes``: time to answer, from the moment it goes out; 0 means as the plan says."""

    past: ClassVar[str] = "clarification_vetted"
    clarification: Code
    decision: Decision
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""
    minutes: Annotated[int, Meta(ge=0, le=6000)] = 0


class FileAnswer(Command):
    """The host files the bidder's answer: ``answer`` is the JWS by the bidder's key of the plan. Where the plan has no
    key, ``text`` and ``confirmed`` are copied from the signed ``document``, which is named by its digest."""

    past: ClassVar[str] = "clarification_answered"
    clarification: Code
    answer: Annotated[str, Meta(max_length=60_000)] = ""
    text: Annotated[str, Meta(max_length=4000)] = ""
    confirmed: bool | None = None
    document: BidFile | None = None


class CloseClarification(Command):
    """The host records that the deadline has passed without an answer."""

    past: ClassVar[str] = "clarification_lapsed"
    clarification: Code
