"""Writes ``tests/vectors/rules/forms.json``: forms, their digests and pads, and filled-in sheets, for the browser.

python tests/web/make_forms.py
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from evalhub.core import codec
from evalhub.core.rules.criteria import Option
from evalhub.core.rules.forms import Ballot, BidTotal, Examination, Form, Mark, Score, ScoreSheet, Sheet, totals
from evalhub.core.rules.grounds import listed
from evalhub.party.project_file import read_project

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "vectors" / "rules" / "forms.json"


def cases() -> list[tuple[Form, dict[str, str], Sheet]]:
    """A form, what is typed, and the sheet that comes of it."""
    project = read_project(ROOT / "examples" / "hongshan" / "project.yaml")
    bidders = tuple(bidder.code for bidder in project.bidders)
    chair = Form(name="chair-1", stage="chair", round=1, candidates=("member-1", "member-2", "member-10"))
    first = Form(
        name="preliminary",
        stage="preliminary",
        round=2,
        bidders=bidders[:2],
        items=project.examination,
        grounds=listed(project),
    )
    marks = [
        Mark(
            bidder=b, item=i.code, passed=False, ground="A51-3", reason="证书已过期", evidence="有效期止于去年", page=14
        )
        if i.code == "Q2"
        else Mark(bidder=b, item=i.code, passed=True)
        for b in first.bidders
        for i in first.items
    ]
    detailed = Form(name="detailed", stage="detailed", round=3, bidders=bidders, factors=project.factors)
    scores = [
        Score(bidder=b, factor=f.code, score=f.highest - f.step * at, remark="“简洁”\n可行" if at == 1 else "")
        for at, b in enumerate(bidders)
        for f in detailed.factors
        if f.highest - f.step * at >= f.lowest
    ]
    scores += [
        Score(bidder=b, factor=f.code, score=f.lowest)
        for at, b in enumerate(bidders)
        for f in detailed.factors
        if f.highest - f.step * at < f.lowest
    ]
    order = {(b, f.code): n for n, (b, f) in enumerate((b, f) for b in bidders for f in detailed.factors)}
    scores.sort(key=lambda score: order[score.bidder, score.factor])
    sums = totals(scores)
    rows = tuple(BidTotal(bidder=b, total=Decimal(f"{sums[b].normalize():f}")) for b in bidders)
    plain = tuple(
        Score(bidder=s.bidder, factor=s.factor, score=Decimal(f"{s.score.normalize():f}"), remark=s.remark)
        for s in scores
    )
    return [
        (chair, {"choice": "member-10"}, Ballot(choice="member-10")),
        (first, _marked(marks), Examination(marks=tuple(marks))),
        (detailed, _scored(plain), ScoreSheet(scores=plain, totals=rows)),
    ]


def entries() -> tuple[Form, dict[str, str], Sheet]:
    """One factor of each way to give a score, with the reasons they need."""
    base = read_project(ROOT / "examples" / "hongshan" / "project.yaml").factors[0]
    change = msgspec.structs.replace
    options = tuple(Option(value=Decimal(value), title=base.title) for value in ("0", "4.5", "8"))
    factors = (
        change(base, code="R", reason_below=Decimal(2), reason_above=Decimal(7)),
        change(base, code="D", entry="deduction"),
        change(base, code="O", entry="options", options=options),
    )
    form = Form(name="detailed", stage="detailed", round=3, bidders=("B1", "B2"), factors=factors)
    rows = [("B1", "R", "2", "2", ""), ("B1", "D", "0", "8", ""), ("B1", "O", "4.5", "4.5", "")]
    rows += [("B2", "R", "7.5", "7.5", "突出"), ("B2", "D", "1.5", "6.5", "缺少计算书"), ("B2", "O", "8", "8", "")]
    cells = {f"score/{bid}/{code}": typed for bid, code, typed, _, _ in rows}
    cells |= {f"remark/{bid}/{code}": remark for bid, code, _, _, remark in rows if remark}
    scores = tuple(Score(bidder=b, factor=f, score=Decimal(s), remark=remark) for b, f, _, s, remark in rows)
    sums = (BidTotal(bidder="B1", total=Decimal("14.5")), BidTotal(bidder="B2", total=Decimal(22)))
    return form, cells, ScoreSheet(scores=scores, totals=sums)


def sizes() -> list[Form]:
    """Forms around the steps of the pad: every term of its sum decides in one of them."""
    project = read_project(ROOT / "examples" / "hongshan" / "project.yaml")
    item = project.examination[0]
    forms = [Form(name="c", stage="chair", round=1, candidates=("m" * n,)) for n in (3996, 3997)]
    for bidders, rows in ((1, 1), (3, 40), (12, 7), (40, 30)):
        names = tuple(f"B{n}" for n in range(bidders))
        items = tuple(msgspec.structs.replace(item, code=f"Q{n}") for n in range(rows))
        forms.append(Form(name="p", stage="preliminary", round=2, bidders=names, items=items, grounds=listed(project)))
    return forms


def vectors() -> dict[str, Any]:
    """The file's content."""
    about = "Forms with SHA-256 of their canonical bytes (hex) and pad; cells as typed in the browser; canonical sheet."
    rows = [
        {
            "form": codec.to_plain(form),
            "digest": form.digest(),
            "pad": form.pad(),
            "cells": cells,
            "sheet": codec.canonical(sheet).decode(),
        }
        for form, cells, sheet in (*cases(), entries())
    ]
    pads = [{"form": codec.to_plain(form), "pad": form.pad()} for form in sizes()]
    return {"about": about, "cases": rows, "pads": pads}


def _marked(marks: list[Mark]) -> dict[str, str]:
    cells = {}
    for mark in marks:
        at = f"{mark.bidder}/{mark.item}"
        cells |= {
            f"mark/{at}": "pass" if mark.passed else "fail",
            f"reason/{at}": mark.reason,
            f"ground/{at}": mark.ground,
            f"evidence/{at}": mark.evidence,
            f"page/{at}": str(mark.page),
        }
    return cells


def _scored(scores: tuple[Score, ...]) -> dict[str, str]:
    cells = {}
    for score in scores:
        at = f"{score.bidder}/{score.factor}"
        cells |= {f"score/{at}": str(score.score), f"remark/{at}": score.remark}
    return cells


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", "utf-8")
