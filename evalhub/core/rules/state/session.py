"""The state itself: one record with everything the rules need to know about a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from evalhub.core.rules.commands import PartyEntry
from evalhub.core.rules.events import CentreResult, ExaminedBid, Finding, RankRow, VoteCount
from evalhub.core.rules.plan import Plan, Room
from evalhub.core.rules.prices import Drawn
from evalhub.core.rules.state.clarification import Clarification
from evalhub.core.rules.state.matters import Matter
from evalhub.core.rules.state.parts import (
    Acceptance,
    Admission,
    Answer,
    Closing,
    Correction,
    Draw,
    Gate,
    Layout,
    Part,
    PdfSignature,
    Principal,
    Removal,
    Representative,
    RollbackRequest,
    Round,
    SeatState,
)
from evalhub.core.rules.state.phase import Phase
from evalhub.core.sealing.keys import PublicJwk
from evalhub.core.sealing.roster import Roster


class State(Part):
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
    delay_accepted: bool = False  # of the pause that lasts now
    ended_at: int = 0  # hub time: signed by all, failed or stopped
    paused_ms: int = 0
    gate: Gate | None = None
    gates: Mapping[str, int] = {}
    gate_root: str = ""  # root in the checkpoint of the last gate, b64
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
    representatives: tuple[Representative, ...] = ()
    admissions: tuple[Admission, ...] = ()
    seats: Mapping[str, SeatState] = {}
    used_booths: frozenset[str] = frozenset()
    removals: tuple[Removal, ...] = ()
    rounds: tuple[Round, ...] = ()
    active: int = 0  # number of the round under way, or of the one before what comes next
    rollback: RollbackRequest | None = None
    examined_by: frozenset[str] = frozenset()  # seats whose examinations ``bids`` follows from
    aliases: Mapping[str, str] = {}  # seat -> member-n
    price_draws: Mapping[str, Drawn] = {}  # lot ("" without lots) -> what its formula draws
    chair: str = ""
    votes: tuple[VoteCount, ...] = ()
    bids: tuple[ExaminedBid, ...] = ()
    clarifications: Mapping[str, Clarification] = {}  # by code, in the order they were asked
    matters: Mapping[str, Matter] = {}  # by code, in the order they were raised
    rejected: frozenset[str] = frozenset()  # bidders put out after the examination
    deliberation_closed: bool = False
    results: Mapping[str, str] = {}  # centre -> digest
    disputes: tuple[tuple[CentreResult, ...], ...] = ()
    result: str = ""
    ranking: tuple[RankRow, ...] = ()
    findings: tuple[Finding, ...] | None = None
    closings: tuple[Closing, ...] = ()
    corrections: tuple[Correction, ...] = ()
    report: str = ""
    report_issued_at: int = 0
    report_paused: int = 0  # ms of pause by then
    answers: Mapping[str, Answer] = {}
    layouts: Mapping[str, Layout] = {}  # centre → the PDF it made of report and answers
    signatures: tuple[PdfSignature, ...] = ()
    passed_over: Mapping[str, str] = {}  # seat → reason
    turn_at: int = 0  # when the turn of the signer began
    turn_paused: int = 0  # ms of pause by then
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
        """The round under way: the latest, or an earlier one that goes on after a replacement."""
        return self.rounds[self.active - 1]

    def draw(self) -> Draw:
        """The latest draw."""
        return self.draws[-1]

    def booth_seat(self, booth: str) -> SeatState | None:
        """The member at a seat, if there is one."""
        return self.seats.get(booth)

    def with_(self, **changes: Any) -> State:
        """A copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)
