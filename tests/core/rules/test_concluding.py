"""Result, verification, report, signatures, keys, archive."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from support.roads import refuses, road
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules import concluding, report, result
from evalhub.core.rules.forms import BidTotal, ScoreSheet
from evalhub.core.rules.state import Phase

replace = msgspec.structs.replace


def computed(world: World) -> c.DeclareResult:
    return c.DeclareResult(result=result.compute(world.state).digest())


def scored(change: dict[int, dict[tuple[str, str], str]], totals: dict[int, dict[str, str]] | None = None) -> World:
    """The detailed round with some scores and shown totals changed, up to the findings."""
    world = road("detailed")
    for number, seat in enumerate(list(world.state.seats)):
        sheet = world.sheet(seat)
        assert isinstance(sheet, ScoreSheet)
        mine = change.get(number, {})
        bent = world.scores(
            world.form(),
            lambda bidder, factor, s=sheet, m=mine: (
                Decimal(m[bidder, factor.code])
                if (bidder, factor.code) in m
                else next(row.score for row in s.scores if (row.bidder, row.factor) == (bidder, factor.code))
            ),
        )
        shown = (totals or {}).get(number, {})
        rows = tuple(BidTotal(bidder=r.bidder, total=Decimal(shown.get(r.bidder, r.total))) for r in bent.totals)
        world.seal(seat, replace(bent, totals=rows))
    world.settle()
    return world


def seat_at(world: World, number: int) -> str:
    return list(world.state.seats)[number]


def correct(world: World, code: str, seat: str, after: str, **changes: object) -> c.CorrectItem:
    finding = next(finding for finding in world.state.findings or () if finding.code == code)
    before = result.scores_of(world.state)[seat][finding.bidder, finding.factor]
    said = {"finding": code, "bidder": finding.bidder, "factor": finding.factor, "before": before,
            "after": Decimal(after), "reason": "笔误"}  # fmt: skip
    return c.CorrectItem(**{**said, **changes})


# -- result ------------------------------------------------------------------------------------------------------------


def test_each_centre_declares_once_and_nothing_is_declared_alone():
    world = road("summary", (3, 1, 1))
    world.say("wuhan", computed(world))
    refuses(world, "already-computed", lambda: world.say("wuhan", computed(world)))
    refuses(world, "not-yours", lambda: world.say("oversight", computed(world)))
    world.say("wedz", computed(world))
    assert (world.state.phase, world.state.result, world.state.ranking) == (Phase.SUMMARY, "", ())
    events = world.say("gamma", computed(world))
    assert [event.type for event in events] == ["result_computed", "result_declared", "findings_raised"]
    assert [row.rank for row in world.state.ranking] == [1, 2, 3]


def test_a_disputed_result_declares_nothing_and_is_computed_again():
    world = road("summary")
    world.say("wuhan", computed(world))
    events = world.say("wedz", c.DeclareResult(result="0" * 64))
    assert [event.type for event in events] == ["result_computed", "result_disputed"]
    assert (world.state.phase, world.state.results, world.state.result) == (Phase.SUMMARY, {}, "")
    world.settle()
    assert world.state.phase is Phase.VERIFICATION
    assert [row.centre for row in report.build(world.state).disputes] == ["wedz", "wuhan"]


@pytest.mark.requirement("R60", "R73")
def test_a_wrong_result_that_all_centres_state_alike_is_disputed_too():
    world = road("summary")
    for centre in world.split:
        world.say(centre, c.DeclareResult(result="0" * 64))
    assert world.state.phase is Phase.SUMMARY
    assert len(world.state.disputes) == 1


# -- findings ----------------------------------------------------------------------------------------------------------


def test_a_clean_sheet_raises_nothing():
    assert road("verification").state.findings == ()


@pytest.mark.requirement("R75")
def test_a_score_out_of_range_must_be_corrected():
    world = scored({1: {("B2", "T1"): "61"}})
    finding, seat = (world.state.findings or ())[0], seat_at(world, 1)
    assert (finding.code, finding.kind, finding.seats) == ("F1", "range", (seat,))
    explain = c.ExplainFinding(finding="F1", explanation="说明")
    refuses(world, "must-be-corrected", lambda: world.booth_say(seat, explain))
    refuses(world, "findings-open", world.conclude)
    for after in ("60.5", "0.3", "-1", "NaN", "sNaN", "Infinity", "1E+999999", "30.0000000000000000000000000000001"):
        bad = correct(world, "F1", seat, after)
        refuses(world, "score-out-of-range", lambda bad=bad: world.booth_say(seat, bad))
    for before in ("60", "NaN", "sNaN"):
        stale = correct(world, "F1", seat, "60", before=Decimal(before))
        refuses(world, "stale-value", lambda stale=stale: world.booth_say(seat, stale))
    for other in ({"bidder": "B1"}, {"factor": "S1"}):
        refuses(world, "not-the-finding", lambda o=other: world.booth_say(seat, correct(world, "F1", seat, "60", **o)))
    stranger = correct(world, "F1", seat, "60")
    refuses(world, "no-such-finding", lambda: world.booth_say(seat_at(world, 0), stranger))
    refuses(world, "no-such-finding", lambda: world.booth_say(seat, replace(stranger, finding="F2")))
    world.booth_say(seat, stranger)
    assert concluding.open_findings(world.state) == ()


@pytest.mark.requirement("R75")
def test_a_correction_leads_to_a_new_result_and_keeps_both_values():
    world = scored({1: {("B2", "T1"): "61"}})
    first, seat = world.state.result, seat_at(world, 1)
    world.booth_say(seat, correct(world, "F1", seat, "10"))
    world.say("wuhan", c.ConcludeVerification())
    assert (world.state.phase, world.state.results) == (Phase.SUMMARY, {})
    world.settle()
    assert world.state.phase is Phase.REPORT
    assert world.state.result != first
    kept = report.build(world.state).corrections[0]
    assert (kept.before, kept.after, kept.seat) == ("61", "10", seat)
    sheet = next(s.sheet for s in report.build(world.state).sheets if s.seat == seat and s.round == 3)
    assert any(score.score == Decimal(61) for score in sheet.scores), "the sheet itself is never changed"


def test_a_wrong_sum_is_explained_not_corrected():
    world = scored({}, {0: {"B1": "99.9"}})
    finding, seat = (world.state.findings or ())[0], seat_at(world, 0)
    assert (finding.kind, finding.factor, finding.seats) == ("sum", "", (seat,))
    bad = c.CorrectItem(finding="F1", bidder="B1", factor="T1", before=Decimal(1), after=Decimal(2), reason="-")
    refuses(world, "sum-is-recomputed", lambda: world.booth_say(seat, bad))
    world.booth_say(seat, c.ExplainFinding(finding="F1", explanation="合计有误，以分项为准"))
    refuses(world, "finding-closed", lambda: world.booth_say(seat, c.ExplainFinding(finding="F1", explanation="-")))
    world.conclude()
    assert world.state.phase is Phase.REPORT


@pytest.mark.requirement("R58")
def test_members_who_differ_on_an_objective_factor_must_come_to_agree():
    world = scored({2: {("B1", "S1"): "10"}})
    finding = (world.state.findings or ())[0]
    assert (finding.kind, len(finding.seats)) == ("objective", 5)
    odd = seat_at(world, 2)
    for seat in finding.seats:
        world.booth_say(seat, c.ExplainFinding(finding="F1", explanation="依据原件"))
    refuses(world, "objective-differs", world.conclude)
    world.booth_say(odd, correct(world, "F1", odd, "5"))
    world.conclude()
    assert world.state.phase is Phase.REPORT


# -- report and signatures ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("R78")
def test_the_report_is_what_the_ledger_gives():
    world = road("report")
    refuses(world, "wrong-report", lambda: world.say("wuhan", c.IssueReport(report="0" * 64)))
    digest = report.report_digest(world.state)
    assert digest == report.report_digest(world.replayer.state)
    refuses(world, "not-yours", lambda: world.say("wedz", c.IssueReport(report=digest)))
    world.say("wuhan", c.IssueReport(report=digest))
    built = report.build(world.state)
    assert [member.chair for member in built.members].count(True) == 1
    assert {sheet.round for sheet in built.sheets} == {2, 3}, "ballots stay secret"


@pytest.mark.requirement("R77")
def test_four_answers_and_no_fifth():
    world = road("signing")
    seats, digest = list(world.state.seats), world.state.report
    answer = c.SignReport(report=digest, answer="signed")
    wrong = replace(answer, report="0" * 64)
    refuses(world, "wrong-report", lambda: world.booth_say(seats[0], wrong))
    silent = replace(answer, answer="dissent", text=" ")
    refuses(world, "reason-missing", lambda: world.booth_say(seats[1], silent))
    world.booth_say(seats[0], answer)
    refuses(world, "already-answered", lambda: world.booth_say(seats[0], answer))
    world.booth_say(seats[1], replace(answer, answer="dissent", text="不同意排名"))
    world.booth_say(seats[2], replace(answer, answer="refused"))
    deem = c.DeemAgreed(seat=seats[3], reason="离席")
    refuses(world, "not-yours", lambda: world.say("wuhan", deem))
    refuses(world, "not-your-seat", lambda: world.say("oversight", replace(deem, seat="wuhan/Z9-09")))
    refuses(world, "already-answered", lambda: world.say("oversight", replace(deem, seat=seats[0])))
    world.say("oversight", deem)
    refuses(world, "already-answered", lambda: world.booth_say(seats[3], answer))
    assert world.state.phase is Phase.SIGNING
    events = world.booth_say(seats[4], answer)
    assert [event.type for event in events] == ["report_answered", "signing_closed"]
    closed = events[1].content
    assert (closed.signed, closed.dissenting, closed.deemed) == (2, 1, 2)
    assert world.state.answers[seats[1]].text == "不同意排名"


# -- keys and archive --------------------------------------------------------------------------------------------------


def test_each_trustee_destroys_the_key_it_filed_once():
    world = road("closed")
    mine, theirs = (c.DestroyKey(pk=world.parties[name].kem.public) for name in ("wuhan", "wedz"))
    refuses(world, "not-the-filed-key", lambda: world.say("wuhan", theirs))
    world.say("wuhan", mine)
    refuses(world, "already-destroyed", lambda: world.say("wuhan", mine))
    world.say("wedz", theirs)
    assert world.state.phase is Phase.CLOSED
    last = c.DestroyKey(pk=world.parties["oversight"].kem.public)
    events = world.say("oversight", last)
    assert [event.type for event in events] == ["trustee_key_destroyed", "session_archived"]


@pytest.mark.parametrize("split", [(3, 2), (3, 1, 1)])
def test_the_last_entry_counts_the_archive(split):
    world = road("archived", split)
    content = world.events[-1].content
    escrows, sheets = len(world.parties), 15
    assert (content.entries, content.envelopes) == (len(world.entries), escrows + sheets)
    refuses(world, "wrong-phase", lambda: world.say("oversight", c.PauseSession(reason="-")))
