"""Anomaly flags: the statistic worked by hand, what must not matter, what must be seen, and the stated rates."""

import importlib.util
import re
import sys
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.repository import ROOT

from evalhub.core.codec import canonical
from evalhub.core.rules.plan import Factor, Text2
from evalhub.core.rules.scoring import anomalies as a
from evalhub.core.rules.scoring.panel import SCALE, Panel, contrast, panel_of, two_way
from evalhub.core.rules.scoring.tendency import Seen, tendencies

spec = importlib.util.spec_from_file_location("anomaly_rates", ROOT / "benchmarks" / "anomaly_rates.py")
assert spec is not None
assert spec.loader is not None
rates = importlib.util.module_from_spec(spec)
sys.modules["anomaly_rates"] = rates
spec.loader.exec_module(rates)

WORDS = Text2(zh="评分", en="score")


def factor(code, kind="subjective", step="0.5"):
    return Factor(
        code=code, part="technical", kind=kind, title=WORDS, criterion=WORDS, highest=Decimal(100), step=Decimal(step)
    )


def table(rows, step=0):
    """One subjective factor; a row a member, in points."""
    items = tuple(tuple(round(value * SCALE) for value in row) for row in rows)
    seats = tuple(f"S{number}" for number in range(1, len(rows) + 1))
    return Panel(seats=seats, bidders=tuple("ABCDEFGHIJKLMNOP"[: len(rows[0])]), items=(items,), steps=(step,))


# -- the statistic ---------------------------------------------------------------------------------------------------


def test_with_two_bids_it_is_students_t_of_the_differences():
    """A less B: 8 against 1, 2, 3. Mean of the others 2, their variance 1: t² = 6² / (1 · (1 + 1/3)) = 27, 2 degrees.
    The member is 6 off in the difference, 3 on either bid."""
    found = contrast(table([(28, 20), (11, 10), (12, 10), (13, 10)]), (0,), 0)
    assert (found.value, found.freedom, found.points) == (27, 2, 3)


def test_a_group_is_students_two_sample_t_of_the_differences():
    """A less B: 9, 11 against 1, 2, 3. Means 10 and 2, squares inside 2 + 2 on 3 degrees: s² = 4/3,
    t² = 8² / (4/3 · (1/2 + 1/3)) = 57.6."""
    found = contrast(table([(29, 20), (31, 20), (11, 10), (12, 10), (13, 10)]), (0, 1), 0)
    assert (found.value, found.freedom, found.points) == (Fraction(576, 10), 3, 4)


def test_rounding_is_added_to_the_noise():
    """The same four with steps of 2: a difference of two rounded scores has 2 · 4/12 more: s² = 1 + 2/3."""
    found = contrast(table([(28, 20), (11, 10), (12, 10), (13, 10)], step=2 * SCALE), (0,), 0)
    assert found.value == Fraction(36) / (Fraction(5, 3) * Fraction(4, 3))


@given(st.lists(st.lists(st.integers(0, 100), min_size=3, max_size=3), min_size=4, max_size=6))
def test_what_is_left_has_no_severity_and_no_quality(rows):
    left = two_way(rows)
    assert all(sum(row) == 0 for row in left)
    assert all(sum(column) == 0 for column in zip(*left, strict=True))


# -- what must not matter ---------------------------------------------------------------------------------------------


@st.composite
def sheets(draw):
    members, bids = draw(st.integers(4, 7)), draw(st.integers(2, 5))
    score = st.integers(10, 40).map(lambda half: Decimal(half) / 2)
    return {
        f"S{i}": {(f"B{j}", code): draw(score) for j in range(bids) for code in ("T1", "T2")} for i in range(members)
    }


FACTORS = [factor("T1"), factor("T2")]


@settings(max_examples=40, deadline=None)
@given(made=sheets(), severe=st.integers(0, 20), data=st.data())
def test_severity_order_and_names_do_not_matter(made, severe, data):
    plain = a.anomaly_report(FACTORS, made)
    seat = data.draw(st.sampled_from(sorted(made)))
    harder = {**made, seat: {key: score + severe for key, score in made[seat].items()}}
    turned = {name: made[name] for name in data.draw(st.permutations(sorted(made)))}
    assert canonical(plain) == canonical(a.anomaly_report(FACTORS[::-1], turned))

    def shown(sheets):  # the share of identical scores does change
        return [
            (one.kind, one.bidder, one.seats, one.rate, one.kind == "twins" or one.amount)
            for one in a.anomaly_report(FACTORS, sheets).anomalies
        ]

    assert shown(harder) == shown(made)


def test_one_step_apart_is_no_alarm_however_much_they_agree_otherwise():
    rows = [[50] * 12 for _ in range(9)]
    rows[4][7] = 53
    assert a.outliers(table(rows, step=3 * SCALE)) == []
    assert [one.seats for one in a.outliers(table(rows, step=1))] == [("S5",)], (
        "without the noise of steps it would be one"
    )


# -- what must be seen ------------------------------------------------------------------------------------------------

CALM = [(60, 50, 40, 55), (62, 51, 42, 56), (57, 48, 38, 53), (61, 49, 41, 57), (59, 52, 39, 54)]


