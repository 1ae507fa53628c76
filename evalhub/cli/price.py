"""``evalhub price FORMULA --param k=v … --bids FILE``: price scores with every step, outside any session.

Parameters are the formula's own fields; a field of a section is named with a dot (``deduction.above=1``), values of a
list are separated by ``;``. The bids file has the columns 编号/bidder and 报价/price, and 技术分/technical where the
formula needs it. Exit codes: 0 computed · 1 mistakes in parameters or bids · 2 unreadable, or wrong use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from evalhub.cli.texts import Lang, reason, t
from evalhub.core.codec import Record, from_plain, to_plain
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules.prices import Drawn, PricedBid, PriceFormula, PriceResult, Step, draw_prices, score_prices
from evalhub.party.spreadsheet import Sheet
from evalhub.party.structure import from_text, structural_problems
from evalhub.site.pool.table_reader import read_table

app = typer.Typer(help="价格分计算。Price scores.")

_COLUMNS = {"编号": "bidder", "bidder": "bidder", "报价": "price", "price": "price"}
_COLUMNS |= {"技术分": "technical", "technical": "technical"}
_SEED = re.compile(r"^[0-9a-f]{64}\Z")
_AMOUNT = re.compile(r"^[0-9]{1,15}(?:\.[0-9]{1,6})?$")


class _Chosen(Record):
    """The formula under one roof, so that the structural check can name its parameters."""

    price: PriceFormula


@app.command()
def price(
    formula: Annotated[str, typer.Argument(help="averaged / lowest-first / two-pass / …")],
    *,
    bids: Annotated[Path, typer.Option("--bids", help=".csv / .xlsx")],
    param: Annotated[list[str] | None, typer.Option("--param", help="k=v")] = None,
    drawn: Annotated[list[str] | None, typer.Option("--drawn", help="开标时抽取的值 k=v。Value drawn.")] = None,
    sample: Annotated[list[str] | None, typer.Option("--sample", help="抽中的投标人。Bidder drawn.")] = None,
    seed: Annotated[str | None, typer.Option("--seed", help="本场公开种子。The session's public seed.")] = None,
    lot: Annotated[str, typer.Option("--lot", help="标段编号。Code of the lot.")] = "",
    points: Annotated[str, typer.Option("--points", help="价格分满分。Full mark.")] = "100",
    ceiling: Annotated[str | None, typer.Option("--ceiling", help="最高投标限价。Price ceiling.")] = None,
    estimate: Annotated[str | None, typer.Option("--estimate", help="标底。The entity's own estimate.")] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
) -> None:
    """按公式计算价格分，列出每一步。Score prices by a formula, with every step."""
    chosen = _formula(formula, _pairs(param, lang), lang)
    values = {name: _number(text, lang) for name, text in _pairs(drawn, lang).items()}
    given = Drawn(values=values, sample=tuple(sample or ()))
    try:
        rows = _rows(read_table(bids), bids, lang)
        if seed is not None:
            given = _from_seed(chosen, given, seed, [row["bidder"] for row in rows], lot, lang)
        result = score_prices(
            chosen,
            [PricedBid(bidder=row["bidder"], price=Decimal(row["price"])) for row in rows],
            points=_number(points, lang),
            ceiling=_number(ceiling, lang) if ceiling else None,
            estimate=_number(estimate, lang) if estimate else None,
            drawn=given,
            technical={row["bidder"]: Decimal(row["technical"]) for row in rows if row.get("technical")},
        )
    except Malformed as error:
        _stop(2, t("price.unreadable", lang, why=str(error)))
    except Refusal as refusal:
        detail = " ".join(f"{name}={value}" for name, value in refusal.detail.items())
        _stop(1, t("price.refused", lang, reason=reason(refusal.code, lang), detail=detail))
    if as_json:
        print(json.dumps(to_plain(result), ensure_ascii=False, indent=2))
    else:
        _print_result(result, lang)


def _from_seed(formula: PriceFormula, given: Drawn, seed: str, bidders: list[str], lot: str, lang: Lang) -> Drawn:
    """What the session's seed draws, as every verifier draws it."""
    if given != Drawn():
        _stop(2, t("price.seed-or-drawn", lang))
    if not _SEED.match(seed):
        _stop(2, t("price.seed", lang, text=seed))
    return draw_prices(formula, bidders, bytes.fromhex(seed), lot)


