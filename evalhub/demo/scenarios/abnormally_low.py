"""One bid is far below the others: the platform finds it, the bidder explains in writing with evidence, the members
decide by majority, and the bid leaves the ranking."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from evalhub.core.rules.plan import Project
from evalhub.core.rules.prices import LowestFirst
from evalhub.demo.bidders import Bidders, serve
from evalhub.demo.scenarios.deliberating import Deliberating
from evalhub.demo.scenarios.scenario import Scenario

_BIDDERS = Bidders()


def _project(project: Project) -> Project:
    """Government services, so lowest price first; the last bidder asks for a fifth of the ceiling."""
    keyed = _BIDDERS.project(project)
    low = msgspec.structs.replace(keyed.bidders[-1], price=(keyed.ceiling / 5).quantize(Decimal("0.01")))
    return msgspec.structs.replace(
        keyed,
        project_class="government-services",
        price=LowestFirst(),
        bidders=(*keyed.bidders[:-1], low),
    )


SCENARIO = Scenario(
    name="abnormally-low",
    title=("异常低价审查", "an abnormally low bid"),
    leaves=(
        "bids_examined",
        "clarification_raised",
        "clarification_sent",
        "clarification_answered",
        "matter_raised",
        "matter_decided",
        "bid_rejected",
        "deliberation_closed",
        "sheet_sealed",
        "result_declared",
        "session_archived",
    ),
    project=_project,
    expert=lambda client, choices, number: Deliberating(client, choices, agrees=number < 3),
    alongside=lambda script: serve(script, _BIDDERS),
)
