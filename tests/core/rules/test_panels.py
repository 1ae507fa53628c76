"""Panels: size and specialties by category as data, nothing priced, and the whole road without a price."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.panels import category, panel_project
from support.roads import refuses, road
from support.world import World, small_project

from evalhub.core.rules import commands as c
from evalhub.core.rules import result
from evalhub.core.rules.panels import uncovered
from evalhub.core.rules.plan import CommitteeRequest, Plan, Project, plan_problems, problems
from evalhub.core.rules.prices import LowestFirst, Unpriced
from evalhub.core.rules.state import Phase

replace = msgspec.structs.replace


def named(project: Project) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in problems(project)]


def test_a_panel_without_prices_is_lawful():
    assert named(panel_project()) == []
    assert named(panel_project(category("general", 3), category(), chosen="dental")) == []
    assert named(panel_project(category("general", 3), chosen="general", size=3)) == []


def test_every_mistake_of_a_profile_is_named():
    project = panel_project(
        category("dental", 4), category("dental", 5, B0805=4, B0818=2), category("odd", 2), chosen="heart"
    )
    assert named(project) == [
        ("panel.categories[*].code", "duplicate"),
        ("panel.categories[0].size", "committee-odd"),
        ("panel.categories[1].specialties", "panel-too-small"),
        ("panel.categories[2].size", "committee-odd"),
        ("panel.categories[2].size", "committee-three"),
        ("panel.category", "panel-category"),
    ]
    assert named(panel_project(category(size=7))) == [("committee.size", "panel-size")]


def test_a_rule_that_is_our_own_says_so():
    (found,) = problems(panel_project(category(), category("even", 4)))
    assert (found.law_zh, found.law_en) == ("系统约定（无法定依据）", "rule of this system, without statute")


def test_nothing_is_priced_in_a_panel_and_everything_else_is():
    project = panel_project()
    bidders = (replace(project.bidders[0], price=Decimal(1)), *project.bidders[1:])
    assert named(replace(project, bidders=bidders)) == [("bidders[0].price", "panel-priced")]
    assert named(replace(project, ceiling=Decimal(9))) == [("ceiling", "panel-priced")]
    assert ("price.formula", "panel-priced") in named(replace(project, price=LowestFirst()))
    assert named(replace(project, panel=None)) == [("panel", "missing")]
    works = replace(small_project(), panel=project.panel)
    assert named(works) == [("panel", "panel-only")]
    assert ("price.formula", "price-needed") in named(replace(small_project(), price=Unpriced()))


class ClinicWorld(World):
    """A panel of three and two whose strata bring two specialties."""

    def plan(self, revision: int = 1) -> Plan:
        plan = super().plan(revision)
        shares = tuple(
            replace(share, strata=tuple(replace(one, specialty=specialty) for one in share.strata))
            for share, specialty in zip(plan.shares, ("B0805", "B0818"), strict=True)
        )
        return replace(plan, shares=shares)


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        ({"B0805": 3, "B0818": 2}, []),
        ({"B0805": 4}, ["B0805 3 < 4"]),
        ({"B08": 5}, []),
        ({"B0801": 1}, ["B0801 0 < 1"]),
        ({"B08": 4, "B0805": 2}, ["B08 3 < 4"]),
        ({"B08": 3, "B0805": 2}, []),
    ],
)
def test_the_strata_bring_the_specialties(wanted, missing):
    world = ClinicWorld(project=panel_project(category(**wanted)))
    found = [one.found for one in plan_problems(world.plan()) if one.code == "panel-specialty"]
    assert found == missing
    world.open()
    proposal = c.ProposePlan(plan=world.plan())
    if missing and sum(wanted.values()) <= 5:
        refuses(world, "panel-specialty", lambda: world.say("wuhan", proposal))
    elif not missing:
        assert world.say("wuhan", proposal)


def test_a_panel_walks_the_whole_road_without_a_price():
    world = road("archived", project=panel_project())
    assert world.state.phase is Phase.ARCHIVED
    assert {row.price for row in world.state.ranking} == {"0"}
    summary = result.compute(world.state)
    assert all(row.price_score == 0 for row in summary.rows)
    best = max(row.total for row in summary.rows)
    assert [row.rank for row in summary.rows if row.total == best] == [1] * sum(r.total == best for r in summary.rows)


def test_the_size_of_a_panel_is_the_rule_of_its_own():
    assert CommitteeRequest(size=3)
    world = World((2, 1), project=panel_project(category(size=3), size=3))
    assert plan_problems(world.plan()) == ()


CODES = ("B", "B08", "B0801", "B0802", "B09")


def ways(wanted: dict[str, int], drawn: dict[str, int]) -> Iterator[bool]:
    """Every way of giving each drawn member to one wish (or none)."""
    people = [code for code, count in drawn.items() for _ in range(count)]
    for given_to in product([None, *wanted], repeat=len(people)):
        right = all(wish is None or code.startswith(wish) for code, wish in zip(people, given_to, strict=True))
        yield right and all(given_to.count(wish) >= least for wish, least in wanted.items())


@settings(max_examples=60)
@given(
    wanted=st.dictionaries(st.sampled_from(CODES), st.integers(1, 2), max_size=3),
    drawn=st.dictionaries(st.sampled_from(CODES[1:]), st.integers(1, 2), max_size=3),
)
def test_covered_exactly_when_members_can_be_matched(wanted, drawn):
    if sum(drawn.values()) > 5:
        return
    covered = not list(uncovered(category(**wanted), drawn))
    assert covered == any(ways(wanted, drawn))
