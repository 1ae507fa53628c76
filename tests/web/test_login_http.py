"""The door over HTTP: cookie and its attributes, origin, what needs a login, bearer tokens beside it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from booth_hand import ROOT

from evalhub.core.sealing.passwords import code_at, secret_of
from evalhub.demo.layout import PartyInfo, Source, lay_out
from evalhub.oversight import orders
from evalhub.party.console import Console, problems
from evalhub.party.directory import read_directory
from evalhub.party.party import Party
from evalhub.party.process import load, open_logins, party_settings

Client = TestClient[web.Request, web.Application]


class Door:
    """A real console of the oversight party, without its line to the hub."""

    def __init__(self, client: Client, info: PartyInfo) -> None:
        self.client, self.info = client, info
        self.origin = str(client.make_url("")).rstrip("/")
        self.steps = 0

    async def log_in(self, origin: str | None = None, **changes: str):
        form = {"name": "operator", "password": self.info.password, "code": self.code(), **changes}
        headers = {"Origin": self.origin if origin is None else origin}
        return await self.client.post("/api/login", json=form, headers=headers)

    def code(self) -> str:
        return code_at(secret_of(self.info.totp), int(time.time()))

    async def act(self, **headers: str):
        return await self.client.post("/api/sessions/none/close-alert", json={}, headers=headers)


@asynccontextmanager
async def opened(folder: Path, origin: str = "") -> AsyncIterator[Door]:
    info = lay_out(folder, ROOT / "examples" / "hongshan", 40_000, Source(datetime.now(UTC), os.urandom))
    one = info.party("oversight")
    base = folder / one.name
    settings = load(base / "site.toml")
    directory = read_directory(base / settings.directory)
    party = await Party.open(party_settings(settings, base, reserve=True), directory=directory)
    logins = await open_logins(party, settings)
    app = web.Application(middlewares=[problems])
    app.add_routes(
        Console(party, type(logins)(party, logins.accounts, logins.tokens, origin), orders.actions(party)).routes()
    )
    async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as client:
        yield Door(client, one)
    await party.close()


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    async with opened(tmp_path / "data") as one:
        yield one


PROTECTED = ("/api/sessions", "/api/sessions/x", "/api/sessions/x/page", "/api/sessions/x/bundle", "/api/changes")


async def test_nothing_but_the_login_answers_a_stranger(door: Door) -> None:
    for path in PROTECTED:
        assert (await door.client.get(path)).status == 401, path
    assert (await door.act(Origin=door.origin)).status == 401
    desk = await (await door.client.get("/api/login")).json()
    assert (desk["role"], desk["account"], desk["setup"]) == ("oversight", "", False)


async def test_the_cookie_opens_the_door_until_one_leaves(door: Door) -> None:
    answer = await door.log_in()
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("evalhub-local-oversight=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Secure" not in cookie
    assert (await door.client.get("/api/sessions")).status == 200
    assert (await (await door.client.get("/api/login")).json())["account"] == "operator"
    kept = cookie.partition(";")[0]
    await door.client.post("/api/logout", headers={"Origin": door.origin})
    assert (await door.client.get("/api/sessions")).status == 401
    assert (await door.client.get("/api/sessions", headers={"Cookie": kept})).status == 401


async def test_with_a_cookie_only_this_origin_may_act(door: Door) -> None:
    await door.log_in()
    for origin in ("http://evil.example", "null", door.origin.replace("http", "https"), ""):
        refused = await door.act(**({"Origin": origin} if origin else {}))
        assert (refused.status, (await refused.json())["code"]) == (409, "foreign-origin"), origin
    assert (await (await door.act(Origin=door.origin)).json())["code"] == "malformed"  # let in, and then read


async def test_a_login_from_elsewhere_is_not_even_tried(door: Door) -> None:
    assert (await (await door.log_in(origin="http://evil.example")).json())["code"] == "foreign-origin"
    host = {"Host": "centre.example", "Origin": "http://centre.example"}
    plain = await door.client.post("/api/login", json={"name": "", "password": "", "code": ""}, headers=host)
    assert (await plain.json())["code"] == "login-needs-https"
    assert (await door.log_in()).status == 200  # the code was not used up


async def test_a_wrong_password_says_so_in_both_languages(door: Door) -> None:
    body = await (await door.log_in(password="wrong")).json()
    assert body["code"] == "login-failed"
    assert set(body["title"]) == {"zh", "en"}


async def test_behind_https_the_cookie_is_bound_to_host_and_tls(tmp_path: Path) -> None:
    async with opened(tmp_path / "data", origin="https://oversight.example") as door:
        answer = await door.log_in(origin="https://oversight.example")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-evalhub=")
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
        assert "Domain" not in cookie
        assert (await (await door.log_in()).json())["code"] == "foreign-origin"


async def test_tokens_of_scripts_need_no_origin(door: Door) -> None:
    bearer = {"Authorization": f"Bearer {door.info.token}"}
    assert (await door.client.get("/api/sessions", headers=bearer)).status == 200
    assert (await (await door.act(**bearer)).json())["code"] == "malformed"
    assert (await door.client.get("/api/sessions", headers={"Authorization": "Bearer x"})).status == 401


async def test_a_token_may_be_any_bytes(door: Door) -> None:
    """Sent raw: no client library writes such a header."""
    reader, writer = await asyncio.open_connection(door.client.host, door.client.port)
    writer.write(b"GET /api/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()


async def test_changes_begin_with_the_present(door: Door) -> None:
    await door.log_in()
    answer = await door.client.get("/api/changes")
    assert answer.headers["Content-Type"] == "text/event-stream"
    line = await answer.content.readline()
    assert line.startswith(b'data: {"at": "20')
    assert b'"hub": "broken", "sizes": {}' in line
    answer.close()
