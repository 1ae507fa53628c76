"""A whole network in this process: the real hub, every site and oversight, each behind its own sockets and database.

Nothing is stood in for: folders, keys and TLS come from ``demo.layout``, consoles and booth lines are the ones the
processes serve. Only process boundaries are missing, so that tests can move the clock and restart one party quickly.
"""

from __future__ import annotations

import asyncio
import io
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

import evalhub.oversight.__main__
import guest_site.__main__
import host_site.__main__
from evalhub.booth.client import BoothClient
from evalhub.booth.memory import BoothMemory
from evalhub.core.codec import canonical, to_plain
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import Project
from evalhub.core.rules.tickets import ticket_digest
from evalhub.core.sealing.jws import sign
from evalhub.core.wire import frames
from evalhub.demo.layout import DemoInfo, Source, free_ports, import_pools, lay_out
from evalhub.demo.operators import Desk
from evalhub.demo.script import Script
from evalhub.hub.app import serving
from evalhub.hub.settings import load as load_hub
from evalhub.party.clock import SystemClock
from evalhub.party.console import problems
from evalhub.party.directory import read_directory
from evalhub.party.logs import make_logger
from evalhub.party.party import Party
from evalhub.party.process import load, open_logins, party_settings
from evalhub.party.session_file import read_floor_plan, read_session
from evalhub.site.reception import PrintedTicket
from support.world import small_project

BUILD = {
    "host": host_site.__main__._build,
    "guest": guest_site.__main__._build,
    "oversight": evalhub.oversight.__main__._build,
}
CENTRES = {"wuhan": (3, "A"), "wedz": (2, "K")}
HEADINGS = "编号,姓名,职称,工作单位,评标专业,状态,原因,截止日期"
CLIENT = "c" * 64
TICK_MS = 20
OTHERS = ["wedz", "oversight"]

Row = tuple[str, str, str]  # id, employer, specialties


class Willing(Random):
    """Whoever is called accepts."""

    def random(self) -> float:
        return 0.99


class MovedClock(SystemClock):
    """The machine's clock, moved on by so many milliseconds."""

    ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead

    def monotonic(self) -> int:
        return super().monotonic() + self.ahead


def pool_rows(centre: str, size: int = 9) -> list[Row]:
    """So many experts, each from a unit of its own."""
    return [(f"{centre.upper()}-{n:03d}", f"合成单位{centre}{n}", "A0401;A0801") for n in range(size)]


def write_example(
    folder: Path, pools: dict[str, list[Row]] | None = None, strata: dict[str, list[str]] | None = None
) -> Path:
    """The files of a small session: two centres, one stratum each unless told otherwise."""
    folder.mkdir()
    centres = []
    for name, (need, letter) in CENTRES.items():
        rows = (pools or {}).get(name) or pool_rows(name)
        lines = [f"{code},合成专家{code},高级工程师,{unit},{held},active,," for code, unit, held in rows]
        (folder / f"pool-{name}.csv").write_text("\n".join([HEADINGS, *lines]) + "\n", "utf-8")
        rooms = [
            f"  - {{name: {letter}{n}, title: {{zh: 室{n}, en: Room {n}}},"
            f" booths: [{{name: {letter}{n}-1}}, {{name: {letter}{n}-2}}]}}\n"
            for n in range(11, 31)
        ]
        (folder / f"rooms-{name}.yaml").write_text(f"centre: {name}\nrooms:\n{''.join(rooms)}", "utf-8")
        asked = (strata or {}).get(name) or [f"{{code: design, specialty: A0401, need: {need}, reserves: 1}}"]
        lines = [f"  strata: [{', '.join(asked)}]", f"  pool: pool-{name}.csv", f"  rooms: rooms-{name}.yaml"]
        centres.append("\n".join([f"  name: {name}", f"  title: {{zh: {name}, en: {name}}}", *lines]))
    guest = centres[1].replace("  name", "  - name", 1).replace("\n  ", "\n    ")
    tail = "oversight: {name: oversight, title: {zh: 监督, en: oversight}}\n"
    tail += "window: {opens_in_hours: -1, closes_in_hours: 24}\nproject: project.yaml\n"
    (folder / "session.yaml").write_text(f"host:\n{centres[0]}\nguests:\n{guest}\n{tail}", "utf-8")
    return folder


@dataclass
class Served:
    """One party that runs: its parts, and how to end it."""

    party: Party
    ending: AsyncExitStack


