"""What the verifier looks at while the ledger is folded, beyond what ``decide`` itself re-executes.

Each inspector sees every event with the state before and after it, counts what it has proved, and raises ``Broken``
(without an entry number: the walk knows it) at the first thing that does not hold. ``decide`` lets the hub state what
only the envelopes can prove; here they are opened.

    gates     every gate's checkpoint: signatures, quorum, and the root this ledger had at that size
    draws     commitments against contributions, seed and calling order, recovered contributions against their escrow
    seats     each booth belongs to its room and centre, is used once, and shares a room only if it says so
    sheets    every envelope of an opened round opened again; a fault must really not open to a sheet of the form
    result    summary and ranking computed again from the opened sheets
    report    the bytes of the report at the moment it was issued
"""

# ruff: noqa: ARG002 — every inspector has the one signature; none needs all of it

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.policy import Policy, check_checkpoint
from evalhub.core.ledger.tree import MemoryTree
from evalhub.core.rules import commands as c
from evalhub.core.rules import draw as d
from evalhub.core.rules import drawing, report, result, rounds
from evalhub.core.rules import events as e
from evalhub.core.rules.events import Event
from evalhub.core.rules.forms import read_sheet
from evalhub.core.rules.state import Draw, Round, State
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.envelope import open_envelope, read_envelope
from evalhub.replay.findings import CheckName

Pieces = Mapping[int, bytes]


class Envelopes(Protocol):
    """Gives the JWS text of an envelope by its digest. KeyError if the ledger has none."""

    def __call__(self, digest: str) -> str: ...


class Inspector:
    """Base: a name, the kinds of content it is shown, a count, and ``see``."""

    name: CheckName
    kinds: tuple[type, ...]

    def __init__(self) -> None:
        self.count = 0
        self.detail = ""

    def see(self, event: Event, before: State, after: State) -> None:
        """Look at one event. Raises ``Broken``, ``Malformed`` or ``Refusal`` if it does not hold."""
        raise NotImplementedError


class Gates(Inspector):
    """The checkpoint inside each gate entry, against the session's own policy and this very ledger."""

    name = "gates"
    kinds = (c.RecordGate,)

    def __init__(self, policy: Policy | None, tree: MemoryTree, origin: str) -> None:
        super().__init__()
        self.countersigned = 0  # entries under the last gate
        self._policy, self._tree, self._origin = policy, tree, origin

    def see(self, event: Event, before: State, after: State) -> None:
        gate = event.content
        if not isinstance(gate, c.RecordGate):
            return
        if self._policy is None:
            raise Broken(f"gate {gate.gate}: the session's keys are not known")
        checkpoint, _ = check_checkpoint(self._policy, gate.note.encode())
        if checkpoint.origin != self._origin or checkpoint.size != gate.size:
            raise Broken(f"gate {gate.gate}: its checkpoint is of {checkpoint.size} entries of {checkpoint.origin}")
        if gate.size > self._tree.size or checkpoint.root != self._tree.root(gate.size):
            raise Broken(f"gate {gate.gate}: its checkpoint is of another ledger")
        self.count += 1
        self.countersigned = gate.size


class Draws(Inspector):
    """Each draw run again from the logged contributions."""

    name = "draws"
    kinds = (c.FreezePool, c.RecordRecovery, e.DrawSeeded)

    def __init__(self, envelopes: Envelopes) -> None:
        super().__init__()
        self._envelopes = envelopes
        self._pools = 0  # each root compared by ``decide`` with its leaves

    def see(self, event: Event, before: State, after: State) -> None:
        if isinstance(event.content, c.FreezePool):
            self._pools += 1
            self.detail = f"{self._pools} pools"
        if isinstance(event.content, c.RecordRecovery):
            _check_recovery(event.content, before.draw(), self._envelopes)
        if isinstance(event.content, e.DrawSeeded):
            _check_draw(after, after.draw())
            self.count += 1


class Seats(Inspector):
    """Each allotted booth."""

    name = "seats"
    kinds = (e.SeatAssigned,)

    def see(self, event: Event, before: State, after: State) -> None:
        assigned = event.content
        if not isinstance(assigned, e.SeatAssigned):
            return
        centre, booth = assigned.seat.split("/", 1)
        room = next((room for room in before.rooms_of(centre) if room.name == assigned.room), None)
        if room is None or booth not in room.booths or assigned.seat in before.used_booths:
            raise Broken(f"{assigned.seat} is not a free booth of room {assigned.room}")
        neighbours = [s for s in before.seats.values() if s.seat.startswith(f"{centre}/") and s.room == assigned.room]
        if bool(neighbours) != assigned.shared:
            raise Broken(f"{assigned.seat} does not say truly whether room {assigned.room} is shared")
        self.count += 1


