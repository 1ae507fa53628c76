"""OCDS at the command line: ``evalhub project import-ocds`` and ``evalhub result ocds``.

Exit codes: 0 written · 1 the bundle does not verify, or has no result to publish · 2 unreadable, or wrong use.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from evalhub.cli.common import REFUSED
from evalhub.cli.replay import load
from evalhub.cli.texts import Lang, reason, t
from evalhub.core.codec import to_plain
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.archive import Archive
from evalhub.core.ledger.times import parse_time
from evalhub.ocds.check import Mistake, package_mistakes, read_json
from evalhub.ocds.importing import Imported, import_release
from evalhub.ocds.records import encode
from evalhub.ocds.result import Publishing, package_of
from evalhub.party.placeholders import open_places
from evalhub.party.plain_files import read_bounded, write_yaml
from evalhub.replay.bundle import open_bundle
from evalhub.replay.moments import Moments
from evalhub.replay.verify import verify

WRONG_USE = 2
LARGEST = 16 * 1024 * 1024  # bytes of a release
ENDS = ("signing_closed", "session_failed", "session_stopped", "session_cancelled")
EXTENSION = "https://evalhub.example/ocds/evaluation/v1/extension.json"

app = typer.Typer(help="评标结果。Results of evaluations.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """评标结果。Results of evaluations."""


def import_ocds(
    release: Annotated[Path, typer.Argument(help="OCDS 1.1 招标发布文件 .json。OCDS 1.1 tender release.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="写入的项目文件。Project file to write.")],
    lot: Annotated[str, typer.Option("--lot", help="有多个标段时选一个。The lot, if there are several.")] = "",
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
) -> None:
    """由 OCDS 招标发布生成项目文件，列出未采用的内容。Make a project file of an OCDS release; list what is left."""
    try:
        found = import_release(read_json(read_bounded(release, LARGEST), where=release.name), lot)
        if out.exists():
            raise Malformed("is there already", str(out))
        out.write_text(_header(found, release.name) + write_yaml(found.project), encoding="utf-8")
    except Malformed as error:
        _stop(WRONG_USE, t("ocds.unreadable", lang, why=str(error)))
    except OSError as error:
        _stop(WRONG_USE, t("ocds.unreadable", lang, why=f"{out}: {error.strerror}"))
    places = len(list(open_places(found.project)))
    if as_json:
        listed = {"unmapped": to_plain(found.unmapped), "mistakes": to_plain(found.mistakes)}
        print(json.dumps({"file": str(out), "open": places, **listed}, ensure_ascii=False, indent=2))
        return
    for one in found.mistakes:
        print(t("ocds.mistake", lang, path=one.path, reason=reason(one.code, lang), found=one.found))
    for left in found.unmapped:
        print(t("ocds.left", lang, path=left.path, reason=reason(f"ocds-{left.why}", lang)))
    print(t("ocds.imported", lang, file=out, count=places, left=len(found.unmapped)))


@app.command()
def ocds(
    bundle: Annotated[Path, typer.Argument(help="归档包：文件夹或 .zip。Archive bundle: a folder or a .zip.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="写入的文件，默认屏幕。File to write.")] = None,
    publisher: Annotated[str, typer.Option("--publisher", help="发布者名称。Publisher; the host by default.")] = "",
    prefix: Annotated[str, typer.Option("--prefix", help="登记的 OCID 前缀。Registered OCID prefix.")] = "ocds-000000",
    uri: Annotated[str, typer.Option("--uri", help="发布包的 URI。URI of the package.")] = "",
    extension: Annotated[str, typer.Option("--extension", help="扩展的 URL。URL of our extension.")] = EXTENSION,
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
) -> None:
    """把评标结果写成 OCDS 发布包。Write the result of an evaluation as an OCDS release package."""
    told, _ = load(bundle, lang)
    files = open_bundle(bundle)
    found = verify(files)
    if not (found.ok or found.interrupted) or told.broken:
        _stop(REFUSED, t("ocds.broken", lang, bundle=bundle))
    state = told.state(told.size)
    how = Publishing(
        publisher=publisher or state.parties[state.host()].title.zh,
        prefix=prefix,
        uri=uri or f"tag:evalhub.example,2026:ocds/{state.session}",
        extension=extension,
        root=Archive(files).checkpoint.root.hex(),
        began=state.rounds[0].opened_at if state.rounds else None,
        ended=_ended(told),
        published=state.now,
    )
    try:
        data = encode(package_of(state, how))
    except Refusal:
        _stop(REFUSED, t("ocds.undeclared", lang, phase=state.phase))
    if wrong := package_mistakes(read_json(data)):  # an option that is no URI, or a prefix that is none
        _stop(REFUSED, "\n".join(_said(one, lang) for one in wrong))
    if out is None:
        print(data.decode(), end="")
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        _stop(WRONG_USE, t("ocds.unreadable", lang, why=f"{out}: {error.strerror}"))
    print(t("ocds.written", lang, file=out, size=len(data)))


def _ended(told: Moments) -> int:
    """When the last answer to the report was in, or the session came to its early end; hub time, ms."""
    ends = [line.at for line in told.lines() if line.type in ENDS]
    return parse_time(ends[-1]) if ends else told.state(told.size).now


def _said(one: Mistake, lang: Lang) -> str:
    return t("ocds.mistake", lang, path=one.path, reason=reason(one.code, lang), found=one.found)


def _header(found: Imported, name: str) -> str:
    """Comments at the top of the file: where it comes from and what was not taken over."""
    lines = [f"# 由 OCDS 发布文件 {name} 生成；带 TODO 的位置须填写，然后运行 evalhub project check。"]
    lines += [f"# Made of the OCDS release {name}; fill in every TODO, then run evalhub project check."]
    if found.unmapped:
        lines.append("# 未采用的内容（JSON 路径）。Not taken over, by JSON path:")
        lines += [f"#   {one.path} ({one.why})" for one in found.unmapped]
    return "\n".join(line.replace("\r", " ").replace("\n", " ") for line in lines) + "\n"


def _stop(code: int, text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(code) from None
