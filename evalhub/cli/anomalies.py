"""``evalhub anomalies BUNDLE…``: what is anomalous in the sheets of each session, and tendencies over several.

Exit codes: 0 told (flags or none: a flag is a question) · 1 a record is broken or has no result, or a seat of the
people file does not exist · 2 unreadable.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.common import REFUSED, fail
from evalhub.cli.replay import load
from evalhub.cli.texts import Lang, t
from evalhub.core.codec import to_plain
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules.scoring import Anomaly
from evalhub.core.rules.scoring.tendency import Tendency
from evalhub.core.rules.state import State
from evalhub.replay.anomalies import Overview, SessionAnomalies, overview

HEADING = ["session", "seat", "person"]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="anomalies")(command)


def command(
    bundles: Annotated[
        list[Path], typer.Argument(help="归档包：文件夹或 .zip，可多个。Archive bundles: folders or .zip.")
    ],
    people: Annotated[
        Path | None, typer.Option("--people", help="CSV：session,seat,person（代号）。CSV of seats and pseudonyms.")
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
) -> None:
    """异常评分提示：离群、抱团、雷同；多场看倾向。Outliers, groups, twins; tendencies over sessions."""
    states = [_state(bundle, lang) for bundle in bundles]
    try:
        found = overview(states, _people(people) if people else {})
    except Refusal as refusal:
        fail(refusal, lang, REFUSED)
    except (Malformed, OSError) as error:
        fail(error, lang)
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False, indent=2))
    else:
        _show(found, lang)


def _state(bundle: Path, lang: Lang) -> State:
    told, _ = load(bundle, lang)
    if told.broken:
        typer.echo(t("explain.broken", lang, entry=told.broken.entry, reason=told.broken.reason), err=True)
        raise typer.Exit(1)
    return told.state(told.size)


def _people(path: Path) -> dict[tuple[str, str], str]:
    """(session, seat) → pseudonym. Raises ``Malformed`` with the row, ``OSError``."""
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Malformed(str(error), path.name) from None
    if not rows or rows[0] != HEADING:
        raise Malformed(f"the first row is not {','.join(HEADING)}", f"{path.name} 1")
    found: dict[tuple[str, str], str] = {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(HEADING) or not all(row) or (row[0], row[1]) in found:
            raise Malformed("not session, seat and person, or a seat given twice", f"{path.name} {number}")
        found[row[0], row[1]] = row[2]
    return found


def _show(found: Overview, lang: Lang) -> None:
    for session in found.sessions:
        _show_session(session, lang)
    if len(found.sessions) > 1:
        print(t("anomalies.tendencies", lang, sessions=len(found.sessions)))
        for row in found.tendencies:
            print(_tendency(row, lang))
        if not found.tendencies:
            print(t("anomalies.none", lang))
    print(t("anomalies.question", lang))


def _show_session(found: SessionAnomalies, lang: Lang) -> None:
    said = {"session": found.session, "members": found.report.members, "bids": found.report.bids}
    print(t("anomalies.session", lang, **said))
    for code in found.report.silent:
        print(t(f"anomalies.{code}", lang))
    for flag in found.report.anomalies:
        print(_flag(flag, lang))
    if not found.report.anomalies:
        print(t("anomalies.none", lang))


def _flag(flag: Anomaly, lang: Lang) -> str:
    said = {
        "level": t(f"anomalies.{flag.level}", lang),
        "seats": " ".join(flag.seats),
        "bidder": flag.bidder,
        "factor": flag.factor,
        "amount": f"{flag.amount:+f}",
        "share": f"{flag.amount:.0%}",
        "rate": f"{flag.rate:.3%}",
    }
    return t(f"anomalies.{flag.kind}", lang, **said)


def _tendency(row: Tendency, lang: Lang) -> str:
    kind, _, name = row.who.partition(":")
    said = {
        "level": t(f"anomalies.{row.level}", lang),
        "who": t(f"anomalies.{kind}", lang, name=name),
        "bidder": row.bidder,
        "sessions": row.sessions,
        "points": f"{row.points:+f}",
        "rate": f"{row.rate:.3%}",
    }
    return t("anomalies.tendency", lang, **said)