class Sheets(Inspector):
    """Every envelope of every opened round."""

    name = "sheets"
    kinds = (c.ReleasePieces, c.RecordOpening)

    def __init__(self, envelopes: Envelopes) -> None:
        super().__init__()
        self._envelopes = envelopes
        self._pieces = 0  # each compared by ``decide`` with the digest its envelope was sealed with

    def see(self, event: Event, before: State, after: State) -> None:
        opening = event.content
        if isinstance(opening, c.ReleasePieces):
            self._pieces += sum(len(sheet.pieces) for sheet in opening.pieces)
            self.detail = f"{self._pieces} pieces"
        if not isinstance(opening, c.RecordOpening):
            return
        round_ = before.round()
        for sheet in opening.sheets:
            self._check(before, round_, sheet)
            self.count += 1

    def _check(self, state: State, round_: Round, recorded: c.OpenedSheet) -> None:
        found = self._opened(state, round_, recorded.seat)
        if recorded.fault:
            if found is not None or recorded.salt or recorded.sheet:
                raise Broken(f"{recorded.seat} is recorded as faulty, but its envelope opens to a sheet of the form")
        elif found != (recorded.salt, recorded.sheet):
            raise Broken(f"{recorded.seat}: the envelope does not hold the sheet that was recorded")

    def _opened(self, state: State, round_: Round, seat: str) -> tuple[str, str] | None:
        """Salt and sheet as an opening records them; None if the envelope holds no sheet of the form."""
        pieces = _joined({name: parts[seat] for name, parts in round_.released.items()})
        envelope = read_envelope(self._envelopes(round_.sealed[seat].digest))[1]
        try:
            salt, sheet = open_envelope(envelope, pieces)
            read_sheet(rounds.form_of(state, round_), sheet)
            return b64u(salt), sheet.decode()
        except (Malformed, UnicodeDecodeError):
            return None


class Results(Inspector):
    """Each declaration, computed again; and the digests that the centres declared."""

    name = "result"
    kinds = (e.ResultDeclared,)

    def see(self, event: Event, before: State, after: State) -> None:
        declared = event.content
        if not isinstance(declared, e.ResultDeclared):
            return
        summary = result.compute(before)
        if {summary.digest(), declared.result} != set(before.results.values()) or len(
            set(before.results.values())
        ) != 1:
            raise Broken("the centres' digests are not those of the result")
        if result.ranking(summary) != declared.ranking:
            raise Broken("the ranking is not the one that follows from the sheets")
        self.count += 1


class Reports(Inspector):
    """The report's bytes when it was issued. A later pause would change them, so they are built here."""

    name = "report"
    kinds = (c.IssueReport, c.SignReport)

    def __init__(self) -> None:
        super().__init__()
        self.issued: bytes | None = None

    def see(self, event: Event, before: State, after: State) -> None:
        if isinstance(event.content, c.IssueReport):
            self.issued = report.report_bytes(before)
            if event.content.report != report.report_digest(before):
                raise Broken("the issued digest is not that of the report")
            self.count += 1
        if isinstance(event.content, c.SignReport):
            if event.content.report != before.report:
                raise Broken("a member answered another report")
            self.count += 1


def _check_draw(state: State, draw: Draw) -> None:
    contributions = {name: unb64u(r) for name, r in draw.reveals.items()}
    for name, value in contributions.items():
        if d.commitment(state.session, draw.number, name, value) != draw.commits[name]:
            raise Broken(f"draw {draw.number}: {name} did not commit to what was revealed")
    seed = d.seed(drawing.transcript(state, draw), contributions)
    if seed.hex() != draw.seed:
        raise Broken(f"draw {draw.number}: the seed does not follow from the contributions")
    for (centre, code), order in draw.orders.items():
        ranked = d.rank(seed, centre, code, [bytes.fromhex(leaf) for leaf in draw.pools[centre].strata[code]])
        if tuple(leaf.hex() for leaf in ranked) != order:
            raise Broken(f"draw {draw.number}: {centre}/{code} is not called in the order of the seed")


def _check_recovery(recovery: c.RecordRecovery, draw: Draw, envelopes: Envelopes) -> None:
    name = recovery.missing
    envelope = read_envelope(envelopes(draw.escrow_digests[name]))[1]
    try:
        _, value = open_envelope(envelope, _joined(draw.released.get(name, {})))
    except Malformed:
        raise Broken(f"the escrow of {name} does not open with the released pieces") from None
    if b64u(value) != recovery.r:
        raise Broken(f"the escrow of {name} does not hold the recovered contribution")


def _joined(released: Mapping[str, tuple[tuple[int, str], ...]]) -> Pieces:
    """The pieces by index, from what each trustee released."""
    return dict(sorted((index, unb64u(value)) for parts in released.values() for index, value in parts))
