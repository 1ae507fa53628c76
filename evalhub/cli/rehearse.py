"""``evalhub rehearse [PROJECT]``: whole sessions through real processes with synthetic experts; then they must verify.

``--scenario NAME`` takes a lawful side road, ``--scenario all`` one session for each, ``--scenario list`` names them.

Exit codes: 0 every bundle verifies and its ledger holds what the scenario is about · 1 one does not · 2 could not run ·
130 interrupted.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from evalhub.cli.common import AsJson, Language, fail, run
from evalhub.cli.texts import Lang, t
from evalhub.core.codec import to_plain
from evalhub.core.errors import Malformed
from evalhub.demo.examples import example, parse_split, project_folder
from evalhub.demo.rehearsal import Rehearsal
from evalhub.demo.scenarios import SCENARIOS, Scenario, scenario, unmet
from evalhub.replay.bundle import open_bundle
from evalhub.replay.content import entry_types
from evalhub.replay.findings import Verification
from evalhub.replay.verify import verify

ROAD = (
    "draft", "requested", "confirmed", "drawing", "drawn", "checkin", "start_pending", "starting",
    "sealing chair", "sealing preliminary", "sealing detailed", "summary", "verification", "report", "signing",
    "closed", "archived",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="rehearse")(command)


def command(
    project: Annotated[
        Path | None, typer.Argument(help="含 session.yaml 的文件夹。Folder with a session.yaml.")
    ] = None,
    experts: Annotated[str, typer.Option("--experts", help="各中心人数 3+2。Members by centre.")] = "",
    guests: Annotated[int, typer.Option("--guests", help="客场数（内置示例）。Guests (built-in example).")] = 1,
    road: Annotated[str, typer.Option("--scenario", help="情景：名称、list、all。Scenario.")] = "straight",
    seed: Annotated[int, typer.Option("--seed", help="合成专家的选择。Choices of synthetic experts.")] = 1,
    bundle: Annotated[Path | None, typer.Option("--bundle", help="归档包写到哪里。Where the bundle goes.")] = None,
    keep: Annotated[Path | None, typer.Option("--data", help="保留各进程数据的文件夹。Folder kept.")] = None,
    lang: Language = Lang.ZH,
    as_json: AsJson = False,
) -> None:
    """无人值守演练一场评标并核验归档包。Rehearse one whole session unattended and verify its bundle."""
    if road == "list":
        _list(lang, as_json)
        return
    try:
        roads = list(SCENARIOS.values()) if road == "all" else [scenario(road)]
        folder = project_folder(project) if project else example(guests)
        split = parse_split(experts) if experts else ()
        out = _writable(bundle or Path(f"rehearsal-{time.strftime('%Y%m%d-%H%M%S')}.zip"))
    except Malformed as error:
        fail(error, lang)
    data = keep or Path(tempfile.mkdtemp(prefix="evalhub-rehearsal-")) / "data"
    one = len(roads) == 1
    held = True
    for each in roads:
        to = out if one else out.with_stem(f"{out.stem}-{each.name}")
        with _Shown(lang, quiet=as_json) as shown:
            play = Rehearsal(data if one else data / each.name, folder, seed, shown.told, split=split, scenario=each)
            view = run(play.run(to), lang)
        held = _report(each, view, to, lang, as_json) and held
    if keep is None:
        shutil.rmtree(data.parent, ignore_errors=True)
    raise typer.Exit(0 if held else 1)


def _list(lang: Lang, as_json: bool) -> None:
    place = 0 if lang is Lang.ZH else 1
    if as_json:
        print(json.dumps({name: one.title[place] for name, one in SCENARIOS.items()}, ensure_ascii=False))
        return
    for name, one in SCENARIOS.items():
        print(f"{name:24}{one.title[place]}")


def _writable(path: Path) -> Path:
    if not path.parent.is_dir():
        raise Malformed("there is no such folder", str(path.parent))
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise Malformed("is a folder, or its folder cannot be written to", str(path))
    return path


class _Shown:
    """Progress by phase on standard error: a bar for a person, nothing when quiet."""

    def __init__(self, lang: Lang, *, quiet: bool) -> None:
        self.lang = lang
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=Console(stderr=True), disable=quiet)
        self.task = self.progress.add_task(t("rehearse.starting", lang), total=len(ROAD))
        self.quiet = quiet or not sys.stderr.isatty()

    def __enter__(self) -> _Shown:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def told(self, what: str, detail: dict[str, Any]) -> None:
        """Hear of progress."""
        if what == "phase":
            text = t(f"phase.{detail['phase']}", self.lang)
            stage = t(f"stage.{detail['stage']}", self.lang) if detail["stage"] else ""
            description = t("rehearse.phase", self.lang, phase=text, stage=stage, size=detail["size"])
            self.progress.update(self.task, description=description, completed=_place(detail))
            if not self.quiet:
                self.progress.console.print(description, style="dim")
        elif what == "vacated":
            self.progress.console.print(t("rehearse.vacated", self.lang, seat=detail["seat"]))


def _place(view: dict[str, Any]) -> int:
    staged = f"{view['phase']} {view['stage']}"
    for name in (staged, view["phase"], f"sealing {view['stage']}"):
        if name in ROAD:
            return ROAD.index(name) + 1
    return len(ROAD)


def _report(road: Scenario, view: dict[str, Any], out: Path, lang: Lang, as_json: bool) -> bool:
    """Verify, print, and say whether all of it holds."""
    files = open_bundle(out)
    found = verify(files)
    lacking = unmet(road, entry_types(files), found.end) if found.ok else ""
    if as_json:
        body = {
            "session": view["session"],
            "scenario": road.name,
            "lacking": lacking,
            "phase": view["phase"],
            "ranking": view["ranking"],
            "bundle": str(out),
            "verified": found.ok,
            "verification": to_plain(found),
        }
        print(json.dumps(body, ensure_ascii=False))
    else:
        _print(road, view, found, out, lang)
        if lacking:
            Console(highlight=False).print(t("rehearse.lacking", lang, scenario=road.name, lacking=lacking))
    return found.ok and not lacking


def _print(road: Scenario, view: dict[str, Any], found: Verification, out: Path, lang: Lang) -> None:
    console = Console(highlight=False)
    console.print(t("rehearse.scenario", lang, name=road.name, title=road.title[0 if lang is Lang.ZH else 1]))
    if view["ranking"]:
        names = ("rank", "bidder", "total", "price", "candidate")
        table = Table(*(t(f"rehearse.column-{name}", lang) for name in names))
        for row in view["ranking"]:
            mark = "●" if row["candidate"] else ""
            table.add_row(str(row["rank"]), row["bidder"], row["total"], row["price"], mark)
        console.print(table)
    checked = sum(check.count for check in found.checks)
    key = "rehearse.verified" if found.ok else "rehearse.not-verified"
    console.print(t(key, lang, bundle=out, checks=len(found.checks), count=checked), soft_wrap=True)
