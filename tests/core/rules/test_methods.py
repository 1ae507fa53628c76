"""The evaluation methods: what each demands of a project, and how each ends in a ranking."""

import re
import subprocess
from decimal import Decimal
from functools import cache

import msgspec
import pytest
from support.world import World, small_project, text

from evalhub.core.rules import commands as c
from evalhub.core.rules import result
from evalhub.core.rules.criteria import Adjustment
from evalhub.core.rules.forms import ScoreSheet
from evalhub.core.rules.plan import Project, problems
from evalhub.core.rules.prices import (
    Averaged,
    Deduction,
    LowestEvaluated,
    LowestFirst,
    RatedCriteria,
    ReasonableLow,
    Sample,
    Span,
)
from evalhub.core.rules.state import Phase, Stage
from evalhub.replay.explain import explain
from evalhub.report.document import document_of
from evalhub.report.typeset import typeset

replace = msgspec.structs.replace
RULE = Deduction(above=Decimal(2), below=Decimal(1))
DAYS = Adjustment(code="D", title=text("延迟天数"), criterion=text("每天 0.5%"), most=Decimal(30), per="percent",
                  rate=Decimal("0.5"))  # fmt: skip
SETS = Adjustment(code="M", title=text("缺漏"), criterion=text("每套 1000 元"), most=Decimal(5), per="amount",
                  rate=Decimal(1000))  # fmt: skip
BASE = small_project()  # B1 910000, B2 920000, B3 930000


def lowest(*adjustments: Adjustment) -> Project:
    return replace(BASE, method="lowest-price", price=LowestEvaluated(), price_points=Decimal(0), factors=(),
                   adjustments=adjustments)  # fmt: skip


def reasonable() -> Project:
    price = ReasonableLow(
        deduction=RULE,
        reduction=Span(lowest=Decimal("0.01"), highest=Decimal("0.03"), step=Decimal("0.01")),
        sample=(Sample(share=Decimal("0.5"), least=2),),
    )
    return replace(BASE, method="reasonable-low-price", price=price, price_points=Decimal(100), factors=())


def quantities(world: World, stated: dict[tuple[str, str], int]) -> ScoreSheet:
    return world.scores(world.form(), lambda bidder, factor: Decimal(stated.get((bidder, factor.code), 0)))


def stating(world: World, stated: dict[tuple[str, str], int]) -> World:
    """To the declared result, every member stating the same quantities."""
    world.pair().draw().check_in().start()
    while world.state.phase is Phase.SEALING:
        for seat in list(world.state.seats):
            detailed = world.state.round().stage is Stage.DETAILED
            world.seal(seat, quantities(world, stated) if detailed else None)
        world.settle()
    return world


def codes(project: Project) -> set[tuple[str, str]]:
    return {(one.path, one.code) for one in problems(project)}


# --- lowest evaluated price ----------------------------------------------------------------------------------


@cache
def adjusted() -> World:
    """B1 is 6 days late: 910000 + 6 x 0.5 % x 910000 = 937300. B2 lacks one set: 921000. B3 as it stands: 930000."""
    return stating(World(project=lowest(DAYS, SETS)), {("B1", "D"): 6, ("B2", "M"): 1})


@pytest.mark.requirement("R50", "R60", "R72")
def test_the_evaluated_price_ranks_by_hand():
    ranking = adjusted().state.ranking
    assert [(row.rank, row.bidder, row.evaluated, row.price) for row in ranking] == [
        (1, "B2", "921000.00", "920000"),
        (2, "B3", "930000.00", "930000"),
        (3, "B1", "937300.00", "910000"),
    ]
    rows = {row.bidder: row for row in result.price_result(adjusted().state).rows}
    assert [(step.label, step.expression, step.value) for step in rows["B1"].steps] == [
        ("adjustment", "D: 6 x 0.5 % x 910000", "27300.00"),
        ("adjustment", "M: 0 x 1000", "0.00"),
        ("evaluated-price", "910000 + (27300.00) + (0.00)", "937300.00"),
    ]
    assert all(step.rounding for step in rows["B1"].steps)


@pytest.mark.requirement("R58")
def test_members_must_agree_on_a_quantity():
    world = World(project=lowest(DAYS))
    world.pair().draw().check_in().start().run_round().run_round()
    for number, seat in enumerate(list(world.state.seats)):
        world.seal(seat, quantities(world, {("B1", "D"): 7 if number else 6}))
    world.settle()
    found = world.state.findings
    assert [(one.kind, one.bidder, one.factor) for one in found] == [("objective", "B1", "D")]
    odd = next(seat for seat in world.state.seats if result.scores_of(world.state)[seat]["B1", "D"] == 6)
    corrected = c.CorrectItem(
        finding=found[0].code,
        ground="objective",
        bidder="B1",
        factor="D",
        before=Decimal(6),
        after=Decimal(7),
        reason="复核",
    )
    world.booth_say(odd, corrected)
    for seat in world.state.seats:
        if seat != odd:
            world.booth_say(seat, c.ExplainFinding(finding=found[0].code, explanation="复核无误"))
    world.conclude()
    assert next(row for row in world.state.ranking if row.bidder == "B1").evaluated == "941850.00"  # + 7 x 0.5 %


@pytest.mark.requirement("R50")
def test_without_adjustments_nobody_is_asked_to_score():
    world = World(project=lowest()).pair().draw().check_in().start().evaluate()
    assert [event.type for event in world.events].count("scoring_omitted") == 1
    assert [round_.stage for round_ in world.state.rounds] == [Stage.CHAIR, Stage.PRELIMINARY]
    assert [row.bidder for row in world.state.ranking] == ["B1", "B2", "B3"]
    world.conclude().sign()
    assert world.state.phase is Phase.ARCHIVED


