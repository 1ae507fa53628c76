"""Acceptance (应邀): a guest looks at what it is asked for, then commits itself to exactly that plan, or refuses."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import HexDigest, LongText, Room, Stratum
from evalhub.core.rules.statements import Operator
from evalhub.party.console import Action, Nothing
from evalhub.site.app import Centre
from evalhub.site.pool.frozen import eligible
from evalhub.site.pool.store import load_pool


class Supply(Record):
    """One stratum asked for, and how many of the own pool could be drawn for it."""

    stratum: Stratum
    eligible: int


class Review(Record):
    """What the standing plan asks of this guest. ``booths``: how many are free all through the window."""

    plan: HexDigest
    supply: tuple[Supply, ...]
    booths: int


class AcceptParams(Record):
    """The digest that was reviewed; rooms if they are not to be chosen by chance among the free ones."""

    plan: HexDigest
    rooms: tuple[Room, ...] = ()


class RefuseParams(Record):
    """The digest that was reviewed, and why not."""

    plan: HexDigest
    reason: LongText


def actions(centre: Centre) -> tuple[Action, ...]:
    """Review, accept, refuse."""
    party = centre.party

    async def review(session: str, _: Nothing, __: Operator) -> Record:
        state = party.state(session)
        if state.plan is None:
            raise Refusal("no-plan")
        strata = state.plan.share_of(party.name).strata
        bidders = [bidder.name for bidder in state.plan.project.bidders]
        pool = await party.database.read(load_pool)
        able = eligible(pool, strata, bidders)
        supply = tuple(Supply(stratum=stratum, eligible=len(able[stratum.code])) for stratum in strata)
        booths = await centre.booking.count_free(state.plan.window)
        return Review(plan=state.plan_digest, supply=supply, booths=booths)

    async def accept(session: str, params: AcceptParams, operator: Operator) -> None:
        state = party.state(session)
        if state.plan is None:
            raise Refusal("no-plan")
        window, seats = state.plan.window, state.plan.share_of(party.name).seats()
        rooms = params.rooms or await centre.booking.suggest(seats, window)
        await centre.booking.hold(session, rooms, window)
        try:
            await party.submit_own(session, c.AcceptPlan(plan=params.plan, rooms=rooms), operator)
        except Refusal as refusal:
            if refusal.code != "already-answered":  # then the booths are those of the answer that stands
                await centre.booking.let_go(session)
            raise

    async def refuse(session: str, params: RefuseParams, operator: Operator) -> None:
        await party.submit_own(session, c.RefusePlan(plan=params.plan, reason=params.reason), operator)
        await centre.booking.let_go(session)

    return (
        Action("review", c.AcceptPlan, Nothing, review),
        Action("accept", c.AcceptPlan, AcceptParams, accept),
        Action("refuse", c.RefusePlan, RefuseParams, refuse),
    )
