"""The evaluation report as data, built from the ledger alone (12号令 art 42; 87号令 art 58; R76).

Everyone builds the same bytes. Pages, text and PDF are made from this record elsewhere; the digest members answer is
that of its canonical bytes.

The ten contents of 12号令 art 42, and where they are:

    1 facts and data             project, parties, rounds, seeds      6 criteria and method     project
    2 committee                  members, replacements                7 prices and scores       prices, scores, summary
    3 bid opening                project.bidders                      8 order of the bidders    ranking
    4 bids that comply           bids                                 9 candidates              ranking
    5 bids rejected, and why     rejected                            10 clarifications          clarifications

Beyond them: the committee's matters with every answer (matters), every member's own form (sheets, duties), findings of
verification with their corrections and explanations, anomalies of the sheets as sealed (warnings), commitments and the
sign-in sheet (members), and where the ledger stood when the last sheet was opened (anchor).
"""

from __future__ import annotations

import hashlib

from evalhub.core.codec import Record, canonical
from evalhub.core.rules.events import ExaminedBid, Finding, RankRow, VoteCount
from evalhub.core.rules.plan import Project
from evalhub.core.rules.prices import PriceResult
from evalhub.core.rules.report.anchor import Anchor, anchor
from evalhub.core.rules.report.bids import RejectedBid, rejected
from evalhub.core.rules.report.clarifications import ReportClarification, clarifications
from evalhub.core.rules.report.committee import Replacement, ReportMember, ReportParty, members, parties, replacements
from evalhub.core.rules.report.matters import ReportMatter, report_matters
from evalhub.core.rules.report.scores import ReportScore, ReportSheet, scores, sheets
from evalhub.core.rules.report.verification import (
    ReportClosing,
    ReportCorrection,
    ReportDispute,
    closings,
    corrections,
    disputes,
)
from evalhub.core.rules.report.work import Duty, ReportRound, duties, worked
from evalhub.core.rules.result import anomaly_report, compute, price_result
from evalhub.core.rules.scoring import AnomalyReport, Summary
from evalhub.core.rules.state import State

VERSION = 2


class Report(Record):
    """The whole report. Times are hub time, UTC."""

    v: int
    session: str
    rehearsal: bool
    agreement: str
    parties: tuple[ReportParty, ...]
    project: Project
    seeds: tuple[str, ...]
    members: tuple[ReportMember, ...]
    replacements: tuple[Replacement, ...]
    rounds: tuple[ReportRound, ...]
    chair_votes: tuple[VoteCount, ...]
    bids: tuple[ExaminedBid, ...]
    rejected: tuple[RejectedBid, ...]
    matters: tuple[ReportMatter, ...]
    sheets: tuple[ReportSheet, ...]
    scores: tuple[ReportScore, ...]
    prices: PriceResult
    summary: Summary
    ranking: tuple[RankRow, ...]
    findings: tuple[Finding, ...]
    corrections: tuple[ReportCorrection, ...]
    closings: tuple[ReportClosing, ...]
    disputes: tuple[ReportDispute, ...]
    anomalies: AnomalyReport
    clarifications: tuple[ReportClarification, ...]
    duties: tuple[Duty, ...]
    result: str
    paused_seconds: int
    anchor: Anchor


def build(state: State) -> Report:
    """The report of a session whose result is declared."""
    plan = state.the_plan()
    return Report(
        v=VERSION,
        session=state.session,
        rehearsal=state.rehearsal,
        agreement=state.agreement,
        parties=parties(state),
        project=plan.project,
        seeds=tuple(draw.seed for draw in state.draws),
        members=members(state),
        replacements=replacements(state),
        rounds=worked(state),
        chair_votes=state.votes,
        bids=state.bids,
        rejected=rejected(state),
        matters=report_matters(state),
        sheets=sheets(state),
        scores=scores(state),
        prices=price_result(state),
        summary=compute(state),
        ranking=state.ranking,
        findings=state.findings or (),
        corrections=corrections(state),
        closings=closings(state),
        disputes=disputes(state),
        anomalies=anomaly_report(state),
        clarifications=clarifications(state),
        duties=duties(state),
        result=state.result,
        paused_seconds=(state.report_paused if state.report else state.paused_ms) // 1000,  # by the time it was issued
        anchor=anchor(state),
    )


def report_bytes(state: State) -> bytes:
    """The canonical bytes members answer."""
    return canonical(build(state))


def report_digest(state: State) -> str:
    """SHA-256 of the canonical report, lower-case hex."""
    return hashlib.sha256(report_bytes(state)).hexdigest()
