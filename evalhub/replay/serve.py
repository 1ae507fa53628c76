"""Serves one bundle to the replay page: its files, its timeline, any moment of it. Reads only; asks no hub.

    GET /replay/api/timeline              ``Overview``
    GET /replay/api/at/{size}             ``Snapshot`` after so many entries
    GET /replay/api/difference/{a}/{b}    ``[Difference]`` between two numbers of entries
    GET /replay/api/entry/{seq}           ``Shown``: one entry with its inclusion proof
    GET /replay/api/find?code=            ``[seq]`` of the envelopes that a receipt code names
    GET /replay/api/pack                  every file of the bundle, for the check in the browser
    GET /replay/bundle/{path}             one file of the bundle, to be kept

A pack is, for each file by path, ``u32be length of path ‖ path ‖ u32be length of file ‖ file``, and nothing after that.

Rules
- Only requests that name this very machine in ``Host`` are answered, so that no web page elsewhere can read a record
  through a name that it lets point here.
- What a bundle holds is data: it is served for download only and can run nowhere.
- A page and its headers come from whoever serves them (``page``); this module knows no page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.replay.timeline import Timeline

ADDRESS = "127.0.0.1"
NAMES = frozenset({ADDRESS, "localhost"})
CHUNK = 1 << 20
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(timeline: Timeline, page: Iterable[web.RouteDef] = ()) -> web.Application:
    """The bundle's routes and those of ``page``; ``/`` leads to the page."""
    app = web.Application(middlewares=[own_name])
    app.add_routes([web.get("/", _to_page), *routes(timeline), *page])
    return app


def routes(timeline: Timeline) -> list[web.RouteDef]:
    """Everything under ``/replay/api`` and ``/replay/bundle``."""
    served = Served(timeline)
    return [
        web.get("/replay/api/timeline", served.overview),
        web.get("/replay/api/at/{size:[0-9]{1,12}}", served.at),
        web.get("/replay/api/difference/{before:[0-9]{1,12}}/{after:[0-9]{1,12}}", served.difference),
        web.get("/replay/api/entry/{seq:[0-9]{1,12}}", served.entry),
        web.get("/replay/api/find", served.find),
        web.get("/replay/api/pack", served.pack),
        web.get("/replay/bundle/{path:.+}", served.file),
    ]


@web.middleware
async def own_name(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a request that was sent to another name than this machine's own."""
    if request.host.rpartition(":")[0] not in NAMES and request.host not in NAMES:
        raise web.HTTPForbidden(text="this address is answered on this machine only")
    return await handler(request)


class Served:
    """The handlers over one timeline. Nothing here changes anything."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._overview = canonical(timeline.overview)

    async def overview(self, _: web.Request) -> web.Response:
        """The whole record at a glance."""
        return _json(self._overview)

    async def at(self, request: web.Request) -> web.Response:
        """The state after so many entries."""
        size = int(request.match_info["size"])
        return _found(lambda: canonical(self._timeline.at(size)))

    async def difference(self, request: web.Request) -> web.Response:
        """What changed between two moments."""
        before, after = (int(request.match_info[name]) for name in ("before", "after"))
        return _found(lambda: canonical(self._timeline.difference(before, after)))

    async def entry(self, request: web.Request) -> web.Response:
        """One entry as stored, with its proof."""
        seq = int(request.match_info["seq"])
        return _found(lambda: canonical(self._timeline.entry(seq)))

    async def find(self, request: web.Request) -> web.Response:
        """Entries named by a receipt code."""
        return _json(canonical(self._timeline.find(request.query.get("code", ""))))

    async def file(self, request: web.Request) -> web.Response:
        """One file of the bundle, as it is."""
        path = request.match_info["path"]
        if path not in self._timeline.files:
            raise web.HTTPNotFound(text="no such file")
        headers = {**HEADERS, "Content-Disposition": "attachment"}
        return web.Response(body=self._timeline.files[path], content_type="application/octet-stream", headers=headers)

    async def pack(self, request: web.Request) -> web.StreamResponse:
        """Every file of the bundle; the connection breaks if one cannot be read, so that nothing passes as complete."""
        answer = web.StreamResponse(headers={**HEADERS, "Content-Type": "application/octet-stream"})
        await answer.prepare(request)
        names = iter(sorted(self._timeline.files))
        while part := await asyncio.to_thread(self._part, names):
            await answer.write(part)
        await answer.write_eof()
        return answer

    def _part(self, names: Iterable[str]) -> bytes:
        """The next files, about ``CHUNK`` bytes of them; empty at the end."""
        part = bytearray()
        for name in names:
            path, data = name.encode(), self._timeline.files[name]
            part += len(path).to_bytes(4, "big") + path + len(data).to_bytes(4, "big") + data
            if len(part) >= CHUNK:
                break
        return bytes(part)


async def _to_page(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/replay/")


def _found(make: Callable[[], bytes]) -> web.Response:
    try:
        return _json(make())
    except IndexError:
        raise web.HTTPNotFound(text="no such moment") from None
    except Malformed as error:
        raise web.HTTPUnprocessableEntity(text=str(error)) from None


def _json(data: bytes) -> web.Response:
    return web.Response(body=data, content_type="application/json", headers=HEADERS)
