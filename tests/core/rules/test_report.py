"""The report as data: the ten contents, each from the ledger; rejected bids with grounds, commitments, the anchor."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from support.roads import road
from support.world import World, failed_mark, small_project

from evalhub.core.codec import canonical, decode
from evalhub.core.ledger.checkpoint import parse_checkpoint
from evalhub.core.ledger.note import parse_note
from evalhub.core.ledger.times import format_time
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.rules import commands as c
from evalhub.core.rules import report
from evalhub.core.rules.events import Event
from evalhub.core.rules.forms import Examination
from evalhub.core.rules.plan import BidFile, Project
from evalhub.core.rules.state import Phase


def rejecting(failing: int) -> World:
    """Four bids; the first ``failing`` members fail item Q1 of bid B4, with reason and page; then to the report."""
    world = road("preliminary", project=small_project(5, bidders=4))
    for number, seat in enumerate(sorted(world.state.seats)):
        sheet = world.sheet(seat)
        assert isinstance(sheet, Examination)
        world.seal(seat, _failing(sheet, number) if number < failing else sheet)
    world.settle()
    world.deliberate(lambda seat, matter: "disagree").close_deliberation()
    return world.evaluate().conclude()


def _failing(sheet: Examination, number: int) -> Examination:
    marks = [
        msgspec.structs.replace(failed_mark(mark.bidder, mark.item), reason=f"缺授权书{number}", page=10 + number)
        if (mark.bidder, mark.item) == ("B4", "Q1")
        else mark
        for mark in sheet.marks
    ]
    return Examination(marks=tuple(marks))


def moment(world: World, kind: type, wanted: Callable[[Event], bool]) -> str:
    """When the one event of this kind happened."""
    (event,) = [event for event in world.events if isinstance(event.content, kind) and wanted(event)]
    return format_time(event.at)


@pytest.mark.requirement("R76")
def test_a_rejected_bid_has_its_ground_its_votes_and_every_reason():
    world = rejecting(3)
    built = report.build(world.state)
    (bid,) = built.rejected
    (ground,) = bid.grounds
    assert (bid.bidder, bid.price, ground.ground) == ("B4", "", "A51-3")
    assert "第五十一条" in ground.article.zh
    proposals, (answers,) = ground.matter.proposals, ground.matter.rounds
    assert {one.reason for one in proposals} == {"缺授权书0", "缺授权书1", "缺授权书2"}
    assert {(one.page, one.item, one.evidence) for one in proposals} == {(n, "Q1", "合成证据") for n in (10, 11, 12)}
    assert Counter((one.answer, one.reason) for one in answers) == {("agree", ""): 3, ("disagree", "合成理由"): 2}
    for listed in (proposals, answers):
        numbers = [int(one.member.split("-")[1]) for one in listed]
        assert numbers == sorted(numbers), "by alias, so that the order says nothing about centre or booth"
    assert "B4" not in {row.bidder for row in built.ranking}


def test_a_minority_rejects_nothing():
    built = report.build(rejecting(2).state)
    assert built.rejected == ()
    assert [(one.code, one.outcome) for one in built.matters] == [("M1", "not-carried")], "but it is on record"


def test_a_price_above_the_ceiling_is_a_rejection_with_its_own_reason():
    project = small_project(5, bidders=4)
    high = tuple(
        type(bid)(code=bid.code, name=bid.name, price=Decimal(1_000_001), file=bid.file) if bid.code == "B4" else bid
        for bid in project.bidders
    )
    world = road("report", project=_with(project, bidders=high))
    (bid,) = report.build(world.state).rejected
    assert (bid.bidder, bid.grounds, bid.price) == ("B4", (), "above-ceiling")


def _with(project: Project, **changes: object) -> Project:
    return msgspec.structs.replace(project, **changes)


def test_the_sign_in_sheet_has_the_times_of_the_ledger_and_no_name():
    world = road("report")
    built = report.build(world.state)
    assert [member.alias for member in built.members] == [f"member-{n}" for n in range(1, 6)]
    for member in built.members:
        seat = world.state.seats[member.seat]
        assert moment(world, c.AdmitExpert, lambda e, s=seat: e.content.leaf == s.leaf) == member.admitted
        assert moment(world, c.RedeemTicket, lambda e, s=seat: e.content.seat == s.seat) == member.seated
        assert moment(world, c.DeclareRecusal, lambda e, s=seat: e.by.seat == s.seat) == member.declared


def test_whoever_was_called_and_did_not_come_is_in_the_report():
    world = World().pair()
    declined: list[str] = []

    def outcome(centre: str, leaf: str) -> str:
        if centre == "wuhan" and not declined:
            declined.append(leaf)
            return "declined"
        return "accepted"

    world.draw(outcome)
    rows = report.replacements(world.state)
    assert [(row.centre, row.leaf, row.outcome) for row in rows] == [("wuhan", declined[0], "declined")]


def test_duties_count_sheets_revisions_corrections_and_explanations():
    world = road("detailed")
    first = sorted(world.state.seats)[0]
    world.seal(first)
    world.run_round()
    world.conclude()
    rows = {row.member: row for row in report.build(world.state).duties}
    own = rows[world.state.aliases[first]]
    assert (own.rounds, own.sealed, own.revisions, own.present) == (3, 3, 1, True)
    assert {row.revisions for member, row in rows.items() if member != own.member} == {0}


def test_scores_in_force_are_the_corrected_ones_and_keep_what_was_sealed():
    world = road("report")
    built = report.build(world.state)
    assert all(row.score == row.sealed for row in built.scores)
    assert len(built.scores) == 5 * 3 * 2


def test_the_anchor_is_the_checkpoint_that_everyone_countersigned_last():
    world = road("report")
    anchor = report.build(world.state).anchor
    note = [event.content for event in world.events if isinstance(event.content, c.RecordGate)][-1].note
    checkpoint = parse_checkpoint(parse_note(note.encode()).text)
    assert (anchor.gate, anchor.size, anchor.origin) == ("opened:3", checkpoint.size, world.origin)
    assert (
        base64.b64decode(anchor.root)
        == checkpoint.root
        == MemoryTree(map(leaf_hash, world.entries[: checkpoint.size])).root()
    )


def test_the_report_does_not_change_while_it_is_answered():
    world = road("signing")
    issued = world.state.report
    assert report.report_digest(world.state) == issued
    world.booth_say(sorted(world.state.seats)[0], c.SignReport(report=issued, answer="dissent", text="不同意排名"))
    assert world.state.phase is Phase.SIGNING
    assert report.report_digest(world.state) == issued
    assert decode(report.Report, report.report_bytes(world.state)) == report.build(world.state)


@pytest.mark.requirement("R76")
def test_every_one_of_the_ten_contents_is_named_with_its_place():
    text = report.__doc__ or ""
    places = dict(re.findall(r"(\d+) [a-z ,]+? {2,}((?:[a-z]+(?:\.[a-z]+)?(?:, )?)+)(?: {2,}|\n|$)", text))
    assert set(places) == {str(number) for number in range(1, 11)}
    fields = set(report.Report.__struct_fields__)
    for named in places.values():
        assert {place.split(".")[0] for place in named.split(", ")} <= fields


def test_a_clarification_is_in_the_report_with_its_answer_and_without_its_asker():
    world = road("detailed")
    seat = sorted(world.state.seats)[0]
    for text in ("请说明工期如何保证", "请说明质量如何保证"):
        world.booth_say(seat, c.AskClarification(bidder="B2", text=text))
    first, second = world.state.clarifications.values()
    for item in (first, second):
        world.say("wuhan", c.VetClarification(clarification=item.code, decision="approve"))
    assert [row.status for row in report.clarifications(world.state)] == ["sent", "sent"]
    paper = BidFile(name="答复.pdf", sha256="a" * 64, length=10)
    answer = c.FileAnswer(clarification=second.code, text="按附件执行", document=paper)
    world.say("wuhan", answer)
    row = report.clarifications(world.state)[1]
    assert (row.bidder, row.question, row.status) == ("B2", "请说明质量如何保证", "answered")
    assert row.answer == "按附件执行"
    sent = world.state.clarifications[second.code]
    assert (row.asked_at, row.answered_at) == (format_time(sent.sent_at), format_time(sent.answered_at))
    assert seat.encode() not in canonical(row)
    assert world.state.aliases[seat].encode() not in canonical(row)