def test_equal_evaluated_prices_are_ranked_by_the_bid_price():
    """B1 10 sets at 1000 = 920000 as B2; the lower bid price goes first (标准施工招标文件)."""
    sets = replace(SETS, most=Decimal(10))
    world = stating(World(project=lowest(sets)), {("B1", "M"): 10})
    assert [(row.bidder, row.rank) for row in world.state.ranking] == [("B1", 1), ("B2", 2), ("B3", 3)]
    assert {row.evaluated for row in world.state.ranking[:2]} == {"920000.00"}


# --- reasonable low price and rated criteria -----------------------------------------------------------------


@cache
def benchmarked() -> World:
    return World(project=reasonable()).run()


@pytest.mark.requirement("R50", "R60")
def test_reasonable_low_price_is_the_price_score_alone():
    state = benchmarked().state
    prices = {row.bidder: row for row in result.price_result(state).rows}
    assert all(Decimal(row.total) == prices[row.bidder].score for row in state.ranking)
    assert [Decimal(row.total) for row in state.ranking] == sorted((row.score for row in prices.values()), reverse=True)
    assert any(event.type == "scoring_omitted" for event in benchmarked().events)


def test_reasonable_low_price_may_keep_a_few_points_for_the_rest():
    factors = (replace(BASE.factors[0], highest=Decimal(20)),)
    project = replace(reasonable(), price_points=Decimal(80), factors=factors)
    world = World(project=project).pair().draw().check_in().start().evaluate()
    assert [round_.stage for round_ in world.state.rounds][-1] is Stage.DETAILED
    assert world.state.ranking


@pytest.mark.requirement("R60")
def test_rated_criteria_measure_against_the_best():
    world = World(project=replace(BASE, price=RatedCriteria())).pair().draw().check_in().start().evaluate()
    summary = result.compute(world.state)
    committee = {row.bidder: sum(part.score for part in row.parts) for row in summary.rows}
    best = max(committee.values())
    for row in summary.rows:
        share = Decimal(committee[row.bidder] * 70 / best).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert row.technical == share
        assert row.total == row.technical + row.price_score
    assert max(row.technical for row in summary.rows) == 70
    assert [row.rank for row in summary.rows] == [1, 2, 3]


# --- what everybody reads ------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [adjusted, benchmarked], ids=["lowest-price", "reasonable-low-price"])
def test_explanation_and_report_follow_the_method(made, tmp_path):
    world = made()
    if world.state.phase is Phase.VERIFICATION:
        world.conclude().sign()
    told = explain(world.state, "B1")
    assert told.summary is not None
    assert told.prices is not None
    document = document_of(world.state)
    assert document.report.project.method == world.project.method
    (tmp_path / "report.pdf").write_bytes(typeset(document, "zh"))
    subprocess.run(["pdftotext", "report.pdf", "out.txt"], cwd=tmp_path, check=True, capture_output=True)
    words = re.sub(r"\s", "", (tmp_path / "out.txt").read_text("utf-8"))
    expected = ("经评审的投标价", "937300.00") if made is adjusted else ("随机抽取参数", "∈")
    for one in (*expected, "四舍五入"):
        assert one in words


# --- what a project file may say -----------------------------------------------------------------------------


@pytest.mark.requirement("R50", "R51")
@pytest.mark.parametrize(
    ("project", "found"),
    [
        (lowest(DAYS), set()),
        (lowest(), set()),
        (reasonable(), set()),
        (replace(lowest(), price=LowestFirst()), {("price.formula", "method-formula")}),
        (replace(lowest(), price_points=Decimal(10)), {("price_points", "method-points")}),
        (replace(lowest(), factors=BASE.factors), {("factors", "method-factors")}),
        (replace(BASE, price=LowestEvaluated()), {("price.formula", "method-formula")}),
        (replace(BASE, adjustments=(DAYS,)), {("adjustments", "method-adjustments")}),
        (replace(BASE, factors=()), {("factors", "no-items"), ("factors", "points-not-100")}),
        (replace(reasonable(), price=LowestFirst()), {("price.formula", "method-formula")}),
        (replace(reasonable(), price_points=Decimal(50)),
         {("price_points", "method-points"), ("factors", "points-not-100")}),
        (lowest(DAYS, DAYS), {("adjustments[*].code", "duplicate")}),
        (lowest(replace(DAYS, rate=Decimal(0))), {("adjustments[0]", "adjustment-rate")}),
        (lowest(replace(DAYS, rate=Decimal("NaN"))), {("adjustments[0]", "adjustment-rate")}),
        (lowest(replace(DAYS, rate=Decimal(4))), {("adjustments[0]", "adjustment-rate")}),
        (lowest(replace(DAYS, most=Decimal(0))), {("adjustments[0]", "bad-range")}),
    ],
)  # fmt: skip
def test_what_does_not_go_with_the_method_is_named(project, found):
    assert codes(project) == found


@pytest.mark.requirement("R50")
def test_government_procurement_knows_two_methods():
    """87号令 arts 53-55."""
    goods = replace(BASE, project_class="government-goods")
    assert codes(goods) == set()
    fewer = replace(goods, price_points=Decimal(20), factors=(replace(BASE.factors[0], highest=Decimal(80)),))
    assert codes(fewer) == {("price_points", "government-points")}
    assert codes(replace(goods, price=Averaged(deduction=RULE))) == {("price.formula", "government-formula")}
    dominated = replace(reasonable(), project_class="government-goods")
    assert codes(dominated) == {("method", "government-method")}
    raised = replace(lowest(DAYS), project_class="government-services")
    assert codes(raised) == {("adjustments[0].rate", "government-adjustment")}
    assert codes(replace(raised, adjustments=(replace(DAYS, rate=Decimal("-0.5")),))) == set()
