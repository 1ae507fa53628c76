"""The evaluation methods, and what each demands of a project file (12号令 arts 29-35, 87号令 arts 53-55; R50, R51).

    comprehensive         综合评估法 (综合评分法): factors and price score, 100 points together
    lowest-price          经评审的最低投标价法: who passes is ranked by the evaluated price; no points
    reasonable-low-price  合理低价法: the price score against a benchmark dominates; factors may be absent

Government goods and services know two methods only; by points, the price score is lowest-first with a least weight and
no price is dropped; by price, nothing but policy deductions may change it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from evalhub.core.rules.basic import Problem
from evalhub.core.rules.criteria import Adjustment, Factor, factor_mistake
from evalhub.core.rules.prices import Averaged, Composite, LowestEvaluated, LowestFirst, ReasonableLow, TwoPass

if TYPE_CHECKING:
    from evalhub.core.rules.plan import Project

BENCHMARKED = (Averaged, ReasonableLow, Composite, TwoPass)
LEAST_GOVERNMENT_PRICE = {"government-goods": Decimal(30), "government-services": Decimal(10)}  # 87号令 art 55
MOST_RATE = Decimal(10**9)


def asked(project: Project) -> tuple[Factor, ...]:
    """What the detailed round asks of every member; empty where there is nothing to judge, and then no such round."""
    if project.method == "lowest-price":
        return tuple(adjustment.quantity() for adjustment in project.adjustments)
    return project.factors


def method_problems(project: Project) -> Iterator[Problem]:
    """No examination, what does not go with the method, and every impossible factor, weight and adjustment."""
    if not project.examination:
        yield Problem(path="examination", code="no-items")
    if project.method == "lowest-price":
        yield from _lowest_problems(project)
    else:
        yield from _scored_problems(project)
    if project.project_class in LEAST_GOVERNMENT_PRICE:
        yield from _government_problems(project)


def _scored_problems(project: Project) -> Iterator[Problem]:
    dominated = project.method == "reasonable-low-price"
    if dominated and not isinstance(project.price, BENCHMARKED):
        yield Problem(path="price.formula", code="method-formula", found=project.method)
    if not dominated and isinstance(project.price, LowestEvaluated):
        yield Problem(path="price.formula", code="method-formula", found=project.method)
    if dominated and project.price_points.is_finite() and project.price_points <= 50:
        yield Problem(path="price_points", code="method-points", found=str(project.price_points))
    if project.adjustments:
        yield Problem(path="adjustments", code="method-adjustments", found=project.method)
    yield from _point_problems(project, optional=dominated)


def _point_problems(project: Project, *, optional: bool) -> Iterator[Problem]:
    if not project.factors and not optional:
        yield Problem(path="factors", code="no-items")
    for index, factor in enumerate(project.factors):
        if code := factor_mistake(factor):
            yield Problem(path=f"factors[{index}]", code=code, found=factor.code)
    points = (*(factor.highest for factor in project.factors), project.price_points)
    if not all(number.is_finite() and 0 <= number <= 100 for number in points):
        yield Problem(path="factors", code="points-not-100")
    elif sum(points) != 100:
        yield Problem(path="factors", code="points-not-100", found=str(sum(points)))


def _lowest_problems(project: Project) -> Iterator[Problem]:
    if not isinstance(project.price, LowestEvaluated):
        yield Problem(path="price.formula", code="method-formula", found=project.method)
    if project.factors:
        yield Problem(path="factors", code="method-factors", found=project.method)
    if project.price_points != 0:
        yield Problem(path="price_points", code="method-points", found=str(project.price_points))
    for index, adjustment in enumerate(project.adjustments):
        if code := _adjustment_mistake(adjustment):
            yield Problem(path=f"adjustments[{index}]", code=code, found=adjustment.code)


def _adjustment_mistake(adjustment: Adjustment) -> str | None:
    rate = adjustment.rate
    exponent = rate.as_tuple().exponent
    if not rate.is_finite() or not isinstance(exponent, int) or exponent < -6 or not 0 < abs(rate) <= MOST_RATE:
        return "adjustment-rate"
    if adjustment.per == "percent" and abs(rate * adjustment.most) > 100:
        return "adjustment-rate"  # the evaluated price could double, or vanish
    return factor_mistake(adjustment.quantity())


def _government_problems(project: Project) -> Iterator[Problem]:
    if project.method == "reasonable-low-price":
        yield Problem(path="method", code="government-method", found=project.method)
    if project.method == "comprehensive":
        if not isinstance(project.price, LowestFirst):
            formula = str(project.price.__struct_config__.tag)
            yield Problem(path="price.formula", code="government-formula", found=formula)
        if project.price_points < LEAST_GOVERNMENT_PRICE[project.project_class]:
            yield Problem(path="price_points", code="government-points", found=str(project.price_points))
    for index, adjustment in enumerate(project.adjustments):
        if adjustment.rate > 0:
            yield Problem(path=f"adjustments[{index}].rate", code="government-adjustment", found=str(adjustment.rate))
