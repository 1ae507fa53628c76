"""Forms and sheets: complete or nothing, in range before sealing, one length."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.roads import road
from support.world import World, failed_mark, small_project

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules import forms
from evalhub.core.rules.forms import Ballot, BidTotal, Examination, Form, Score, ScoreSheet
from evalhub.core.rules.scoring.findings import in_range as exactly_in_range

replace = msgspec.structs.replace
FACTOR = small_project().factors[0]  # 0 to 60 in halves


def example(name: str) -> tuple[Form, forms.Sheet]:
    world: World = road(name)
    return world.form(), world.sheet(next(iter(world.state.seats)))


@pytest.mark.parametrize("name", ["chair", "preliminary", "detailed"])
def test_a_complete_sheet_is_read_back(name):
    form, sheet = example(name)
    assert forms.read_sheet(form, canonical(sheet)) == sheet
    forms.check_sheet(form, sheet)


@pytest.mark.parametrize("name", ["chair", "preliminary", "detailed"])
def test_a_sheet_of_another_stage_is_none_of_this_form(name):
    form, _ = example(name)
    for other in {"chair", "preliminary", "detailed"} - {name}:
        with pytest.raises(Malformed, match="another stage"):
            forms.read_sheet(form, canonical(example(other)[1]))


@pytest.mark.requirement("R50")
def test_every_row_once_and_no_other():
    form, sheet = example("detailed")
    assert isinstance(sheet, ScoreSheet)
    rows, sums = sheet.scores, sheet.totals
    stranger = replace(rows[0], bidder="B9")
    for scores, totals, why in [
        (rows[1:], sums, "missing"), ((*rows, rows[0]), sums, "times"), ((*rows, stranger), sums, "not on this form"),
        (rows, sums[1:], "missing"), (rows, (*sums, sums[0]), "times"),
    ]:  # fmt: skip
        with pytest.raises(Malformed, match=why):
            forms.read_sheet(form, canonical(ScoreSheet(scores=scores, totals=totals)))
    form, examination = example("preliminary")
    assert isinstance(examination, Examination)
    with pytest.raises(Malformed, match="missing"):
        forms.read_sheet(form, canonical(Examination(marks=examination.marks[1:])))


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity", "10001", "1E+3", "0.00001", "1E-400"])
@pytest.mark.parametrize("where", ["score", "total"])
def test_what_is_no_score_is_no_sheet(where, number):
    form, sheet = example("detailed")
    assert isinstance(sheet, ScoreSheet)
    if where == "score":
        bent = replace(sheet, scores=(replace(sheet.scores[0], score=Decimal(number)), *sheet.scores[1:]))
    else:
        bent = replace(sheet, totals=(BidTotal(bidder="B1", total=Decimal(number)), *sheet.totals[1:]))
    with pytest.raises(Malformed, match="not a score"):
        forms.read_sheet(form, canonical(bent))


def test_scores_out_of_range_are_read_but_not_let_through_a_booth():
    form, sheet = example("detailed")
    assert isinstance(sheet, ScoreSheet)
    for score in ("60.5", "-0.5", "30.3", "0.0001"):
        bent = replace(sheet, scores=(Score(bidder="B1", factor="T1", score=Decimal(score)), *sheet.scores[1:]))
        forms.read_sheet(form, canonical(bent))
        with pytest.raises(Refusal) as caught:
            forms.check_sheet(form, bent)
        assert caught.value.code == "score-out-of-range"
        assert caught.value.detail["factor"] == "T1"


@pytest.mark.requirement("R59")
def test_a_booth_checks_sums_reasons_and_length():
    form, sheet = example("detailed")
    assert isinstance(sheet, ScoreSheet)
    wrong = replace(sheet.totals[0], total=sheet.totals[0].total + 1)
    cases = [(form, replace(sheet, totals=(wrong, *sheet.totals[1:])), "sum-mismatch")]
    long = tuple(replace(row, remark="备" * 200) for row in sheet.scores) * 20
    cases.append((form, replace(sheet, scores=long), "sheet-too-long"))
    form, marked = example("preliminary")
    assert isinstance(marked, Examination)
    whole = failed_mark(marked.marks[0].bidder, marked.marks[0].item)
    for silence in ({"reason": " "}, {"evidence": ""}, {"page": 0}):
        marks = (replace(whole, **silence), *marked.marks[1:])
        cases.append((form, Examination(marks=marks), "reason-missing"))
    for form_, bent, code in cases:
        with pytest.raises(Refusal) as caught:
            forms.check_sheet(form_, bent)
        assert caught.value.code == code


def test_a_remark_has_its_limit():
    form, sheet = example("detailed")
    assert isinstance(sheet, ScoreSheet)
    bent = replace(sheet, scores=(replace(sheet.scores[0], remark="x" * 201), *sheet.scores[1:]))
    with pytest.raises(Malformed):
        forms.read_sheet(form, canonical(bent))


@pytest.mark.requirement("R59")
@given(st.decimals(allow_nan=True, allow_infinity=True) | st.integers(-10, 130).map(lambda n: Decimal(n) / 2))
def test_in_range_is_exact_and_never_fails(score):
    got = forms.in_range(FACTOR, score)
    if forms.is_score(score):
        assert got == exactly_in_range(FACTOR, score)
    else:
        assert not got


def test_the_pad_is_one_length_and_holds_the_largest_sheet():
    for name in ("chair", "preliminary", "detailed"):
        form, sheet = example(name)
        assert form.pad() % 4096 == 0
        assert len(canonical(sheet)) <= form.pad()
    form, _ = example("preliminary")
    failed = replace(failed_mark("", "", "A51-7"), reason="r" * 200, evidence="e" * 200, page=99999)
    marks = tuple(replace(failed, bidder=b, item=i.code) for b in form.bidders for i in form.items)
    forms.check_sheet(form, Examination(marks=marks))


def test_forms_of_two_rounds_differ_in_digest():
    form, _ = example("chair")
    assert form.digest() != replace(form, round=2).digest() != replace(form, round=2, candidates=("member-1",)).digest()
    assert Ballot(choice="member-1") != Ballot(choice="member-2")
