"""What opens next: the stages in their order, and who still has to go through each (R52).

    chair ──▶ preliminary examination ──▶ deliberation, if there is a matter ──▶ detailed evaluation ──▶ summary

A stage is done when every member who sits has an opened sheet in it. Nobody begins a stage before the one before it is
done. On the straight road each stage is one round for all; who replaced a member goes first, alone, through the stages
the others have behind them, then an interrupted round goes on for all (条例 art 48; 87号令 art 49).
"""

from __future__ import annotations

from evalhub.core.rules import deliberation, result, rounds
from evalhub.core.rules.events import Consequence, RoundResumed, ScoringOmitted
from evalhub.core.rules.state import Stage, State


def after_opening(state: State) -> Consequence | None:
    """The next step between two rounds, and in deliberation; None while members deliberate, and when all is done."""
    if not state.chair:
        return _ballot(state)
    before = _stage(state, Stage.PRELIMINARY) or deliberation.next_step(state)
    return before or (_detailed(state) if deliberation.over(state) else None)


def done(state: State) -> bool:
    """Nothing is missing for a summary: every member who sits is through every stage."""
    fit = not any(seat.unfit for seat in state.seats.values())
    return fit and all(not _missing(state, stage) for stage in stages(state))


def stages(state: State) -> tuple[Stage, ...]:
    """The stages after the ballot; where the method leaves nothing to score, there is only the examination."""
    return (Stage.PRELIMINARY, Stage.DETAILED) if result.factors(state) else (Stage.PRELIMINARY,)


def took_part(state: State, stage: Stage, seat: str) -> bool:
    """Whether an opened sheet of this seat counts in this stage."""
    return any(seat in round_.opened for round_ in rounds.standing(state, stage))


def _detailed(state: State) -> Consequence | None:
    return _stage(state, Stage.DETAILED) if result.factors(state) else ScoringOmitted()


def _ballot(state: State) -> Consequence:
    """A vote is counted if one has just been opened; otherwise everybody votes anew."""
    latest = state.round()
    if latest.stage is Stage.CHAIR and latest.closed and not latest.void:
        return rounds.chair_or_runoff(state)
    return rounds.next_round(state, Stage.CHAIR, rounds.electorate(state))


def _stage(state: State, stage: Stage) -> Consequence | None:
    """Open a stage for all, go on with an interrupted round of it, or open it for those who came later."""
    live, missing = rounds.standing(state, stage), _missing(state, stage)
    if not missing:
        return None
    if not live:
        return rounds.next_round(state, stage)
    late = tuple(sorted(missing)) if len(missing) < len(state.seats) else ()
    open_ = [round_ for round_ in live if not round_.closed]
    return RoundResumed(round=open_[0].number) if open_ else rounds.next_round(state, stage, seats=late)


def _missing(state: State, stage: Stage) -> set[str]:
    return {seat for seat in state.seats if not took_part(state, stage, seat)}
