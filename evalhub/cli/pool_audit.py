"""``evalhub pool audit BUNDLE --centre NAME --pool FILE --secrets FILE``: a centre's draws run again with names.

For oversight, after the archive. The bundle is verified first; secrets are what the centre's console gave by
``draw-secrets``. Prints names: keep the output where the pool file may be kept.

Exit codes: 0 everything holds · 1 differences, each named, or a broken bundle · 2 unreadable, or of another session.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.texts import Lang, t
from evalhub.core.codec import loosely, to_plain
from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.archive import Archive
from evalhub.party.plain_files import read_bounded
from evalhub.replay import content
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify
from evalhub.site.pool.audit import Audit, Difference, DrawSecrets, Person, audit
from evalhub.site.pool.check import read_pool
from evalhub.site.pool.records import PoolMistakes

MAX_SECRETS = 64 * 1024


def register(app: typer.Typer) -> None:
    """Add the command to ``evalhub pool``."""
    app.command(name="audit")(command)


def command(
    bundle: Annotated[Path, typer.Argument(help="归档包：文件夹或 .zip。Archive bundle: a folder or a .zip.")],
    centre: Annotated[str, typer.Option("--centre", help="中心名称。The centre whose draws are audited.")],
    pool: Annotated[Path, typer.Option("--pool", help="该中心的专家库文件（.xlsx / .csv）。Its pool file.")],
    secrets: Annotated[Path, typer.Option("--secrets", help="该中心导出的抽取密值（draw-secrets）。Its draw secrets.")],
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
) -> None:
    """监督事后核查：用专家库文件和密值重做抽取，核对姓名与筛选。Run a centre's draws again with names."""
    try:
        found = _audit(open_bundle(bundle), centre, pool, secrets)
    except PoolMistakes as mistakes:
        _fail(t("pool.audit-mistakes", lang, file=pool.name, count=len(mistakes.mistakes)), 2)
    except Malformed as error:
        _fail(t("pool.unreadable", lang, why=str(error)), 2)
    except Broken as error:
        _fail(t("pool.audit-broken", lang, why=str(error)), 1)
    else:
        if as_json:
            print(json.dumps({"ok": found.ok, **to_plain(found)}, ensure_ascii=False, indent=2))
        else:
            _show(found, lang)
        raise typer.Exit(0 if found.ok else 1)


def _audit(files: Mapping[str, bytes], centre: str, pool: Path, secrets: Path) -> Audit:
    held = loosely(DrawSecrets, read_bounded(secrets, MAX_SECRETS), where=secrets.name)
    if held.centre != centre:
        raise Malformed(f"the secrets are of {held.centre}, not of {centre}", secrets.name)
    experts = read_pool(pool)
    verified = verify(files)
    if not verified.ok:
        raise Broken(verified.broken.reason if verified.broken else "the session has no end")
    if verified.session != held.session:
        raise Malformed(f"the secrets are of {held.session}, the bundle of {verified.session}", secrets.name)
    entries, error = content.read_all(Archive(files), files)
    if error:
        raise error
    return audit(entries, lambda sha256: files[f"blobs/sha256/{sha256}"], experts, held)


def _show(found: Audit, lang: Lang) -> None:
    print(t("pool.audit-head", lang, session=found.session, centre=found.centre, size=found.experts, draws=found.draws))
    print(t("pool.audit-called", lang, count=len(found.called)))
    for one in found.called:
        where = {"draw": one.draw, "stratum": one.stratum, "leaf": one.leaf[:12], "outcome": one.outcome}
        print(t("pool.audit-call", lang, **where, **_names(one.person)))
    print(t("pool.audit-members", lang, count=len(found.members)))
    for member in found.members:
        print(t("pool.audit-member", lang, seat=member.seat or "-", stratum=member.stratum, **_names(member.person)))
    for difference in found.differences:
        print(_told(difference, lang))
    verdict = t("pool.audit-holds", lang) if found.ok else t("pool.audit-differs", lang, count=len(found.differences))
    print(verdict)


def _told(one: Difference, lang: Lang) -> str:
    told = t(f"pool.audit-{one.code}", lang, **_names(one.person), leaf=one.leaf[:12], stratum=one.stratum,
             outcome=one.outcome, expected=one.expected[:12], found=one.found[:12])  # fmt: skip
    return t("pool.audit-difference", lang, draw=one.draw, told=told)


def _names(person: Person | None) -> dict[str, str]:
    if person is None:
        return {"id": "?", "name": "?", "employer": "?"}
    return {"id": person.id, "name": person.name, "employer": person.employer}


def _fail(sentence: str, code: int) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
