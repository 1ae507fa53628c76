"""The result as a pure function of the state: price scores, summary, ranking, findings (R60, R72, R75).

Host and guest each run this on their own copy of the ledger; equal digests are what makes a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from evalhub.core.rules import bid_review, rounds
from evalhub.core.rules.events import Finding, RankRow
from evalhub.core.rules.forms import ScoreSheet
from evalhub.core.rules.methods import asked
from evalhub.core.rules.plan import Factor
from evalhub.core.rules.prices import LowestEvaluated, PricedBid, PriceResult, RatedCriteria, score_prices
from evalhub.core.rules.scoring import (
    AnomalyReport,
    ScoredBid,
    ScoreFinding,
    Summary,
    aggregate,
    by_evaluated_price,
    evaluate_prices,
    outlier_findings,
    price_only,
    with_technical,
)
from evalhub.core.rules.scoring import (
    anomaly_report as report_on,
)
from evalhub.core.rules.scoring import findings as score_findings
from evalhub.core.rules.state import Stage, State

Scores = dict[str, dict[tuple[str, str], Decimal]]  # seat → (bidder, factor) → score


def sheets_of(state: State) -> dict[str, ScoreSheet]:
    """The score sheets that count, by seat, as sealed; none where the method asks for none."""
    opened = rounds.in_force(state, Stage.DETAILED)
    return {seat: sheet for seat, sheet in opened.items() if isinstance(sheet, ScoreSheet)}


def sealed_scores(state: State) -> Scores:
    """Scores as sealed."""
    return {
        seat: {(row.bidder, row.factor): row.score for row in sheet.scores} for seat, sheet in sheets_of(state).items()
    }


def scores_of(state: State) -> Scores:
    """Scores in force: as sealed, with the recorded corrections applied in their order."""
    scores = sealed_scores(state)
    for correction in state.corrections:
        scores[correction.seat][correction.bidder, correction.factor] = Decimal(correction.after)
    return scores


def price_result(state: State) -> PriceResult:
    """Price scores or evaluated prices of the bids still in, with every step."""
    project = state.the_plan().project
    formula = project.price
    prices = _priced(state, _technical(state) if isinstance(formula, RatedCriteria) else {})
    if isinstance(formula, LowestEvaluated):
        return evaluate_prices(formula, prices, project.adjustments, scores_of(state))
    return prices


def check_prices(state: State) -> None:
    """Raise the ``Refusal`` that computing prices would end in, before anybody is asked for sheets."""
    _priced(state, dict.fromkeys(rounds.valid_bidders(state), Decimal(1)))


def _priced(state: State, technical: Mapping[str, Decimal]) -> PriceResult:
    project = state.the_plan().project
    valid, prices = set(rounds.valid_bidders(state)), bid_review.prices_in_force(state)
    bids = [PricedBid(bidder=b.code, price=prices[b.code]) for b in project.bidders if b.code in valid]
    return score_prices(
        project.price,
        bids,
        points=project.price_points,
        ceiling=project.ceiling,
        estimate=project.estimate,
        drawn=state.price_draws.get(""),
        technical=technical,
    )


def _technical(state: State) -> dict[str, Decimal]:
    """The committee's total of every bid still in, before prices (F-8)."""
    bids = [ScoredBid(bidder=bidder) for bidder in rounds.valid_bidders(state)]
    summary = aggregate(factors(state), scores_of(state), bids, state.the_plan().project.aggregation)
    return {row.bidder: row.total for row in summary.rows}


def compute(state: State) -> Summary:
    """The summary of the whole evaluation. A bid whose price is not valid (above the ceiling) is not ranked."""
    project, prices = state.the_plan().project, price_result(state)
    if project.method == "lowest-price":
        return by_evaluated_price(prices)
    summary = _points(state, prices)
    if isinstance(project.price, RatedCriteria):
        return with_technical(summary, prices, project.aggregation.rounding())
    return summary


def _points(state: State, prices: PriceResult) -> Summary:
    """The summary of points: sheets and price scores; of price scores alone where nothing else is asked."""
    bids = [
        ScoredBid(bidder=row.bidder, price=row.price, price_score=row.score or Decimal(0))
        for row in prices.rows
        if row.valid
    ]
    if not factors(state):
        return price_only(bids, state.the_plan().project.aggregation)
    ranked = {bid.bidder for bid in bids}
    scores = {
        seat: {key: score for key, score in sheet.items() if key[0] in ranked}
        for seat, sheet in scores_of(state).items()
    }
    return aggregate(factors(state), scores, bids, state.the_plan().project.aggregation)


def factors(state: State) -> tuple[Factor, ...]:
    """What members were asked to score, or to state as quantities."""
    return asked(state.the_plan().project)


def ranking(summary: Summary) -> tuple[RankRow, ...]:
    """The summary as the ranking that is declared."""
    return tuple(
        RankRow(
            bidder=row.bidder,
            total=str(row.total),
            price=str(row.price),
            rank=row.rank,
            candidate=row.bidder in summary.candidates,
            evaluated="" if row.evaluated is None else str(row.evaluated),
        )
        for row in summary.rows
    )


def findings(state: State) -> tuple[Finding, ...]:
    """What verification has to close: errors (range, sum, objective), then warnings by the project's thresholds."""
    rules = state.the_plan().project.verification
    found = (
        *score_findings(factors(state), scores_of(state), declared=_declared(state), deviation=rules.deviation),
        *outlier_findings(factors(state), sealed_scores(state), rules.outlier_rate),
    )
    return tuple(
        Finding(
            code=f"F{number}",
            kind=finding.kind,
            bidder=finding.bidder,
            factor=finding.factor or "",
            seats=finding.seats,
            direction=finding.direction,
            detail=finding.detail,
        )
        for number, finding in enumerate(found, start=1)
    )


def still_disputed(state: State) -> tuple[ScoreFinding, ...]:
    """Objective factors on which the scores in force differ."""
    return tuple(finding for finding in score_findings(factors(state), scores_of(state)) if finding.kind == "objective")


def anomaly_report(state: State) -> AnomalyReport:
    """Patterns in the sheets as sealed (docs/anomalies.md); to be asked for only after a result is declared."""
    return report_on(factors(state), sealed_scores(state))


def _declared(state: State) -> dict[tuple[str, str], Decimal]:
    return {(seat, row.bidder): row.total for seat, sheet in sheets_of(state).items() for row in sheet.totals}
