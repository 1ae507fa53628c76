"""``evalhub demo``: every process on this machine, kept running; prints each address, ticket and the next step.

Exit codes: 0 ended by Ctrl-C · 1 a process ended by itself · 2 could not start.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli.common import AsJson, Language, fail, run, why
from evalhub.cli.texts import Lang, t
from evalhub.core.errors import Malformed
from evalhub.demo.demo import Demo, running
from evalhub.demo.examples import example, project_folder
from evalhub.demo.processes import Died

PORT_BASE = 8600


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="demo")(command)


def command(
    data: Annotated[Path, typer.Option("--data", help="数据文件夹。Data folder.")] = Path("data/demo"),
    port_base: Annotated[
        int, typer.Option("--port-base", min=1024, max=65_000, help="第一个端口。First port.")
    ] = PORT_BASE,
    project: Annotated[
        Path | None, typer.Option("--project", help="含 session.yaml 的文件夹。Folder with a session.yaml.")
    ] = None,
    lang: Language = Lang.ZH,
    as_json: AsJson = False,
) -> None:
    """在本机启动枢纽、主场、客场和监督端并保持运行。Run hub, host, guest and oversight here until Ctrl-C."""
    try:
        folder = project_folder(project) if project else example(1)
    except Malformed as error:
        fail(error, lang)
    try:
        run(_serve(data, folder, port_base, lang, as_json), lang)
    except typer.Exit as end:
        raise typer.Exit(0 if end.exit_code == 130 else end.exit_code) from None


async def _serve(data: Path, folder: Path, port_base: int, lang: Lang, as_json: bool) -> None:
    console = Console(stderr=as_json, highlight=False)

    def told(what: str, detail: dict[str, Any]) -> None:
        if what == "pools":
            sizes = ", ".join(f"{centre} {size}" for centre, size in detail.items())
            console.print(t("demo.pools", lang, sizes=sizes))
        elif what == "started":
            console.print(t("demo.started", lang, count=detail["processes"]))

    console.print(t("demo.starting", lang, data=data))
    async with running(data, folder, port_base, told) as demo:
        try:
            await demo.fleet.while_alive(_attend(demo, console, lang, as_json))
        except Died as died:
            console.print(why(died, lang), style="bold")
            raise typer.Exit(1) from None


async def _attend(demo: Demo, console: Console, lang: Lang, as_json: bool) -> None:
    await demo.prepare()
    if as_json:
        sys.stdout.write(json.dumps(demo.description(), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        _show(demo, console, lang)
    await _follow(demo, console, lang)


def _show(demo: Demo, console: Console, lang: Lang) -> None:
    table = Table()
    for name in ("party", "role", "address", "password", "totp"):  # what is to be typed is never cut short
        table.add_column(t(f"demo.column-{name}", lang), overflow="fold", no_wrap=name in ("address", "password"))
    table.add_row("hub", "hub", f"https://127.0.0.1:{demo.fleet.hub.port}", "", "")
    for party in demo.info.parties:
        url = f"{demo.fleet.url(party.name)}/"
        table.add_row(party.name, t(f"role.{party.role}", lang), url, party.password, party.totp)
    console.print(table)
    console.print(t("demo.code", lang, data=demo.data), soft_wrap=True)
    _show_tickets(demo, console, lang)


def _show_tickets(demo: Demo, console: Console, lang: Lang) -> None:
    table = Table()
    for name in ("seat", "ticket", "roster"):
        table.add_column(t(f"demo.column-{name}", lang), overflow="fold", no_wrap=name == "ticket")
    for ticket in demo.tickets():
        table.add_row(ticket.seat, ticket.ticket, ticket.roster)
    console.print(table)


async def _follow(demo: Demo, console: Console, lang: Lang) -> None:
    """Say the next step whenever the session moves."""
    last = ""
    while True:
        view = await demo.oversight.view()
        if view is not None:
            if await demo.print_tickets():
                _show_tickets(demo, console, lang)
            step = next_step(view, lang, demo.data)
            if step != last:
                last = step
                console.print(escape(step), soft_wrap=True)
        await asyncio.sleep(0.5)


def next_step(view: dict[str, Any], lang: Lang, data: Path) -> str:
    """What a person should do now, as a command to copy where there is one."""
    phase = t(f"phase.{view['phase']}", lang)
    step = t(f"next.{_situation(view)}", lang, data=data, why=view["failure"])
    return t("demo.next", lang, phase=phase, step=step)


def _situation(view: dict[str, Any]) -> str:
    """Which of the texts ``next.*`` applies."""
    if view["paused"]:
        return "paused"
    if view["phase"] == "checkin":
        seats = view["seats"]
        ready = seats and all(seat["redeemed"] and seat["tested"] and seat["declared"] for seat in seats)
        missing = any(centre["missing"] for centre in view["centres"])
        return "request-start" if ready and not missing else "take-seats"
    if view["phase"] == "verification":
        return "close-findings" if view["open_findings"] else "conclude-verification"
    known = {"start_pending": "approve-start", "sealing": "score", "report": "issue-report", "signing": "sign"}
    known |= {"archived": "ended-early" if view["failure"] else "archived", "failed": "stopped", "cancelled": "over"}
    return known.get(view["phase"], "wait")
