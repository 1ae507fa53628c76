"""What a party's process owes the session by itself, without a person: derived from the state, so nothing is forgotten
after a break and nothing is done twice.

Persons decide (propose, accept, admit, approve …); duties are mechanical: keys, contributions, pieces, recomputation.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from evalhub.core.codec import Record
from evalhub.core.rules import rounds
from evalhub.core.rules.drawing import frozen
from evalhub.core.rules.state import Phase, State


class DutyKind(StrEnum):
    """The closed list of mechanical acts."""

    FILE_KEY = "file-key"
    SIGN_ROSTER = "sign-roster"
    COMMIT = "commit"
    ESCROW = "escrow"
    REVEAL = "reveal"
    RELEASE_ESCROW = "release-escrow"
    RELEASE_PIECES = "release-pieces"
    RESERVE_PIECES = "reserve-pieces"
    DECLARE_RESULT = "declare-result"
    DESTROY_KEY = "destroy-key"


class Duty(Record):
    """One act owed. ``number``: draw or round; ``missing``: whose escrow."""

    kind: DutyKind
    number: int = 0
    missing: str = ""


def duties(state: State, party: str) -> tuple[Duty, ...]:
    """What ``party`` owes now, in the order to do it; empty at gates and while paused."""
    if party not in state.parties or state.gate is not None or state.paused_since is not None:
        return ()
    rule = BY_PHASE.get(state.phase)
    return rule(state, party) if rule else ()


def _roster(state: State, party: str) -> tuple[Duty, ...]:
    if party not in state.trustee_keys:
        return (Duty(kind=DutyKind.FILE_KEY),)
    if state.roster is not None and party not in state.roster_signed:
        return (Duty(kind=DutyKind.SIGN_ROSTER),)
    return ()


def _draw(state: State, party: str) -> tuple[Duty, ...]:
    if not state.draws:
        return ()
    draw = state.draw()
    if draw.seed or not frozen(draw):
        return ()
    if party not in draw.commits:
        return (Duty(kind=DutyKind.COMMIT, number=draw.number),)
    if f"commit:{draw.number}" in state.gates and party not in draw.escrows:
        return (Duty(kind=DutyKind.ESCROW, number=draw.number),)
    if f"escrow:{draw.number}" not in state.gates:
        return ()
    own = () if party in draw.reveals else (Duty(kind=DutyKind.REVEAL, number=draw.number),)
    others = tuple(
        Duty(kind=DutyKind.RELEASE_ESCROW, number=draw.number, missing=missing)
        for missing in sorted(draw.called)
        if missing not in draw.reveals and party not in draw.released.get(missing, {})
    )
    return own + others


def _pieces(state: State, party: str) -> tuple[Duty, ...]:
    """Centres release at once; oversight is the reserve and acts only when asked or after its delay."""
    round_ = state.round()
    if party in round_.released or rounds.openable(state):
        return ()
    reserve = state.parties[party].role == "oversight"
    kind = DutyKind.RESERVE_PIECES if reserve else DutyKind.RELEASE_PIECES
    return (Duty(kind=kind, number=round_.number),)


def _result(state: State, party: str) -> tuple[Duty, ...]:
    owed = party in state.centres() and party not in state.results
    return (Duty(kind=DutyKind.DECLARE_RESULT),) if owed else ()


def _key(state: State, party: str) -> tuple[Duty, ...]:
    owed = party in state.trustee_keys and party not in state.destroyed
    return (Duty(kind=DutyKind.DESTROY_KEY),) if owed else ()


BY_PHASE: dict[Phase, Callable[[State, str], tuple[Duty, ...]]] = {
    Phase.CONFIRMED: _roster,
    Phase.DRAWING: _draw,
    Phase.OPENING: _pieces,
    Phase.SUMMARY: _result,
    Phase.CLOSED: _key,
    Phase.FAILED: _key,
    Phase.CANCELLED: _key,
}
