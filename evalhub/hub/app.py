"""The hub as a server: routes, TLS, start and end of the process.

    /line                        websocket of a party (core/wire/frames.py)
    /sessions/<id>/bundle        archive of a finished session, zip; only for its parties
    /hub-log/checkpoint, /hub-log/entries?first=N
    /healthz, /metrics

Under TLS every route asks for a client certificate of the authority. When it listens, the hub prints one line of JSON
on stdout: ``{"host": …, "port": …, "ready": "hub"}``. Exit codes: 2 configuration, 3 a stored ledger does not prove
itself, 4 the disk failed.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from time import time_ns

from aiohttp import web

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken
from evalhub.hub import bundle, lines
from evalhub.hub.fanout import entries_frames
from evalhub.hub.hub import Damaged, Hub
from evalhub.hub.keys import log_key
from evalhub.hub.logs import logger
from evalhub.hub.settings import HUB_SESSION, Settings, SettingsError, check
from evalhub.hub.store import Store

CONFIGURATION, DAMAGED, DISK = 2, 3, 4
GC_THRESHOLD = (20_000, 20, 50)  # frames make short-lived records and no circles
HUB: web.AppKey[Hub] = web.AppKey("hub", Hub)
Clock = Callable[[], int]
Random = Callable[[int], bytes]


def wall_clock() -> int:
    """Milliseconds since the epoch, UTC."""
    return time_ns() // 1_000_000


def run(settings: Settings, *, clock: Clock = wall_clock, random: Random = os.urandom) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Says on stderr in one sentence why it cannot start."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_serve(settings, clock, random))
    except SettingsError as error:
        return _say(str(error), CONFIGURATION)
    except Damaged as error:
        return _say(str(error), DAMAGED)


async def _serve(settings: Settings, clock: Clock, random: Random) -> int:
    async with serving(settings, clock=clock, random=random) as (hub, port):
        ready = {"host": settings.host, "port": port, "ready": "hub"}
        sys.stdout.write(canonical(ready).decode() + "\n")
        sys.stdout.flush()
        gc.freeze()  # what was loaded stays: the collector need not walk it again and again
        gc.set_threshold(*GC_THRESHOLD)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, hub.stopping.set)
        await hub.stopping.wait()
    if hub.failure is not None:
        return _say(f"cannot write the ledger any more: {hub.failure}", DISK)
    return 0


@asynccontextmanager
async def serving(
    settings: Settings, *, clock: Clock = wall_clock, random: Random = os.urandom
) -> AsyncIterator[tuple[Hub, int]]:
    """A hub that listens, and its port. Raises ``SettingsError`` or ``Damaged``; closes everything at the end."""
    with _folder(Path(check(settings).data)) as folder:
        key = log_key(folder, random)
        store = _store(settings)
        try:
            hub = Hub(settings, key, store, clock=clock, random=random, log=logger(settings.log_level))
            runner = web.AppRunner(application(hub), access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            try:
                port = await _listen(runner, settings)
                hub.start()
                ticking = asyncio.ensure_future(hub.ticking())
                yield hub, port
                ticking.cancel()
                await asyncio.gather(ticking, return_exceptions=True)
            finally:
                await runner.cleanup()
        finally:
            store.close()


def application(hub: Hub) -> web.Application:
    """The routes of one hub."""
    app = web.Application()
    app[HUB] = hub
    app.add_routes(
        [
            web.get("/line", _line),
            web.get("/healthz", _health),
            web.get("/metrics", _metrics),
            web.get("/sessions/{session}/bundle", _bundle),
            web.get("/hub-log/checkpoint", _hub_checkpoint),
            web.get("/hub-log/entries", _hub_entries),
        ]
    )
    return app


# -- routes ------------------------------------------------------------------------------------------------------------


async def _line(request: web.Request) -> web.StreamResponse:
    return await lines.serve(request, request.app[HUB])


async def _health(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    healthy = hub.failure is None
    return web.json_response({"healthy": healthy, "sessions": len(hub.desks)}, status=200 if healthy else 503)


async def _metrics(request: web.Request) -> web.Response:
    return web.Response(body=request.app[HUB].metrics.text(), content_type="text/plain", charset="utf-8")


async def _bundle(request: web.Request) -> web.Response:
    """404 for a session that is not there, or not the caller's; 409 while it goes on."""
    hub, session = request.app[HUB], request.match_info["session"]
    desk = hub.desks.get(session)
    if desk is None or not _belongs(request, hub, session):
        raise web.HTTPNotFound(text="no such session\n")
    note = hub.store.note(session, "final")
    if note is None:
        raise web.HTTPConflict(text="the session has not ended yet\n")
    data = await asyncio.to_thread(bundle.zipped, desk.state, list(hub.store.walk(session)), note, desk.verifier())
    name = f'attachment; filename="{session}.zip"'
    return web.Response(body=data, content_type="application/zip", headers={"Content-Disposition": name})


async def _hub_checkpoint(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    note = hub.hublog.checkpoint(hub.store.size(HUB_SESSION))
    return web.Response(body=note, content_type="text/plain", charset="utf-8")


async def _hub_entries(request: web.Request) -> web.Response:
    first = request.query.get("first", "0")
    if not (first.isascii() and first.isdigit() and len(first) < 16):
        raise web.HTTPBadRequest(text="first is the index of an entry\n")
    rows = request.app[HUB].store.read(HUB_SESSION, int(first))
    if not rows:
        raise web.HTTPNotFound(text="no entry there yet\n")
    return web.Response(body=entries_frames(HUB_SESSION, rows)[0], content_type="application/json")


def _belongs(request: web.Request, hub: Hub, session: str) -> bool:
    """Whether the caller's certificate is that of a party of the session. Without TLS everybody is this machine."""
    try:
        name = lines.peer_name(request)
    except lines.Closing:
        return False
    parties = hub.desks[session].state.parties
    return name is None or any(p.certificate == name and p.name in parties for p in hub.settings.parties)


# -- start -------------------------------------------------------------------------------------------------------------


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """The data folder, made if missing, held by this hub alone."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path / "hub.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SettingsError(f"cannot write in the data folder {path}: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield path
    except BlockingIOError:
        raise SettingsError(f"another hub is using the data folder {path}") from None
    finally:
        os.close(lock)


def _store(settings: Settings) -> Store:
    try:
        return Store(settings.database_url)
    except Broken as error:
        raise Damaged(error.reason) from None


async def _listen(runner: web.AppRunner, settings: Settings) -> int:
    site = web.TCPSite(runner, settings.host, settings.port, ssl_context=_tls(settings))
    try:
        await site.start()
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise SettingsError(f"cannot listen on {where}: {os.strerror(error.errno or 0)}") from None
    return int(runner.addresses[0][1])


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """TLS 1.3, and a client certificate of our authority or nothing."""
    if not settings.tls:
        return None
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=settings.authority)
        context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"certificate, key or authority cannot be used: {error}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    with suppress(ImportError):
        import uvloop  # noqa: PLC0415

        return uvloop.new_event_loop
    return None


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"evalhub hub: {sentence}\n")
    return code
