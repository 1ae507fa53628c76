"""From sealed sheets to a ranking, and the checks that follow it."""

from evalhub.core.rules.scoring.findings import DeviationRule, ScoreFinding, findings, in_range
from evalhub.core.rules.scoring.summary import (
    Contender,
    MemberTotal,
    PartScore,
    ScoredBid,
    SheetScores,
    Summary,
    SummaryRow,
    aggregate,
    candidates,
    check_complete,
    rank,
)

__all__ = [
    "Contender",
    "DeviationRule",
    "MemberTotal",
    "PartScore",
    "ScoreFinding",
    "ScoredBid",
    "SheetScores",
    "Summary",
    "SummaryRow",
    "aggregate",
    "candidates",
    "check_complete",
    "findings",
    "in_range",
    "rank",
]