@dataclass
class Network:
    """Hub, centres and oversight of one data folder. ``clock`` is the parties'; ``hub_ahead`` moves the hub's."""

    data: Path
    example: Path
    info: DemoInfo
    http: aiohttp.ClientSession
    tick_ms: int = TICK_MS
    clock: MovedClock = field(default_factory=MovedClock)
    hub_ahead: int = 0
    hub: Any = None
    served: dict[str, Served] = field(default_factory=dict)
    logs: dict[str, io.StringIO] = field(default_factory=dict)
    _hub: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start_hub(self) -> None:
        settings = msgspec.structs.replace(load_hub(self.data / "hub" / "hub.toml"), log_level="error")
        clock = lambda: time.time_ns() // 1_000_000 + self.hub_ahead  # noqa: E731
        self.hub, _ = await self._hub.enter_async_context(serving(settings, clock=clock))

    async def stop_hub(self) -> None:
        await self._hub.aclose()
        self._hub = AsyncExitStack()

    async def start(self, name: str) -> Party:
        """As ``party.process`` does it, but for signals."""
        base = self.data / name
        role = self.info.party(name).role
        settings = msgspec.structs.replace(load(base / "site.toml"), tick_ms=self.tick_ms)
        log = self.logs.setdefault(name, io.StringIO())
        async with AsyncExitStack() as stack:
            party = await Party.open(
                party_settings(settings, base, reserve=role == "oversight"),
                directory=read_directory(base / settings.directory),
                clock=self.clock,
                logger=make_logger(name, log),
            )
            stack.push_async_callback(party.close)
            app = web.Application(middlewares=[problems], client_max_size=4 << 20)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
            stack.push_async_callback(runner.cleanup)
            app.add_routes(await BUILD[role](party, settings, await open_logins(party, settings), base))
            await runner.setup()
            await web.TCPSite(runner, settings.host, settings.port).start()
            await party.start()
            self.served[name] = Served(party, stack.pop_all())
        return party

    async def stop(self, name: str) -> None:
        await self.served.pop(name).ending.aclose()

    def party(self, name: str) -> Party:
        return self.served[name].party

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.info.party(name).port}"

    def booth_url(self, name: str) -> str:
        return f"ws://127.0.0.1:{self.info.party(name).port}/booth/line"

    def log(self, name: str) -> str:
        return self.logs[name].getvalue()

    def session(self, name: str, project: Project | None = None) -> Sitting:
        """A session to be run at this network."""
        desks = {p.name: Desk(self.http, p.name, self.url(p.name), p.token, name) for p in self.info.parties}
        script = Script(
            setup=read_session(self.example / "session.yaml"),
            project=project or small_project(5),
            host_rooms=read_floor_plan(self.example / "rooms-wuhan.yaml"),
            desks=desks,
            choices=Willing(),
            rehearsal=True,
            told=lambda what, detail: None,
        )
        return Sitting(self, name, script)


@asynccontextmanager
async def running(
    folder: Path,
    *,
    pools: dict[str, list[Row]] | None = None,
    strata: dict[str, list[str]] | None = None,
    tick_ms: int = TICK_MS,
    parties: tuple[str, ...] | None = None,
) -> AsyncIterator[Network]:
    """A network that listens; everything is closed at the end."""
    example = write_example(folder / "example", pools, strata)
    now = datetime.now(UTC)
    info = lay_out(folder / "data", example, free_ports(4), Source(now, os.urandom))
    await import_pools(folder / "data", info, "2026-01-01T00:00:00.000Z")
    async with aiohttp.ClientSession() as http:
        network = Network(folder / "data", example, info, http, tick_ms)
        await network.start_hub()
        try:
            for name in parties or [party.name for party in info.parties]:
                await network.start(name)
            yield network
        finally:
            for name in list(network.served):
                await network.stop(name)
            await network.stop_hub()


