"""Commands of the committee's recorded deliberation, and of members who need more time."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from evalhub.core.rules.commands.base import Command, Number
from evalhub.core.rules.plan import Code, LongText

MAX_REASON = 1000  # characters
MAX_QUESTION = 500

MatterAnswer = Literal["agree", "disagree", "look-again"]


class AnswerMatter(Command):
    """A member's answer to one matter in one of its rounds; the others read it when everybody has answered."""

    past: ClassVar[str] = "matter_answered"
    matter: Code
    round: Number
    answer: MatterAnswer
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""


class PutQuestion(Command):
    """The chair puts a question to a recorded vote of the members."""

    past: ClassVar[str] = "question_put"
    text: Annotated[str, Meta(min_length=1, max_length=MAX_QUESTION)]


class CloseDeliberation(Command):
    """The chair ends the deliberation; nothing may be left open."""

    past: ClassVar[str] = "deliberation_closed"


class EndDeliberation(Command):
    """Oversight ends it where the chair does not; nothing may be left open either."""

    past: ClassVar[str] = "deliberation_ended"
    reason: LongText
