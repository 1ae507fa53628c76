"""The state of one session: a fold of its events and nothing else. Frozen; every change is a copy.

Collections keyed by name are dicts that nobody mutates after construction (``put`` makes the changed copy).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from evalhub.core.codec import RecordMeta
from evalhub.core.rules.commands import OpenedSheet, PartyEntry
from evalhub.core.rules.events import By, CentreResult, ExaminedBid, Finding, RankRow, VoteCount
from evalhub.core.rules.plan import Plan, Room, Stratum
from evalhub.core.sealing.envelope import Context
from evalhub.core.sealing.keys import PublicJwk
from evalhub.core.sealing.roster import Roster

K = TypeVar("K")
V = TypeVar("V")


class Phase(StrEnum):
    """Where the session stands. The order is the straight road; failed and cancelled are its two other ends."""

    VOID = "void"
    DRAFT = "draft"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DRAWING = "drawing"
    DRAWN = "drawn"
    CHECKIN = "checkin"
    START_PENDING = "start_pending"
    STARTING = "starting"
    SEALING = "sealing"
    SEALED = "sealed"
    OPENING = "opening"
    OPENED = "opened"
    SUMMARY = "summary"
    VERIFICATION = "verification"
    REPORT = "report"
    SIGNING = "signing"
    CLOSED = "closed"
    ARCHIVED = "archived"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """The rounds of sealed sheets, in order. A ballot may need several rounds."""

    CHAIR = "chair"
    PRELIMINARY = "preliminary"
    DETAILED = "detailed"


class _Part(msgspec.Struct, metaclass=RecordMeta):
    """Base of state parts: frozen, keyword-only; never encoded."""


class Principal(_Part):
    """Who a key belongs to."""

    by: By
    key: PublicJwk


class Acceptance(_Part):
    """A guest's answer to the standing plan; ``rooms`` is None when it refused."""

    rooms: tuple[Room, ...] | None
    reason: str = ""


class Freeze(_Part):
    """A centre's frozen pool: leaves per stratum, as lower-case hex. ``registered``: root of the pool it filters."""

    root: str
    registered: str
    size: int
    strata: Mapping[str, tuple[str, ...]]


class Outcome(_Part):
    """One recorded outcome, in ledger order."""

    stratum: str
    leaf: str
    outcome: str


class Draw(_Part):
    """One numbered draw: what was asked, everyone's contribution, and what came of each leaf called."""

    number: int
    requests: Mapping[str, tuple[Stratum, ...]]
    pools: Mapping[str, Freeze] = {}
    commits: Mapping[str, str] = {}
    escrows: Mapping[str, Context] = {}
    escrow_digests: Mapping[str, str] = {}
    reveals: Mapping[str, str] = {}
    called: frozenset[str] = frozenset()
    released: Mapping[str, Mapping[str, tuple[tuple[int, str], ...]]] = {}  # missing -> trustee -> pieces
    seed: str = ""
    orders: Mapping[tuple[str, str], tuple[str, ...]] = {}  # (centre, stratum) -> leaves in rank order
    outcomes: Mapping[str, tuple[Outcome, ...]] = {}  # centre -> outcomes
    exhausted: frozenset[tuple[str, str]] = frozenset()


class Admission(_Part):
    """An expert who has arrived and has no booth yet."""

    leaf: str
    centre: str
    at: int


class SeatState(_Part):
    """One member at one booth."""

    seat: str
    leaf: str
    room: str
    shared: bool
    ticket: str = ""
    expires: str = ""
    redeemed: bool = False
    booth_key: PublicJwk | None = None
    client: str = ""
    tested: bool = False
    declared: bool = False
    conflict: str = ""


class Sealed(_Part):
    """A seat's highest sealed revision in a round."""

    digest: str
    context: Context


class Round(_Part):
    """One round of sealed sheets."""

    number: int
    stage: Stage
    form: str
    opened_at: int
    pad: int = 0  # bytes of a sheet as its envelope shows them; of the form, derived once
    paused_before: int = 0  # ms of pause already given back when it opened
    candidates: tuple[str, ...] = ()
    sealed: Mapping[str, Sealed] = {}
    lawfully_closed: str = ""
    closed: bool = False
    set_digest: str = ""
    released: Mapping[str, Mapping[str, tuple[tuple[int, str], ...]]] = {}  # trustee -> seat -> pieces
    opened: Mapping[str, OpenedSheet] = {}


