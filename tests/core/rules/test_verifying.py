"""Verification: the four grounds, warnings, findings of members, and nothing else (87号令 art 64)."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from support.roads import refuses, road
from support.world import World

from evalhub.core.errors import Malformed
from evalhub.core.rules import commands as c
from evalhub.core.rules import report, result, verifying, visibility
from evalhub.core.rules.events import GROUNDS
from evalhub.core.rules.forms import BidTotal, ScoreSheet
from evalhub.core.rules.plan import problems
from evalhub.core.rules.state import Phase
from evalhub.core.rules.thresholds import DeviationRule, Verification

replace = msgspec.structs.replace


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
    factor = finding.factor or "T1"
    before = result.scores_of(world.state)[seat][finding.bidder, factor]
    said = {"finding": code, "ground": GROUNDS[finding.kind], "bidder": finding.bidder, "factor": factor,
            "before": before, "after": Decimal(after), "reason": "笔误"}  # fmt: skip
    return c.CorrectItem(**{**said, **changes})


def stand_by(world: World) -> None:
    """Every warning left is explained by the member it concerns."""
    for finding, seat in verifying.open_findings(world.state):
        world.booth_say(seat, c.ExplainFinding(finding=finding.code, explanation="已复核，维持"))


def judged(*rows: str) -> World:
    """The detailed round with the judged factor T1 (0 to 60) as given: a row a member, a score a bid."""
    table = {
        number: {(f"B{bid}", "T1"): score for bid, score in enumerate(row.split(), 1)}
        for number, row in enumerate(rows)
    }
    return scored(table)


def kinds(world: World) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.bidder, one.factor, one.direction) for one in world.state.findings or ()]


# -- errors ------------------------------------------------------------------------------------------------------------


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
    refuses(world, "wrong-ground", lambda: world.booth_say(seat, correct(world, "F1", seat, "60", ground="abnormal")))
    for other in ({"bidder": "B1"}, {"factor": "S1"}):
        refuses(world, "not-the-finding", lambda o=other: world.booth_say(seat, correct(world, "F1", seat, "60", **o)))
    stranger = correct(world, "F1", seat, "60")
    refuses(world, "no-such-finding", lambda: world.booth_say(seat_at(world, 0), stranger))
    refuses(world, "no-such-finding", lambda: world.booth_say(seat, replace(stranger, finding="F9")))
    world.booth_say(seat, stranger)
    stand_by(world)
    assert verifying.open_findings(world.state) == ()


@pytest.mark.requirement("R75")
def test_a_correction_leads_to_a_new_result_and_keeps_both_values():
    world = scored({1: {("B2", "T1"): "61"}})
    first, seat = world.state.result, seat_at(world, 1)
    world.booth_say(seat, correct(world, "F1", seat, "10"))
    stand_by(world)
    world.say("wuhan", c.ConcludeVerification())
    assert (world.state.phase, world.state.results) == (Phase.SUMMARY, {})
    world.settle()
    assert world.state.phase is Phase.REPORT
    assert world.state.result != first
    kept = report.build(world.state).corrections[0]
    assert (kept.before, kept.after, kept.ground, kept.seat) == ("61", "10", "range", seat)
    sheet = next(s.sheet for s in report.build(world.state).sheets if s.seat == seat and s.round == 3)
    assert any(score.score == Decimal(61) for score in sheet.scores), "the sheet itself is never changed"


def test_a_wrong_sum_is_explained_not_corrected():
    world = scored({}, {0: {"B1": "99.9"}})
    finding, seat = (world.state.findings or ())[0], seat_at(world, 0)
    assert (finding.kind, finding.factor, finding.seats) == ("sum", "", (seat,))
    bad = replace(correct(world, "F1", seat, "20"), ground="sum")
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


# -- warnings ----------------------------------------------------------------------------------------------------------

FAR = ("20 40 30", "40 41 31", "41 40 30", "40 40 31", "39 39 30")  # B1: mean 36, 16 off, limit 10.8


@pytest.mark.requirement("R75")
def test_a_deviation_is_corrected_towards_the_others_or_explained():
    world = judged(*FAR)
    seat = seat_at(world, 0)
    assert ("deviation", "B1", "T1", "low") in kinds(world)
    code = next(one.code for one in world.state.findings or () if one.kind == "deviation")
    refuses(world, "findings-open", world.conclude)
    refuses(world, "away-from-the-others", lambda: world.booth_say(seat, correct(world, code, seat, "19.5")))
    refuses(world, "away-from-the-others", lambda: world.booth_say(seat, correct(world, code, seat, "20")))
    refuses(world, "wrong-ground", lambda: world.booth_say(seat, correct(world, code, seat, "30", ground="range")))
    refuses(world, "no-such-finding", lambda: world.booth_say(seat_at(world, 1), correct(world, code, seat, "30")))
    world.booth_say(seat, correct(world, code, seat, "30"))
    stand_by(world)
    world.conclude()
    assert world.state.phase is Phase.REPORT
    kept = report.build(world.state).corrections[0]
    assert (kept.before, kept.after, kept.ground) == ("20", "30", "abnormal")


@pytest.mark.requirement("R75")
def test_a_warning_changes_nothing_by_itself():
    world = judged(*FAR)
    first = world.state.result
    stand_by(world)
    world.conclude()
    assert (world.state.phase, world.state.result, world.state.corrections) == (Phase.REPORT, first, ())
    built = report.build(world.state)
    assert {row.how for row in built.closings} == {"explained"}
    assert len(built.closings) == len(built.findings) > 0


def test_an_outlier_is_about_the_total_and_any_judged_item_of_that_bid_may_answer_it():
    world = judged(*FAR)
    seat = seat_at(world, 0)
    finding = next(one for one in world.state.findings or () if one.kind == "outlier")
    assert (finding.bidder, finding.factor, finding.seats, finding.direction) == ("B1", "", (seat,), "low")
    for other in ({"bidder": "B2"}, {"factor": "S1"}):
        bad = correct(world, finding.code, seat, "30", **other)
        refuses(world, "not-the-finding", lambda bad=bad: world.booth_say(seat, bad))
    world.booth_say(seat, correct(world, finding.code, seat, "30"))
    assert result.scores_of(world.state)[seat]["B1", "T1"] == 30


def test_thresholds_are_the_projects_and_may_be_none():
    world = judged(*FAR)
    loose = Verification(deviation=(DeviationRule(points=Decimal(16), share=Decimal(0)),), outlier_rate=Decimal(0))
    plan = replace(world.state.the_plan(), project=replace(world.project, verification=loose))
    assert result.findings(world.state.with_(plan=plan)) == (), "16 off is not more than 16"
    tight = replace(loose, deviation=(DeviationRule(points=Decimal("15.5"), share=Decimal(0)),))
    plan = replace(plan, project=replace(world.project, verification=tight))
    assert [one.kind for one in result.findings(world.state.with_(plan=plan))] == ["deviation"]
    assert problems(replace(world.project, verification=loose)) == ()


@pytest.mark.parametrize("bad", [DeviationRule(points=Decimal(-1)), DeviationRule(share=Decimal("NaN"))])
def test_thresholds_that_cannot_be_kept_to_are_named(bad):
    world = road("void")
    found = problems(replace(world.project, verification=Verification(deviation=(bad,), outlier_rate=Decimal(1))))
    assert [one.path.rsplit(".", 1)[0] for one in found] == ["verification.deviation[0]", "verification"]
    assert {one.code for one in found} == {"bad-value"}


# -- what members find -------------------------------------------------------------------------------------------------

NEAR = ("40 40 30", "43 38 32", "44 40 30", "38 42 33", "39 40 27")


def finds(world: World, number: int, **changes: object) -> c.RaiseFinding:
    """The score of the member at the seat of that number for B1, T1, called high."""
    alias = world.state.aliases[seat_at(world, number)]
    said = {"bidder": "B1", "factor": "T1", "member": alias, "direction": "high", "reason": "与投标文件不符"}
    return c.RaiseFinding(**{**said, **changes})


@pytest.mark.requirement("R75")
def test_a_member_points_out_a_score_and_its_member_answers():
    world = judged(*NEAR)
    assert world.state.findings == ()
    finder, concerned = seat_at(world, 0), seat_at(world, 2)
    world.booth_say(finder, finds(world, 2))
    (finding,) = world.state.findings
    assert (finding.code, finding.kind, finding.seats, finding.by) == (
        "F1", "abnormal", (concerned,), world.state.aliases[finder])  # fmt: skip
    refuses(world, "findings-open", world.conclude)
    refuses(world, "already-raised", lambda: world.booth_say(seat_at(world, 1), finds(world, 2)))
    refuses(world, "away-from-the-others", lambda: world.booth_say(concerned, correct(world, "F1", concerned, "45")))
    world.booth_say(concerned, correct(world, "F1", concerned, "41"))
    world.conclude()
    built = report.build(world.state)
    assert (built.corrections[0].ground, built.findings[0].detail) == ("abnormal", "与投标文件不符")
    assert result.scores_of(world.state)[concerned]["B1", "T1"] == 41


def test_a_total_may_be_pointed_out_and_explained():
    world = judged(*NEAR)
    world.booth_say(seat_at(world, 3), finds(world, 2, factor=""))
    world.booth_say(seat_at(world, 2), c.ExplainFinding(finding="F1", explanation="方案确有优势"))
    world.conclude()
    assert world.state.phase is Phase.REPORT


@pytest.mark.parametrize(
    ("finder", "changes", "code"),
    [
        (2, {}, "own-score"),
        (0, {"factor": "S1"}, "not-judged"),
        (0, {"factor": "X"}, "not-judged"),
        (0, {"bidder": "B9"}, "unknown-bidder"),
        (0, {"member": "member-99"}, "no-such-member"),
        (0, {"direction": "low"}, "not-on-that-side"),
        (0, {"bidder": "B2"}, "not-on-that-side"),  # 40, and the mean of the others is 40 too
    ],
)
def test_what_cannot_be_pointed_out(finder, changes, code):
    world = judged(*NEAR)
    refuses(world, code, lambda: world.booth_say(seat_at(world, finder), finds(world, 2, **changes)))


def test_nothing_is_corrected_without_a_finding_and_none_is_raised_outside_verification():
    world = judged(*NEAR)
    seat = seat_at(world, 2)
    free = c.CorrectItem(finding="F1", ground="abnormal", bidder="B1", factor="T1", before=Decimal(44),
                         after=Decimal(40), reason="-")  # fmt: skip
    refuses(world, "no-such-finding", lambda: world.booth_say(seat, free))
    world.conclude()
    refuses(world, "wrong-phase", lambda: world.booth_say(seat_at(world, 0), finds(world, 2)))
    refuses(world, "wrong-phase", lambda: world.booth_say(seat, free))


def test_a_ground_or_direction_off_the_list_is_malformed():
    world = judged(*NEAR)
    with pytest.raises(Malformed):
        world.booth_say(seat_at(world, 0), replace(finds(world, 2), direction="odd"))


# -- who sees it -------------------------------------------------------------------------------------------------------


def test_the_committee_sees_its_scores_by_alias_in_verification_only():
    world = judged(*NEAR)
    seen = visibility.booth_view(world.state, seat_at(world, 1)).scores
    assert len(seen) == 5 * 3 * 2
    alias = world.state.aliases[seat_at(world, 2)]
    assert [row.score for row in seen if (row.member, row.bidder, row.factor) == (alias, "B1", "T1")] == ["44"]
    assert {row.member for row in seen} == set(world.state.aliases.values())
    world.conclude()
    assert visibility.booth_view(world.state, seat_at(world, 1)).scores == ()


def test_only_the_member_concerned_has_the_finding_with_the_words_and_the_alias_of_who_found_it():
    world = judged(*NEAR)
    world.booth_say(seat_at(world, 0), finds(world, 2, factor=""))
    (mine,) = visibility.booth_view(world.state, seat_at(world, 2)).findings
    assert (mine.ground, mine.direction, mine.own, mine.closed) == ("abnormal", "high", "49", False)  # 44, and 5 for S1
    assert (mine.detail, mine.by) == ("与投标文件不符", world.state.aliases[seat_at(world, 0)])
    assert visibility.booth_view(world.state, seat_at(world, 1)).findings == ()


# -- anomalies ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R97")
def test_the_report_holds_the_anomalies_of_the_sheets_as_sealed():
    world = judged(*FAR)
    before = result.anomaly_report(world.state)
    (flag,) = [one for one in before.anomalies if one.kind == "outlier"]
    assert (flag.bidder, flag.seats, flag.level) == ("B1", (seat_at(world, 0),), "red")
    code = next(one.code for one in world.state.findings or () if one.kind == "outlier")
    world.booth_say(seat_at(world, 0), correct(world, code, seat_at(world, 0), "40"))
    stand_by(world)
    world.conclude()
    assert report.build(world.state).anomalies == before, "a correction does not make what was sealed undone"
