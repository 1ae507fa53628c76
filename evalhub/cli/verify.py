"""``evalhub verify BUNDLE``: off-line check of everything in an archive bundle, a folder or its .zip.

Exit codes: 0 whole · 1 broken or interrupted, with the first entry that does not hold · 2 no bundle, or unreadable.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evalhub.cli.texts import Lang, printable, reason, t
from evalhub.core.codec import to_plain
from evalhub.core.errors import Malformed
from evalhub.core.ledger.policy import Policy, parse_policy
from evalhub.replay.bundle import open_bundle
from evalhub.replay.findings import Check, Verification
from evalhub.replay.verify import verify


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="verify")(command)


def command(
    bundle: Annotated[Path, typer.Argument(help="归档包：文件夹或 .zip。Archive bundle: a folder or a .zip.")],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="另行取得的可信策略文件。A policy file that you trust.")
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
) -> None:
    """离线核验归档包的全部内容，指出第一条不成立的记录。Check a bundle off-line and name the first broken entry."""
    try:
        trusted = _policy(policy) if policy else None
        found = verify(open_bundle(bundle), trusted=trusted, processes=os.cpu_count() or 1)
    except Malformed as error:
        typer.echo(t("verify.unreadable", lang, why=str(error)), err=True)
        raise typer.Exit(2) from None
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False, indent=2))
    else:
        show(found, lang, trusted is not None)
    raise typer.Exit(0 if found.ok else 1)


def show(found: Verification, lang: Lang, trusted: bool = False) -> None:
    """Print what was checked, how many, and the verdict."""
    console = Console(highlight=False, soft_wrap=True)
    if found.rehearsal:
        console.print(escape(t("verify.rehearsal", lang)), style="bold reverse")
    console.print(escape(t("verify.session", lang, session=found.session, size=found.size, origin=found.origin)))
    console.print(_table(found, lang))
    if found.unproved:
        console.print(escape(t("verify.unproved", lang, files=", ".join(found.unproved))))
    if not trusted:
        console.print(escape(t("verify.keys", lang)), style="dim")
    for line in verdict(found, lang):
        console.print(escape(line), style="bold green" if found.ok else "bold red")


def verdict(found: Verification, lang: Lang) -> list[str]:
    """One or two sentences: whole, and why without a result; broken, where and why; interrupted; how far it holds."""
    if found.ok:
        whole = t("verify.whole", lang, size=found.size)
        why = reason(found.failure, lang) if found.end == "failed" else found.failure
        return [whole, t(f"verify.end-{found.end}", lang, why=why)] if found.failure else [whole]
    lines = []
    if found.broken and found.broken.entry is not None:
        lines.append(t("verify.broken", lang, entry=found.broken.entry, reason=found.broken.reason))
    elif found.broken:
        lines.append(t("verify.broken-file", lang, reason=found.broken.reason))
    if found.interrupted:
        lines.append(t("verify.interrupted", lang, at=found.last_at, phase=found.phase))
    return [*lines, t("verify.holds", lang, holds=found.holds, size=found.size)]


def _table(found: Verification, lang: Lang) -> Table:
    table = Table(box=box.SIMPLE)
    table.add_column(t("verify.column-check", lang))
    table.add_column(t("verify.column-count", lang), justify="right")
    table.add_column(t("verify.column-outcome", lang), overflow="fold")
    for row in found.checks:
        table.add_row(t(f"verify.check-{row.name}", lang), str(row.count), _outcome(row, lang))
    return table


def _outcome(row: Check, lang: Lang) -> str:
    if row.ok:
        return f"[green]{escape(t('verify.good', lang))}[/green]"
    if not row.reached:
        return f"[dim]{escape(t('verify.unreached', lang))}[/dim]"
    word = t("verify.open" if row.name == "tail" else "verify.bad", lang)
    return f"[red]{escape(word)}[/red] {escape(printable(row.detail))}"


def _policy(path: Path) -> Policy:
    try:
        return parse_policy(path.read_bytes())
    except OSError as error:
        raise Malformed(error.strerror or "cannot be read", path.name) from None
