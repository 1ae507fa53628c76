"""Clarifications in the report, as data and as a reader extracts them from the PDF."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from support.roads import road
from support.world import World, small_project

from evalhub.core.codec import canonical
from evalhub.core.rules import clarification, report
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import ClarificationRaised
from evalhub.core.rules.plan import BidFile
from evalhub.core.rules.prices.correction import CorrectedPrice, PriceStep
from evalhub.core.rules.prices.low_bids import LowBid
from evalhub.core.rules.state import State
from evalhub.report.document import document_of
from evalhub.report.typeset import typeset

PAPER = BidFile(name="答复.pdf", sha256="ab" * 32, length=9)


def asked() -> World:
    """One question answered, one not in time, one refused; to the report's issue."""
    world = road("detailed")
    seats = list(world.state.seats)
    for seat, text in zip(seats, ("请说明关键工期", "请说明人员社保", "请说明无关之事"), strict=False):
        world.booth_say(seat, c.AskClarification(bidder="B2", text=text))
    first, second, third = world.state.clarifications
    for code in (first, second):
        world.say(world.host, c.VetClarification(clarification=code, decision="approve"))
    world.say(world.host, c.VetClarification(clarification=third, decision="refuse", reason="无关"))
    world.say(world.host, c.FileAnswer(clarification=first, text="按附件执行", document=PAPER))
    world.time += 31 * 60_000
    world.say(world.host, c.FileAnswer(clarification=second, text="迟到的答复", document=PAPER))
    world.evaluate().conclude()
    world.say(world.host, c.IssueReport(report=report.report_digest(world.state)))
    return world


def extracted(state: State, folder: Path) -> str:
    (folder / "r.pdf").write_bytes(typeset(document_of(state), "zh"))
    subprocess.run(["pdftotext", "r.pdf", "r.txt"], cwd=folder, check=True, capture_output=True)
    return re.sub(r"\s", "", (folder / "r.txt").read_text("utf-8"))


@pytest.mark.requirement("R56", "R76")
def test_what_went_out_is_in_the_report_and_who_asked_is_not(tmp_path):
    world = asked()
    rows = report.build(world.state).clarifications
    assert [(row.question, row.status) for row in rows] == [("请说明关键工期", "answered"), ("请说明人员社保", "late")]
    text = canonical(rows).decode()
    assert not any(word in text for word in [*world.state.seats, *world.state.aliases.values()])
    pdf = extracted(world.state, tmp_path)
    for word in ("请说明关键工期", "按附件执行", "逾期答复，未予采用", "（据签章文件）", "ab" * 8):
        assert word in pdf
    assert "请说明无关之事" not in pdf


@pytest.mark.requirement("R61", "R62")
def test_what_the_rules_asked_is_told_in_words(tmp_path):
    world = asked()
    step = PriceStep(
        rule="words-over-figures", article="财政部令第87号第五十九条第（二）项", before="910000.00", after="920000.00"
    )
    raised = (
        ("price-confirmation", CorrectedPrice(price="920000.00", steps=(step,)), ()),
        ("abnormally-low", None, (LowBid(bidder="B1", test="mean", price="300000.00", base="700000.00", rate="0.50"),)),
    )
    state = world.state
    for kind, price, tests in raised:
        code = clarification.next_code(state)
        event = ClarificationRaised(clarification=code, kind=kind, bidder="B1", price=price, tests=tests)
        state = clarification.raised(state, event)
        state = clarification.vetted(
            state, c.VetClarification(clarification=code, decision="approve"), world.events[0].by
        )
        state = clarification.sent(state, clarification.due(state))
    pdf = extracted(state, tmp_path)
    for word in (
        "以大写金额为准：910,000.00→920,000.00",
        "低于通过审查报价平均值700,000.00的0.50",
        "出具报告时尚未答复",
    ):
        assert word in pdf


@pytest.mark.requirement("R76")
def test_a_rejected_bid_is_laid_out_with_its_article(tmp_path):
    world = road("preliminary", project=small_project(5, bidders=4))
    for number, seat in enumerate(sorted(world.state.seats)):
        world.seal(seat, world.examination([("B4", "Q1")] if number < 3 else []))
    world.settle()
    world.deliberate().close_deliberation()
    world.evaluate().conclude()
    world.say(world.host, c.IssueReport(report=report.report_digest(world.state)))
    assert "《招标投标法实施条例》第五十一条" in extracted(world.state, tmp_path)
