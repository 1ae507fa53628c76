"""``evalhub explain BUNDLE --bidder X``: how this bidder's result came about, step by step.

Exit codes: 0 explained · 1 the record is broken, the bidder unknown, or nothing declared · 2 no bundle, or unreadable.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.price import step_text
from evalhub.cli.replay import load
from evalhub.cli.texts import Lang, t
from evalhub.core.codec import to_plain
from evalhub.core.errors import Refusal
from evalhub.core.rules.prices import PriceResult
from evalhub.core.rules.scoring import Summary, SummaryRow
from evalhub.replay.explain import Explanation, explain


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="explain")(command)


def command(
    bundle: Annotated[Path, typer.Argument(help="归档包：文件夹或 .zip。Archive bundle: a folder or a .zip.")],
    bidder: Annotated[str, typer.Option("--bidder", help="投标人代码。Code of the bidder.")],
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
) -> None:
    """说明某投标人的结果如何得出。Explain how one bidder's result came about."""
    told, _ = load(bundle, lang)
    if told.broken:
        typer.echo(t("explain.broken", lang, entry=told.broken.entry, reason=told.broken.reason), err=True)
        raise typer.Exit(1)
    try:
        found = explain(told.state(told.size), bidder)
    except Refusal as refusal:
        key = "explain.unknown" if refusal.code == "unknown-bidder" else "explain.undeclared"
        typer.echo(t(key, lang, **refusal.detail), err=True)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False, indent=2))
    else:
        _show(found, lang)


def _show(found: Explanation, lang: Lang) -> None:
    print(t("explain.heading", lang, bidder=found.bidder, name=found.name, price=f"{found.price:f}"))
    print(t("explain.examination", lang))
    for item in found.items:
        votes = {"passed": item.passed, "failed": item.failed, "reasons": " / ".join(item.reasons)}
        print(t("explain.item", lang, item=item.item, title=item.title, **votes).rstrip())
    print(t("explain.valid" if found.valid else "explain.rejected", lang))
    if found.prices and found.summary:
        _show_scores(found, lang)
        _show_price(found.prices, found.bidder, lang)
        _show_summary(found, found.summary, lang)


def _show_scores(found: Explanation, lang: Lang) -> None:
    print(t("explain.scores", lang))
    for row in found.scores:
        corrected = t("explain.corrected", lang, sealed=f"{row.sealed:f}") if row.sealed != row.score else ""
        said = {"score": f"{row.score:f}", "corrected": corrected, "remark": row.remark}
        print(t("explain.score", lang, member=row.member, factor=row.factor, **said).rstrip())


def _show_price(prices: PriceResult, bidder: str, lang: Lang) -> None:
    print(t("explain.price", lang))
    row = next(row for row in prices.rows if row.bidder == bidder)
    for step in (*prices.steps, *row.steps):
        print(step_text(step, lang))
    if row.reason:
        why = t(f"price.{row.reason}", lang)
        print(t("price.invalid", lang, bidder=bidder, price=f"{row.price:f}", reason=why))


def _show_summary(found: Explanation, summary: Summary, lang: Lang) -> None:
    print(t("explain.summary", lang))
    row = next(row for row in summary.rows if row.bidder == found.bidder)
    names = {score.seat: score.member for score in found.scores}
    for own in row.members:
        dropped = t("explain.dropped", lang) if own.dropped else ""
        print(t("explain.member-total", lang, member=names[own.seat], total=f"{own.total:f}", dropped=dropped))
    for part in row.parts:
        print(t("explain.part", lang, part=part.part, score=f"{part.score:f}"))
    if row.technical is not None:
        print(t("explain.technical", lang, score=f"{row.technical:f}"))
    print(_total(row, lang))
    if found.candidate:
        print(t("explain.candidate", lang))


def _total(row: SummaryRow, lang: Lang) -> str:
    """What ranks, as a sum of what is shown above it."""
    if row.evaluated is not None:
        return t("explain.evaluated", lang, total=f"{row.evaluated:f}", rank=row.rank)
    if row.technical is not None:
        terms = [f"{row.technical:f}", f"{row.price_score or 0:f}"]
    else:
        terms = [f"{part.score:f}" for part in row.parts] + [f"{row.price_score or 0:f}"]
    return t("explain.total", lang, sum=" + ".join(terms), total=f"{row.total:f}", rank=row.rank)
