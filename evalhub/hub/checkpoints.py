"""Checkpoints of one session: signed by the hub, cosigned by every party (c2sp.org/tlog-witness over the line).

Rules
- One current checkpoint at a time, always over durable entries; one question to each witness at a time.
- A gate's checkpoint stays current until every party has cosigned it; then the gate is recorded. Other checkpoints are
  made at most every second while the ledger grows, and block nothing.
- A witness that holds another size says so (409) and is asked again from there. One that holds more than the hub, or
  another tree (422), has seen the hub contradict itself: logged as an error, never repaired.
- After the last entry the final checkpoint is cosigned by all and kept.

Never decides: what a full quorum leads to is told to the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.checkpoint import Checkpoint
from evalhub.core.ledger.note import COSIGNATURE, Note, Verifier, decimal, parse_signatures, sign_note, verify_note
from evalhub.core.ledger.tree import MemoryTree, consistency_proof
from evalhub.core.ledger.witness import format_request
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire.frames import WitnessReply

Ask = Callable[[str, bytes], bool]  # party, request → whether a line could be asked
Complete = Callable[[Checkpoint, bytes], None]


@dataclass(slots=True)
class Question:
    """What a witness was asked: the size it was believed to hold, and the note to cosign."""

    old: int
    size: int
    text: str


class Checkpoints:
    """One session's checkpoints. Owned by its desk."""

    def __init__(
        self,
        origin: str,
        key: NoteKey,
        tree: MemoryTree,
        witnesses: dict[str, Verifier],
        *,
        ask: Ask,
        complete: Complete,
        log: Any,
    ) -> None:
        self._origin, self._key, self._tree, self._witnesses = origin, key, tree, witnesses
        self._ask_line, self._complete, self._log = ask, complete, log
        self._held = dict.fromkeys(witnesses, 0)
        self._asked: dict[str, Question] = {}
        self._cosigned: set[str] = set()
        self._note: Note | None = None
        self._signed = b""  # the note as first signed: what every witness is asked to cosign
        self._requests: dict[int, bytes] = {}  # by the size a witness holds: most hold the same
        self._checkpoint: Checkpoint | None = None
        self._told = False

    @property
    def size(self) -> int:
        """Size of the current checkpoint; 0 before the first."""
        return self._checkpoint.size if self._checkpoint else 0

    @property
    def complete(self) -> bool:
        """Whether every witness has cosigned the current checkpoint."""
        return self._cosigned == set(self._witnesses)

    def make(self, size: int) -> bytes:
        """Sign the first ``size`` entries and ask every witness; the note as bytes, with the log's line only."""
        self._checkpoint = Checkpoint(self._origin, size, self._tree.root(size))
        text = self._checkpoint.text()
        self._note = Note(text, (sign_note(text, self._origin, self._key),))
        self._cosigned.clear()
        self._told = False
        self._signed = self._note.to_bytes()
        self._requests.clear()
        self.ask()
        return self._signed

    def ask(self) -> None:
        """Ask every witness that has not cosigned the current checkpoint and owes no answer."""
        for party in self._witnesses:
            self._ask(party)

    def gone(self, party: str) -> None:
        """Its line closed: the question is void, and is asked again on another line, now or later."""
        if self._asked.pop(party, None):
            self._ask(party)

    def reply(self, party: str, reply: WitnessReply) -> None:
        """Take a witness's answer."""
        question = self._asked.pop(party, None)
        if question is None:
            self._log.warning("witness-unasked", party=party, status=reply.status)
        elif reply.status == 200:
            self._accepted(party, question, reply.body)
        elif reply.status == 409:
            self._out_of_step(party, question, reply.body)
        else:
            self._log.error("witness-refused", party=party, status=reply.status, size=question.size)

    def _ask(self, party: str) -> None:
        if self._note is None or party in self._cosigned or party in self._asked:
            return
        old = self._held[party]
        if old > self.size:
            return  # it has cosigned a later one; the next checkpoint will reach it
        if old not in self._requests:
            proof = consistency_proof(old, self.size, self._tree)
            self._requests[old] = format_request(old, proof, self._signed)
        if self._ask_line(party, self._requests[old]):
            self._asked[party] = Question(old, self.size, self._note.text)

    def _accepted(self, party: str, question: Question, body: str) -> None:
        try:
            lines = parse_signatures(body.encode())
            signed = verify_note(Note(question.text, lines), [self._witnesses[party]])
        except (Malformed, Broken) as error:
            signed = []
            self._log.warning("witness-malformed", party=party, reason=str(error))
        if not signed:
            self._log.error("witness-did-not-sign", party=party, size=question.size)
            return
        self._held[party] = question.size
        if self._note is None or question.text != self._note.text:
            self._ask(party)
            return
        mine = self._witnesses[party]
        own = [line for line in lines if (line.name, line.key_id) == (mine.name, mine.key_id)]
        self._note = self._note.plus(own[0])
        self._cosigned.add(party)
        self._finish()

    def _finish(self) -> None:
        if self.complete and not self._told:
            self._told = True
            assert self._note is not None
            assert self._checkpoint is not None
            self._complete(self._checkpoint, self._note.to_bytes())

    def _out_of_step(self, party: str, question: Question, body: str) -> None:
        """Ask again from the size it holds; the same answer twice, or more than we have, is an alarm."""
        try:
            held = decimal(body.removesuffix("\n"))
        except Malformed:
            held = -1
        if held == question.old or not 0 <= held <= self._tree.size:
            self._log.error("witness-contradicts", party=party, size=question.size, held=held)
            return
        self._held[party] = held
        self._ask(party)


def witness_keys(entries: Iterable[tuple[str, str]]) -> dict[str, Verifier]:
    """party → key that cosigns, from vkeys. Raises ``Malformed`` unless each is a cosignature key."""
    keys = {party: Verifier.parse(vkey) for party, vkey in entries}
    for party, key in keys.items():
        if key.algorithm != COSIGNATURE:
            raise Malformed("not a cosignature key", party)
    return keys
