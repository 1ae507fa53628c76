"""The operators' door of a party: JSON over HTTPS, one action a route, default deny.

    GET  /api/sessions                         sessions this party belongs to
    GET  /api/sessions/{session}               progress (``visibility.ProgressView``) and the actions open now
    GET  /api/sessions/{session}/page          all that a page shows of it (``board``), ledger head, notes
    GET  /api/sessions/{session}/bundle        the archive as a zip, from this party's own mirror
    GET  /api/sessions/{session}/report.json   the report as data, once it is issued
    GET  /api/sessions/{session}/report.pdf    the same as a PDF; ?lang=en for English
    POST /api/sessions/{session}/{action}      do it; body: the action's parameters
    GET  /api/changes                          server-sent events: what changed (``changes``)
    GET  /healthz                              liveness, line to the hub, ledger heads

Who asks is decided in ``logins``: people by cookie, scripts by bearer token.

Errors are problem+json (RFC 9457) with a stable ``code`` and a sentence in zh and en.
Never here: a rule. Whether an action is lawful is for ``decide``; the list of open actions comes from the same table.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.commands import OpenSession
from evalhub.core.rules.refusals import sentence
from evalhub.core.rules.report import report_bytes
from evalhub.core.rules.state import State
from evalhub.core.rules.statements import Operator
from evalhub.core.rules.visibility import progress_view
from evalhub.party.board import Board, board, open_actions
from evalhub.party.changes import Changes
from evalhub.party.logins import Logins
from evalhub.party.notes import AlertNote, Note, close_alert, notes
from evalhub.party.party import Party
from evalhub.report.document import document_of
from evalhub.report.signing import report_files, report_pdf
from evalhub.report.typeset import Lang

MAX_BODY = 4 << 20
P = TypeVar("P", bound=Record)


class Nothing(Record):
    """An action without parameters."""


@dataclass(frozen=True)
class Action:
    """One thing an operator can do. ``command``: the command it leads to, for the list of open actions."""

    name: str
    command: type[Record] | None
    params: type[Record]
    run: Callable[[str, Any, Operator], Awaitable[Record | None]]


class Head(Record):
    """Own mirror against the hub: entries and root held here, size and root of the hub's last checkpoint as this party
    cosigned it, and whether the own tree has that very root there. ``stopped``: why this ledger is followed no more.
    """

    size: int
    root: str
    checkpoint_size: int
    checkpoint_root: str
    equal: bool
    stopped: str
    evidence: int


class Page(Record):
    """One session for a page."""

    board: Board
    actions: tuple[str, ...]
    head: Head
    notes: tuple[AlertNote, ...]


class Console:
    """Routes over one party. ``logins`` and ``actions`` never change after construction."""

    def __init__(self, party: Party, logins: Logins, actions: tuple[Action, ...]) -> None:
        self.party, self.logins = party, logins
        self.changes = Changes(party, logins.operator)
        actions = (*actions, Action("close-alert", None, Note, self._close_alert))
        self.actions: Mapping[str, Action] = {action.name: action for action in actions}

    def routes(self) -> list[web.RouteDef]:
        """For the party's web application."""
        return [
            *self.logins.routes(),
            web.get("/healthz", self.health),
            web.get("/api/changes", self.changes.stream),
            web.get("/api/sessions", self.sessions),
            web.get("/api/sessions/{session}", self.session),
            web.get("/api/sessions/{session}/page", self.page),
            web.get("/api/sessions/{session}/bundle", self.bundle),
            web.get("/api/sessions/{session}/report.json", self.report_json),
            web.get("/api/sessions/{session}/report.pdf", self.report_pdf),
            web.post("/api/sessions/{session}/{action}", self.act),
        ]

    async def health(self, _: web.Request) -> web.Response:
        """200 while the process serves; whether the hub is reached is in the body."""
        now = self.party.hub_now()
        body = {
            "party": self.party.name,
            "hub": "connected" if self.party.connected else "broken",
            "at": None if now is None else format_time(now),
            "sessions": {name: self.party.state(name).size for name in self.party.mirror.sessions()},
        }
        return web.json_response(body)

    async def sessions(self, request: web.Request) -> web.Response:
        """Names and phases."""
        await self.logins.operator(request)
        rows = [{"session": name, "phase": self.party.state(name).phase.value} for name in self.party.mirror.sessions()]
        return web.json_response(rows)

    async def session(self, request: web.Request) -> web.Response:
        """Progress without a score, and what may be done now."""
        await self.logins.operator(request)
        name = self.session_of(request)
        return web.json_response({**codec.to_plain(progress_view(self.party.state(name))), "actions": self._open(name)})

    async def page(self, request: web.Request) -> web.Response:
        """Everything a page shows of one session."""
        await self.logins.operator(request)
        name = self.session_of(request)
        page = Page(
            board=board(self.party.state(name), self.party.name, self.party.hub_now()),
            actions=tuple(self._open(name)),
            head=await self._head(name),
            notes=await self.party.database.read(lambda db: notes(db, name)),
        )
        return web.json_response(codec.to_plain(page), headers={"Cache-Control": "no-store"})

    async def bundle(self, request: web.Request) -> web.Response:
        """The archive bundle, once the session is archived."""
        await self.logins.operator(request)
        name = self.session_of(request)
        extra = await asyncio.to_thread(report_files, self.party.state(name))
        files = await self.party.bundle(name, extra)
        headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return web.Response(body=zipped(files), content_type="application/zip", headers=headers)

    async def report_json(self, request: web.Request) -> web.Response:
        """The report's canonical bytes."""
        await self.logins.operator(request)
        document_of(state := self.party.state(self.session_of(request)))
        return web.Response(body=report_bytes(state), content_type="application/json", headers=_file(state, "json"))

    async def report_pdf(self, request: web.Request) -> web.Response:
        """The report as pages, with the answers given so far."""
        await self.logins.operator(request)
        state = self.party.state(self.session_of(request))
        lang: Lang = "en" if request.query.get("lang") == "en" else "zh"
        made = await asyncio.to_thread(report_pdf, state, lang)
        return web.Response(body=made, content_type="application/pdf", headers=_file(state, "pdf"))

    async def act(self, request: web.Request) -> web.Response:
        """Run one action."""
        operator = await self.logins.operator(request)
        action = self.actions.get(request.match_info["action"])
        if action is None:
            raise web.HTTPNotFound(text="no such action")
        data = await request.read()
        params = codec.loosely(action.params, data or b"{}", where="$")
        session = request.match_info["session"]
        if action.command not in (None, OpenSession):  # the hub would only say that it has no such key there
            self.session_of(request)
        result = await action.run(session, params, operator)
        return web.json_response({} if result is None else codec.to_plain(result))

    def _open(self, session: str) -> list[str]:
        commands = {action.name: action.command for action in self.actions.values()}
        return open_actions(self.party.state(session), self.party.name, commands)

    async def _head(self, session: str) -> Head:
        followed = self.party.mirror.followed(session)
        seen = await self.party.witness.head(session)
        return Head(
            size=followed.size,
            root=followed.tree.root().hex(),
            checkpoint_size=seen.size,
            checkpoint_root=seen.root.hex(),
            equal=seen.size <= followed.size and followed.tree.root(seen.size) == seen.root,
            stopped=followed.stopped,
            evidence=len(await self.party.evidence(session)),
        )

    async def _close_alert(self, session: str, note: Note, operator: Operator) -> None:
        now = self.party.hub_now()
        await self.party.database.write(lambda db: close_alert(db, session, note, operator.account, now))
        self.changes.tell()

    def session_of(self, request: web.Request) -> str:
        """The session a request is about. Raises ``Refusal("unknown-session")``."""
        name = request.match_info["session"]
        if name not in self.party.mirror.sessions():
            raise Refusal("unknown-session", session=name)
        return name