@dataclass
class Sitting:
    """One session at a network, brought to where a test wants it."""

    network: Network
    name: str
    script: Script
    booths: dict[str, BoothClient] = field(default_factory=dict)

    @property
    def host(self) -> Desk:
        return self.script.desks["wuhan"]

    @property
    def guest(self) -> Desk:
        return self.script.desks["wedz"]

    @property
    def oversight(self) -> Desk:
        return self.script.desks["oversight"]

    @property
    def tickets(self) -> dict[str, PrintedTicket]:
        return self.script.tickets

    def state(self, party: str = "wuhan") -> Any:
        return self.network.party(party).state(self.name)

    async def open(self) -> Sitting:
        """Opened by the host, known to everybody."""
        title = {"zh": "合成项目", "en": "synthetic"}
        await self.host.do("open", {"title": title, "rehearsal": True, "others": OTHERS})
        await until(lambda: all(self.state(name).size for name in self.network.served))
        return self

    async def plan(self) -> Any:
        """The host's proposal as plain data."""
        made = self.script.plan(datetime.now(UTC))
        return to_plain(await made if isinstance(made, Awaitable) else made)

    async def to_draw(self) -> Sitting:
        """The first draw is seeded: centres may call."""
        await self.script.pair(datetime.now(UTC))
        for desk in self.script.centres():
            await self.script._freeze(desk)
        await until(lambda: all(self.state(name).draw().seed for name in CENTRES))
        return self

    async def to_checkin(self) -> Sitting:
        """Doors are open, nobody is admitted."""
        await self.script.pair(datetime.now(UTC))
        await self.script.draw()
        await self.script.open_doors()
        await until(lambda: all(self.state(name).phase == "checkin" for name in CENTRES))
        return self

    async def to_tickets(self) -> Sitting:
        """Every member has a ticket in hand."""
        await self.to_checkin()
        await self.script.admit()
        return self

    def booth(self, seat: str, *, ticket: str = "", printed: str = "") -> BoothClient:
        """A booth's program at this seat, not yet running."""
        given = self.tickets[seat]
        client = BoothClient(
            self.network.booth_url(seat.split("/", maxsplit=1)[0]),
            BoothMemory(client=CLIENT, random=os.urandom),
            ticket=ticket or given.ticket,
            printed_roster=printed or given.roster,
        )
        self.booths[seat] = client
        return client

    @asynccontextmanager
    async def seated(self) -> AsyncIterator[dict[str, BoothClient]]:
        """Every seat taken, tested and declared."""
        async with AsyncExitStack() as stack:
            for seat in self.tickets:
                await stack.enter_async_context(self.booth(seat))
            await asyncio.gather(*(ready(client) for client in self.booths.values()))
            yield self.booths


async def ready(client: BoothClient) -> None:
    """Self-test and declaration without conflict."""
    view = await client.until(lambda view: True)
    await client.say(c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True),)))
    answers = tuple(c.BidderAnswer(bidder=b.code, conflict=False, reason="") for b in view.bidders)
    await client.say(c.DeclareRecusal(answers=answers, discipline=True))
    await client.until(lambda view: view.tested and view.declared)


async def until(true: Callable[[], Any], seconds: float = 15) -> None:
    """Wait for something that other tasks bring about; what is not there yet does not count."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                found = true()
            except (LookupError, AttributeError, Refusal):
                found = False
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.01)


class RawBooth:
    """A booth line spoken by hand. ``texts``: every message received, verbatim."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.texts: list[str] = []
        self.challenge: frames.Challenge

    @classmethod
    @asynccontextmanager
    async def dial(cls, url: str) -> AsyncIterator[RawBooth]:
        async with connect(url, max_size=None, compression=None, close_timeout=1) as line:
            booth = cls(line)
            booth.challenge = await booth.expect(frames.Challenge)
            yield booth

    async def send(self, frame: Any) -> None:
        await self.line.send(frames.write(frame))

    async def receive(self, seconds: float = 10) -> Any:
        """The next frame that is not the clock's."""
        async with asyncio.timeout(seconds):
            while True:
                text = await self.line.recv()
                assert isinstance(text, str)
                self.texts.append(text)
                frame = frames.from_site(text)
                if not isinstance(frame, frames.Tick):
                    return frame

    async def expect(self, kind: type) -> Any:
        """The next frame that is no view; it must be of this kind."""
        while True:
            frame = await self.receive()
            if isinstance(frame, kind):
                return frame
            assert isinstance(frame, frames.View), frame

    async def rest(self) -> list[Any]:
        """Every frame until the site closes the line."""
        found = []
        try:
            while True:
                found.append(await self.receive())
        except ConnectionClosed:
            return found

    async def ask(self, frame: Any, kind: type) -> Any:
        await self.send(frame)
        return await self.expect(kind)

    def redemption(self, memory: BoothMemory, ticket: str) -> frames.Redeem:
        """A redemption with the memory's key, for the seat that was shown."""
        proof = memory.greeting(ticket_digest(self.challenge.name, ticket))
        return frames.Redeem(ticket=ticket, booth_key=memory.key.public, client=memory.client, proof=proof)

    def resumption(self, memory: BoothMemory, *, seat: str = "", nonce: str = "", to: str = "") -> frames.Resume:
        """A resumption signed by the memory's key; the rest may be bent."""
        proof = frames.LineProof(
            nonce=nonce or self.challenge.nonce, name=seat or memory.seat, to=to or self.challenge.name
        )
        jws = sign(memory.key, frames.LINE_TYP, canonical(proof))
        return frames.Resume(session=memory.session, seat=seat or memory.seat, proof=jws)
