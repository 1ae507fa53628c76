"""What follows from a state by itself. The hub appends these right behind the command that made them due.

``next_consequence`` looks at the state only, so the verifier finds the same ones at the same places. At a gate nothing
follows until the checkpoint is countersigned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from evalhub.core.codec import canonical
from evalhub.core.rules import (
    checkin,
    clarification,
    composition,
    concluding,
    drawing,
    pricing,
    result,
    road,
    rollback,
    rounds,
)
from evalhub.core.rules import draw as d
from evalhub.core.rules.events import (
    CommitteeFormed,
    Consequence,
    DrawExhausted,
    DrawOpened,
    DrawRequest,
    DrawSeeded,
    FindingsRaised,
    PlanAgreed,
    RosterCompleted,
)
from evalhub.core.rules.state import Phase, Stage, State
from evalhub.core.sealing.b64 import unb64u


def next_consequence(state: State) -> Consequence | None:
    """The next event that is due by itself, or None."""
    if state.gate is not None or state.paused_since is not None:
        return None
    sent = clarification.due(state)
    if sent is not None:
        return sent
    rule = BY_PHASE.get(state.phase)
    return rule(state) if rule else None


def _pairing(state: State) -> Consequence | None:
    if set(state.acceptances) != set(state.the_plan().guests()):
        return None
    if any(answer.rooms is None for answer in state.acceptances.values()):
        return None
    terms = [
        state.session,
        state.plan_digest,
        [[name, state.acceptances[name].rooms] for name in sorted(state.acceptances)],
    ]
    return PlanAgreed(agreement=hashlib.sha256(canonical(terms)).hexdigest())


def _roster(state: State) -> Consequence | None:
    if state.roster is None or state.roster_signed != set(state.parties):
        return None
    return RosterCompleted(roster=state.roster_digest)


def _drawing(state: State) -> Consequence | None:
    if not state.draws or state.draw_ordered:
        return open_draw(state)
    draw = state.draw()
    if not draw.seed:
        return _seeding(state)
    if composition.formed(state):
        return CommitteeFormed()
    return _exhaustion(state)


def open_draw(state: State) -> DrawOpened:
    """The next numbered draw."""
    requests = drawing.next_requests(state)
    asked = [DrawRequest(centre=centre, strata=requests[centre]) for centre in sorted(requests)]
    return DrawOpened(draw=len(state.draws) + 1, requests=tuple(asked))


def _seeding(state: State) -> Consequence | None:
    draw = state.draw()
    if set(draw.reveals) != set(drawing.contributors(state)) or f"reveal:{draw.number}" not in state.gates:
        return None
    transcript = drawing.transcript(state, draw)
    seed = d.seed(transcript, {name: unb64u(r) for name, r in draw.reveals.items()})
    return DrawSeeded(draw=draw.number, seed=seed.hex(), transcript=hashlib.sha256(canonical(transcript)).hexdigest())


def _exhaustion(state: State) -> Consequence | None:
    draw = state.draw()
    for centre, code in drawing.dead_ends(state):
        if (centre, code) not in draw.exhausted:
            return DrawExhausted(draw=draw.number, centre=centre, stratum=code)
    return None


def _checkin(state: State) -> Consequence | None:
    vacated = checkin.vacancy(state)
    if vacated:
        return vacated
    if state.admissions:
        return checkin.assign(state)
    return _exhaustion(state)


def _starting(state: State) -> Consequence | None:
    if vacated := checkin.vacancy(state):
        return vacated
    if not composition.may_evaluate(state):
        return None
    return pricing.due(state) or rounds.next_round(state, Stage.CHAIR, rounds.electorate(state))


def _sealing(state: State) -> Consequence | None:
    if vacated := checkin.vacancy(state):
        return vacated
    return rounds.closing(state) if rounds.complete(state) and not clarification.holds(state) else None


def _opened(state: State) -> Consequence | None:
    if vacated := checkin.vacancy(state):
        return vacated
    if not composition.may_evaluate(state):
        return None  # 87号令 art 49: completed first, then it goes on
    return road.after_opening(state)


def _summary(state: State) -> Consequence | None:
    if vacated := checkin.vacancy(state):
        return vacated
    return concluding.declaration(state) if set(state.results) == set(state.centres()) else None


def _verification(state: State) -> Consequence | None:
    if vacated := checkin.vacancy(state):
        return vacated
    return FindingsRaised(findings=result.findings(state)) if state.findings is None else None


def _signing(state: State) -> Consequence | None:
    return checkin.vacancy(state) or concluding.signing_done(state)


BY_PHASE: dict[Phase, Callable[[State], Consequence | None]] = {
    Phase.REQUESTED: _pairing,
    Phase.CONFIRMED: _roster,
    Phase.DRAWING: _drawing,
    Phase.CHECKIN: _checkin,
    Phase.START_PENDING: checkin.vacancy,
    Phase.STARTING: _starting,
    Phase.REPLACING: _checkin,
    Phase.SEALING: _sealing,
    Phase.OPENED: _opened,
    Phase.DELIBERATION: _opened,
    Phase.ROLLBACK: rollback.due,
    Phase.SUMMARY: _summary,
    Phase.VERIFICATION: _verification,
    Phase.REPORT: checkin.vacancy,
    Phase.SIGNING: _signing,
    Phase.CLOSED: concluding.archived,
    Phase.FAILED: concluding.archived,
    Phase.CANCELLED: concluding.archived,
}
