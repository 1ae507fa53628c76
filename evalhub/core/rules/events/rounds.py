"""Consequences of the rounds of sealed sheets."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.codec import Record
from evalhub.core.rules.events.base import Consequence


class RoundOpened(Consequence):
    """A round of sealed sheets begins. ``form`` is the digest of the form all seats fill in.

    ``candidates`` are the members a ballot may name, by alias; empty in other rounds. ``seats``: whose round it is if
    only some seats make up a stage that the others have behind them; empty if it is everybody's.
    """

    past: ClassVar[str] = "round_opened"
    round: int
    stage: str
    form: str
    candidates: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()


class RoundResumed(Consequence):
    """A round that a replacement had interrupted goes on: what the others sealed in it stands."""

    past: ClassVar[str] = "round_resumed"
    round: int


class DrawnValue(Record):
    """One parameter of a price formula and the value drawn for it, in plain digits."""

    parameter: str
    value: str


class PriceDrawn(Consequence):
    """What a price formula leaves to chance, from the seed of draw 1 (``prices.draws``). ``lot`` is empty without lots;
    ``order``: all bidders as the sample takes them, empty if the formula draws no sample.
    """

    past: ClassVar[str] = "price_drawn"
    lot: str
    values: tuple[DrawnValue, ...]
    order: tuple[str, ...]


class ScoringOmitted(Consequence):
    """The method leaves members nothing to score: what follows the examination is the result."""

    past: ClassVar[str] = "scoring_omitted"


class RolledBack(Consequence):
    """The session goes back to a stage: these rounds are void and stay readable. ``snapshot``: digest of all their
    forms and of what had followed from them (``rollback.snapshot``), lower-case hex."""

    past: ClassVar[str] = "rolled_back"
    to: str
    rounds: tuple[int, ...]
    snapshot: str


class SealedRef(Record):
    """One envelope of a closed round."""

    seat: str
    envelope: str
    rev: int


class SealClosed(Consequence):
    """The round is closed; these envelopes, and no others, are to be opened together."""

    past: ClassVar[str] = "seal_closed"
    round: int
    sheets: tuple[SealedRef, ...]


class VoteCount(Record):
    """Votes for one member, by the alias all members know it by."""

    member: str
    votes: int


class ChairElected(Consequence):
    """The secret vote produced a chair."""

    past: ClassVar[str] = "chair_elected"
    member: str
    votes: tuple[VoteCount, ...]


class ExaminedBid(Record):
    """How the preliminary examination ended for one bid: the listed grounds that the majority carried, the items named
    for them, and whether it stays in."""

    bidder: str
    failed: tuple[str, ...]
    grounds: tuple[str, ...]
    valid: bool


class BidsExamined(Consequence):
    """The preliminary examination's outcome, once every proposed rejection is decided."""

    past: ClassVar[str] = "bids_examined"
    bids: tuple[ExaminedBid, ...]


class SessionFailed(Consequence):
    """Too few valid bids are left, or competition is plainly lacking; the procurement has to start again."""

    past: ClassVar[str] = "session_failed"
    reason: str
