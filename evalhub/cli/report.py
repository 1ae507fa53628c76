"""``evalhub report BUNDLE -o FILE``: the evaluation report of an archive bundle as a PDF.

Exit codes: 0 written · 1 the record is broken, no report was issued, or it cannot be typeset · 2 no bundle, or the file
cannot be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.common import REFUSED, Language, fail
from evalhub.cli.replay import load
from evalhub.cli.texts import Lang, t
from evalhub.core.errors import EvalhubError
from evalhub.report.signing import report_pdf


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="report")(command)


def command(
    bundle: Annotated[Path, typer.Argument(help="归档包：文件夹或 .zip。Archive bundle: a folder or a .zip.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="写入的 PDF 文件。PDF file to write.")],
    lang: Language = Lang.ZH,
) -> None:
    """生成评标报告 PDF（PDF/A-2a）。Write the evaluation report as a PDF (PDF/A-2a)."""
    told, _ = load(bundle, lang)
    if told.broken:
        typer.echo(t("report.broken", lang, entry=told.broken.entry, reason=told.broken.reason), err=True)
        raise typer.Exit(REFUSED)
    try:
        made = report_pdf(told.state(told.size), "zh" if lang is Lang.ZH else "en")
    except EvalhubError as error:
        fail(error, lang, REFUSED)
    try:
        output.write_bytes(made)
    except OSError as error:
        fail(error, lang)
    print(t("report.written", lang, path=output, size=len(made)))
