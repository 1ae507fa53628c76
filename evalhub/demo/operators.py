"""A party's console from the operator's side: the JSON door with the token, errors as what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import EvalhubError, Refusal

POLL_SECONDS = 0.05
RETRY_CODES = frozenset({"gate-open", "hub-unreachable"})


class ConsoleError(EvalhubError):
    """The console answered something that is not a refusal; the text says what."""


class Desk:
    """One operator at one console. ``session``: the evaluation session all calls are about."""

    def __init__(self, http: aiohttp.ClientSession, name: str, url: str, token: str, session: str) -> None:
        self.http, self.name, self.url, self.session = http, name, url, session
        self._headers = {"Authorization": f"Bearer {token}"}

    async def do(self, action: str, params: Record | dict[str, Any] | None = None) -> dict[str, Any]:
        """Run one action. Raises ``Refusal`` with the code the rules gave."""
        body = codec.canonical(params if params is not None else {})
        url = f"{self.url}/api/sessions/{self.session}/{action}"
        async with self.http.post(url, data=body, headers=self._headers) as answer:
            return await self._read(answer)

    async def patiently(self, action: str, params: Record | dict[str, Any] | None = None) -> dict[str, Any]:
        """Like ``do``, but waits at gates and while the line is being restored."""
        while True:
            try:
                return await self.do(action, params)
            except Refusal as refusal:
                if refusal.code not in RETRY_CODES:
                    raise
            except aiohttp.ClientError:
                pass  # the console is being restarted; whether the step was taken, the repetition will tell
            await asyncio.sleep(POLL_SECONDS)

    async def ensure(self, action: str, params: Record | dict[str, Any] | None = None, *, done: frozenset[str]) -> None:
        """Like ``patiently``; a refusal in ``done`` says that the step was taken before (its answer was lost)."""
        try:
            await self.patiently(action, params)
        except Refusal as refusal:
            if refusal.code not in done:
                raise

    async def view(self) -> dict[str, Any] | None:
        """Progress of the session; None while this party does not know it yet or is not reachable."""
        try:
            async with self.http.get(f"{self.url}/api/sessions/{self.session}", headers=self._headers) as answer:
                return None if answer.status == 404 else await self._read(answer)
        except aiohttp.ClientError:
            return None

    async def page(self) -> dict[str, Any]:
        """All that a page shows of the session; empty while this party is not reachable."""
        try:
            async with self.http.get(f"{self.url}/api/sessions/{self.session}/page", headers=self._headers) as answer:
                return await self._read(answer)
        except aiohttp.ClientError:
            return {}

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first view that is wanted."""
        while True:
            view = await self.view()
            if view is not None and wanted(view):
                return view
            await asyncio.sleep(POLL_SECONDS)

    async def registered(self) -> None:
        """Return once the hub has the registration of this centre's pool: a session may draw only from pools registered
        before it was opened.
        """
        while True:
            if (await self.patiently("pool"))["registered"]:
                return
            await asyncio.sleep(POLL_SECONDS)

    async def bundle(self) -> bytes:
        """The archive bundle as a zip, from this party's own mirror, once everyone has cosigned the last checkpoint."""
        while True:
            try:
                return await self._bundle()
            except Refusal as refusal:
                if refusal.code != "not-archived":
                    raise
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(POLL_SECONDS)

    async def _bundle(self) -> bytes:
        async with self.http.get(f"{self.url}/api/sessions/{self.session}/bundle", headers=self._headers) as answer:
            if answer.status != 200:
                await self._read(answer)
            return await answer.read()

    async def _read(self, answer: aiohttp.ClientResponse) -> dict[str, Any]:
        body: dict[str, Any] = await answer.json(content_type=None)
        if answer.status < 400:
            return body
        if answer.content_type == "application/problem+json":
            raise Refusal(str(body["code"]), **{str(key): value for key, value in body["detail"].items()})
        raise ConsoleError(f"{self.name}: HTTP {answer.status}")
