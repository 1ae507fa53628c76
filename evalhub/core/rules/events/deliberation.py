"""Consequences of the committee's deliberation."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.codec import Record
from evalhub.core.rules.events.base import Consequence


class Proposal(Record):
    """What one member proposed in its sheet: the item that failed, why, what shows it, and the page."""

    member: str
    item: str
    reason: str
    evidence: str
    page: int


class DeliberationOpened(Consequence):
    """There is something the members have to answer together before the detailed evaluation."""

    past: ClassVar[str] = "deliberation_opened"


class MatterRaised(Consequence):
    """A matter for all members. ``bidder`` and ``ground`` are empty where its kind has none."""

    past: ClassVar[str] = "matter_raised"
    matter: str
    kind: str
    bidder: str = ""
    ground: str = ""
    proposals: tuple[Proposal, ...] = ()


class MatterReturned(Consequence):
    """Somebody asked to look again: the answers are shown to all, and ``round`` begins."""

    past: ClassVar[str] = "matter_returned"
    matter: str
    round: int


class MatterDecided(Consequence):
    """Everybody has answered. ``carried``: more than half of the members agreed (87号令 art 61). By alias."""

    past: ClassVar[str] = "matter_decided"
    matter: str
    round: int
    carried: bool
    agree: tuple[str, ...]
    disagree: tuple[str, ...]
