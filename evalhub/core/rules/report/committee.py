"""The committee: who sat where, the sign-in sheet, the commitments, who was replaced. Never a name (87号令 art 46)."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import rounds
from evalhub.core.rules.plan import Text2
from evalhub.core.rules.state import SeatState, State


class ReportParty(Record):
    """A centre or oversight."""

    name: str
    role: str
    title: Text2


class ReportMember(Record):
    """One member: the public handle, the alias in votes, the room; when identity was confirmed (``admitted``), when the
    booth's key was made (``seated``), when the declaration and the discipline were signed (``declared``).
    """

    seat: str
    alias: str
    room: str
    shared_room: bool
    chair: bool
    admitted: str
    seated: str
    declared: str


class Replacement(Record):
    """One call of a draw that did not lead to a member, or a member who fell out: its opaque leaf and the outcome."""

    draw: int
    centre: str
    stratum: str
    leaf: str
    outcome: str


def parties(state: State) -> tuple[ReportParty, ...]:
    """By name."""
    return tuple(
        ReportParty(name=name, role=party.role, title=party.title) for name, party in sorted(state.parties.items())
    )


def members(state: State) -> tuple[ReportMember, ...]:
    """In the order of their aliases."""
    seats = sorted(state.seats.values(), key=lambda seat: rounds.member_number(state.aliases[seat.seat]))
    return tuple(_member(state, seat) for seat in seats)


def replacements(state: State) -> tuple[Replacement, ...]:
    """By draw and centre, in the order they were recorded."""
    return tuple(
        Replacement(draw=draw.number, centre=centre, stratum=row.stratum, leaf=row.leaf, outcome=row.outcome)
        for draw in state.draws
        for centre, outcomes in sorted(draw.outcomes.items())
        for row in outcomes
        if row.outcome != "accepted"
    )


def _member(state: State, seat: SeatState) -> ReportMember:
    alias = state.aliases[seat.seat]
    return ReportMember(
        seat=seat.seat,
        alias=alias,
        room=seat.room,
        shared_room=seat.shared,
        chair=alias == state.chair,
        admitted=format_time(seat.admitted_at),
        seated=format_time(seat.redeemed_at),
        declared=format_time(seat.declared_at),
    )
