"""A recorded session laid out along its entries, for a page that a person scrubs through.

One row an entry (time, seat or site, sentence in both languages, phase after it), alerts, and on demand: the state at
any entry by the same fold as live, what changed between two, one entry with the proof that it is in the ledger, and
the entries that a receipt code names.

Never judges the record beyond what the fold finds; ``verify`` does. A record that cannot be told to its end is laid out
as far as it holds, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from evalhub.core.codec import Record
from evalhub.core.errors import Broken, EvalhubError, Malformed
from evalhub.core.ledger.archive import Archive, blob_path
from evalhub.core.ledger.entry import read_entry
from evalhub.core.ledger.tree import MemoryTree, inclusion_proof, leaf_hash
from evalhub.core.rules import commands as c
from evalhub.core.rules import events as e
from evalhub.core.rules.events import Event
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import State
from evalhub.core.rules.visibility import ProgressView, progress_view
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.jws import read as read_jws
from evalhub.replay.content import read_all, tree_of
from evalhub.replay.moments import Difference, Moments, describe, differences
from evalhub.replay.story import line
from evalhub.replay.verify import end_of

SILENCE_MS = 10 * 60_000
"""So long without an entry, between start and signature, is shown as an alert."""
MAX_FOUND = 50
MIN_CODE = 4
MAX_SHOWN = 262_144
"""Bytes of a payload that are shown; a longer one is in the bundle's own file."""

AlertKind = Literal[
    "silence", "fault", "dispute", "pause", "shared", "escrow",
    "exhausted", "forced", "vacated", "rollback", "refused", "finding", "ended",
]  # fmt: skip
_ALWAYS: Mapping[type[Record], AlertKind] = {
    c.PauseSession: "pause",
    c.CallEscrow: "escrow",
    c.CloseStage: "forced",
    c.RefusePlan: "refused",
    c.RefuseStart: "refused",
    c.CancelSession: "ended",
    c.StopSession: "ended",
    c.RemoveMember: "vacated",
    c.RequestRollback: "rollback",
    c.AskRollback: "rollback",
    e.RolledBack: "rollback",
    e.ResultDisputed: "dispute",
    e.DrawExhausted: "exhausted",
    e.SeatVacated: "vacated",
    e.SessionFailed: "ended",
}


class Row(Record):
    """One entry. ``ms``: hub time since the epoch; ``seat``: whom it concerns, if a booth; ``site``: who spoke."""

    seq: int
    ms: int
    type: str
    site: str
    seat: str
    phase: str
    zh: str
    en: str


class Alert(Record):
    """An entry that a supervisor should look at."""

    seq: int
    kind: AlertKind


class Damage(Record):
    """Why the record cannot be told further, and at which entry, if it is one."""

    entry: int | None
    reason: str


class Overview(Record):
    """The whole record at a glance. ``size``: what the checkpoint says; ``rows``: entries that hold.

    ``end``: how the session ended lawfully, or ``interrupted``.
    """

    session: str
    origin: str
    rehearsal: bool
    title_zh: str
    title_en: str
    size: int
    root: str
    end: str
    damage: Damage | None
    sites: tuple[str, ...]
    seats: tuple[str, ...]
    rows: tuple[Row, ...]
    alerts: tuple[Alert, ...]


class RoomAt(Record):
    """A room of a centre and its booths, as full seat names."""

    centre: str
    room: str
    seats: tuple[str, ...]


class Snapshot(Record):
    """The session after ``size`` entries. ``opened``: seats whose sheet of this round is open."""

    size: int
    at: str
    progress: ProgressView
    rooms: tuple[RoomAt, ...]
    chair: str
    opened: tuple[str, ...]


class Shown(Record):
    """One entry as stored. ``raw`` and ``proof`` are base64url; ``payload``: what was signed or said, as text.

    ``proof``: the audit path, siblings first (RFC 9162 §2.1.3), in the tree of ``size`` entries with ``root``.
    """

    seq: int
    size: int
    raw: str
    hash: str
    root: str
    proof: tuple[str, ...]
    payload: str
    blob: str


