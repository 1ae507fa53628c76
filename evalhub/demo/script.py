"""The whole procedure as a readable script: what operators of host, guests and oversight do, step after step.

Every step waits for what it needs and can be repeated: run again after a break, it goes on where the session stands.
``choices`` decides what people would decide (who accepts a call, who declares a conflict); keys and draw contributions
never come from it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

from evalhub.core import codec
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.plan import Plan, Project, Room, Window
from evalhub.demo.operators import Desk
from evalhub.party.session_file import FloorPlan, SessionSetup, plan_of
from evalhub.site.reception import PrintedTicket

DECLINES = 0.12  # chance that a called expert declines
UNREACHABLE = 0.08  # chance that a called expert cannot be reached
BEFORE_CHECKIN = frozenset({"draft", "requested", "confirmed", "drawing", "drawn"})
TAKEN = frozenset({"wrong-phase"})  # a step that was taken before cannot be taken again
OVER = frozenset({"archived"})  # a session that failed or was stopped is archived too, a little later

Seat = Callable[[PrintedTicket], Awaitable[None]]


@dataclass
class Script:
    """One session, played. ``desks``: by party name, host first, oversight last. ``told``: progress for a person."""

    setup: SessionSetup
    project: Project
    host_rooms: FloorPlan
    desks: dict[str, Desk]
    choices: Random
    rehearsal: bool
    told: Callable[[str, dict[str, Any]], None]
    tickets: dict[str, PrintedTicket] = field(default_factory=dict)
    sit: Seat | None = None  # who sits down at a ticket, for replacements on the way

    @property
    def host(self) -> Desk:
        """The host's desk."""
        return self.desks[self.setup.host.name]

    @property
    def oversight(self) -> Desk:
        """The supervisor's desk."""
        return self.desks[self.setup.oversight.name]

    def centres(self) -> list[Desk]:
        """The centres' desks."""
        return [self.desks[centre.name] for centre in self.setup.centres()]

    # -- pairing -------------------------------------------------------------------------------------------------------

    async def pair(self, now: datetime) -> None:
        """Open the session, propose the plan, have every guest review and accept it."""
        await asyncio.gather(*(desk.registered() for desk in self.centres()))
        others = [name for name in self.desks if name != self.setup.host.name]
        if await self.host.view() is None:
            opening = {"title": codec.to_plain(self.project.title), "rehearsal": self.rehearsal, "others": others}
            await self.host.ensure("open", opening, done=TAKEN)
        view = await self.host.until(lambda view: True)
        if view["phase"] == "draft":
            plan = {"plan": codec.to_plain(await self.plan(now))}
            await self.host.ensure("propose", plan, done=TAKEN | {"wrong-revision"})
        for centre in self.setup.guests:
            desk = self.desks[centre.name]
            await self._accept(desk)
        await self.host.until(lambda view: view["phase"] not in ("draft", "requested", "confirmed"))

    async def _accept(self, desk: Desk) -> None:
        view = await desk.until(lambda view: view["phase"] != "draft")
        if view["phase"] != "requested":
            return
        review = await desk.patiently("review")
        await desk.ensure("accept", {"plan": review["plan"]}, done=TAKEN | {"already-answered"})
        self.told("accepted", {"centre": desk.name, "supply": [row["eligible"] for row in review["supply"]]})

    async def plan(self, now: datetime) -> Plan:
        """The first proposal, its window counted from ``now``, in rooms that the host has free."""
        window = self.setup.window

        def stamp(hours: int) -> str:
            return format_time(int((now + timedelta(hours=hours)).timestamp()) * 1000)

        span = Window(opens=stamp(window.opens_in_hours), closes=stamp(window.closes_in_hours))
        plan = plan_of(self.setup, self.project, self.host_rooms, span)
        seats = plan.shares[0].seats() + self.project.committee.representatives
        wanted = {"seats": seats, "window": codec.to_plain(span)}
        rooms = (await self.host.patiently("suggest-rooms", wanted))["rooms"]
        return msgspec.structs.replace(plan, host_rooms=codec.from_plain(tuple[Room, ...], rooms))

    # -- draw ----------------------------------------------------------------------------------------------------------

    async def draw(self) -> None:
        """Each centre freezes its pool and, once the seed is known, calls leaf after leaf."""
        await asyncio.gather(*(self._freeze(desk) for desk in self.centres()))
        await self.name_representatives()
        await asyncio.gather(*(self.call(desk) for desk in self.centres()))
        await self.host.until(lambda view: view["phase"] != "drawing")

    async def _freeze(self, desk: Desk) -> None:
        await desk.until(lambda view: view["phase"] not in ("draft", "requested", "confirmed"))
        await desk.ensure("freeze-pool", done=TAKEN | {"already-frozen", "not-asked"})

    async def name_representatives(self) -> None:
        """The host names as many synthetic representatives as the plan has seats for."""
        for number in range(1, self.project.committee.representatives + 1):
            person = {
                "id": f"REP-{number:03d}",
                "name": f"合成代表{number}",
                "title": "工程师",
                "employer": "合成招标人",
                "letter": hashlib.sha256(f"synthetic letter {number}".encode()).hexdigest(),
            }
            done = TAKEN | {"no-representative-missing", "representative-named-before"}
            await self.host.ensure("designate", person, done=done)

    async def call(self, desk: Desk) -> None:
        """Call until every stratum of this centre has its members and reserves, or nobody is left."""
        while True:
            view = await desk.until(lambda view: True)
            if view["phase"] not in ("drawing", "drawn", "checkin", "start_pending", "replacing"):
                return
            candidates = (await desk.patiently("candidates"))["candidates"]
            if not candidates and view["centres"] and not self._waits_for_seed(view, desk.name):
                return
            for candidate in candidates:
                await self._answer(desk, candidate)
            if not candidates:
                await asyncio.sleep(0.05)

    def _waits_for_seed(self, view: dict[str, Any], centre: str) -> bool:
        """Members are missing though nobody can be called: the draw is still being seeded."""
        return any(row["centre"] == centre and row["missing"] for row in view["centres"]) and view["phase"] == "drawing"

    async def _answer(self, desk: Desk, candidate: dict[str, Any]) -> None:
        outcome = candidate["settled"] or self._outcome()
        params = {"leaf": candidate["leaf"], "outcome": outcome}
        await desk.ensure("record-outcome", params, done=TAKEN | {"not-the-next-leaf", "outcome-settled"})
        self.told("called", {"centre": desk.name, "outcome": outcome})

    def _outcome(self) -> str:
        chance = self.choices.random()
        if chance < DECLINES:
            return "declined"
        return "unreachable" if chance < DECLINES + UNREACHABLE else "accepted"

    # -- check-in ------------------------------------------------------------------------------------------------------

    async def open_doors(self) -> None:
        """The host opens check-in."""
        view = await self.host.until(lambda view: view["phase"] != "drawing")
        if view["phase"] == "drawn":
            await self.host.ensure("open-checkin", done=TAKEN)

    async def admit(self) -> list[PrintedTicket]:
        """Admit every member without a seat; the new tickets."""
        fresh = []
        for desk in self.centres():
            for member in (await desk.patiently("members"))["members"]:
                ticket = await self._admit_one(desk, member["leaf"])
                if ticket is not None:
                    self.tickets[ticket.seat] = ticket
                    fresh.append(ticket)
        return fresh

    async def _admit_one(self, desk: Desk, leaf: str) -> PrintedTicket | None:
        await desk.until(lambda view: view["phase"] != "drawn")
        try:
            answer = await desk.patiently("admit", {"leaf": leaf})
        except Refusal as refusal:
            if refusal.code in TAKEN | {"already-admitted", "not-a-member"}:  # it may have fallen out meanwhile
                return None
            raise
        return codec.from_plain(PrintedTicket, answer)

    async def reprint(self) -> list[PrintedTicket]:
        """New tickets for seats nobody has redeemed and whose ticket is not at hand (lost in a break or restart)."""
        fresh = []
        view = await self.host.until(lambda view: True)
        for seat in view["seats"]:
            if not seat["redeemed"] and seat["seat"] not in self.tickets:
                desk = self.desks[seat["seat"].split("/")[0]]
                answer = await desk.patiently("reprint-ticket", {"seat": seat["seat"]})
                ticket = codec.from_plain(PrintedTicket, answer)
                self.tickets[ticket.seat] = ticket
                fresh.append(ticket)
        return fresh

    async def seat_all(self, seat: Seat) -> None:
        """Admit and seat until the committee is complete and ready; replace whoever has to leave."""
        await self._fill("checkin", seat)

    async def replace(self, seat: str, ground: str, reason: str) -> None:
        """Its centre states that a member can no longer sit; the next leaf takes a seat, oversight lets it go on."""
        assert self.sit is not None
        desk = self.desks[seat.split("/", maxsplit=1)[0]]
        params = {"seat": seat, "ground": ground, "reason": reason}
        await desk.ensure("remove-member", params, done=TAKEN | {"already-removed", "not-your-seat"})
        await self.oversight.until(lambda view: all(row["seat"] != seat for row in view["seats"]))
        await self._fill("replacing", self.sit)
        await self.oversight.ensure("approve-start", done=TAKEN)

    async def _fill(self, phase: str, seat: Seat) -> None:
        """Admit and seat until the committee is complete and ready, as long as the session stands in ``phase``."""
        size = self.project.committee.size
        while True:
            view = await self.host.until(lambda view: True)
            if view["phase"] != phase:
                return
            ready = [row for row in view["seats"] if row["redeemed"] and row["tested"] and row["declared"]]
            if len(ready) == size:
                return
            await asyncio.gather(*(self.call(desk) for desk in self.centres()))
            for ticket in await self.admit() + await self.reprint():
                await seat(ticket)
            await asyncio.sleep(0.05)

    async def start(self) -> None:
        """The host asks, oversight approves."""
        view = await self.host.until(lambda view: True)
        if view["phase"] == "checkin":
            await self.host.ensure("request-start", done=TAKEN)
        view = await self.oversight.until(lambda view: view["phase"] not in ("drawn", "checkin"))
        if view["phase"] == "start_pending":
            await self.oversight.ensure("approve-start", done=TAKEN)

    # -- conclusion ----------------------------------------------------------------------------------------------------

    async def conclude(self) -> dict[str, Any]:
        """Whatever the host has to do from verification to the end; the last view."""
        while True:
            view = await self.host.until(lambda view: True)
            if view["phase"] in OVER:
                return view
            action = self._next(view)
            if action:
                await self.host.ensure(action, done=TAKEN | {"findings-open"})
            await asyncio.sleep(0.05)

    def _next(self, view: dict[str, Any]) -> str:
        if view["phase"] == "verification" and not view["open_findings"]:
            return "conclude-verification"
        return "issue-report" if view["phase"] == "report" else ""
