"""From sheets to ranking: sums worked by hand, trimming, ties, findings, and order that must not matter."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.repository import ROOT

from evalhub.core.codec import canonical
from evalhub.core.errors import Refusal
from evalhub.core.rules.plan import Aggregation, Factor, Text2
from evalhub.core.rules.scoring import (
    Contender,
    ScoredBid,
    aggregate,
    candidates,
    findings,
    rank,
)
from evalhub.core.rules.thresholds import DeviationRule

WORDS = Text2(zh="评分", en="score")


def factor(code, part="technical", kind="subjective", highest="40", step="0.5"):
    return Factor(
        code=code,
        part=part,
        kind=kind,
        title=WORDS,
        criterion=WORDS,
        highest=Decimal(highest),
        step=Decimal(step),
    )


DESIGN, TEAM = factor("T1"), factor("B1", part="business", kind="objective", highest="20")
FACTORS = [DESIGN, TEAM]


def sheets_of(table, codes=("T1", "B1")):
    """{"S1": {"A": "30 10"}} as sheet scores, in the order of ``codes``."""
    return {
        seat: {
            (bidder, code): Decimal(score)
            for bidder, line in own.items()
            for code, score in zip(codes, line.split(), strict=True)
        }
        for seat, own in table.items()
    }


def bids_of(**prices):
    return [
        ScoredBid(bidder=bidder, price=Decimal(price), price_score=Decimal(score))
        for bidder, (price, score) in prices.items()
    ]


FIVE = sheets_of(
    {
        "S1": {"A": "10 20"},
        "S2": {"A": "20 10"},
        "S3": {"A": "21 8"},
        "S4": {"A": "22 6"},
        "S5": {"A": "40 5"},
    }
)


@pytest.mark.parametrize(
    ("scope", "least", "technical", "business", "dropped"),
    [
        ("total", 0, "22.60", "9.80", ""),  # 113/5, 49/5
        ("total", 6, "22.60", "9.80", ""),  # five members are too few
        ("item", 5, "21.00", "8.00", ""),  # (20+21+22)/3; (10+8+6)/3
        ("part", 5, "21.00", "8.00", ""),  # one factor a part: the same
        ("total", 5, "17.00", "12.67", "S4 S5"),  # totals 30 30 29 28 45: S4, S5 go; 51/3, 38/3
    ],
)
def test_trimming(scope, least, technical, business, dropped):
    rule = Aggregation(trim_scope=scope, trim_min_members=least)
    row = aggregate(FACTORS, FIVE, bids_of(A=("100", "30")), rule).rows[0]
    assert {part.part: str(part.score) for part in row.parts} == {"technical": technical, "business": business}
    assert row.total == Decimal(technical) + Decimal(business) + 30
    assert " ".join(member.seat for member in row.members if member.dropped) == dropped


def test_part_and_item_scope_differ_when_a_part_has_two_factors():
    """Items: 0 9 9 -> 9 and 9 9 0 -> 9, sum 18. Part sums: 9 18 9 -> one 9 stays."""
    two = [factor("T1"), factor("T2")]
    sheets = sheets_of({"S1": {"A": "0 9"}, "S2": {"A": "9 9"}, "S3": {"A": "9 0"}}, ("T1", "T2"))
    for scope, expected in (("item", "18.00"), ("part", "9.00"), ("total", "9.00")):
        rule = Aggregation(trim_scope=scope, trim_min_members=3)
        row = aggregate(two, sheets, [ScoredBid(bidder="A")], rule).rows[0]
        assert str(row.total) == expected


def test_equal_extremes_drop_one_each_and_two_members_are_never_trimmed():
    same = sheets_of({seat: {"A": "7 7"} for seat in ("S1", "S2", "S3")})
    rule = Aggregation(trim_min_members=1)
    row = aggregate(FACTORS, same, bids_of(A=("1", "0")), rule).rows[0]
    assert (str(row.total), [member.dropped for member in row.members]) == ("14.00", [True, True, False])
    pair = {seat: same[seat] for seat in ("S1", "S2")}
    row = aggregate(FACTORS, pair, bids_of(A=("1", "0")), rule).rows[0]
    assert not any(member.dropped for member in row.members)


def test_parts_are_rounded_half_up_and_the_total_adds_up_on_paper():
    """Three members: 31/3 = 10.333 -> 10.33; 20/3 = 6.667 -> 6.67; with price 12.34 the total is 29.34."""
    sheets = sheets_of({"S1": {"A": "10 6"}, "S2": {"A": "10 7"}, "S3": {"A": "11 7"}})
    row = aggregate(FACTORS, sheets, bids_of(A=("1", "12.34")), Aggregation()).rows[0]
    assert [str(part.score) for part in row.parts] == ["6.67", "10.33"]
    assert str(row.total) == "29.34"
    half = sheets_of({"S1": {"A": "1 0"}, "S2": {"A": "1.5 0"}})
    row = aggregate(FACTORS, half, bids_of(A=("1", "0")), Aggregation(places=1)).rows[0]
    assert str(row.total) == "1.3"


def test_weights_of_parts():
    """A_i of 87号令 art 55: 20 x 0.5 + 10 x 1 (not named) + 30."""
    sheets = sheets_of({"S1": {"A": "20 10"}})
    row = aggregate(FACTORS, sheets, bids_of(A=("1", "30")), Aggregation(), weights={"technical": Decimal("0.5")}).rows[
        0
    ]
    assert str(row.total) == "50.00"
    assert str(row.members[0].total) == "20.00"


def contenders(*rows):
    return [
        Contender(bidder=bidder, total=Decimal(total), price=None if price is None else Decimal(price))
        for bidder, total, price in rows
    ]


@pytest.mark.requirement("R72")
def test_ranking_total_then_price_then_tied():
    rows = contenders(("A", "90", "10"), ("B", "90.0", "9"), ("C", "91", "99"), ("D", "90", "9"), ("E", "80", "1"))
    assert rank(rows) == {"C": 1, "B": 2, "D": 2, "A": 4, "E": 5}
    assert rank(contenders(("A", "1", None), ("B", "1", "5"))) == {"A": 1, "B": 1}


@pytest.mark.requirement("R72")
@pytest.mark.parametrize(
    ("ranks", "named", "tied"),
    [
        ({"A": 1, "B": 2, "C": 3, "D": 4}, "ABC", ""),
        ({"A": 1, "B": 2}, "AB", ""),
        ({"A": 1, "B": 1, "C": 1}, "ABC", ""),
        ({"A": 1, "B": 2, "C": 3, "D": 3}, "AB", "CD"),
        ({"A": 1, "B": 1, "C": 3, "D": 4}, "ABC", ""),
        ({"A": 1, "B": 2, "C": 2, "D": 2}, "A", "BCD"),
        ({"A": 1, "B": 1, "C": 1, "D": 1, "E": 5}, "", "ABCD"),
    ],
)
def test_at_most_three_candidates(ranks, named, tied):
    assert candidates(ranks) == (tuple(named), tuple(tied))


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ({}, "sheet-none"),
        (sheets_of({"S1": {}}), "sheet-incomplete"),
        (sheets_of({"S1": {"A": "1 1", "Z": "1 1"}}), "sheet-unknown-score"),
        (sheets_of({"S1": {"A": "1 NaN"}}), "sheet-incomplete"),
    ],
)
def test_nothing_is_computed_from_incomplete_sheets(sheets, code):
    with pytest.raises(Refusal, match=code):
        aggregate(FACTORS, sheets, bids_of(A=("1", "0")), Aggregation())


SCORES = st.integers(0, 40).map(lambda half: Decimal(half) / 2)


@st.composite
def committees(draw):
    seats = [f"S{number}" for number in range(draw(st.integers(1, 7)))]
    bidders = "ABCD"[: draw(st.integers(1, 4))]
    return {
        seat: {(bidder, code): draw(SCORES) for bidder in bidders for code in ("T1", "B1")} for seat in seats
    }, bidders


@pytest.mark.requirement("R60")
@settings(max_examples=60, deadline=None)
@given(
    committee=committees(),
    scope=st.sampled_from(["item", "part", "total"]),
    least=st.sampled_from([0, 3, 5]),
    data=st.data(),
)
def test_two_centres_compute_the_same_bytes(committee, scope, least, data):
    sheets, bidders = committee
    rule = Aggregation(trim_scope=scope, trim_min_members=least)
    bids = [ScoredBid(bidder=bidder, price=Decimal(5), price_score=Decimal(1)) for bidder in bidders]
    other = {seat: sheets[seat] for seat in data.draw(st.permutations(sorted(sheets)))}
    one = aggregate(FACTORS, sheets, bids, rule)
    two = aggregate(FACTORS[::-1], other, data.draw(st.permutations(bids)), rule)
    assert canonical(one) == canonical(two)
    assert one.digest() == two.digest()
    assert [row.total for row in one.rows] == sorted((row.total for row in one.rows), reverse=True)
    assert all(1 <= row.total <= 41 for row in one.rows)


# --- findings ------------------------------------------------------------------------------------------------


def shown(found):
    return [(one.kind, one.level, one.bidder, one.factor, one.seats) for one in found]


@pytest.mark.requirement("R59", "R75")
def test_scores_outside_range_or_off_the_step():
    sheets = sheets_of({"S1": {"A": "40 20"}, "S2": {"A": "40.5 20"}, "S3": {"A": "0.25 20"}})
    assert shown(findings(FACTORS, sheets)) == [
        ("range", "error", "A", "T1", ("S2",)),
        ("range", "error", "A", "T1", ("S3",)),
    ]


@pytest.mark.requirement("R58", "R75", "R97")
def test_members_must_agree_on_objective_factors():
    sheets = sheets_of({"S1": {"A": "40 20"}, "S2": {"A": "1 20.0"}, "S3": {"A": "7 19"}})
    (found,) = findings(FACTORS, sheets)
    assert shown([found]) == [("objective", "error", "A", "B1", ("S1", "S2", "S3"))]
    assert found.detail == "19 / 20"


@pytest.mark.requirement("R59", "R75")
def test_a_written_total_that_is_not_the_sum():
    sheets = sheets_of({"S1": {"A": "40 20"}})
    for written, wrong in (("60", False), ("60.01", False), ("60.011", True), ("59.98", True)):
        found = findings(FACTORS, sheets, declared={("S1", "A"): Decimal(written)})
        assert shown(found) == ([("sum", "error", "A", None, ("S1",))] if wrong else [])


@pytest.mark.requirement("R75", "R97")
@pytest.mark.parametrize(
    ("scores", "rule", "seats"),
    [
        ("10 10 13 13 14", DeviationRule(), []),  # mean 12, limit 3.6
        ("10 10 10 10 18", DeviationRule(), ["S5"]),  # mean 11.6, limit 3.48; 6.4 is beyond
        ("1 1 1 1 4", DeviationRule(), []),  # mean 1.6, limit 3; 2.4
        ("8 8 14", DeviationRule(points=Decimal(4), share=Decimal(0)), []),  # mean 10, 4 is the limit itself
        ("8 8 14", DeviationRule(points=Decimal(0), share=Decimal("0.2")), ["S3"]),  # limit 2 is no deviation, 4 is
    ],
)
def test_deviation_is_a_warning_beyond_the_set_limit(scores, rule, seats):
    table = {f"S{number}": {"A": f"{score} 5"} for number, score in enumerate(scores.split(), 1)}
    found = findings(FACTORS, sheets_of(table), deviation=[rule])
    assert shown(found) == [("deviation", "warning", "A", "T1", (seat,)) for seat in seats]


def test_without_a_rule_nobody_is_warned():
    table = {"S1": {"A": "0 5"}, "S2": {"A": "40 5"}}
    assert findings(FACTORS, sheets_of(table)) == ()


CASES = json.loads((ROOT / "tests" / "vectors" / "rules" / "findings.json").read_text("utf-8"))["cases"]


@pytest.mark.requirement("R58", "R59", "R75")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_vectors_of_findings(case):
    rows = [row.split() for row in case["rows"]]
    sheets = {
        f"S{number}": {("A", "T1"): Decimal(row[0]), ("A", "S1"): Decimal(row[1])} for number, row in enumerate(rows, 1)
    }
    written = {(f"S{number}", "A"): Decimal(row[2]) for number, row in enumerate(rows, 1) if len(row) > 2}
    rules = [DeviationRule(points=Decimal(points), share=Decimal(share)) for points, share in case["rules"]]
    factors = [factor("T1"), factor("S1", part="business", kind="objective", highest="20")]
    found = findings(factors, sheets, declared=written, deviation=rules)
    assert [
        [one.kind, one.factor or "", [int(seat[1:]) for seat in one.seats], one.direction] for one in found
    ] == case["expected"]
    assert all(one.level == ("error" if one.kind in ("range", "sum", "objective") else "warning") for one in found)
