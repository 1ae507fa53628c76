"""Laws of the summary: who sits where, an expert's general severity, and what is trimmed (F-9)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.rules.plan import Aggregation, Factor, Text2
from evalhub.core.rules.scoring import ScoredBid, Summary, aggregate

WORDS = Text2(zh="评分", en="score")
FACTORS = tuple(
    Factor(code=code, part=part, kind="subjective", title=WORDS, criterion=WORDS, highest=Decimal(30))
    for code, part in (("T1", "technical"), ("T2", "technical"), ("C1", "business"))
)
BIDS = [ScoredBid(bidder=name, price=Decimal(100), price_score=Decimal(10)) for name in "AB"]
KEYS = [(bid.bidder, factor.code) for bid in BIDS for factor in FACTORS]
SCORES = st.integers(0, 12).map(lambda halves: Decimal(halves) / 2)  # few values, so that totals are often equal
SHEET = st.lists(SCORES, min_size=len(KEYS), max_size=len(KEYS)).map(lambda row: dict(zip(KEYS, row, strict=True)))
COMMITTEE = st.lists(SHEET, min_size=5, max_size=5)
SCOPES = ["item", "part", "total"]


def result(sheets: list[dict], *, scope: str = "total", least: int = 0, places: int = 2) -> Summary:
    seats = {f"S{number}": sheet for number, sheet in enumerate(sheets)}
    rule = Aggregation(trim_min_members=least, trim_scope=scope, places=places)  # type: ignore[arg-type]
    return aggregate(FACTORS, seats, BIDS, rule)


def shown(summary: Summary) -> list[tuple]:
    return [(row.bidder, row.parts, row.total, row.rank) for row in summary.rows]


@pytest.mark.requirement("R59", "R60")
@pytest.mark.parametrize("scope", SCOPES)
@settings(max_examples=40, deadline=None)
@given(sheets=COMMITTEE, data=st.data())
def test_who_sits_where_changes_nothing(scope, sheets, data):
    """Also with equal totals at both ends: what is dropped never hangs on the name of a seat."""
    shuffled = data.draw(st.permutations(sheets))
    assert shown(result(sheets, scope=scope, least=5)) == shown(result(shuffled, scope=scope, least=5))


@pytest.mark.requirement("R60")
@settings(max_examples=30, deadline=None)
@given(sheets=COMMITTEE, member=st.integers(0, 4), shift=SCORES)
def test_a_constant_on_all_scores_of_one_expert_shifts_means_accordingly(sheets, member, shift):
    """Five members: each factor's mean, and so each part, moves by a fifth of the shift for each of its factors."""
    harder = [dict(sheet) for sheet in sheets]
    harder[member] = {key: score + shift for key, score in harder[member].items()}
    before, after = result(sheets, places=4), result(harder, places=4)
    totals = {row.bidder: row.total for row in after.rows}
    for row in before.rows:
        assert Fraction(totals[row.bidder]) - Fraction(row.total) == Fraction(shift) * len(FACTORS) / 5
    assert [(row.bidder, row.rank) for row in before.rows] == [(row.bidder, row.rank) for row in after.rows]


@pytest.mark.requirement("R60")
@settings(max_examples=30, deadline=None)
@given(sheets=COMMITTEE, more=SCORES)
def test_a_trimmed_extreme_never_changes_the_trimmed_mean(sheets, more):
    before = result(sheets, least=5)
    for row in before.rows:
        dropped = [one for one in row.members if one.dropped]
        if dropped[0].total == dropped[1].total:
            continue  # all equal: either could be called the highest
        highest = max(dropped, key=lambda one: one.total)
        raised = [dict(sheet) for sheet in sheets]
        own = raised[int(highest.seat[1:])]
        own.update({key: score + more for key, score in own.items() if key[0] == row.bidder})
        after = next(one for one in result(raised, least=5).rows if one.bidder == row.bidder)
        assert after.parts == row.parts


@pytest.mark.requirement("R60")
@pytest.mark.parametrize(("mode", "technical"), [("half-up", "0.34"), ("down", "0.33"), ("up", "0.34")])
def test_the_rounding_of_parts_is_the_one_declared(mode, technical):
    """A third of 1.005 is 0.335."""
    sheets = [dict.fromkeys(KEYS, Decimal(0)) for _ in range(3)]
    sheets[0]["A", "T1"] = Decimal("1.005")
    seats = {f"S{number}": sheet for number, sheet in enumerate(sheets)}
    found = aggregate(FACTORS, seats, BIDS, Aggregation(mode=mode))
    parts = {part.part: part.score for part in next(row for row in found.rows if row.bidder == "A").parts}
    assert parts["technical"] == Decimal(technical)
