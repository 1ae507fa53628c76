"""What the upkeep report finds."""

from __future__ import annotations

import pytest

from evalhub.site.pool.records import Expert, Pool
from evalhub.site.pool.upkeep import is_senior, upkeep


@pytest.mark.parametrize(
    "title",
    [
        "高级工程师",
        "正高级工程师",
        "教授级高级工程师",
        "高级经济师",
        "教授",
        "副教授",
        "副研究员",
        "主任医师",
        "副高级",
    ],
)
def test_senior_titles(title):
    assert is_senior(title)


@pytest.mark.parametrize(
    "title", ["工程师", "助理工程师", "中级", "讲师", "高级工", "高级技工", "高级技师", "医师", "注册建筑师", "助教"]
)
def test_titles_that_do_not_qualify(title):
    assert not is_senior(title)


def test_the_report():
    def expert(number, title="教授", employer="合成大学", codes=("A04",), name=None, **more):
        shown = name or f"合成专家{number}"
        return Expert(id=f"T-{number}", name=shown, title=title, employer=employer, specialties=codes, **more)

    six = ("A0401", "A0402", "A0403", "A0404", "A0405", "A0406")
    report = upkeep(
        Pool(
            experts=(
                expert(1),
                expert(2, title="工程师"),
                expert(3, title="一级注册建筑师"),
                expert(4, codes=six),
                expert(5, codes=six[:5]),
                expert(6, name="合成专家1", employer="合成 大学"),
                expert(7, name="合成专家1", employer="合成学院"),
                expert(8, status="suspended", reason="缺席", until="2026-12-31"),
            )
        )
    )
    assert (report.size, report.active) == (8, 7)
    assert [one.id for one in report.unqualified] == ["T-2"]
    assert [one.id for one in report.equal_level] == ["T-3"]
    assert [(one.id, one.found) for one in report.many_specialties] == [("T-4", "6")]
    assert report.twins == (("T-1", "T-6"),)
    assert [(one.id, one.reason, one.until) for one in report.suspended] == [("T-8", "缺席", "2026-12-31")]
    assert report.eight_years_checked is False
