"""Every member's own form as sealed, and the scores in force after verification."""

from __future__ import annotations

from decimal import Decimal

from evalhub.core.codec import Record
from evalhub.core.rules import result, rounds
from evalhub.core.rules.forms import Sheet
from evalhub.core.rules.state import Stage, State


class ReportSheet(Record):
    """One member's sealed sheet as opened, with the digest of its envelope."""

    round: int
    seat: str
    envelope: str
    sheet: Sheet


class ReportScore(Record):
    """One score in force. ``sealed`` differs from it if it was corrected in verification."""

    member: str
    bidder: str
    factor: str
    score: Decimal
    sealed: Decimal


def sheets(state: State) -> tuple[ReportSheet, ...]:
    """Every sheet that counts except the ballots: who voted for whom is not part of the report."""
    return tuple(
        ReportSheet(round=round_.number, seat=seat, envelope=round_.sealed[seat].digest, sheet=sheet)
        for round_ in state.rounds
        if round_.stage is not Stage.CHAIR and not round_.void
        for seat, sheet in sorted(rounds.sheets(state, round_).items())
        if seat in state.seats
    )


def scores(state: State) -> tuple[ReportScore, ...]:
    """By member, bidder and factor, in the order of the form."""
    in_force = result.scores_of(state)
    found = result.sheets_of(state)
    return tuple(
        ReportScore(
            member=state.aliases[seat],
            bidder=row.bidder,
            factor=row.factor,
            score=in_force[seat][row.bidder, row.factor],
            sealed=row.score,
        )
        for seat in sorted(found, key=lambda seat: rounds.member_number(state.aliases[seat]))
        for row in found[seat].scores
    )
