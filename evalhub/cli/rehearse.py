"""``evalhub rehearse [PROJECT]``: one whole session through real processes with synthetic experts; then it must verify.

Exit codes: 0 the bundle verifies · 1 it does not, or the session failed · 2 could not run · 130 interrupted.
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
from evalhub.replay.bundle import open_bundle
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
    seed: Annotated[int, typer.Option("--seed", help="合成专家的选择。Choices of synthetic experts.")] = 1,
    bundle: Annotated[Path | None, typer.Option("--bundle", help="归档包写到哪里。Where the bundle goes.")] = None,
    keep: Annotated[Path | None, typer.Option("--data", help="保留各进程数据的文件夹。Folder kept.")] = None,
    lang: Language = Lang.ZH,
    as_json: AsJson = False,
) -> None:
    """无人值守演练一场评标并核验归档包。Rehearse one whole session unattended and verify its bundle."""
    try:
        folder = project_folder(project) if project else example(guests)
        split = parse_split(experts) if experts else ()
        out = _writable(bundle or Path(f"rehearsal-{time.strftime('%Y%m%d-%H%M%S')}.zip"))
    except Malformed as error:
        fail(error, lang)
    data = keep or Path(tempfile.mkdtemp(prefix="evalhub-rehearsal-")) / "data"
    with _Shown(lang, quiet=as_json) as shown:
        rehearsal = Rehearsal(data, folder, seed, shown.told, split=split)
        view = run(rehearsal.run(out), lang)
    found = verify(open_bundle(out))
    _report(view, found, out, lang, as_json)
    if keep is None:
        shutil.rmtree(data.parent, ignore_errors=True)
    raise typer.Exit(0 if found.ok and view["phase"] == "archived" and not view["failure"] else 1)


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


def _report(view: dict[str, Any], found: Verification, out: Path, lang: Lang, as_json: bool) -> None:
    if as_json:
        body = {
            "session": view["session"],
            "phase": view["phase"],
            "ranking": view["ranking"],
            "bundle": str(out),
            "verified": found.ok,
            "verification": to_plain(found),
        }
        print(json.dumps(body, ensure_ascii=False))
        return
    console = Console(highlight=False)
    table = Table(*(t(f"rehearse.column-{name}", lang) for name in ("rank", "bidder", "total", "price", "candidate")))
    for row in view["ranking"]:
        mark = "●" if row["candidate"] else ""
        table.add_row(str(row["rank"]), row["bidder"], row["total"], row["price"], mark)
    console.print(table)
    checked = sum(check.count for check in found.checks)
    key = "rehearse.verified" if found.ok else "rehearse.not-verified"
    console.print(t(key, lang, bundle=out, checks=len(found.checks), count=checked), soft_wrap=True)
