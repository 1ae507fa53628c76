"""``evalhub salvage FOLDER…``: a bundle from the parties' own mirrors, when the hub never comes back.

Give the data folders of the host, the guests and oversight, or one folder that holds them all. They are only read. The
bundle ends where everybody last countersigned; ``evalhub verify`` calls it interrupted. Entries behind that are written
beside it, one a line, as evidence that nobody has countersigned.

Exit codes: 0 written and holds as far as it goes · 1 nothing to write, or it does not hold · 2 wrong use or unreadable.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.common import REFUSED, AsJson, Language, fail
from evalhub.cli.texts import Lang, t
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.party.console import zipped
from evalhub.party.salvage import Salvaged, join, read_copy, sessions_in
from evalhub.party.settings import DATABASE
from evalhub.replay.verify import verify


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="salvage")(command)


def command(
    folders: Annotated[list[Path], typer.Argument(help="各方的数据文件夹。Data folders of the parties.")],
    session: Annotated[str, typer.Option("--session", help="场次编号；只有一场时可省略。Session id.")] = "",
    out: Annotated[Path | None, typer.Option("--bundle", "-o", help="归档包写到哪里。Where the bundle goes.")] = None,
    lang: Language = Lang.ZH,
    as_json: AsJson = False,
) -> None:
    """中枢无法恢复时，由各方副本合成归档包。Join the parties' mirrors into a bundle when the hub is lost."""
    try:
        parties = _parties(folders)
        name = session or _only_session(parties)
        target = out or Path(f"{name}-salvaged.zip")
        if target.exists():
            raise Malformed("exists already; it is never overwritten", str(target))
        found = join(name, [read_copy(folder, name) for folder in parties])
    except Malformed as error:
        fail(error, lang)
    except (Refusal, Broken) as error:
        fail(error, lang, REFUSED)
    target.write_bytes(zipped(found.files))
    tail = _write_tail(target, found)
    holds = _tell(name, found, target, tail, lang, as_json)
    raise typer.Exit(0 if holds else 1)


def _parties(folders: list[Path]) -> list[Path]:
    """The data folders themselves, or those inside a folder that is none."""
    found = [
        one
        for folder in folders
        for one in ([folder] if (folder / DATABASE).is_file() else sorted(folder.glob("*")))
        if (one / DATABASE).is_file()
    ]
    if not found:
        raise Malformed(f"there is no {DATABASE} in it, nor in the folders it holds", " ".join(map(str, folders)))
    return found


def _only_session(parties: list[Path]) -> str:
    names = sorted({name for folder in parties for name in sessions_in(folder)})
    if len(names) != 1:
        raise Malformed(f"say which session: {', '.join(names) or 'there is none'}", "--session")
    return names[0]


def _write_tail(target: Path, found: Salvaged) -> Path | None:
    if not found.tail:
        return None
    beside = target.with_suffix(".tail.jsonl")
    beside.write_bytes(b"".join(entry + b"\n" for entry in found.tail))
    return beside


def _tell(name: str, found: Salvaged, target: Path, tail: Path | None, lang: Lang, as_json: bool) -> bool:
    """Print what was saved; whether all of it proves itself."""
    checked = verify(found.files)
    holds = checked.broken is None and checked.holds == found.size
    said = {"session": name, "bundle": str(target), "size": found.size, "tail": len(found.tail), "fork": found.fork}
    if as_json:
        print(json.dumps({**said, "phase": checked.phase, "last_at": checked.last_at, "holds": holds}))
        return holds
    print(t("salvage.written", lang, bundle=target, size=found.size, at=checked.last_at))
    if tail is not None:
        print(t("salvage.tail", lang, count=len(found.tail), file=tail))
    if found.fork is not None:
        print(t("salvage.fork", lang, entry=found.fork))
    print(t("salvage.holds" if holds else "salvage.broken", lang))
    return holds
