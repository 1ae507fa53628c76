"""From sealed sheets to a ranking, and the checks that follow it."""

from evalhub.core.rules.scoring.anomalies import Anomaly, AnomalyReport, anomaly_report, outlier_findings
from evalhub.core.rules.scoring.findings import Direction, ScoreFinding, findings, in_range
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
    "Anomaly",
    "AnomalyReport",
    "Contender",
    "Direction",
    "MemberTotal",
    "PartScore",
    "ScoreFinding",
    "ScoredBid",
    "SheetScores",
    "Summary",
    "SummaryRow",
    "aggregate",
    "anomaly_report",
    "candidates",
    "check_complete",
    "findings",
    "in_range",
    "outlier_findings",
    "rank",
]
