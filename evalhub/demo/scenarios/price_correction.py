"""Two bids do not agree with themselves: words and figures differ. One bidder confirms the corrected price, which is
then scored; the other declines, and the members reject its bid by majority."""

from __future__ import annotations

import msgspec

from evalhub.core.rules.plan import Bidder, Project
from evalhub.core.rules.prices.correction import BidFigures
from evalhub.core.rules.prices.words import in_words
from evalhub.demo.bidders import Bidders, serve
from evalhub.demo.scenarios.deliberating import Deliberating
from evalhub.demo.scenarios.scenario import Scenario

CONFIRMS, DECLINES = "B2", "B3"
_BIDDERS = Bidders(declines=frozenset({DECLINES}))


def _project(project: Project) -> Project:
    keyed = _BIDDERS.project(project)
    return msgspec.structs.replace(keyed, bidders=tuple(map(_in_words, keyed.bidders)))


def _in_words(bidder: Bidder) -> Bidder:
    """Both wrote ten thousand less in words than in figures."""
    if bidder.code not in (CONFIRMS, DECLINES):
        return bidder
    return msgspec.structs.replace(bidder, figures=BidFigures(words=in_words(bidder.price - 10_000)))


SCENARIO = Scenario(
    name="price-correction",
    title=("报价修正与确认", "prices corrected and confirmed"),
    leaves=(
        "bids_examined",
        "clarification_raised",
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
