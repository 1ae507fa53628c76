"""One whole session, unattended, through real processes and sockets; then the bundle, which must verify.

Synthetic experts are headless booths, each with its own key and its own connection. ``seed`` decides what people would
decide; keys, tickets and draw contributions stay random, so two rehearsals with one seed have different ledgers. The
scenario says which road they take (``scenarios``).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.demo.examples import with_split
from evalhub.demo.layout import DemoInfo, Source, free_ports, import_pools, lay_out
from evalhub.demo.operators import Desk
from evalhub.demo.processes import Died, Fleet
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.scenarios.straight import SCENARIO as STRAIGHT
from evalhub.demo.script import Script
from evalhub.demo.seats import attend
from evalhub.party.project_file import read_project
from evalhub.party.session_file import read_floor_plan, read_session
from evalhub.site.reception import PrintedTicket

Told = Callable[[str, dict[str, Any]], None]


@dataclass
class Experts:
    """The synthetic experts of one session."""

    fleet: Fleet
    seed: int
    told: Told
    scenario: Scenario = STRAIGHT
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def seat(self, ticket: PrintedTicket) -> None:
        """An expert sits down with this ticket and stays until the session is over."""
        self.tasks.append(asyncio.create_task(self._attend(ticket, len(self.tasks))))
        self.told("seated", {"seat": ticket.seat})

    async def _attend(self, ticket: PrintedTicket, number: int) -> None:
        url = self.fleet.url(ticket.seat.split("/")[0]).replace("http", "ws", 1)

        def sitting(client: BoothClient, choices: Random) -> SyntheticExpert:
            return self.scenario.expert(client, choices, number)

        try:
            await attend(url, ticket, Random(self.seed * 1000 + number), sitting)
        except Refusal as refusal:
            if refusal.code not in ("seat-vacated", "member-removed"):
                raise
            self.told("vacated", {"seat": ticket.seat})

    def check(self) -> None:
        """Raise what went wrong with any of them."""
        for task in self.tasks:
            if task.done() and not task.cancelled() and task.exception():
                raise task.exception()  # type: ignore[misc]

    async def leave(self) -> None:
        """End those that are still there."""
        for task in self.tasks:
            task.cancel()
        for task in self.tasks:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


@dataclass
class Rehearsal:
    """One rehearsal in one data folder. ``told`` hears of progress; ``split``: another committee than the example's."""

    data: Path
    example: Path
    seed: int
    told: Told
    split: tuple[int, ...] = ()
    rehearsal: bool = True
    scenario: Scenario = STRAIGHT
    meddle: Callable[[Fleet, str], Any] | None = None  # fault tests: called at each new phase

    async def run(self, bundle: Path) -> dict[str, Any]:
        """Play it all; writes the zip to ``bundle``; the host's last view of the session."""
        setup = read_session(self.example / "session.yaml")
        project = read_project(self.example / setup.project)
        if self.split:
            setup, project = with_split(setup, project, self.split)
        setup, project = self.scenario.setup(setup), self.scenario.project(project)
        info = lay_out(self.data, self.example, free_ports(len(setup.centres()) + 2), Source(_now(), os.urandom))
        self.told("pools", await import_pools(self.data, info, format_time(int(_now().timestamp() * 1000))))
        async with Fleet(self.data, info) as fleet:
            self.told("started", {"processes": 2 + len(setup.centres())})
            async with aiohttp.ClientSession() as http:
                desks = make_desks(info, fleet, http, f"R-{_now():%Y%m%d-%H%M%S}")
                script = Script(
                    setup=setup,
                    project=project,
                    host_rooms=read_floor_plan(self.example / setup.host.rooms),
                    desks=desks,
                    choices=Random(self.seed),
                    rehearsal=self.rehearsal,
                    told=self.told,
                )
                return await self._play(script, fleet, bundle)

    async def _play(self, script: Script, fleet: Fleet, bundle: Path) -> dict[str, Any]:
        experts = Experts(fleet, self.seed, self.told, self.scenario)
        watcher = asyncio.create_task(self._watch(script, experts, fleet))
        alongside = asyncio.create_task(self._alongside(script))
        play = asyncio.create_task(self._acts(script, experts))
        try:
            await asyncio.wait((watcher, alongside, play), return_when=asyncio.FIRST_COMPLETED)
            for other in (watcher, alongside):
                if other.done():
                    other.result()
            view = await play
            bundle.write_bytes(await script.host.bundle())
            return view
        finally:
            for task in (watcher, alongside, play):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
            await experts.leave()

    async def _acts(self, script: Script, experts: Experts) -> dict[str, Any]:
        script.sit = experts.seat
        await script.pair(_now())
        await script.draw()
        await script.open_doors()
        await script.seat_all(experts.seat)
        await script.start()
        return await script.conclude()

    async def _alongside(self, script: Script) -> None:
        """The scenario's own part; it ends early only by failing."""
        await self.scenario.alongside(script)
        await asyncio.Event().wait()

    async def _watch(self, script: Script, experts: Experts, fleet: Fleet) -> None:
        """Tell each new phase; fail with whatever fails."""
        last = ""
        while True:
            experts.check()
            dead = fleet.dead()
            if dead and self.meddle is None:
                raise Died(", ".join(dead))
            view = await script.oversight.view()
            if view is not None:
                now = f"{view['phase']} {view['stage']} {view['round']}".strip()
                if now != last:
                    last = now
                    self.told("phase", view)
                    if self.meddle is not None:
                        await self.meddle(fleet, now)
            await asyncio.sleep(0.1)


def make_desks(info: DemoInfo, fleet: Fleet, http: aiohttp.ClientSession, session: str) -> dict[str, Desk]:
    """An operator's desk at every party of the fleet."""
    return {p.name: Desk(http, p.name, fleet.url(p.name), p.token, session) for p in info.parties}


def _now() -> datetime:
    return datetime.now(UTC)
