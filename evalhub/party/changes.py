"""Tells pages that something changed: one stream of server-sent events for each page (HTML, "Server-sent events").

    GET /api/changes    data: {"at": hub time, "hub": "connected" | "broken", "sizes": {session: entries}}

A page that hears a new size asks for the session again; what it may see is decided there. Said once at the start, then
at most five times a second while something changes, and every five seconds in any case.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from evalhub.core.ledger.times import format_time
from evalhub.core.rules.statements import Operator
from evalhub.party.party import Party

BEAT_SECONDS = 5.0
PAUSE_SECONDS = 0.2


class Changes:
    """Of one party. ``admit`` raises unless the asker may hear."""

    def __init__(self, party: Party, admit: Callable[[web.Request], Awaitable[Operator]]) -> None:
        self.party, self.admit = party, admit
        self._waiting: set[asyncio.Event] = set()
        party.on_change(lambda _: self.tell())
        party.on_line(self.tell)

    def tell(self) -> None:
        """Something changed that pages show."""
        for event in self._waiting:
            event.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """One page's stream, until it leaves."""
        await self.admit(request)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        changed = asyncio.Event()
        self._waiting.add(changed)
        try:
            with contextlib.suppress(ConnectionError):
                await self._beat(response, changed)
        finally:
            self._waiting.discard(changed)
        return response

    async def _beat(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        while True:
            changed.clear()
            await response.write(f"data: {json.dumps(self._facts())}\n\n".encode())
            await asyncio.sleep(PAUSE_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), BEAT_SECONDS)

    def _facts(self) -> dict[str, object]:
        return {
            "at": format_time(self.party.hub_now()),
            "hub": "connected" if self.party.connected else "broken",
            "sizes": {name: self.party.state(name).size for name in self.party.sessions()},
        }
