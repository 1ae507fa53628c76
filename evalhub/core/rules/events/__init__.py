"""What happened. An event is an accepted command, or a consequence the hub derived from the state by itself.

Consequences follow directly behind the command that caused them, with the same time; the verifier derives them again
from the same state and refuses a ledger that differs.
"""

from __future__ import annotations

import msgspec

from evalhub.core.rules.commands import BY_PAST, Command
from evalhub.core.rules.events.base import HUB, By, Consequence
from evalhub.core.rules.events.clarification import BidRejected, ClarificationRaised, ClarificationSent
from evalhub.core.rules.events.concluding import (
    GROUNDS,
    CentreResult,
    Finding,
    FindingsRaised,
    RankRow,
    ResultDeclared,
    ResultDisputed,
    SessionArchived,
    SigningClosed,
)
from evalhub.core.rules.events.deliberation import (
    DeliberationOpened,
    MatterDecided,
    MatterRaised,
    MatterReturned,
    Proposal,
)
from evalhub.core.rules.events.pairing import (
    CommitteeFormed,
    DrawExhausted,
    DrawOpened,
    DrawRequest,
    DrawSeeded,
    PlanAgreed,
    RosterCompleted,
)
from evalhub.core.rules.events.rounds import (
    BidsExamined,
    ChairElected,
    DrawnValue,
    ExaminedBid,
    PriceDrawn,
    RolledBack,
    RoundOpened,
    RoundResumed,
    ScoringOmitted,
    SealClosed,
    SealedRef,
    SessionFailed,
    VoteCount,
)
from evalhub.core.rules.events.seats import SeatAssigned, SeatVacated

CONSEQUENCES: dict[str, type[Consequence]] = {kind.past: kind for kind in Consequence.__subclasses__()}
EVENT_TYPES: dict[str, type[Command] | type[Consequence]] = {**BY_PAST, **CONSEQUENCES}


class Event(msgspec.Struct, frozen=True):
    """One ledger entry as the rules see it. ``at``: hub time, milliseconds since the epoch (UTC)."""

    at: int
    by: By
    content: Command | Consequence

    @property
    def type(self) -> str:
        """The entry type, a verb in the past tense."""
        return self.content.past


__all__ = [
    "CONSEQUENCES",
    "EVENT_TYPES",
    "GROUNDS",
    "HUB",
    "BidRejected",
    "BidsExamined",
    "By",
    "CentreResult",
    "ChairElected",
    "ClarificationRaised",
    "ClarificationSent",
    "CommitteeFormed",
    "Consequence",
    "DeliberationOpened",
    "DrawExhausted",
    "DrawOpened",
    "DrawRequest",
    "DrawSeeded",
    "DrawnValue",
    "Event",
    "ExaminedBid",
    "Finding",
    "FindingsRaised",
    "MatterDecided",
    "MatterRaised",
    "MatterReturned",
    "PlanAgreed",
    "PriceDrawn",
    "Proposal",
    "RankRow",
    "ResultDeclared",
    "ResultDisputed",
    "RolledBack",
    "RosterCompleted",
    "RoundOpened",
    "RoundResumed",
    "ScoringOmitted",
    "SealClosed",
    "SealedRef",
    "SeatAssigned",
    "SeatVacated",
    "SessionArchived",
    "SessionFailed",
    "SigningClosed",
    "VoteCount",
]
