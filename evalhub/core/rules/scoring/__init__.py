"""From sealed sheets to a ranking, and the checks that follow it."""

from evalhub.core.rules.scoring.anomalies import Anomaly, AnomalyReport, anomaly_report, outlier_findings
from evalhub.core.rules.scoring.evaluated import by_evaluated_price, evaluate_prices
from evalhub.core.rules.scoring.findings import Direction, ScoreFinding, findings, in_range
from evalhub.core.rules.scoring.rated import with_technical
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
    price_only,
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
    "by_evaluated_price",
    "candidates",
    "check_complete",
    "evaluate_prices",
    "findings",
    "in_range",
    "outlier_findings",
    "price_only",
    "rank",
    "with_technical",
]
