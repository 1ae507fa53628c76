"""The clocks of an interruption: what runs, since when, until when (R100, R101; domain F-15).

    delay       the session is paused before the start    two hours, then the procuring entity decides (S13 art 20)
    fault       it is paused during the evaluation        four hours, then sealed for a new committee (S13 art 21)
    hand-over   the session is closed or has ended        five working days for the guests' records (S13 arts 18, 21)

Pure: what follows from a state at a moment of hub time. The two limits are those of the plan (``conduct``), which may
be stricter than two and four hours and never laxer. Time a round lost is given back elsewhere (``rounds.ends_at``).
"""

from __future__ import annotations

from typing import Literal

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By
from evalhub.core.rules.state import Phase, State
from evalhub.core.rules.working_days import hand_over_due

TOO_LONG = "fault-too-long"  # ``State.ending`` when the evaluation stood still beyond its limit
ENDED = frozenset({Phase.CLOSED, Phase.FAILED})


class Clock(Record):
    """One clock that runs. Times are hub time, UTC; past the limit ``left_ms`` is 0 and ``exceeded`` true."""

    kind: Literal["delay", "fault", "hand-over"]
    since: str
    until: str
    elapsed_ms: int
    left_ms: int
    exceeded: bool


def clocks(state: State, now: int) -> tuple[Clock, ...]:
    """Every clock that runs at ``now`` (ms)."""
    if state.plan is None:
        return ()
    if state.paused_since is not None:
        kind: Literal["delay", "fault"] = "fault" if state.rounds else "delay"
        return (_clock(kind, state.paused_since, state.paused_since + limit(state), now),)
    if state.ended_at and (state.phase in ENDED or state.phase is Phase.ARCHIVED):
        due = hand_over_due(state.ended_at, state.plan.calendar)
        return (_clock("hand-over", state.ended_at, due, now),)
    return ()


def limit(state: State) -> int:
    """How long (ms) a pause may last where the session stands now."""
    conduct = state.the_plan().conduct
    return (conduct.fault_seconds if state.rounds else conduct.delay_seconds) * 1000


def span(ms: int) -> str:
    """A length of time as h:mm:ss."""
    seconds = ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def exceeded(state: State) -> bool:
    """Whether the pause that lasts now has outlasted its limit."""
    return state.paused_since is not None and state.now > state.paused_since + limit(state)


def _clock(kind: Literal["delay", "fault", "hand-over"], since: int, until: int, now: int) -> Clock:
    return Clock(
        kind=kind,
        since=format_time(since),
        until=format_time(until),
        elapsed_ms=max(0, now - since),
        left_ms=max(0, until - now),
        exceeded=now > until,
    )


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_resume(state: State, _: c.ResumeSession, __: By) -> None:
    """Within the limit; after it, before the start, when the procuring entity has decided; in the evaluation never."""
    if state.paused_since is None:
        raise Refusal("not-paused")
    if not exceeded(state):
        return
    if state.rounds:
        raise Refusal("fault-too-long", limit=span(limit(state)))
    if not state.delay_accepted:
        raise Refusal("delay-undecided", limit=span(limit(state)))


def may_decide_delay(state: State, _: c.AcceptDelay, __: By) -> None:
    """Only of a pause before the start that has outlasted its limit; called off it is by ``cancel_session``."""
    if state.rounds or not exceeded(state):
        raise Refusal("delay-not-exceeded", limit=span(limit(state)))


def require_too_long(state: State) -> None:
    """Raise unless the evaluation has stood still beyond its limit."""
    if not state.rounds or not exceeded(state):
        raise Refusal("delay-not-exceeded", limit=span(limit(state)))
