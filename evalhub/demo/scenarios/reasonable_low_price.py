"""Reasonable low price (合理低价法): the reduction is drawn from the public seed, nothing is scored."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from evalhub.core.rules.plan import Project
from evalhub.core.rules.prices import Deduction, ReasonableLow, Sample, Span
from evalhub.demo.scenarios.scenario import Scenario


def _project(project: Project) -> Project:
    price = ReasonableLow(
        deduction=Deduction(above=Decimal(2), below=Decimal(1)),
        reduction=Span(lowest=Decimal("0.01"), highest=Decimal("0.06"), step=Decimal("0.005")),
        sample=(
            Sample(upto=10, share=Decimal("0.5"), least=3),
            Sample(upto=20, share=Decimal("0.4"), least=6),
            Sample(share=Decimal("0.3"), least=9),
        ),
    )
    return msgspec.structs.replace(
        project, method="reasonable-low-price", price=price, price_points=Decimal(100), factors=()
    )


SCENARIO = Scenario(
    name="reasonable-low-price",
    title=("合理低价法，参数随机抽取", "reasonable low price with drawn parameters"),
    leaves=("price_drawn", "bids_examined", "scoring_omitted", "result_declared", "session_archived"),
    project=_project,
)
