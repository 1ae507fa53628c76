"""Concluding (收尾): the host ends verification and issues the report every member answers; it asks for ways back."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import LongText
from evalhub.core.rules.report import report_digest
from evalhub.core.rules.statements import Operator
from evalhub.party.console import Action, Nothing
from evalhub.site.app import Centre

NOTHING = "0" * 64


class BackToStage(Record):
    """To which stage the evaluation should go back, and why."""

    to: c.BackTo
    reason: LongText


class Why(Record):
    """The reason, for the record."""

    reason: LongText


def actions(centre: Centre) -> tuple[Action, ...]:
    """From the declared result to the issued report."""
    party = centre.party

    async def conclude(session: str, _: Nothing, operator: Operator) -> None:
        await party.submit_own(session, c.ConcludeVerification(), operator)

    async def issue(session: str, _: Nothing, operator: Operator) -> None:
        state = party.state(session)
        digest = report_digest(state) if state.result else NOTHING  # too early is for the rules to say
        await party.submit_own(session, c.IssueReport(report=digest), operator)

    async def roll_back(session: str, params: BackToStage, operator: Operator) -> None:
        await party.submit_own(session, c.RequestRollback(to=params.to, reason=params.reason), operator)

    async def accept_delay(session: str, params: Why, operator: Operator) -> None:
        await party.submit_own(session, c.AcceptDelay(reason=params.reason), operator)

    return (
        Action("conclude-verification", c.ConcludeVerification, Nothing, conclude),
        Action("issue-report", c.IssueReport, Nothing, issue),
        Action("request-rollback", c.RequestRollback, BackToStage, roll_back),
        Action("accept-delay", c.AcceptDelay, Why, accept_delay),
    )