class Gate(_Part):
    """A point where the ledger must be countersigned by all before anything else happens."""

    name: str
    size: int


class Answer(_Part):
    """A member's answer to the report: signed, dissent or deemed."""

    answer: str
    text: str = ""


class Correction(_Part):
    """One corrected item."""

    seat: str
    bidder: str
    factor: str
    before: str
    after: str
    reason: str
    finding: str


class Closing(_Part):
    """What one seat did about one finding: a correction, or an explanation."""

    finding: str
    seat: str
    how: str
    text: str


class State(_Part):
    """Everything the rules need to know about a session."""

    session: str
    size: int = 0  # events folded, equal to the ledger's size
    now: int = 0  # time of the last event
    phase: Phase = Phase.VOID
    origin: str = ""
    log: str = ""  # vkey of the ledger
    rehearsal: bool = False
    parties: Mapping[str, PartyEntry] = {}
    keys: Mapping[str, Principal] = {}
    counters: Mapping[str, int] = {}
    paused_since: int | None = None
    pause_reason: str = ""
    paused_ms: int = 0
    gate: Gate | None = None
    gates: Mapping[str, int] = {}
    plan: Plan | None = None
    plan_digest: str = ""
    acceptances: Mapping[str, Acceptance] = {}
    agreement: str = ""
    trustee_keys: Mapping[str, PublicJwk] = {}
    roster: Roster | None = None
    roster_digest: str = ""
    roster_signed: frozenset[str] = frozenset()
    draws: tuple[Draw, ...] = ()
    draw_ordered: bool = False
    admissions: tuple[Admission, ...] = ()
    seats: Mapping[str, SeatState] = {}
    used_booths: frozenset[str] = frozenset()
    rounds: tuple[Round, ...] = ()
    aliases: Mapping[str, str] = {}  # seat -> member-n
    chair: str = ""
    votes: tuple[VoteCount, ...] = ()
    bids: tuple[ExaminedBid, ...] = ()
    results: Mapping[str, str] = {}  # centre -> digest
    disputes: tuple[tuple[CentreResult, ...], ...] = ()
    result: str = ""
    ranking: tuple[RankRow, ...] = ()
    findings: tuple[Finding, ...] | None = None
    closings: tuple[Closing, ...] = ()
    corrections: tuple[Correction, ...] = ()
    report: str = ""
    report_issued_at: int = 0
    answers: Mapping[str, Answer] = {}
    destroyed: frozenset[str] = frozenset()
    failure: str = ""  # why it ended early, in words
    ending: str = ""  # the same as a code: "stopped", "cancelled", or that of ``session_failed``
    envelopes: int = 0  # sealed sheets of every revision, and escrows

    # -- plain questions about the state; no rule is decided here ---------------------------------------------------

    def the_plan(self) -> Plan:
        """The standing plan; only asked for in phases that have one."""
        assert self.plan is not None, "phase table lets nothing ask for a plan before it is proposed"
        return self.plan

    def host(self) -> str:
        """Name of the host centre."""
        return next(name for name, party in self.parties.items() if party.role == "host")

    def centres(self) -> tuple[str, ...]:
        """Names of all centres, sorted."""
        return tuple(sorted(name for name, party in self.parties.items() if party.role != "oversight"))

    def rooms_of(self, centre: str) -> tuple[Room, ...]:
        """Rooms this centre brought into the plan."""
        if centre == self.host():
            return self.the_plan().host_rooms
        return self.acceptances[centre].rooms or ()

    def round(self) -> Round:
        """The latest round."""
        return self.rounds[-1]

    def draw(self) -> Draw:
        """The latest draw."""
        return self.draws[-1]

    def booth_seat(self, booth: str) -> SeatState | None:
        """The member at a seat, if there is one."""
        return self.seats.get(booth)

    def with_(self, **changes: Any) -> State:
        """A copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)


def put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """A copy of the mapping with one key set."""
    return {**mapping, key: value}


def drop(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    """A copy of the mapping without one key."""
    return {k: v for k, v in mapping.items() if k != key}
