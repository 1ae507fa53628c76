"""Filing (收件): a project handed in at the host's page is read, and every mistake named at its place; nothing is kept.

POST /api/files    {files: [{name, data: base64}]} → project, session set-up if there is one, problems by file
POST /api/plan     a plan → its problems
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import EvalhubError, Malformed
from evalhub.core.rules.plan import Plan, Problem, Project, plan_problems
from evalhub.core.rules.refusals import sentence
from evalhub.party.logins import Logins
from evalhub.party.project_file import ProjectMistakes, read_project
from evalhub.party.session_file import SessionMistakes, SessionSetup, read_session

SESSION = "session.yaml"
PROJECTS = (".yaml", ".yml", ".json", ".xlsx")


class HandedIn(Record):
    """One file as chosen in the browser."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    data: str


class HandIn(Record):
    """All files chosen."""

    files: Annotated[tuple[HandedIn, ...], Meta(min_length=1, max_length=8)]


class Mistake(Record):
    """One mistake: file and place in it, what was found, and what to do in both languages."""

    file: str
    path: str
    found: str
    zh: str
    en: str


class Filed(Record):
    """What came of it. ``project`` is None while there are mistakes in it."""

    project: Project | None
    setup: SessionSetup | None
    mistakes: tuple[Mistake, ...]


class Mistakes(Record):
    """Mistakes of a plan."""

    mistakes: tuple[Mistake, ...]


def routes(logins: Logins) -> list[web.RouteDef]:
    """For the host's web application."""

    async def files(request: web.Request) -> web.Response:
        await logins.operator(request)
        given = codec.loosely(HandIn, await request.read(), where="$")
        return web.json_response(codec.to_plain(await asyncio.to_thread(filed, given)))

    async def plan(request: web.Request) -> web.Response:
        await logins.operator(request)
        given = codec.loosely(Plan, await request.read(), where="$")
        return web.json_response(codec.to_plain(Mistakes(mistakes=mistakes("", plan_problems(given)))))

    return [web.post("/api/files", files), web.post("/api/plan", plan)]


def filed(given: HandIn) -> Filed:
    """Read a project file, and a ``session.yaml`` if there is one. Never raises for what is in them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            names = [_store(folder, file) for file in given.files]
        except Malformed as error:
            return Filed(project=None, setup=None, mistakes=(_unreadable(error),))
        setup, wrong = _setup(folder, names)
        project, more = _project(folder, _project_name(names, setup))
        return Filed(project=project, setup=setup, mistakes=(*wrong, *more))


def mistakes(file: str, found: tuple[Problem, ...]) -> tuple[Mistake, ...]:
    """Problems with their sentences."""
    return tuple(
        Mistake(
            file=file,
            path=one.path,
            found=one.found,
            zh=sentence(one.code, {"path": one.path, "found": one.found}, "zh"),
            en=sentence(one.code, {"path": one.path, "found": one.found}, "en"),
        )
        for one in found
    )


def _store(folder: Path, file: HandedIn) -> str:
    name = PurePosixPath(file.name.replace("\\", "/")).name
    if name in ("", ".", "..") or "\0" in name:
        raise Malformed("is not a file name", file.name)
    try:
        (folder / name).write_bytes(base64.b64decode(file.data, validate=True))
    except binascii.Error:
        raise Malformed("is not base64", name) from None
    return name


def _setup(folder: Path, names: list[str]) -> tuple[SessionSetup | None, tuple[Mistake, ...]]:
    if SESSION not in names:
        return None, ()
    try:
        return read_session(folder / SESSION), ()
    except SessionMistakes as error:
        return None, mistakes(SESSION, error.problems)
    except Malformed as error:
        return None, (_unreadable(error),)


def _project_name(names: list[str], setup: SessionSetup | None) -> str:
    if setup is not None and setup.project in names:
        return setup.project
    return next((name for name in sorted(names) if name != SESSION and name.lower().endswith(PROJECTS)), "")


def _project(folder: Path, name: str) -> tuple[Project | None, tuple[Mistake, ...]]:
    if not name:
        return None, mistakes("", (Problem(path="project", code="file-missing", found=", ".join(PROJECTS)),))
    try:
        return read_project(folder / name), ()
    except ProjectMistakes as error:
        return None, mistakes(name, error.problems)
    except EvalhubError as error:
        return None, (_unreadable(error),)


def _unreadable(error: EvalhubError) -> Mistake:
    where = error.where if isinstance(error, Malformed) else ""
    reason = error.reason if isinstance(error, Malformed) else str(error)
    values = {"path": where, "found": reason}
    return Mistake(file=where, path="", found=reason, zh=sentence("bad-value", values, "zh"),
                   en=sentence("bad-value", values, "en"))  # fmt: skip
