"""Vetting questions to bidders: what those who vet see, with warnings, and their decision (R56, R57).

    POST /api/sessions/{session}/clarifications      every question, without its asker, with the signs found in it
    POST /api/sessions/{session}/vet                 approve, return or refuse one

Rules
- The seat that asked is never shown here. Signs (``core.rules.freetext``) warn of seats, rooms, aliases, numbers, and
  of the names this party holds itself: a centre those of its own experts, oversight none.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules import commands as c
from evalhub.core.rules.commands.clarification import MAX_REASON, Decision
from evalhub.core.rules.freetext import Sign, scan
from evalhub.core.rules.plan import Code
from evalhub.core.rules.state import State
from evalhub.core.rules.statements import Operator
from evalhub.core.rules.visibility import ClarificationProgress, progress_view
from evalhub.party.console import Action, Nothing
from evalhub.party.party import Party

Names = Callable[[str], Awaitable[tuple[str, ...]]]
"""Names of people this party knows of a session."""


class VetParams(Record):
    """A decision; ``minutes`` 0 means as the plan says."""

    clarification: Code
    decision: Decision
    reason: Annotated[str, Meta(max_length=MAX_REASON)] = ""
    minutes: Annotated[int, Meta(ge=0, le=6000)] = 0


class Vetted(Record):
    """One question and what in it could tell who asked, or how to reach anybody."""

    question: ClarificationProgress
    signs: tuple[Sign, ...]


class Questions(Record):
    """All of a session, in the order they were asked."""

    questions: tuple[Vetted, ...]


async def nobody(_: str) -> tuple[str, ...]:
    """A party that holds no names."""
    return ()


def actions(party: Party, names: Names = nobody) -> tuple[Action, ...]:
    """Reading the questions, and vetting one."""

    async def show(session: str, _: Nothing, __: Operator) -> Record:
        state, known = party.state(session), await names(session)
        rows = progress_view(state).clarifications
        return Questions(questions=tuple(Vetted(question=row, signs=signs(state, row.text, known)) for row in rows))

    async def vet(session: str, params: VetParams, operator: Operator) -> None:
        command = c.VetClarification(
            clarification=params.clarification,
            decision=params.decision,
            reason=params.reason,
            minutes=params.minutes,
        )
        await party.submit_own(session, command, operator)

    return (
        Action("clarifications", None, Nothing, show),
        Action("vet", c.VetClarification, VetParams, vet),
    )


def signs(state: State, text: str, names: tuple[str, ...]) -> tuple[Sign, ...]:
    """What to warn of in a text that goes to a bidder."""
    rooms = {seat.room for seat in state.seats.values()}
    return scan(text, seats=state.seats, rooms=rooms, members=state.aliases.values(), names=names)
