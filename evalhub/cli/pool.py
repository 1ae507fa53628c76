"""``evalhub pool …``: check a pool file, import it into the centre's database, report what needs a look.

``audit`` is in ``pool_audit``.

Exit codes: 0 good · 1 mistakes found, each printed with file, row, column and reason · 2 unreadable, or wrong use.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from evalhub.cli import pool_audit
from evalhub.cli.texts import Lang, reason, t
from evalhub.core.codec import to_plain
from evalhub.core.errors import Malformed
from evalhub.core.ledger.times import format_time
from evalhub.party.tables import metadata
from evalhub.site.pool.check import read_pool
from evalhub.site.pool.records import Pool, PoolMistakes
from evalhub.site.pool.store import replace_pool
from evalhub.site.pool.tables import expert, pool_import
from evalhub.site.pool.upkeep import Noted, UpkeepReport, upkeep

app = typer.Typer(
    help="专家库：检查、导入、清理报告、事后核查。Expert pools: check, import, upkeep report, audit afterwards.",
    no_args_is_help=True,
)
pool_audit.register(app)

File = Annotated[Path, typer.Argument(help=".xlsx / .csv")]
Language = Annotated[Lang, typer.Option("--lang", help="zh-CN / en")]
AsJson = Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")]


@app.command()
def check(file: File, lang: Language = Lang.ZH, as_json: AsJson = False) -> None:
    """检查专家库文件，指出每一处错误。Check a pool file and name every mistake."""
    pool = _read(file, lang, as_json)
    active = sum(one.status == "active" for one in pool.experts)
    if as_json:
        _print_json({"ok": True, "size": len(pool.experts), "active": active, "digest": pool.digest()})
    else:
        print(t("pool.good", lang, file=file.name, size=len(pool.experts), active=active))


@app.command(name="import")
def import_(
    file: File,
    database: Annotated[str, typer.Option("--database", help="SQLAlchemy URL, e.g. sqlite:///site.sqlite")],
    lang: Language = Lang.ZH,
) -> None:
    """整库导入；有一处错误就什么也不导入。Import a pool whole, or nothing of it."""
    pool = _read(file, lang, False)
    try:
        number = _import(pool, make_url(database), file.name)
    except (SQLAlchemyError, ImportError) as error:
        shown = _without_password(database)
        typer.echo(t("pool.database", lang, url=shown, why=type(error).__name__), err=True)
        raise typer.Exit(2) from None
    size, digest = len(pool.experts), pool.digest()
    print(t("pool.imported", lang, file=file.name, size=size, number=number, digest=digest))


@app.command()
def report(file: File, lang: Language = Lang.ZH, as_json: AsJson = False) -> None:
    """清理报告：职称、多专业、重复、暂停。What needs a look: titles, many specialties, twins, suspensions."""
    found = upkeep(_read(file, lang, as_json))
    if as_json:
        _print_json(to_plain(found))
    else:
        _print_report(found, lang)


def _read(file: Path, lang: Lang, as_json: bool) -> Pool:
    try:
        return read_pool(file)
    except PoolMistakes as mistakes:
        _print_mistakes(file, mistakes, lang, as_json)
    except Malformed as error:
        typer.echo(t("pool.unreadable", lang, why=str(error)), err=True)
        raise typer.Exit(2) from None


def _print_mistakes(file: Path, mistakes: PoolMistakes, lang: Lang, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"ok": False, "file": file.name, "mistakes": to_plain(mistakes.mistakes)})
        raise typer.Exit(1)
    for one in mistakes.mistakes:
        found = t("pool.found", lang, found=one.found) if one.found else ""
        why = reason(one.code, lang)
        print(t("pool.mistake", lang, file=file.name, row=one.row, column=one.column, reason=why, found=found))
    print(t("pool.refused", lang, file=file.name, count=len(mistakes.mistakes)))
    raise typer.Exit(1)


def _import(pool: Pool, url: URL, source: str) -> int:
    engine = create_engine(url)
    try:
        metadata.create_all(engine, tables=[pool_import, expert])
        with engine.begin() as connection:
            return replace_pool(connection, pool, at=format_time(time.time_ns() // 1_000_000), source=source)
    finally:
        engine.dispose()


def _without_password(database: str) -> str:
    try:
        return make_url(database).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "?"


def _print_report(found: UpkeepReport, lang: Lang) -> None:
    print(t("pool.report-size", lang, size=found.size, active=found.active))
    _print_list("pool.report-unqualified", found.unqualified, lang)
    _print_list("pool.report-equal", found.equal_level, lang)
    _print_list("pool.report-many", found.many_specialties, lang)
    print(t("pool.report-twins", lang, count=len(found.twins)))
    for twins in found.twins:
        print(t("pool.row", lang, id=" ".join(twins), name="", found=""))
    print(t("pool.report-suspended", lang, count=len(found.suspended)))
    for one in found.suspended:
        why = t("pool.report-until", lang, reason=one.reason, until=one.until) if one.until else one.reason
        print(t("pool.row", lang, id=one.id, name=one.name, found=why))
    print(t("pool.report-years", lang))


def _print_list(key: str, listed: tuple[Noted, ...], lang: Lang) -> None:
    print(t(key, lang, count=len(listed)))
    for one in listed:
        print(t("pool.row", lang, id=one.id, name=one.name, found=one.found))


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
