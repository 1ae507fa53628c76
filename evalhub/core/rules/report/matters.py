"""The committee's deliberation: every matter with its proposals, every round of answers, and the outcome.

Rejections that were not carried, the judgement of competition and every vote are here too; dissent keeps its reasons
(87号令 art 61).
"""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules import matters
from evalhub.core.rules.events import Proposal
from evalhub.core.rules.state import Matter, State


class ReportAnswer(Record):
    """One member's answer: agree, disagree or look-again."""

    member: str
    answer: str
    reason: str


class ReportMatter(Record):
    """One matter. ``rounds``: the answers of each round, proposers in the first by their sheets; ``outcome``: carried
    or not-carried; ``void``: a member who took part was replaced, and it was raised anew."""

    code: str
    kind: str
    bidder: str
    ground: str
    text: str
    raised_by: str
    proposals: tuple[Proposal, ...]
    rounds: tuple[tuple[ReportAnswer, ...], ...]
    outcome: str
    void: bool


def report_matters(state: State) -> tuple[ReportMatter, ...]:
    """In the order they were raised."""
    return tuple(report_matter(matter) for matter in state.matters.values())


def report_matter(matter: Matter) -> ReportMatter:
    """One of them."""
    return ReportMatter(
        code=matter.code,
        kind=matter.kind,
        bidder=matter.bidder,
        ground=matter.ground,
        text=matter.text,
        raised_by=matter.raised_by,
        proposals=matter.proposals,
        rounds=tuple(_answers(matter, number) for number in range(1, matter.round + 1)),
        outcome=matter.outcome,
        void=matter.void,
    )


def _answers(matter: Matter, number: int) -> tuple[ReportAnswer, ...]:
    return tuple(
        ReportAnswer(member=alias, answer=given.answer, reason=given.reason)
        for alias, given in matters.positions(matter, number).items()
    )
