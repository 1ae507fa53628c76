"""A party as a process: reads its file, starts party and web application, says where it listens, ends cleanly.

One TOML file a process (``ProcessSettings``); unknown keys and missing files are one sentence and exit code 2. First
line on standard output is JSON ``{"ready": name, "port": n, "pid": n}`` once everything listens. SIGINT and SIGTERM end
it: no new work, outbox durable, database closed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import uvloop
from aiohttp import web
from msgspec import Meta

from evalhub.core.codec import Record, from_plain
from evalhub.core.errors import EvalhubError, Malformed
from evalhub.party.accounts import Accounts, Declared
from evalhub.party.console import problems
from evalhub.party.directory import read_directory
from evalhub.party.logins import Account, Logins
from evalhub.party.party import Party
from evalhub.party.settings import PartySettings, TlsFiles


class AccountSettings(Record):
    """An account: a script's, with its token's SHA-256; a person's, with password (PHC string) and secret of one-time
    codes (base32); or both under one name.
    """

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    token_sha256: Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{64})?$")] = ""
    password: Annotated[str, Meta(pattern=r"^(?:\$argon2id\$.+)?$")] = ""
    totp: str = ""


class ProcessSettings(Record):
    """Everything a party's process is told. Relative paths count from the settings file's folder.

    ``origin``: the https origin of browsers (``https://…``); empty: plain http on this machine's loopback only.
    ``tick_ms``: beat of the booth lines; ``rooms``: the centre's floor plan (centres only); ``reserve_after``: seconds
    until oversight, as reserve trustee, releases its pieces unasked (oversight only).
    """

    hub: str
    hub_name: str
    folder: str
    directory: str
    port: Annotated[int, Meta(ge=0, le=65535)]
    host: str = "127.0.0.1"
    authority: str = ""
    certificate: str = ""
    key: str = ""
    origin: Annotated[str, Meta(pattern=r"^(?:https://[^/]+)?$")] = ""
    accounts: tuple[AccountSettings, ...] = ()
    rooms: str = ""
    tick_ms: Annotated[int, Meta(ge=10, le=10_000)] = 250
    reserve_after: Annotated[int, Meta(ge=0, le=86_400)] = 120


Routes = list[web.RouteDef]
Build = Callable[[Party, ProcessSettings, Logins, Path], Awaitable[Routes]]


def run(config: Path, *, reserve: bool, build: Build) -> int:
    """The process's whole life; returns the exit code. ``reserve``: this party is the reserve trustee."""
    try:
        settings = load(config)
        uvloop.run(_serve(settings, config.parent, reserve=reserve, build=build))
    except EvalhubError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or settings.host + ':' + str(settings.port)}: {error.strerror}")
    return 0


def load(config: Path) -> ProcessSettings:
    """The settings file. Raises ``Malformed`` naming file and key."""
    try:
        plain = tomllib.loads(config.read_text("utf-8"))
    except OSError as error:
        raise Malformed(error.strerror or "cannot be read", str(config)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"not TOML: {error}", str(config)) from None
    return from_plain(ProcessSettings, plain, where=config.name)


def party_settings(settings: ProcessSettings, base: Path, *, reserve: bool) -> PartySettings:
    """What the party needs of it."""
    tls = None
    if settings.certificate:
        tls = TlsFiles(
            authority=base / settings.authority, certificate=base / settings.certificate, key=base / settings.key
        )
    return PartySettings(
        folder=base / settings.folder,
        hub=settings.hub,
        hub_name=settings.hub_name,
        tls=tls,
        reserve_after=settings.reserve_after if reserve else None,
    )


async def _serve(settings: ProcessSettings, base: Path, *, reserve: bool, build: Build) -> None:
    directory = read_directory(base / settings.directory)
    party = await Party.open(party_settings(settings, base, reserve=reserve), directory=directory)
    app = web.Application(middlewares=[problems], client_max_size=4 << 20)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        app.add_routes(await build(party, settings, await open_logins(party, settings), base))
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        await party.start()
        _ready(party, runner)
        await stop.wait()
    finally:
        await runner.cleanup()
        await party.close()


async def open_logins(party: Party, settings: ProcessSettings) -> Logins:
    """Who may ask. Prints a one-time code on standard error while no person has an account."""
    accounts = Accounts(database=party.database, clock=party.clock, random=os.urandom, issuer=f"evalhub {party.name}")
    people = (a for a in settings.accounts if a.password)
    await accounts.open(tuple(Declared(name=a.name, password=a.password, totp=a.totp) for a in people))
    if accounts.setup_code:
        sys.stderr.write(f"{party.name}: 初始化口令 / set-up code for the first account: {accounts.setup_code}\n")
        sys.stderr.flush()
    tokens = tuple(Account(name=a.name, token_sha256=a.token_sha256) for a in settings.accounts if a.token_sha256)
    return Logins(party=party, accounts=accounts, tokens=tokens, origin=settings.origin)


def _ready(party: Party, runner: web.AppRunner) -> None:
    line = {"ready": party.name, "port": runner.addresses[0][1], "pid": os.getpid()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 2
