"""The lawful committee: the named numbers, both sides of each limit, and every violation at once."""

from decimal import Decimal
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.errors import Refusal
from evalhub.core.rules.committee import (
    COMMITTEE_RULES,
    CommitteeProfile,
    ProjectClass,
    applicable,
    check_committee,
    require_committee,
)


def codes(size, representatives=0, project_class="works", **case):
    profile = CommitteeProfile(
        size=size,
        representatives=representatives,
        experts=size - representatives,
        project_class=project_class,
        **case,
    )
    return [violation.code for violation in check_committee(profile)]


@pytest.mark.requirement("R10")
@pytest.mark.parametrize(
    ("size", "representatives", "expected"),
    [
        (5, 0, []),
        (5, 1, []),
        (5, 2, ["committee-experts"]),
        (7, 2, []),
        (7, 3, ["committee-experts"]),
        (9, 3, []),
        (9, 4, ["committee-experts"]),
        (4, 1, ["committee-odd", "committee-five"]),
        (6, 2, ["committee-odd"]),
        (3, 1, ["committee-five"]),
        (1, 1, ["committee-five", "committee-experts"]),
    ],
)
def test_works(size, representatives, expected):
    assert codes(size, representatives) == expected


@pytest.mark.requirement("R11")
@pytest.mark.parametrize("project_class", ["government-goods", "government-services"])
@pytest.mark.parametrize(
    ("case", "seven"),
    [
        ({}, False),
        ({"budget": Decimal("9999999.99")}, False),
        ({"budget": Decimal(10_000_000)}, True),
        ({"complex": True}, True),
        ({"concern": True}, True),
    ],
)
def test_seven_in_the_named_government_cases(project_class, case, seven):
    assert codes(5, 1, project_class, **case) == (["committee-seven"] if seven else [])
    assert codes(7, 2, project_class, **case) == []


def test_a_large_budget_asks_nothing_of_works():
    assert codes(5, 1, "works", budget=Decimal(10**9), complex=True) == []


@pytest.mark.requirement("R11")
def test_water_works_need_seven():
    assert codes(5, 0, "water") == ["committee-seven"]
    assert codes(7, 2, "water") == []


def test_a_panel_needs_only_a_majority():
    assert codes(3, 0, "panel") == []
    assert codes(2, 0, "panel") == ["committee-odd", "committee-three"]


def test_the_members_must_add_up():
    profile = CommitteeProfile(size=5, representatives=1, experts=5, project_class="works")
    assert [violation.code for violation in check_committee(profile)] == ["committee-sum"]


@pytest.mark.requirement("R10")
@settings(max_examples=100, deadline=None)
@given(size=st.integers(1, 99), data=st.data())
def test_two_thirds_is_exact(size, data):
    representatives = data.draw(st.integers(0, size))
    assert ("committee-experts" in codes(size, representatives)) == (representatives * 3 > size)


def test_a_refusal_names_article_and_all_codes():
    profile = CommitteeProfile(size=4, representatives=2, experts=2, project_class="government-goods", complex=True)
    with pytest.raises(Refusal) as caught:
        require_committee(profile)
    assert caught.value.code == "committee-odd"
    assert "第四十七条" in caught.value.detail["article"]
    assert caught.value.detail["all"] == "committee-odd committee-five committee-experts committee-seven"


def test_every_rule_has_an_article_and_both_texts():
    assert all(rule.article_zh and rule.text_zh and rule.text_en for rule in COMMITTEE_RULES)


def test_every_row_names_what_its_test_and_cases_look_at():
    """A row whose inputs lied would mislead whoever reads the table instead of the code."""
    base = CommitteeProfile(size=5, representatives=1, experts=4, project_class="works")
    other = {"size": 4, "representatives": 4, "experts": 1}
    for rule in COMMITTEE_RULES:
        profile = msgspec.structs.replace(base, project_class=rule.classes[0], complex="complex" in rule.cases)
        for field, value in other.items():
            changed = msgspec.structs.replace(profile, **{field: value})
            moved = (rule.code in broken(profile)) != (rule.code in broken(changed))
            assert not moved or field in rule.inputs, (rule.code, field)
        assert ("size" in rule.inputs) or rule.test == "adds-up"
        assert not rule.cases or {"project_class", "budget", "complex", "concern"} <= set(rule.inputs)


def broken(profile):
    return {violation.code for violation in check_committee(profile)}


def test_each_row_stands_for_itself():
    """Without the row, some composition that it alone forbids would pass."""
    for rule in COMMITTEE_RULES:
        case = {"complex": True} if rule.cases else {}
        worst = CommitteeProfile(
            size=2, representatives=2, experts=1, project_class=rule.classes[0], budget=None, **case
        )
        assert (rule.code, rule.article_en) in {(one.code, one.article_en) for one in check_committee(worst)}


@pytest.mark.parametrize("project_class", get_args(ProjectClass))
def test_the_article_is_that_of_the_kind_of_project(project_class):
    articles = {rule.article_en for rule in applicable(profile_of_class(project_class)) if rule.code == "committee-odd"}
    assert len(articles) == 1
    expected = {
        "panel": "rule of this system",
        "government-goods": "Order No. 87",
        "government-services": "Order No. 87",
    }
    assert expected.get(project_class, "Tendering and Bidding Law") in articles.pop()


def profile_of_class(project_class):
    return CommitteeProfile(size=5, representatives=0, experts=5, project_class=project_class)


def test_requirements_of_the_list_are_named():
    assert {rule.requirement for rule in COMMITTEE_RULES} == {"R10", "R11", ""}
    assert all(rule.requirement for rule in COMMITTEE_RULES if "系统约定" not in rule.article_zh)
