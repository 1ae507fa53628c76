"""Matters of the committee as the state keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from evalhub.core.rules.events.deliberation import Proposal
from evalhub.core.rules.state.parts import Part


class GivenAnswer(Part):
    """One member's answer in one round of one matter, by alias: agree, disagree or look-again."""

    member: str
    answer: str
    reason: str


class Matter(Part):
    """One matter. ``raised_by`` is the hub, or a member's alias; ``outcome``: empty, carried or not-carried.

    ``answers`` has one mapping seat → answer for each of its rounds, the last of them under way until the outcome.
    """

    code: str
    kind: str
    raised_by: str
    bidder: str = ""
    ground: str = ""
    text: str = ""
    proposals: tuple[Proposal, ...] = ()
    answers: tuple[Mapping[str, GivenAnswer], ...] = ({},)
    outcome: str = ""
    void: bool = False  # a member who took part in it sits no more

    @property
    def round(self) -> int:
        """The number of the latest round, from 1."""
        return len(self.answers)
