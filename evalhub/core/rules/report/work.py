"""The course of the work: the rounds, and how each member did its duty (专家履职情况; R76, R82)."""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import rounds
from evalhub.core.rules.events import Finding
from evalhub.core.rules.state import Stage, State


class ReportRound(Record):
    """One round of sealed sheets. ``closed``: the reason, if oversight closed a ballot without everyone."""

    number: int
    stage: str
    opened: str
    sheets: int
    closed: str


class Duty(Record):
    """One member's work in figures; nothing here judges. ``revisions``: sheets sealed again before the round closed.
    ``objective``: findings about an objective factor that concerned this member; ``range``: scores outside the range.
    """

    member: str
    present: bool
    rounds: int
    sealed: int
    revisions: int
    objective: int
    range: int
    corrections: int
    explanations: int


def worked(state: State) -> tuple[ReportRound, ...]:
    """In order; the rounds of a ballot count alike."""
    return tuple(
        ReportRound(
            number=round_.number,
            stage=round_.stage.value,
            opened=format_time(round_.opened_at),
            sheets=len(round_.sealed),
            closed=round_.lawfully_closed,
        )
        for round_ in state.rounds
    )


def duties(state: State) -> tuple[Duty, ...]:
    """In the order of the aliases."""
    return tuple(
        _duty(state, seat) for seat in sorted(state.seats, key=lambda seat: rounds.member_number(state.aliases[seat]))
    )


def _duty(state: State, seat: str) -> Duty:
    sealed = [round_.sealed[seat] for round_ in state.rounds if seat in round_.sealed]
    concerned = [finding for finding in state.findings or () if seat in finding.seats]
    return Duty(
        member=state.aliases[seat],
        present=any(seat in round_.sealed for round_ in state.rounds if round_.stage is not Stage.CHAIR),
        rounds=len(state.rounds),
        sealed=len(sealed),
        revisions=sum(one.context.rev - 1 for one in sealed),
        objective=_count(concerned, "objective"),
        range=_count(concerned, "range"),
        corrections=sum(correction.seat == seat for correction in state.corrections),
        explanations=sum(closing.seat == seat and closing.how == "explained" for closing in state.closings),
    )


def _count(findings: list[Finding], kind: str) -> int:
    return sum(finding.kind == kind for finding in findings)
