"""The evaluation report as data, built from the ledger alone (12号令 art 42; R76). Everyone builds the same bytes.

Text and PDF are made from this record elsewhere; the digest members sign is that of its canonical bytes.
"""

from __future__ import annotations

import hashlib

from evalhub.core.codec import Record, canonical
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import rounds
from evalhub.core.rules.events import ExaminedBid, Finding, RankRow, VoteCount
from evalhub.core.rules.forms import Sheet
from evalhub.core.rules.plan import Aggregation, Project
from evalhub.core.rules.prices import PriceResult
from evalhub.core.rules.result import compute, price_result
from evalhub.core.rules.scoring import Summary
from evalhub.core.rules.state import Closing, Correction, Stage, State


class ReportMember(Record):
    """One member: the public handle, the alias in votes, the room; never a name."""

    seat: str
    alias: str
    room: str
    shared_room: bool
    chair: bool


class ReportSheet(Record):
    """One member's sealed sheet as opened, with the digest of its envelope."""

    round: int
    seat: str
    envelope: str
    sheet: Sheet


class ReportCorrection(Record):
    """One correction: before, after and the reason."""

    finding: str
    seat: str
    bidder: str
    factor: str
    before: str
    after: str
    reason: str


class ReportClosing(Record):
    """How one member closed one finding."""

    finding: str
    seat: str
    how: str
    text: str


class ReportDispute(Record):
    """Centres computed different results before they agreed."""

    centre: str
    result: str


class Report(Record):
    """The whole report. Times are hub time, UTC."""

    v: int
    session: str
    rehearsal: bool
    agreement: str
    project: Project
    aggregation: Aggregation
    seeds: tuple[str, ...]
    members: tuple[ReportMember, ...]
    chair_votes: tuple[VoteCount, ...]
    bids: tuple[ExaminedBid, ...]
    sheets: tuple[ReportSheet, ...]
    prices: PriceResult
    summary: Summary
    ranking: tuple[RankRow, ...]
    findings: tuple[Finding, ...]
    corrections: tuple[ReportCorrection, ...]
    closings: tuple[ReportClosing, ...]
    disputes: tuple[ReportDispute, ...]
    result: str
    paused_seconds: int
    started_at: str
    rounds_closed_lawfully: tuple[str, ...]


def build(state: State) -> Report:
    """The report of a session whose result is declared."""
    plan = state.the_plan()
    return Report(
        v=1,
        session=state.session,
        rehearsal=state.rehearsal,
        agreement=state.agreement,
        project=plan.project,
        aggregation=plan.project.aggregation,
        seeds=tuple(draw.seed for draw in state.draws),
        members=_members(state),
        chair_votes=state.votes,
        bids=state.bids,
        sheets=_sheets(state),
        prices=price_result(state),
        summary=compute(state),
        ranking=state.ranking,
        findings=state.findings or (),
        corrections=tuple(_correction(correction) for correction in state.corrections),
        closings=tuple(_closing(closing) for closing in state.closings),
        disputes=tuple(ReportDispute(centre=row.centre, result=row.result) for rows in state.disputes for row in rows),
        result=state.result,
        paused_seconds=state.paused_ms // 1000,
        started_at=format_time(state.rounds[0].opened_at),
        rounds_closed_lawfully=tuple(round_.lawfully_closed for round_ in state.rounds if round_.lawfully_closed),
    )


def report_bytes(state: State) -> bytes:
    """The canonical bytes members sign."""
    return canonical(build(state))


def report_digest(state: State) -> str:
    """SHA-256 of the canonical report, lower-case hex."""
    return hashlib.sha256(report_bytes(state)).hexdigest()


def _members(state: State) -> tuple[ReportMember, ...]:
    return tuple(
        ReportMember(
            seat=seat.seat,
            alias=state.aliases[seat.seat],
            room=seat.room,
            shared_room=seat.shared,
            chair=state.aliases[seat.seat] == state.chair,
        )
        for seat in sorted(state.seats.values(), key=lambda seat: seat.seat)
    )


def _sheets(state: State) -> tuple[ReportSheet, ...]:
    """Every opened sheet except the ballots: who voted for whom is not part of the report."""
    return tuple(
        ReportSheet(round=round_.number, seat=seat, envelope=round_.sealed[seat].digest, sheet=sheet)
        for round_ in state.rounds
        if round_.stage is not Stage.CHAIR
        for seat, sheet in sorted(rounds.sheets(state, round_).items())
    )


def _correction(correction: Correction) -> ReportCorrection:
    return ReportCorrection(
        finding=correction.finding,
        seat=correction.seat,
        bidder=correction.bidder,
        factor=correction.factor,
        before=correction.before,
        after=correction.after,
        reason=correction.reason,
    )


def _closing(closing: Closing) -> ReportClosing:
    return ReportClosing(finding=closing.finding, seat=closing.seat, how=closing.how, text=closing.text)
