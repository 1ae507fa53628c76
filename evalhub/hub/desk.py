"""The desk of one session: its one writer. Decide, append, and only when that is durable, tell.

Rules
- The state is a fold of the ledger's events; it runs ahead of the disk by the writes in flight, and nobody is told of
  those. ``durable`` is how many entries are on disk.
- Every method runs on the loop and never waits, so a session has one writer without a lock.
- What follows from a durable state by itself (an opening, a gate, the final checkpoint) is done when nothing is in
  flight, and again after a restart.

Never looks inside a sheet before the rules let it be opened; ``openings`` does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from evalhub.core.ledger.entry import blob_name, read_entry
from evalhub.core.ledger.note import Verifier, log_verifier, parse_note, verify_note
from evalhub.core.ledger.receipt import Receipt, make_receipt
from evalhub.core.ledger.tree import MemoryTree, leaf_hash
from evalhub.core.rules import concluding, journal
from evalhub.core.rules.commands import Command, EscrowRandomness, RecordGate, SealSheet
from evalhub.core.rules.events import HUB, By, Event
from evalhub.core.rules.session import steps
from evalhub.core.rules.state import Phase, State
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire.frames import WitnessReply
from evalhub.hub import openings
from evalhub.hub.checkpoints import Ask, Checkpoints, witness_keys
from evalhub.hub.store import Row, Store, Write


@dataclass(frozen=True, slots=True)
class Room:
    """What every desk works with: one record for all, so that a desk has no globals."""

    key: NoteKey
    store: Store
    clock: Callable[[], int]  # ms since the epoch, UTC
    ask: Callable[[str, str, bytes], bool]  # session, party, witness request → whether a line could be asked
    sealed: Callable[[str, Checkpoint, bytes], Row]  # the hub log's row for a session that has ended
    passed: Callable[[], None]  # a gate was recorded
    log: Any


class Desk:
    """See the module."""

    def __init__(self, session: str, room: Room) -> None:
        self.session = session
        self.state = State(session=session)
        self.tree = MemoryTree()
        self.durable = 0
        self.final: bytes | None = None
        self._room = room
        self._log = room.log.bind(session=session)
        self._envelopes: dict[str, int] = {}  # digest → index of its entry
        self._checkpoints: Checkpoints | None = None

    # -- loading -------------------------------------------------------------------------------------------------------

    def load(self, rows: Iterable[Row], *, signed: bytes | None, final: bytes | None) -> None:
        """Re-execute the stored ledger and hold it against the hub's own last checkpoint.

        Raises ``Broken`` with the number of the first entry that does not prove itself.
        """
        replayer = journal.Replayer(self.session)
        for _, _, data, blob in rows:
            beside = {blob_name(blob): blob} if blob is not None else {}
            event = replayer.feed(data, beside.pop)
            if beside:
                raise Broken("a blob lies beside it that it does not name", self.tree.size)
            self._note(event, data)
        self.state = replayer.state
        if not replayer.settled or not self.state.size:
            raise Broken("the ledger ends before what must follow", self.state.size)
        self.durable = self.state.size
        self.final = final
        self._watch()
        for note in (signed, final):
            if note is not None:
                self._check_own(note)

    def _check_own(self, note: bytes) -> None:
        """The ledger must still extend what this hub once signed."""
        parsed = parse_note(note)
        checkpoint = parse_checkpoint(parsed.text)
        if not verify_note(parsed, [self.verifier()]) or checkpoint.origin != self.state.origin:
            raise Broken("its checkpoint was not signed with this hub's key")
        if checkpoint.size > self.tree.size:
            raise Broken(f"shorter than the {checkpoint.size} entries this hub signed", self.tree.size)
        if self.tree.root(checkpoint.size) != checkpoint.root:
            raise Broken(f"its first {checkpoint.size} entries are not those this hub signed")

    def verifier(self) -> Verifier:
        """The key that signs this ledger."""
        return log_verifier(self.state.origin, self._room.key.public)

    # -- accepting -----------------------------------------------------------------------------------------------------

    def accept(self, command: Command, by: By, jws: str | None, name: str = "") -> tuple[Row, ...]:
        """Decide and fold; the rows that must become durable next. Raises ``Refusal`` or ``Malformed``.

        ``name``: hex SHA-256 of the JWS, where the caller has hashed it already.
        """
        rows = []
        for event, after in steps(self.state, command, by, max(self._room.clock(), self.state.now)):
            rows.append(self._row(event, jws, name))
            self.state, jws = after, None
        if self._checkpoints is None:
            self._watch()
        return tuple(rows)

    def receipt(self, command: Command) -> str:
        """The promise for a sealed sheet; empty for everything else."""
        if not isinstance(command, SealSheet):
            return ""
        said = Receipt(self.state.origin, self.session, command.context.seat, command.envelope)
        return make_receipt(said, self._room.key)

    def _row(self, event: Event, jws: str | None, name: str) -> Row:
        seq = self.tree.size
        data, blobs = journal.write(self.session, seq, event, jws, name)
        self._note(event, data)
        return self.session, seq, data, next(iter(blobs.values()), None)

    def _note(self, event: Event, data: bytes) -> None:
        if isinstance(event.content, SealSheet | EscrowRandomness):
            self._envelopes[event.content.envelope] = self.tree.size
        self.tree.append(leaf_hash(data))

    # -- what follows --------------------------------------------------------------------------------------------------

    def committed(self, size: int) -> None:
        """The first ``size`` entries are durable and told."""
        self.durable = size
        self.settle()

    def settle(self) -> None:
        """Do what the durable state asks of the hub."""
        if self.durable != self.state.size or self._checkpoints is None:
            return
        owed = openings.due(self.state, self._envelope)
        if owed is not None:
            self._record(owed)
        elif self._awaits_quorum() and not self._asking():
            self._sign()

    @property
    def current(self) -> bool:
        """Whether the last checkpoint covers everything durable, or the session has its final one."""
        size = self._checkpoints.size if self._checkpoints else 0
        return self.final is not None or size == self.durable

    def tick(self) -> None:
        """A checkpoint if the ledger has grown, unless one is awaited by everybody."""
        if self._checkpoints is None or self.current:
            return
        if not (self._awaits_quorum() and self._asking()):
            self._sign()

    def joined(self) -> None:
        """A party's line has caught up: ask it for what it has not cosigned."""
        if self._checkpoints is not None:
            self._checkpoints.ask()

    def gone(self, party: str) -> None:
        """A party's line has closed."""
        if self._checkpoints is not None:
            self._checkpoints.gone(party)

    def reply(self, party: str, reply: WitnessReply) -> None:
        """A witness answered."""
        if self._checkpoints is not None:
            self._checkpoints.reply(party, reply)
            self.settle()

    def _awaits_quorum(self) -> bool:
        ended = concluding.over(self.state) and self.final is None
        return self.state.gate is not None or ended

    def _asking(self) -> bool:
        """Whether the current checkpoint is one that lets the awaited step pass."""
        assert self._checkpoints is not None
        return self._checkpoints.size >= (self.state.gate.size if self.state.gate else self.state.size)

    def _sign(self) -> None:
        assert self._checkpoints is not None
        note = self._checkpoints.make(self.durable)
        self._room.store.append(Write(note=(self.session, "signed", self.durable, note)))

    def _complete(self, checkpoint: Checkpoint, note: bytes) -> None:
        """Every party has cosigned the checkpoint."""
        gate = self.state.gate
        if gate is not None and checkpoint.size >= gate.size:
            self._record(RecordGate(gate=gate.name, size=checkpoint.size, note=note.decode()))
            self._room.passed()
        elif concluding.over(self.state) and self.final is None and checkpoint.size == self.state.size:
            self.final = note
            row = self._room.sealed(self.session, checkpoint, note)
            self._room.store.append(Write(rows=(row,), note=(self.session, "final", checkpoint.size, note)))

    def _record(self, command: Command) -> None:
        """The hub's own record. A refusal is logged; it is tried again after the next entry."""
        try:
            rows = self.accept(command, HUB, None)
        except (Refusal, Malformed) as error:
            self._log.error("hub-record-refused", type=command.past, reason=str(error))
            return
        self._room.store.append(Write(rows=rows))

    def _envelope(self, digest: str) -> str:
        """The JWS of a logged envelope."""
        _, _, data, blob = self._room.store.read(self.session, self._envelopes[digest])[0]
        jws = read_entry(data, _fetch(blob)).jws
        assert jws is not None, "an envelope's entry is its JWS"
        return jws

    def _watch(self) -> None:
        """Once the session is open its witnesses are known."""
        if self.state.phase is Phase.VOID:
            return
        entries = ((name, party.witness) for name, party in self.state.parties.items())
        self._checkpoints = Checkpoints(
            self.state.origin,
            self._room.key,
            self.tree,
            witness_keys(entries),
            ask=self._ask(),
            complete=self._complete,
            log=self._log,
        )

    def _ask(self) -> Ask:
        return lambda party, request: self._room.ask(self.session, party, request)


def _fetch(blob: bytes | None) -> Callable[[str], bytes]:
    """A reader's ``fetch`` for one entry, whose blob lies beside it."""
    held = {blob_name(blob): blob} if blob is not None else {}
    return held.__getitem__
