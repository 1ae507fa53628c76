"""Who is asking: the cookie of a login or a script's bearer token; logging in and out over HTTP.

    GET  /api/login           who is logged in and where: party, role; whether the first account is still to be made
    POST /api/login           name, password, one-time code → cookie
    POST /api/logout
    POST /api/setup           set-up code → secret for the telephone
    POST /api/setup/account   set-up code, name, password, one-time code → the first account

Rules
- The cookie is ``__Host-evalhub``: Secure, HttpOnly, SameSite=Strict, no domain. Without TLS (a demo on this machine's
  loopback, where ``__Host-`` is not possible) it is ``evalhub-local-<party>``, the same but for Secure; a request for
  any other host name is refused.
- With a cookie every request but GET must carry an Origin that is this very origin.
- Bearer tokens are for scripts; only their SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.plan import Text2
from evalhub.core.rules.statements import Operator
from evalhub.party.accounts import Accounts
from evalhub.party.party import Party

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
P = TypeVar("P", bound=Record)


@dataclass(frozen=True)
class Account:
    """A script's account: shown in every statement made on its behalf."""

    name: str
    token_sha256: str


class LoginForm(Record):
    """What a person types."""

    name: str
    password: str
    code: str


class SetupForm(Record):
    """The code from the process's console."""

    setup: str


class FirstAccount(Record):
    """The first account."""

    setup: str
    name: str
    password: str
    code: str


class Desk(Record):
    """Where a page stands. ``account`` is empty before the login; ``setup``: no account has been made yet."""

    party: str
    role: str
    title: Text2
    account: str
    setup: bool


class Greeting(Record):
    """After the login: tries that failed before it, and the login before it (ms since the epoch, or 0)."""

    account: str
    failures: int
    last: int


@dataclass(frozen=True)
class Logins:
    """Over the accounts of one party. ``origin``: https origin that browsers use; empty: plain http on loopback."""

    party: Party
    accounts: Accounts
    tokens: tuple[Account, ...]
    origin: str = ""

    def routes(self) -> list[web.RouteDef]:
        """For the party's web application; before the console's own."""
        return [
            web.get("/api/login", self.desk),
            web.post("/api/login", self.log_in),
            web.post("/api/logout", self.log_out),
            web.post("/api/setup", self.set_up),
            web.post("/api/setup/account", self.first_account),
        ]

    # -- who asks ------------------------------------------------------------------------------------------------------

    async def operator(self, request: web.Request) -> Operator:
        """Whoever asks. Raises 401, or ``Refusal("foreign-origin")``."""
        address = request.remote or "unknown"
        if name := self._script(request):
            return Operator(account=name, address=address)
        if name := await self._person(request):
            if request.method != "GET":
                self._check_origin(request)
            return Operator(account=name, address=address)
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"}, text="not logged in, or unknown token")

    def _script(self, request: web.Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        digest = hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()  # a header may be any bytes
        for account in self.tokens:
            if scheme == "Bearer" and hmac.compare_digest(account.token_sha256, digest):
                return account.name
        return ""

    async def _person(self, request: web.Request) -> str:
        token = request.cookies.get(self._cookie, "")
        return (await self.accounts.who(token) or "") if token else ""

    def _check_origin(self, request: web.Request) -> None:
        wanted = self.origin or f"http://{request.host}"
        if request.headers.get("Origin") != wanted:
            raise Refusal("foreign-origin")
        if not self.origin and urlsplit(wanted).hostname not in LOOPBACK:
            raise Refusal("login-needs-https")

    @property
    def _cookie(self) -> str:
        return "__Host-evalhub" if self.origin else f"evalhub-local-{self.party.name}"

    # -- routes --------------------------------------------------------------------------------------------------------

    async def desk(self, request: web.Request) -> web.Response:
        """Where this page stands; the only answer that needs no login."""
        mine = next(p for p in self.party.directory.parties if p.name == self.party.name)
        name = await self._person(request)
        return _json(Desk(party=mine.name, role=mine.role, title=mine.title, account=name,
                          setup=bool(self.accounts.setup_code)))  # fmt: skip

    async def log_in(self, request: web.Request) -> web.Response:
        """A login, and its cookie."""
        self._check_origin(request)
        form = await _form(LoginForm, request)
        welcome = await self.accounts.log_in(form.name, form.password, form.code, request.remote or "unknown")
        self.party.logger.info("login", account=form.name, address=request.remote)
        response = _json(Greeting(account=form.name, failures=welcome.failures, last=welcome.last))
        response.set_cookie(
            self._cookie, welcome.token, path="/", secure=bool(self.origin), httponly=True, samesite="Strict"
        )
        return response

    async def log_out(self, request: web.Request) -> web.Response:
        """The end of a login."""
        self._check_origin(request)
        await self.accounts.log_out(request.cookies.get(self._cookie, ""))
        response = web.json_response({})
        response.del_cookie(self._cookie, path="/", secure=bool(self.origin), httponly=True, samesite="Strict")
        return response

    async def set_up(self, request: web.Request) -> web.Response:
        """The secret for the first account's telephone."""
        self._check_origin(request)
        form = await _form(SetupForm, request)
        return _json(self.accounts.begin_setup(form.setup, request.remote or "unknown"))

    async def first_account(self, request: web.Request) -> web.Response:
        """Make it."""
        self._check_origin(request)
        form = await _form(FirstAccount, request)
        await self.accounts.finish_setup(form.setup, form.name, form.password, form.code, request.remote or "unknown")
        return web.json_response({})


async def _form(kind: type[P], request: web.Request) -> P:
    return codec.loosely(kind, await request.read(), where="$")


def _json(record: Record) -> web.Response:
    return web.json_response(codec.to_plain(record), headers={"Cache-Control": "no-store"})
