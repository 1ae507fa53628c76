"""Commands by which sealed work is taken up again: back to an earlier stage; one sheet taken back in its round."""

from __future__ import annotations

from typing import ClassVar, Literal

from evalhub.core.rules.commands.base import Command, Number, SeatId
from evalhub.core.rules.plan import Code, LongText

BackTo = Literal["chair", "preliminary", "detailed"]


class RequestRollback(Command):
    """The host asks to go back to an earlier stage, and says why."""

    past: ClassVar[str] = "rollback_requested"
    to: BackTo
    reason: LongText


class AskRollback(Command):
    """The chair of the committee asks for the same."""

    past: ClassVar[str] = "rollback_asked"
    to: BackTo
    reason: LongText


class ApproveRollback(Command):
    """Oversight approves: the stage is done again, what was is kept and counts no more."""

    past: ClassVar[str] = "rollback_approved"
    reason: LongText


class RefuseRollback(Command):
    """Oversight refuses: everything goes on as it was."""

    past: ClassVar[str] = "rollback_refused"
    reason: LongText


class RequestUnsubmit(Command):
    """A booth asks to take its sealed sheet back before the round closes."""

    past: ClassVar[str] = "unsubmit_requested"
    round: Number
    reason: LongText


class DecideUnsubmit(Command):
    """Oversight's answer to such a request."""

    past: ClassVar[str] = "unsubmit_decided"
    seat: SeatId
    approve: bool
    reason: LongText


class AnswerUnsubmit(Command):
    """The chair's answer to such a request, by the alias that members know each other by."""

    past: ClassVar[str] = "unsubmit_answered"
    member: Code
    approve: bool
    reason: LongText
