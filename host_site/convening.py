"""Convening (召集): the host opens a session, asks guests, opens the doors, asks for the start."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import LongText, Name, Plan, Text2
from evalhub.core.rules.statements import Operator
from evalhub.party.console import Action, Nothing
from evalhub.site.app import Centre


class OpenParams(Record):
    """A new session: its title, whether it is a rehearsal, and the other parties by name."""

    title: Text2
    rehearsal: bool
    others: tuple[Name, ...]


class PlanParams(Record):
    """The plan proposed."""

    plan: Plan


class ReasonParams(Record):
    """A reason people will read."""

    reason: LongText


def actions(centre: Centre) -> tuple[Action, ...]:
    """From opening to the request for the start."""
    party = centre.party

    async def open_session(session: str, params: OpenParams, operator: Operator) -> None:
        names = (party.name, *params.others)
        opening = centre.directory.opening(session, params.title, params.rehearsal, names)
        await party.submit_own(session, opening, operator)

    async def propose(session: str, params: PlanParams, operator: Operator) -> None:
        standing = party.state(session).plan
        await centre.booking.hold(session, params.plan.host_rooms, params.plan.window)
        try:
            await party.submit_own(session, c.ProposePlan(plan=params.plan), operator)
        except Refusal:
            await _as_before(centre, session, standing)
            raise

    async def cancel(session: str, params: ReasonParams, operator: Operator) -> None:
        await party.submit_own(session, c.CancelSession(reason=params.reason), operator)

    async def open_checkin(session: str, _: Nothing, operator: Operator) -> None:
        await party.submit_own(session, c.OpenCheckin(), operator)

    async def request_start(session: str, _: Nothing, operator: Operator) -> None:
        await party.submit_own(session, c.RequestStart(), operator)

    return (
        Action("open", c.OpenSession, OpenParams, open_session),
        Action("propose", c.ProposePlan, PlanParams, propose),
        Action("cancel", c.CancelSession, ReasonParams, cancel),
        Action("open-checkin", c.OpenCheckin, Nothing, open_checkin),
        Action("request-start", c.RequestStart, Nothing, request_start),
    )


async def _as_before(centre: Centre, session: str, standing: Plan | None) -> None:
    """The booths of the plan that stands, or none."""
    if standing is None:
        await centre.booking.let_go(session)
    else:
        await centre.booking.hold(session, standing.host_rooms, standing.window)
