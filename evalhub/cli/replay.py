"""``evalhub replay BUNDLE``: the story of a session on the terminal, its state at a moment, or the page (``--serve``).

The ledger is executed again while it is told; the story ends at the first entry that does not hold. The page is served
to this machine alone, needs no hub, and opens on a broken record as well: it shows where it breaks.
Exit codes: 0 told to the end of the record · 1 broken, or no such moment · 2 no bundle, or unreadable.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web

from evalhub.cli.common import run
from evalhub.cli.texts import Lang, reason, t
from evalhub.core.codec import to_plain
from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.archive import Archive, blob_path
from evalhub.core.ledger.entry import read_entry
from evalhub.replay.bundle import open_bundle
from evalhub.replay.moments import Moment, Moments, describe, differences
from evalhub.replay.serve import ADDRESS, application
from evalhub.replay.story import parse_moment
from evalhub.replay.timeline import Timeline
from evalhub.web.pages import routes

PORT = 8440


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="replay")(command)


def command(
    bundle: Annotated[Path, typer.Argument(help="归档包：文件夹或 .zip。Archive bundle: a folder or a .zip.")],
    at: Annotated[
        str,
        typer.Option("--at", help="记录数或北京时间。Number of entries, or Beijing time."),
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help="与 --at 同用：比较两个时刻。With --at: what changed since that moment.")
    ] = "",
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="打开回放页面（仅本机）。Serve the replay page to this machine.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="与 --serve 同用。With --serve; 0: any free port.")
    ] = PORT,
) -> None:
    """叙述一场评标，或显示任一时刻的状态。Tell the story of a session, or show its state at any moment."""
    if serve:
        run(_serve(_timeline(bundle, lang), port, lang), lang)
        return
    told, rehearsal = load(bundle, lang)
    if at or since:
        _show_moment(told, at, since, lang, as_json)
    elif as_json:
        broken = None if told.broken is None else {"entry": told.broken.entry, "reason": told.broken.reason}
        story = {"rehearsal": rehearsal, "lines": to_plain(tuple(told.lines())), "broken": broken}
        print(json.dumps(story, ensure_ascii=False, indent=2))
    else:
        _show_story(told, rehearsal, lang)
    if told.broken:
        typer.echo(t("replay.broken", lang, entry=told.broken.entry, reason=told.broken.reason), err=True)
        raise typer.Exit(1)


def load(bundle: Path, lang: Lang) -> tuple[Moments, bool]:
    """The moments of a bundle, and whether it is a rehearsal. Ends the command if it cannot be read."""
    try:
        files = open_bundle(bundle)
        archive = Archive(files)
        entries = archive.entries()
        session = read_entry(entries[0], lambda name: files[blob_path(name)]).session if entries else ""
        return Moments(session, entries, lambda name: files[blob_path(name)]), archive.checkpoint.rehearsal
    except (Malformed, Broken) as error:
        typer.echo(t("replay.unreadable", lang, why=str(error)), err=True)
        raise typer.Exit(2) from None


def _timeline(bundle: Path, lang: Lang) -> Timeline:
    try:
        return Timeline(open_bundle(bundle))
    except (Malformed, Broken) as error:
        typer.echo(t("replay.unreadable", lang, why=str(error)), err=True)
        raise typer.Exit(2) from None


async def _serve(timeline: Timeline, port: int, lang: Lang) -> None:
    """Until interrupted. The first line printed is the address."""
    runner = web.AppRunner(application(timeline, routes("replay")), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, ADDRESS, port)
        await site.start()
        bound = runner.addresses[0][1]
        print(t("replay.served", lang, address=f"http://{ADDRESS}:{bound}/replay/"), flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _show_story(told: Moments, rehearsal: bool, lang: Lang) -> None:
    if rehearsal:
        print(t("replay.rehearsal", lang))
    print(t("replay.heading", lang, session=told.state(0).session))
    phase = ""
    for line in told.lines():
        print(t("replay.line", lang, seq=f"{line.seq:>5}", at=line.beijing, text=line.text(lang)))
        if line.phase != phase:
            phase = line.phase
            print(t("replay.phase", lang, phase=phase))
    print(t("replay.ends", lang, phase=phase))


def _show_moment(told: Moments, at: str, since: str, lang: Lang, as_json: bool) -> None:
    now = describe(told.state(_size(told, at, lang) if at else told.size))
    before = describe(told.state(_size(told, since, lang))) if since else None
    changed = differences(before, now) if before else ()
    if as_json:
        shown = {"moment": to_plain(now), "changed": to_plain(changed)} if before else to_plain(now)
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    if before:
        print(t("replay.since", lang, size=before.size))
        for one in changed:
            print(t("replay.difference", lang, path=one.path, before=one.before or "-", after=one.after or "-"))
    else:
        _print_moment(now, lang)


def _print_moment(now: Moment, lang: Lang) -> None:
    print(t("replay.moment", lang, size=now.size, at=now.beijing, phase=now.phase))
    if now.round:
        print(t("replay.round", lang, round=now.round, stage=now.stage))
    if now.gate:
        print(t("replay.gate", lang, gate=now.gate))
    if now.paused:
        print(t("replay.paused", lang))
    for seat in now.seats:
        marks = {"ready": _mark(seat.ready), "opened": _mark(seat.opened), "sealed": seat.sealed or "-"}
        print(t("replay.seat", lang, seat=seat.seat, room=seat.room, member=seat.member, answer=seat.answer, **marks))
    if now.failure:
        print(t("replay.failure", lang, why=reason(now.failure, lang)))
    for row in () if now.failure else now.ranking:
        print(t("replay.rank", lang, rank=row.rank, bidder=row.bidder, total=row.total, price=row.price))


def _mark(yes: bool) -> str:
    return "✓" if yes else "-"


def _size(told: Moments, at: str, lang: Lang) -> int:
    """A number of entries, from such a number or from a time. Ends the command if there is no such moment."""
    try:
        size = int(at) if at.isdecimal() else told.size_at(parse_moment(at))
    except ValueError:
        size = -1
    if not 0 <= size <= told.size:
        typer.echo(t("replay.no-moment", lang, at=at, size=told.size), err=True)
        raise typer.Exit(1)
    return size
