"""What is left of a session whose hub never comes back: the parties' mirrors, joined into one bundle.

    copies = [read_copy(folder, session) for folder in …]     of each party's data folder; nothing there is changed
    join(session, copies)                                     the bundle, as far as everybody countersigned it

Rules
- Nothing a copy says is believed: every entry is re-executed, and only entries that all copies have alike are used.
- The bundle ends at the last checkpoint that the log signed and every party cosigned. The verifier calls it
  *interrupted*. What mirrors hold behind it is given as ``tail``: statements stay provable by their own signatures,
  their order does not.
- Databases are copied with their write-ahead logs and read there: a process that still runs, or a judge's original, is
  never touched.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.archive import build
from evalhub.core.ledger.note import Note, Verifier, parse_note
from evalhub.core.ledger.policy import Policy, check_checkpoint, format_policy, policy_for
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.rules.commands import OpenSession, RecordGate
from evalhub.core.rules.journal import Replayer
from evalhub.core.rules.state import State
from evalhub.party.settings import DATABASE

_SESSIONS = "SELECT session FROM mirrored ORDER BY session"
_ENTRIES = (
    "SELECT e.data, b.sha256, b.data FROM ledger_entry e LEFT JOIN blob b ON e.blob = b.sha256 "
    "WHERE e.session = ? ORDER BY e.seq"
)
_NOTES = "SELECT note FROM cosigned WHERE session = ? ORDER BY size"


@dataclass(frozen=True)
class Copy:
    """One party's mirror of one session, as found. ``where``: for a person."""

    where: str
    entries: tuple[bytes, ...]
    blobs: Mapping[str, bytes]
    notes: tuple[bytes, ...]


@dataclass(frozen=True)
class Salvaged:
    """``size`` entries in the bundle, ``tail`` behind them; ``fork``: the first entry in which copies differ."""

    files: dict[str, bytes]
    size: int
    tail: tuple[bytes, ...]
    fork: int | None


def sessions_in(folder: Path) -> list[str]:
    """The sessions a party's data folder mirrors. Raises ``Malformed``."""
    with _Opened(folder) as database:
        return [row[0] for row in database.execute(_SESSIONS)]


def read_copy(folder: Path, session: str) -> Copy:
    """One party's mirror. Raises ``Malformed`` if this is no party's data folder, or a damaged one."""
    with _Opened(folder) as database:
        rows = database.execute(_ENTRIES, (session,)).fetchall()
        notes = tuple(row[0] for row in database.execute(_NOTES, (session,)) if isinstance(row[0], bytes))
    for seq, (data, _, blob) in enumerate(rows):
        if not isinstance(data, bytes) or not isinstance(blob, bytes | None):
            raise Malformed(f"entry {seq} is not bytes", str(folder))
    blobs = {name: data for _, name, data in rows if name is not None}
    return Copy(str(folder), tuple(row[0] for row in rows), blobs, notes)


def join(session: str, copies: Sequence[Copy]) -> Salvaged:
    """The bundle. Raises ``Refusal`` when no copy holds the session, or nothing was ever countersigned by everyone."""
    longest = max((copy.entries for copy in copies), key=len, default=())
    fork = _fork(copies)
    told = _Told(session, longest[:fork], {name: data for copy in copies for name, data in copy.blobs.items()})
    if told.opening is None:
        raise Refusal("unknown-session", session=session)
    policy = _policy(told.opening)
    size, note = _last_checkpoint(policy, told, [note for copy in copies for note in copy.notes])
    if not size:
        raise Refusal("nothing-countersigned", session=session)
    roster = told.states[size].roster
    files = build(
        entries=longest[:size],
        blobs={name: told.blobs[name] for name in told.named(size)},
        checkpoint_note=note,
        policy=format_policy(policy),
        roster=canonical(roster if roster else {}),
    )
    return Salvaged(files=files, size=size, tail=longest[size:], fork=fork)


# -- the parts ---------------------------------------------------------------------------------------------------------


class _Told:
    """What common entries say, as far as they keep the rules. ``states[n]``: after n entries."""

    def __init__(self, session: str, entries: Sequence[bytes], blobs: Mapping[str, bytes]) -> None:
        self.blobs = blobs
        self.opening: OpenSession | None = None
        self.gate_notes: list[bytes] = []
        self.states = [State(session=session)]
        self._fetched: list[tuple[int, str]] = []
        replayer = Replayer(session)
        for entry in entries:
            try:
                event = replayer.feed(entry, self._fetch)
            except (Broken, KeyError):  # nobody countersigned this, nor what is behind it
                break
            self.states.append(replayer.state)
            if isinstance(event.content, OpenSession):
                self.opening = event.content
            elif isinstance(event.content, RecordGate):
                self.gate_notes.append(event.content.note.encode())
        self.tree = MemoryTree(map(leaf_hash, entries[: len(self.states) - 1]))

    def _fetch(self, name: str) -> bytes:
        self._fetched.append((len(self.states) - 1, name))
        return self.blobs[name]

    def named(self, size: int) -> set[str]:
        """Blobs that the first ``size`` entries name."""
        return {name for seq, name in self._fetched if seq < size}


def _policy(opening: OpenSession) -> Policy:
    witnesses = [(party.name, Verifier.parse(party.witness)) for party in opening.parties]
    return policy_for(Verifier.parse(opening.log), witnesses)


def _fork(copies: Sequence[Copy]) -> int | None:
    """Index of the first entry of which two copies hold different bytes."""
    for seq in range(max((len(copy.entries) for copy in copies), default=0)):
        if len({copy.entries[seq] for copy in copies if seq < len(copy.entries)}) > 1:
            return seq
    return None


def _last_checkpoint(policy: Policy, told: _Told, notes: Sequence[bytes]) -> tuple[int, bytes]:
    """The largest checkpoint of this tree with the full quorum: signatures of all copies joined, or one that the ledger
    itself quotes at a gate. Size 0 if there is none.
    """
    joined: dict[str, Note] = {}
    for data in [*notes, *told.gate_notes]:
        note = parse_note(data)
        joined[note.text] = joined[note.text].plus(*note.signatures) if note.text in joined else note
    found = [(_holds(policy, told.tree, note), note.to_bytes()) for note in joined.values()]
    return max(found, default=(0, b""))


def _holds(policy: Policy, tree: MemoryTree, note: Note) -> int:
    """Size of the checkpoint, 0 if it is not of this tree or lacks a signature."""
    try:
        checkpoint, _ = check_checkpoint(policy, note.to_bytes())
    except (Broken, Malformed):
        return 0
    ours = checkpoint.size <= tree.size and tree.root(checkpoint.size) == checkpoint.root
    return checkpoint.size if ours else 0


class _Opened:
    """A copy of a party's database, open for reading; gone on leaving."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> sqlite3.Connection:
        source = self._folder / DATABASE
        if not source.is_file():
            raise Malformed(f"there is no {DATABASE}", str(self._folder))
        self._scratch = Path(tempfile.mkdtemp(prefix="evalhub-salvage-"))
        for end in ("", "-wal"):
            if (part := source.with_name(source.name + end)).exists():
                shutil.copyfile(part, self._scratch / part.name)
        self._database = sqlite3.connect(self._scratch / DATABASE)
        try:
            found = self._database.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            self.__exit__()
            raise Malformed(f"the database is damaged: {found}", str(source))
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
