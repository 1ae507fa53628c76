"""What verification found and how it was closed (87号令 art 64): before, after and reason are all kept."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules.commands import Ground
from evalhub.core.rules.state import State


class ReportCorrection(Record):
    """One correction: before, after, the lawful ground and the reason."""

    finding: str
    seat: str
    bidder: str
    factor: str
    before: str
    after: str
    ground: Ground
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


def corrections(state: State) -> tuple[ReportCorrection, ...]:
    """In ledger order."""
    return tuple(
        ReportCorrection(
            finding=row.finding,
            seat=row.seat,
            bidder=row.bidder,
            factor=row.factor,
            before=row.before,
            after=row.after,
            ground=row.ground,
            reason=row.reason,
        )
        for row in state.corrections
    )


def closings(state: State) -> tuple[ReportClosing, ...]:
    """In ledger order."""
    return tuple(
        ReportClosing(finding=row.finding, seat=row.seat, how=row.how, text=row.text) for row in state.closings
    )


def disputes(state: State) -> tuple[ReportDispute, ...]:
    """In ledger order."""
    return tuple(ReportDispute(centre=row.centre, result=row.result) for rows in state.disputes for row in rows)
