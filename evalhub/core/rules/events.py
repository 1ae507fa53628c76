"""What happened. An event is an accepted command, or a consequence the hub derived from the state by itself.

Consequences follow directly behind the command that caused them, with the same time; the verifier derives them again
from the same state and refuses a ledger that differs.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from evalhub.core.codec import Record
from evalhub.core.rules.commands import BY_PAST, Command, Role
from evalhub.core.rules.plan import Stratum


class By(Record):
    """Who asserted it: ``kid`` and ``n`` (counter) come from a signed statement, and are empty for the hub."""

    role: Role
    site: str
    seat: str | None = None
    kid: str = ""
    n: int = 0


HUB = By(role="hub", site="hub")


class Consequence(Record):
    """Base of derived events; ``past`` is the type of the ledger entry."""

    past: ClassVar[str] = ""


class PlanAgreed(Consequence):
    """Host proposed, every guest accepted. ``agreement`` is the digest every later message stands on."""

    past: ClassVar[str] = "plan_agreed"
    agreement: str


class RosterCompleted(Consequence):
    """Every trustee filed its key and signed the roster."""

    past: ClassVar[str] = "roster_completed"
    roster: str


class DrawRequest(Record):
    """What one centre is to draw."""

    centre: str
    strata: tuple[Stratum, ...]


class DrawOpened(Consequence):
    """A numbered draw begins: one request for each centre concerned."""

    past: ClassVar[str] = "draw_opened"
    draw: int
    requests: tuple[DrawRequest, ...]


class DrawSeeded(Consequence):
    """All contributions are known. ``seed`` and ``transcript`` digest as ``sealing`` §3 has them, hex."""

    past: ClassVar[str] = "draw_seeded"
    draw: int
    seed: str
    transcript: str


class DrawExhausted(Consequence):
    """No leaf is left in a stratum that needs one; a further draw wants oversight's order."""

    past: ClassVar[str] = "draw_exhausted"
    draw: int
    centre: str
    stratum: str


class CommitteeFormed(Consequence):
    """Every stratum of every centre has its members."""

    past: ClassVar[str] = "committee_formed"


class SeatAssigned(Consequence):
    """The booth allotted at check-in. ``shared`` warns that rooms were too few to keep members apart."""

    past: ClassVar[str] = "seat_assigned"
    leaf: str
    seat: str
    room: str
    shared: bool


class SeatVacated(Consequence):
    """A member left its seat before the start; ``outcome`` is what the draw records for its leaf."""

    past: ClassVar[str] = "seat_vacated"
    seat: str
    leaf: str
    outcome: str


class RoundOpened(Consequence):
    """A round of sealed sheets begins. ``form`` is the digest of the form all seats fill in.

    ``candidates`` are the members a ballot may name, by alias; empty in other rounds.
    """

    past: ClassVar[str] = "round_opened"
    round: int
    stage: str
    form: str
    candidates: tuple[str, ...] = ()


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
    """How the preliminary examination ended for one bid: items failed by a majority, and whether it stays in."""

    bidder: str
    failed: tuple[str, ...]
    valid: bool


class BidsExamined(Consequence):
    """The preliminary examination's outcome by majority of the members."""

    past: ClassVar[str] = "bids_examined"
    bids: tuple[ExaminedBid, ...]


class SessionFailed(Consequence):
    """Too few valid bids are left; the procurement has to start again."""

    past: ClassVar[str] = "session_failed"
    reason: str


class Finding(Record):
    """Something verification must close: kind (range, sum, objective), where, and who has to answer."""

    code: str
    kind: str
    bidder: str
    factor: str
    seats: tuple[str, ...]


class FindingsRaised(Consequence):
    """The result of the automatic checks after the summary; empty when nothing was found."""

    past: ClassVar[str] = "findings_raised"
    findings: tuple[Finding, ...]


class RankRow(Record):
    """One line of the ranking; amounts as decimal strings."""

    bidder: str
    total: str
    price: str
    rank: int
    candidate: bool


class ResultDeclared(Consequence):
    """Every centre computed the same result."""

    past: ClassVar[str] = "result_declared"
    result: str
    ranking: tuple[RankRow, ...]


class CentreResult(Record):
    """What one centre computed."""

    centre: str
    result: str


class ResultDisputed(Consequence):
    """Centres computed different results: nothing is declared."""

    past: ClassVar[str] = "result_disputed"
    results: tuple[CentreResult, ...]


class SigningClosed(Consequence):
    """Every member has answered the report."""

    past: ClassVar[str] = "signing_closed"
    signed: int
    dissenting: int
    deemed: int


class SessionArchived(Consequence):
    """The last entry: how many entries and envelopes the archive must hold, this one included."""

    past: ClassVar[str] = "session_archived"
    entries: int
    envelopes: int


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
