"""Lowest evaluated price (经评审的最低投标价法): members state quantities, the rules turn them into money."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from evalhub.core.rules.criteria import Adjustment
from evalhub.core.rules.plan import Project, Text2
from evalhub.core.rules.prices import LowestEvaluated
from evalhub.demo.scenarios.scenario import Scenario

ADJUSTMENTS = (
    Adjustment(
        code="A1",
        title=Text2(zh="交付期延迟", en="Later delivery"),
        criterion=Text2(
            zh="每比招标文件规定的交付期迟一天，评标价增加投标报价的0.1%，最多计30天。",
            en="Each day after the delivery date set adds 0.1 % of the bid price, at most 30 days.",
        ),
        most=Decimal(30),
        per="percent",
        rate=Decimal("0.1"),
    ),
    Adjustment(
        code="A2",
        title=Text2(zh="图纸份数缺漏", en="Missing sets of drawings"),
        criterion=Text2(zh="每缺一套增加2000元，最多计5套。", en="Each missing set adds CNY 2,000, at most five."),
        most=Decimal(5),
        per="amount",
        rate=Decimal(2000),
    ),
)


def _project(project: Project) -> Project:
    return msgspec.structs.replace(
        project,
        method="lowest-price",
        price=LowestEvaluated(),
        price_points=Decimal(0),
        factors=(),
        adjustments=ADJUSTMENTS,
    )


SCENARIO = Scenario(
    name="lowest-price",
    title=("经评审的最低投标价法", "lowest evaluated price"),
    leaves=("bids_examined", "round_opened", "result_declared", "report_issued", "session_archived"),
    project=_project,
)
