"""Actions about members and seats that centres and oversight have in common; the rules say whose turn it is."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import LongText
from evalhub.core.rules.statements import Operator
from evalhub.party.console import Action
from evalhub.party.party import Party


class Unfit(Record):
    """Which member can no longer sit, on which ground, and why."""

    seat: str
    ground: c.UnfitGround
    reason: LongText


def actions(party: Party) -> tuple[Action, ...]:
    """Every one, by name."""

    async def remove(session: str, params: Unfit, operator: Operator) -> None:
        command = c.RemoveMember(seat=params.seat, ground=params.ground, reason=params.reason)
        await party.submit_own(session, command, operator)

    return (Action("remove-member", c.RemoveMember, Unfit, remove),)
