"""Clarifying (澄清): the agency at the host's console vets questions, hands them out as files, files the answers."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules import clarification
from evalhub.core.rules import commands as c
from evalhub.core.rules.bidder_answers import Notices
from evalhub.core.rules.plan import BidFile, Code
from evalhub.core.rules.statements import Operator
from evalhub.party import vetting
from evalhub.party.console import Action, Nothing
from evalhub.site.app import Centre


class AnswerParams(Record):
    """A bidder's answer: the signed file's text, or what its signed document says and the document's digest."""

    clarification: Code
    answer: Annotated[str, Meta(max_length=60_000)] = ""
    text: Annotated[str, Meta(max_length=4000)] = ""
    confirmed: bool | None = None
    document: BidFile | None = None


class Which(Record):
    """One question."""

    clarification: Code


def actions(centre: Centre) -> tuple[Action, ...]:
    """From a member's question to the bidder's answer."""
    party = centre.party

    async def names(session: str) -> tuple[str, ...]:
        members = (await centre.office.members(session)).members if party.state(session).draws else ()
        return tuple(member.expert.name for member in members)

    async def notices(session: str, _: Nothing, __: Operator) -> Record:
        state = party.state(session)
        out = [item for item in state.clarifications.values() if item.status == "sent"]
        return Notices(notices=tuple(clarification.notice_of(state, item) for item in out))

    async def file(session: str, params: AnswerParams, operator: Operator) -> None:
        command = c.FileAnswer(
            clarification=params.clarification,
            answer=params.answer.strip(),
            text=params.text,
            confirmed=params.confirmed,
            document=params.document,
        )
        await party.submit_own(session, command, operator)

    async def lapse(session: str, params: Which, operator: Operator) -> None:
        await party.submit_own(session, c.CloseClarification(clarification=params.clarification), operator)

    return (
        *vetting.actions(party, names),
        Action("notices", None, Nothing, notices),
        Action("file-answer", c.FileAnswer, AnswerParams, file),
        Action("close-clarification", c.CloseClarification, Which, lapse),
    )