def _file(state: State, ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{state.session}.{ending}"', "Cache-Control": "no-store"}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(path), files[path], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@web.middleware
async def problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Our errors as problem+json; nothing of the inside shows in any other error."""
    try:
        return await handler(request)
    except Refusal as refusal:
        status = 404 if refusal.code == "unknown-session" else 409
        return _problem(status, refusal.code, refusal.detail)
    except Malformed as error:
        return _problem(400, "malformed", {"where": error.where, "reason": error.reason})
    except web.HTTPException as error:
        if error.status < 400:
            raise
        kept = {name: error.headers[name] for name in ("WWW-Authenticate", "Allow") if name in error.headers}
        return _problem(error.status, f"http-{error.status}", {"reason": error.text or error.reason}, kept)
    except Broken as error:
        return _problem(500, "broken", {"reason": error.reason})
    except OSError:  # what is asked of the hub and not of the own mirror: the final checkpoint
        return _problem(503, "hub-unreachable", {})


def _problem(
    status: int, code: str, detail: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> web.Response:
    body = {
        "type": f"urn:evalhub:problem:{code}",
        "status": status,
        "code": code,
        "title": {lang: sentence(code, detail, lang) for lang in ("zh", "en")},
        "detail": dict(detail),
    }
    return web.json_response(body, status=status, headers=headers, content_type="application/problem+json")
