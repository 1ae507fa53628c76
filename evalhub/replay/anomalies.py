"""Anomalies of whole sessions, and tendencies over several, from the states their ledgers give.

Built with the same functions that the report was made with (``core/rules/scoring``); nothing is computed another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.rules.result import anomaly_report, factors, sealed_scores
from evalhub.core.rules.scoring import AnomalyReport
from evalhub.core.rules.scoring.panel import panel_of
from evalhub.core.rules.scoring.tendency import Seen, Tendency, tendencies
from evalhub.core.rules.state import State

People = Mapping[tuple[str, str], str]
"""(session, seat) → pseudonym, as a centre gives it."""


class SessionAnomalies(Record):
    """One session."""

    session: str
    rehearsal: bool
    report: AnomalyReport


class Overview(Record):
    """All sessions given. ``tendencies``: ``who`` is ``centre:NAME`` or ``person:PSEUDONYM``."""

    sessions: tuple[SessionAnomalies, ...]
    tendencies: tuple[Tendency, ...]


def overview(states: Sequence[State], people: People) -> Overview:
    """In the order given. Raises ``Refusal``: nothing-declared, session-twice, no-such-seat (of ``people``)."""
    for number, state in enumerate(states):
        if not state.ranking:
            raise Refusal("nothing-declared", phase=state.phase)
        if state.session in {other.session for other in states[:number]}:
            raise Refusal("session-twice", session=state.session)
    _check_people(states, people)
    return Overview(
        sessions=tuple(
            SessionAnomalies(session=state.session, rehearsal=state.rehearsal, report=anomaly_report(state))
            for state in states
        ),
        tendencies=tendencies([_seen(state, people) for state in states]),
    )


def _seen(state: State, people: People) -> Seen:
    panel = panel_of(factors(state), sealed_scores(state))
    names = {bidder.code: bidder.name for bidder in state.the_plan().project.bidders}
    who: dict[str, tuple[int, ...]] = {}
    for number, seat in enumerate(panel.seats):
        centre = f"centre:{seat.partition('/')[0]}"
        who[centre] = (*who.get(centre, ()), number)
        if person := people.get((state.session, seat)):
            who[f"person:{person}"] = (number,)
    return Seen(panel=panel, who=who, bidders=tuple(names[code] for code in panel.bidders))


def _check_people(states: Sequence[State], people: People) -> None:
    seats = {state.session: set(sealed_scores(state)) for state in states}
    for session, seat in people:
        if session in seats and seat not in seats[session]:
            raise Refusal("no-such-seat", session=session, seat=seat)
