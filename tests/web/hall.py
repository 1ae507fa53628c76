"""A real session for browsers: every process of the demo, headless experts at all booths but those kept free."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from booth_hand import ARGS, ROOT
from playwright.async_api import Browser, async_playwright

from evalhub.demo.demo import Demo, running
from evalhub.demo.layout import free_ports
from evalhub.demo.rehearsal import Experts
from evalhub.site.reception import PrintedTicket

CHROMIUM = "/usr/bin/chromium"
EXAMPLE = ROOT / "examples" / "hongshan"


@dataclass
class Hall:
    """The session and what plays it. ``free``: tickets for browsers."""

    demo: Demo
    experts: Experts
    free: list[PrintedTicket]
    play: asyncio.Task[dict[str, Any]] | None = None

    def url(self, ticket: PrintedTicket) -> str:
        return self.demo.fleet.url(ticket.seat.split("/")[0])

    async def begin(self) -> None:
        """Seat the others; operators go on by themselves."""
        taken = {ticket.seat for ticket in self.free}
        for ticket in self.demo.tickets():
            if ticket.seat not in taken:
                await self.experts.seat(ticket)
        self.play = asyncio.create_task(self._operate())

    async def _operate(self) -> dict[str, Any]:
        script = self.demo.script
        await script.seat_all(self.experts.seat)
        await script.start()
        return await script.conclude()

    async def until(self, phase: str, stage: str = "") -> dict[str, Any]:
        """Wait until the session is there."""
        async with asyncio.timeout(60):
            return await self.demo.script.host.until(
                lambda view: view["phase"] == phase and (not stage or view["stage"] == stage)
            )

    def logs(self) -> str:
        """What all parties logged."""
        paths = self.demo.data.glob("*/*.log")
        return "\n".join(path.read_text("utf-8", "replace") for path in paths)


@asynccontextmanager
async def hall(data: Path, *, free: int = 1, seed: int = 7) -> AsyncIterator[Hall]:
    """Run a session up to printed tickets; ``free`` booths wait for a browser."""
    async with running(data, EXAMPLE, free_ports(4), lambda *_: None) as demo:
        await demo.prepare()
        tickets = list(demo.tickets())[:free]
        one = Hall(demo, Experts(demo.fleet, seed, lambda *_: None), tickets)
        try:
            yield one
        finally:
            if one.play:
                one.play.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await one.play
            await one.experts.leave()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's browser, headless."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        try:
            yield browser
        finally:
            await browser.close()
