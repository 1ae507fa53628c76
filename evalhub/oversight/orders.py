"""Orders of the supervision authority: start, pause, ballots, further draws, escrow, deemed agreement (R93)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from evalhub.core.codec import Record
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import LongText
from evalhub.core.rules.statements import Operator
from evalhub.party import seat_actions
from evalhub.party.console import Action, Nothing
from evalhub.party.party import Party


class Reason(Record):
    """Why; it goes into the record."""

    reason: LongText


class Missing(Record):
    """Whose contribution is missing, and why it is opened without them."""

    missing: str
    reason: LongText


class SeatReason(Record):
    """Which seat, and why."""

    seat: str
    reason: LongText


class Stop(Record):
    """Why the session ends, and whether for want of a committee."""

    reason: LongText
    ground: Literal["order", "committee-incomplete", "fault-too-long"] = "order"


class UnsubmitAnswer(Record):
    """Whether a member may take its sealed sheet back, and why."""

    seat: str
    approve: bool
    reason: LongText


def unsubmit_actions(party: Party) -> tuple[Action, ...]:
    """Oversight's word on a sheet to be taken back."""

    async def decide(session: str, params: UnsubmitAnswer, operator: Operator) -> None:
        command = c.DecideUnsubmit(seat=params.seat, approve=params.approve, reason=params.reason)
        await party.submit_own(session, command, operator)

    return (Action("decide-unsubmit", c.DecideUnsubmit, UnsubmitAnswer, decide),)


def actions(party: Party) -> tuple[Action, ...]:
    """Every order, by name."""

    def plain(name: str, make: Callable[[str, str], c.Command], kind: type[c.Command]) -> Action:
        async def run(session: str, params: Reason, operator: Operator) -> None:
            await party.submit_own(session, make(session, params.reason), operator)

        return Action(name, kind, Reason, run)

    async def approve(session: str, _: Nothing, operator: Operator) -> None:
        await party.submit_own(session, c.ApproveStart(), operator)

    async def call_escrow(session: str, params: Missing, operator: Operator) -> None:
        number = max(1, len(party.state(session).draws))
        command = c.CallEscrow(draw=number, missing=params.missing, reason=params.reason)
        await party.submit_own(session, command, operator)

    async def release(session: str, _: Nothing, __: Operator) -> None:
        await party.release_reserve(session)

    async def stop(session: str, params: Stop, operator: Operator) -> None:
        await party.submit_own(session, c.StopSession(reason=params.reason, ground=params.ground), operator)

    def close_stage(session: str, reason: str) -> c.Command:
        return c.CloseStage(round=max(1, party.state(session).active), reason=reason)

    def order_draw(session: str, reason: str) -> c.Command:
        return c.OrderDraw(draw=len(party.state(session).draws) + 1, reason=reason)

    return (
        Action("approve-start", c.ApproveStart, Nothing, approve),
        plain("refuse-start", lambda _, reason: c.RefuseStart(reason=reason), c.RefuseStart),
        plain("pause", lambda _, reason: c.PauseSession(reason=reason), c.PauseSession),
        plain("end-deliberation", lambda _, reason: c.EndDeliberation(reason=reason), c.EndDeliberation),
        Action("stop", c.StopSession, Stop, stop),
        *seat_actions.actions(party),
        plain("resume", lambda _, reason: c.ResumeSession(reason=reason), c.ResumeSession),
        plain("approve-rollback", lambda _, reason: c.ApproveRollback(reason=reason), c.ApproveRollback),
        plain("refuse-rollback", lambda _, reason: c.RefuseRollback(reason=reason), c.RefuseRollback),
        plain("close-stage", close_stage, c.CloseStage),
        plain("order-draw", order_draw, c.OrderDraw),
        Action("call-escrow", c.CallEscrow, Missing, call_escrow),
        _of_seat(party, "deem-agreed", c.DeemAgreed),
        _of_seat(party, "pass-over", c.PassOver),
        *unsubmit_actions(party),
        Action("release-reserve", c.ReleasePieces, Nothing, release),
    )


def _of_seat(party: Party, name: str, kind: type[c.DeemAgreed] | type[c.PassOver]) -> Action:
    """An order about one seat, with its reason."""

    async def run(session: str, params: SeatReason, operator: Operator) -> None:
        await party.submit_own(session, kind(seat=params.seat, reason=params.reason), operator)

    return Action(name, kind, SeatReason, run)