def _pairs(given: list[str] | None, lang: Lang) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals):
            _stop(2, t("price.not-a-pair", lang, text=text))
        if name in found:
            _stop(2, t("price.given-twice", lang, name=name))
        found[name] = value
    return found


def _formula(name: str, parameters: dict[str, str], lang: Lang) -> PriceFormula:
    plain: dict[str, Any] = {"formula": name}
    for path, text in parameters.items():
        _put(plain, path, _value(path, text, lang))
    problems = structural_problems(_Chosen, {"price": plain})
    for one in problems:
        found = t("price.found", lang, found=one.found) if one.found else ""
        path = one.path.removeprefix("price.")
        text = t("price.bad-parameter", lang, path=path, reason=reason(one.code, lang), found=found)
        typer.echo(text, err=True)
    if problems:
        raise typer.Exit(1)
    return from_plain(_Chosen, {"price": plain}).price


def _value(path: str, text: str, lang: Lang) -> object:
    try:
        return from_text(_Chosen, f"price.{path}", text)
    except Malformed as error:
        _stop(1, t("price.unreadable", lang, why=str(error)))


def _put(plain: dict[str, Any], path: str, value: object) -> None:
    *sections, last = path.split(".")
    for name in sections:
        below = plain.setdefault(name, {})
        plain = below if isinstance(below, dict) else {}  # a clash is named by the structural check
    plain[last] = value


def _rows(sheet: Sheet, file: Path, lang: Lang) -> list[dict[str, str]]:
    """One dict a bid. Prints every mistake and stops if there is one."""
    heading = [_COLUMNS.get(text.casefold(), "") for text in sheet.rows[0].cells]
    rows = [(row.number, dict(zip(heading, row.cells, strict=False))) for row in sheet.rows[1:]]
    mistakes = [(one.row, one.column, one.code, one.found) for one in sheet.mistakes]
    mistakes += list(_mistakes(heading, rows, sheet.rows[0].number))
    for row, column, code, found in mistakes:
        shown = t("price.found", lang, found=found) if found else ""
        why = reason(code, lang)
        text = t("price.mistake", lang, file=file.name, row=row, column=column, reason=why, found=shown)
        typer.echo(text, err=True)
    if mistakes:
        raise typer.Exit(1)
    return [row for _, row in rows]


def _mistakes(
    heading: list[str], rows: list[tuple[int, dict[str, str]]], first: int
) -> Iterator[tuple[int, str, str, str]]:
    missing = [name for name in ("bidder", "price") if heading.count(name) != 1]
    for name in missing:
        yield first, name, "missing-heading", ""
    if missing:
        return
    for number, row in rows:
        if not row.get("bidder"):
            yield number, "bidder", "missing", ""
        for name in ("price", "technical"):
            text = row.get(name, "")
            if not _AMOUNT.match(text) and (text or name == "price"):
                yield number, name, "not-an-amount" if text else "missing", text


def _number(text: str, lang: Lang) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        _stop(2, t("price.refused", lang, reason=reason("bad-value", lang), detail=text))


def _stop(code: int, text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(code)


def _print_result(result: PriceResult, lang: Lang) -> None:
    if result.benchmark is not None:
        print(t("price.benchmark", lang, value=f"{result.benchmark:f}"))
    _print_steps(result.steps, lang)
    for row in result.rows:
        shown = f"{row.price:f}"
        if row.reason:
            why = t(f"price.{row.reason}", lang)
            print(t("price.invalid", lang, bidder=row.bidder, price=shown, reason=why))
        else:
            score = "-" if row.score is None else f"{row.score:f}"
            print(t("price.row", lang, bidder=row.bidder, price=shown, score=score, rank=row.rank))
        _print_steps(row.steps, lang)


def _print_steps(steps: tuple[Step, ...], lang: Lang) -> None:
    for step in steps:
        print(step_text(step, lang))


def step_text(step: Step, lang: Lang) -> str:
    """One line of working with its rounding."""
    label = t(f"price.label-{step.label}", lang)
    rounding = ""
    if step.rounding is not None:
        rounding = t(f"price.round-{step.rounding.mode}", lang, places=step.rounding.places)
    return t("price.step", lang, label=label, expression=step.expression, value=step.value, rounding=rounding)
