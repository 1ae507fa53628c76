"""Ways to give a score: a range, deductions from the full mark, a closed list; and when a reason is needed."""

from decimal import Decimal

import msgspec
import pytest
from support.world import World, small_project, text

from evalhub.core.errors import Refusal
from evalhub.core.rules.criteria import Option, factor_mistake, wants_reason
from evalhub.core.rules.forms import BidTotal, Form, Score, ScoreSheet, check_sheet, in_range
from evalhub.core.rules.plan import problems
from evalhub.core.rules.scoring.findings import in_range as found_in_range

replace = msgspec.structs.replace
BASE = small_project()
PLAIN = replace(BASE.factors[0], highest=Decimal(10), reason_below=Decimal(3), reason_above=Decimal(9))
OFF = replace(BASE.factors[0], code="D", highest=Decimal(10), entry="deduction")
LIST = replace(
    BASE.factors[0],
    code="O",
    highest=Decimal(10),
    entry="options",
    options=tuple(Option(value=Decimal(value), title=text(f"{value} 分")) for value in ("0", "3.3", "10")),
)


def sheet(factor, score, remark=""):
    row = Score(bidder="B1", factor=factor.code, score=Decimal(score), remark=remark)
    return ScoreSheet(scores=(row,), totals=(BidTotal(bidder="B1", total=Decimal(score)),))


def form(factor):
    return Form(name="detailed-3", stage="detailed", round=3, bidders=("B1",), factors=(factor,))


@pytest.mark.requirement("R67")
@pytest.mark.parametrize(
    ("factor", "score", "wanted"),
    [(PLAIN, "3", False), (PLAIN, "2.5", True), (PLAIN, "9", False), (PLAIN, "9.5", True), (OFF, "10", False),
     (OFF, "9.5", True), (OFF, "0", True), (LIST, "3.3", False)],
)  # fmt: skip
def test_a_reason_is_needed_beyond_the_band_and_for_every_deduction(factor, score, wanted):
    assert wants_reason(factor, Decimal(score)) is wanted
    check_sheet(form(factor), sheet(factor, score, "理由"))
    if wanted:
        with pytest.raises(Refusal, match="reason-missing"):
            check_sheet(form(factor), sheet(factor, score, "  "))
    else:
        check_sheet(form(factor), sheet(factor, score))


@pytest.mark.requirement("R51", "R59")
@pytest.mark.parametrize(("score", "fits"), [("0", True), ("3.3", True), ("3.30", True), ("3.5", False), ("10", True)])
def test_only_a_listed_value_may_be_given(score, fits):
    assert in_range(LIST, Decimal(score)) is fits
    assert found_in_range(LIST, Decimal(score)) is fits


@pytest.mark.requirement("R51")
@pytest.mark.parametrize(
    ("factor", "code"),
    [
        (LIST, None),
        (OFF, None),
        (PLAIN, None),
        (replace(LIST, options=LIST.options[:1]), "bad-options"),
        (replace(LIST, options=LIST.options[:2]), "bad-options"),
        (replace(LIST, options=(*LIST.options, LIST.options[0])), "bad-options"),
        (replace(LIST, options=(*LIST.options, Option(value=Decimal(11), title=text("多")))), "bad-options"),
        (replace(LIST, options=(*LIST.options, Option(value=Decimal("NaN"), title=text("非数")))), "bad-options"),
        (replace(PLAIN, options=LIST.options), "bad-options"),
        (replace(PLAIN, reason_below=Decimal(11)), "bad-reason-band"),
        (replace(PLAIN, reason_above=Decimal("NaN")), "bad-reason-band"),
    ],
)
def test_what_is_impossible_is_named(factor, code):
    assert factor_mistake(factor) == code


@pytest.mark.requirement("R51")
def test_a_session_with_every_way_to_score_runs_to_its_end():
    factors = (replace(PLAIN, highest=Decimal(30)), replace(OFF, highest=Decimal(30)), LIST)
    project = replace(BASE, factors=factors)
    assert problems(project) == ()
    world = World(project=project).pair().draw().check_in().start().run_round().run_round()
    for seat in list(world.state.seats):
        world.seal(seat, world.scores(world.form(), lambda bidder, factor: factor.highest - (factor.code == "D")))
    world.settle()
    assert [row.total for row in world.state.ranking] == ["99.00", "98.67", "98.35"]  # 30 + 29 + 10 and the price