class Timeline:
    """A bundle ready to be replayed. Raises ``Malformed`` or ``Broken`` only if it has no readable checkpoint."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._archive = Archive(files)
        self.entries, *_, bad = read_all(self._archive, files)
        self._tree: MemoryTree = tree_of(self.entries)
        self.moments = Moments(self._session(), self.entries, self._fetch)
        self._damage = _damage(self.moments.broken, bad)
        self._envelopes: list[tuple[str, int]] = []  # hex digest, seq
        self.overview = self._look_over()

    @property
    def size(self) -> int:
        """Entries that can be told."""
        return self.moments.size

    def at(self, size: int) -> Snapshot:
        """The state after ``size`` entries. IndexError beyond what can be told."""
        state = self.moments.state(size)
        progress = progress_view(state)
        opened = tuple(sorted(state.round().opened)) if state.rounds else ()
        return Snapshot(
            size=size, at=progress.at, progress=progress, rooms=tuple(_rooms(state)), chair=state.chair, opened=opened
        )

    def difference(self, before: int, after: int) -> tuple[Difference, ...]:
        """What changed from after ``before`` entries to after ``after``. IndexError."""
        return differences(describe(self.moments.state(before)), describe(self.moments.state(after)))

    def entry(self, seq: int) -> Shown:
        """One entry with its proof, whether or not it can be told. IndexError if it cannot even be read."""
        if not 0 <= seq < len(self.entries):
            raise IndexError(seq)
        data = self.entries[seq]
        payload, blob = self._payload(data)
        return Shown(
            seq=seq,
            size=self._tree.size,
            raw=b64u(data),
            hash=leaf_hash(data).hex(),
            root=self._tree.root().hex(),
            proof=tuple(map(b64u, inclusion_proof(seq, self._tree.size, self._tree))),
            payload=payload,
            blob=blob,
        )

    def find(self, code: str) -> tuple[int, ...]:
        """Envelopes whose digest begins with a receipt code: hex in any case and spacing, or base64url."""
        text = "".join(code.split())
        if len(text) < MIN_CODE:
            return ()
        hits = (seq for digest, seq in self._envelopes if digest.startswith(text.lower()) or _same(digest, text))
        return tuple(sorted(hits))[:MAX_FOUND]

    def _session(self) -> str:
        try:
            return read_entry(self.entries[0], self._fetch).session if self.entries else ""
        except EvalhubError:
            return ""

    def _fetch(self, name: str) -> bytes:
        return self.files[blob_path(name)]

    def _look_over(self) -> Overview:
        state, before = State(session=self.moments.state(0).session), 0
        rows: list[Row] = []
        alerts: list[Alert] = []
        seats: set[str] = set()
        for seq, event in enumerate(self.moments.events):
            running = bool(state.rounds) and not state.report
            state = evolve(state, event)
            row = _row(seq, event, state)
            rows.append(row)
            seats.add(row.seat)
            if running and event.at - before > SILENCE_MS:
                alerts.append(Alert(seq=seq, kind="silence"))
            alerts += [Alert(seq=seq, kind=kind) for kind in _alerts(event)]
            if isinstance(event.content, c.SealSheet | c.EscrowRandomness):
                self._envelopes.append((unb64u(event.content.envelope).hex(), seq))
            before = event.at
        return self._overview(state, tuple(rows), tuple(alerts), tuple(sorted(seats - {""})))

    def _overview(
        self, state: State, rows: tuple[Row, ...], alerts: tuple[Alert, ...], seats: tuple[str, ...]
    ) -> Overview:
        checkpoint, plan = self._archive.checkpoint, state.plan
        return Overview(
            session=state.session,
            origin=checkpoint.origin,
            rehearsal=checkpoint.rehearsal,
            title_zh=plan.project.title.zh if plan else "",
            title_en=plan.project.title.en if plan else "",
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            end=end_of(state),
            damage=self._damage,
            sites=tuple(sorted(state.parties)),
            seats=seats,
            rows=rows,
            alerts=alerts,
        )

    def _payload(self, data: bytes) -> tuple[str, str]:
        """(what was said, name of its blob); nothing if the entry cannot be read."""
        try:
            entry = read_entry(data, self._fetch)
            payload = read_jws(entry.jws).payload if entry.jws else entry.payload
        except EvalhubError:
            return "", ""
        shown = "" if len(payload) > MAX_SHOWN else payload.decode("utf-8", "replace")
        return shown, entry.blob.sha256 if entry.blob else ""


def _row(seq: int, event: Event, after: State) -> Row:
    told = line(seq, event, after)
    return Row(
        seq=seq,
        ms=event.at,
        type=event.type,
        site=event.by.site,
        seat=str(event.by.seat or getattr(event.content, "seat", "")),
        phase=told.phase,
        zh=told.zh,
        en=told.en,
    )


def _alerts(event: Event) -> Iterator[AlertKind]:
    content = event.content
    if type(content) in _ALWAYS:
        yield _ALWAYS[type(content)]
    elif isinstance(content, e.SeatAssigned) and content.shared:
        yield "shared"
    elif isinstance(content, c.RecordOpening) and any(sheet.fault for sheet in content.sheets):
        yield "fault"
    elif isinstance(content, e.FindingsRaised) and content.findings:
        yield "finding"


def _rooms(state: State) -> Iterator[RoomAt]:
    """Rooms of the centres that have brought theirs so far."""
    if state.plan is None:
        return
    for centre in state.centres():
        answer = state.acceptances.get(centre)
        if centre == state.host() or (answer and answer.rooms):
            for room in state.rooms_of(centre):
                yield RoomAt(centre=centre, room=room.name, seats=tuple(f"{centre}/{booth}" for booth in room.booths))


def _damage(broken: Broken | None, bad: Broken | None) -> Damage | None:
    """The one at the lower entry, since whatever comes after it proves nothing."""
    found = [one for one in (bad, broken) if one]
    if not found:
        return None
    lowest = min(found, key=lambda one: (one.entry is None, one.entry or 0))
    return Damage(entry=lowest.entry, reason=lowest.reason)


def _same(digest: str, text: str) -> bool:
    """Whether ``text`` begins the base64url spelling of a hex digest."""
    try:
        return b64u(bytes.fromhex(digest)).startswith(text)
    except (ValueError, Malformed):
        return False
