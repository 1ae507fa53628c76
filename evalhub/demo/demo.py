"""The demo: the same processes, kept running for people. Operators' routine steps up to check-in are played, then every
address, token, ticket and the next step are told; from there on people (or ``evalhub take``) act.

    DIR/session.json   which session this demo is about, and the tickets printed so far (0600)

Started again in the same folder it goes on where the session stands.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.demo.layout import DemoInfo, Source, import_pools, lay_out, read_info, require_free
from evalhub.demo.operators import Desk
from evalhub.demo.processes import Fleet
from evalhub.demo.rehearsal import Told, make_desks
from evalhub.demo.script import BEFORE_CHECKIN, Script
from evalhub.party.project_file import read_project
from evalhub.party.session_file import read_floor_plan, read_session
from evalhub.site.reception import PrintedTicket


class DemoSession(Record):
    """The session of a demo folder and its printed tickets."""

    session: str
    tickets: tuple[PrintedTicket, ...] = ()


@dataclass
class Demo:
    """One running demo."""

    data: Path
    info: DemoInfo
    fleet: Fleet
    script: Script
    session: str

    @property
    def oversight(self) -> Desk:
        """The desk that sees every phase."""
        return self.script.oversight

    async def prepare(self) -> None:
        """Play the operators up to printed tickets; nothing that has been done is done again."""
        view = await self.script.host.view()
        if view is None or view["phase"] in BEFORE_CHECKIN:
            await self.script.pair(datetime.now(UTC))
            await self.script.draw()
            await self.script.open_doors()
        await self.print_tickets()

    async def print_tickets(self) -> list[PrintedTicket]:
        """Admit members without a seat and print what is missing; the tickets that are new.

        What a pause or the next phase interrupts is made good when this is called again.
        """
        view = await self.script.host.until(lambda view: True)
        if view["phase"] != "checkin" or view["paused"]:
            return []
        known = dict(self.script.tickets)
        try:
            await asyncio.gather(*(self.script.call(desk) for desk in self.script.centres()))
            await self.script.admit()
            await self.script.reprint()
        except Refusal as refusal:
            if refusal.code not in ("session-paused", "wrong-phase"):
                raise
        fresh = [ticket for seat, ticket in self.script.tickets.items() if known.get(seat) != ticket]
        if fresh:
            write_session(self.data, DemoSession(session=self.session, tickets=tuple(self.script.tickets.values())))
        return fresh

    def tickets(self) -> tuple[PrintedTicket, ...]:
        """All tickets printed, by seat."""
        return tuple(self.script.tickets[seat] for seat in sorted(self.script.tickets))

    def description(self) -> dict[str, Any]:
        """Every address, role and credential, for scripts."""
        return {
            "data": str(self.data),
            "session": self.session,
            "hub": f"wss://127.0.0.1:{self.fleet.hub.port}/line",
            "parties": [
                {
                    "name": p.name,
                    "role": p.role,
                    "url": self.fleet.url(p.name),
                    "account": "operator",
                    "token": p.token,
                    "password": p.password,
                    "totp": p.totp,
                }
                for p in self.info.parties
            ],
            "tickets": [codec.to_plain(ticket) for ticket in self.tickets()],
        }


@asynccontextmanager
async def running(data: Path, example: Path, port_base: int, told: Told) -> AsyncIterator[Demo]:
    """Lay out if need be, start every process, prepare the session; ends them all on the way out."""
    info = read_info(data)
    if info is None:
        now = datetime.now(UTC)
        require_free(port_base, 2 + len(read_session(example / "session.yaml").centres()))
        info = lay_out(data, example, port_base, Source(now, os.urandom))
        told("pools", await import_pools(data, info, format_time(int(now.timestamp() * 1000))))
    async with Fleet(data, info) as fleet, aiohttp.ClientSession() as http:
        told("started", {"processes": 1 + len(info.parties)})
        yield _demo(data, info, fleet, http, told)


def _demo(data: Path, info: DemoInfo, fleet: Fleet, http: aiohttp.ClientSession, told: Told) -> Demo:
    known = read_session_file(data) or DemoSession(session=f"D-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    write_session(data, known)
    example = Path(info.example)
    setup = read_session(example / "session.yaml")
    script = Script(
        setup=setup,
        project=read_project(example / setup.project),
        host_rooms=read_floor_plan(example / setup.host.rooms),
        desks=make_desks(info, fleet, http, known.session),
        choices=Random(),
        rehearsal=True,
        told=told,
        tickets={ticket.seat: ticket for ticket in known.tickets},
    )
    return Demo(data=data, info=info, fleet=fleet, script=script, session=known.session)


def read_session_file(data: Path) -> DemoSession | None:
    """The session of a demo folder, if one was begun."""
    path = data / "session.json"
    return codec.loosely(DemoSession, path.read_bytes(), where=str(path)) if path.exists() else None


def write_session(data: Path, session: DemoSession) -> None:
    """Replace the file whole; tickets are credentials, so it is for its owner only."""
    draft = data / ".session.json.new"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(codec.canonical(session))
    draft.replace(data / "session.json")