def test_favour_is_seen_with_its_size_and_direction():
    assert a.outliers(table(CALM)) == []
    lifted = [list(row) for row in CALM]
    lifted[2][1] += 12
    (flag,) = a.outliers(table(lifted))
    assert (flag.kind, flag.level, flag.bidder, flag.seats) == ("outlier", "red", "B", ("S3",))
    assert flag.amount == pytest.approx(Decimal(9), abs=1)  # 12 less the quarter that now counts as severity
    lifted[2][0] -= 12
    assert a.outliers(table(lifted))[0].rate < flag.rate, "pressing a rival as well must not hide it"


def test_a_pair_that_lifts_the_same_bid_is_a_group():
    rows = [list(row) for row in CALM]
    rows[0][2] += 12
    rows[4][2] += 12
    (flag,) = a.groups(table(rows))
    assert (flag.bidder, flag.seats, flag.amount > 8) == ("C", ("S1", "S5"), True)


def test_a_copied_sheet_is_seen_even_a_point_higher():
    made = rates.panel(Random(7), 5, 6, rates.World(), rates.copied(0))
    assert [flag.seats for flag in a.twins(made)] == [("m0", "m1")]
    assert a.twins(made)[0].level == "red"


def test_the_report_names_objective_disputes_and_says_what_it_could_not_test():
    both = [factor("T1"), factor("S1", kind="objective")]
    made = {f"S{i}": {("B1", "T1"): Decimal(i), ("B1", "S1"): Decimal(i // 3)} for i in range(4)}
    report = a.anomaly_report(both, made)
    assert report.silent == ("panel-too-small",)  # one bid
    (flag,) = report.anomalies
    assert (flag.kind, flag.bidder, flag.factor, flag.seats) == ("objective", "B1", "S1", ("S0", "S1", "S2", "S3"))
    only = {seat: {key: score for key, score in sheet.items() if key[1] == "S1"} for seat, sheet in made.items()}
    wide = {seat: {("B1", "S1"): Decimal(1), ("B2", "S1"): Decimal(2)} for seat in only}
    assert a.anomaly_report(both[1:], wide).silent == ("nothing-subjective",)
    same = {seat: {("B1", "T1"): Decimal(1), ("B2", "T1"): Decimal(2)} for seat in only}
    assert a.anomaly_report(both[:1], same).silent == ("coarse-steps",)


def test_a_small_favour_shows_over_several_sessions_and_not_in_one():
    rng = Random(11)
    seen = [
        Seen(
            panel=rates.panel(rng, 5, 6, rates.World(), rates.favour((0,), 3)),
            who={"P1": (0,), "P2": (1,), "host": (0, 1, 2)},
            bidders=tuple(f"company-{1 + (j + turn) % 8 if j else 0}" for j in range(6)),
        )
        for turn in range(8)
    ]
    assert tendencies(seen[:1]) == ()
    rows = tendencies(seen)
    assert (rows[0].who, rows[0].bidder, rows[0].sessions, rows[0].level) == ("P1", "company-0", 8, "red")
    assert 3 < rows[0].points < 7
    assert {row.who for row in rows} <= {"P1", "host"}, "host: P1 is one of its three"


# -- the stated rates -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R97")
@pytest.mark.parametrize("members", [5, 7])
def test_the_rule_of_sigmas_is_beaten_at_the_same_share_of_false_alarms(members):
    """A small sample of what docs/anomalies.md tabulates: the order is far from close."""
    out = rates.outlier_outcome(members, 6, 400, 1)
    assert out.alarms <= 0.04
    assert out.found[2] > 3 * out.sigmas[2]
    assert out.found[3] > out.sigmas[3] + 0.3
    assert out.found == tuple(sorted(out.found)), "more favour is found more often"
    assert out.pressed[0] > out.pressed[1] + 0.2
    if members == 5:
        assert out.plain == 0, "with five members nothing is two standard deviations from a mean it is part of"


@pytest.mark.parametrize("world", ["steps of 3: six values", "steps of 7.5: three values", "everybody near the top"])
def test_coarse_or_crowded_scores_do_not_cry_wolf(world):
    shares = rates.false_alarms(rates.WORLDS[world], 5, 6, 120, 3)
    assert shares[3] <= 0.09


def test_a_panel_is_made_of_complete_sheets():
    made = panel_of(FACTORS, {"S1": {("B", "T1"): Decimal("1.5"), ("B", "T2"): Decimal(2)}})
    assert made == Panel(seats=("S1",), bidders=("B",), items=(((15000,),), ((20000,),)), steps=(5000, 5000))
    assert made.totals == ((35000,),)


def test_the_page_holds_what_was_measured_and_the_promise_is_kept():
    """Every table is filled; honest panels stay near what is promised, heavy tails aside; σ is beaten in every row."""
    page = (ROOT / "docs" / "anomalies.md").read_text("utf-8")
    tables = dict(re.findall(r"<!-- measured: (\w+) -->\n(.*?)<!-- end -->", page, re.DOTALL))
    assert set(tables) == set(rates.TABLES)
    rows = {
        name: [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")][2:]
        for name, text in tables.items()
    }
    honest = [*rows["sizes"], *(row for row in rows["honest"] if "Laplace" not in row[0])]
    assert all(float(row[-1].strip(" %")) < 5 for row in honest)
    for row in rows["outlier"]:
        pairs = [re.findall(r"\d+", cell) for cell in row[5:]]
        assert all(int(ours) >= int(usual) for ours, usual in pairs)
        assert int(pairs[4][0]) > int(pairs[4][1]) + 40
