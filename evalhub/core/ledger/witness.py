"""What a witness answers to a new checkpoint (c2sp.org/tlog-witness, add-checkpoint), as a pure decision.

    old <size>\\n  <base64 hash>\\n …  \\n  <checkpoint note>

The caller stores the new state in the same transaction that compared the old size, and only then cosigns and
answers; a refusal with ``keep`` set is evidence against the log and is kept. Never signs and never stores.

    200 Accepted   the checkpoint extends what we hold
    400            the request is not in the format, or its old size is above its checkpoint
    403            the log's own key did not sign it
    404            it is of a log we do not witness
    409            the old size is not the size we hold (``size`` tells it): a rollback, or a client that must
                   catch up; or the same size with another root, which is a fork
    422            the consistency proof does not hold: a fork
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from evalhub.core.ledger.note import (
    Note,
    Verifier,
    decimal,
    decode_hashes,
    encode64,
    parse_note,
    verify_note,
)
from evalhub.core.ledger.tree import EMPTY_ROOT, verify_consistency

MAX_PROOF = 63


class Head(Struct, frozen=True):
    """What a witness remembers of a log: size and root of the last checkpoint it cosigned."""

    size: int = 0
    root: bytes = EMPTY_ROOT


class Request(Struct, frozen=True):
    """An add-checkpoint request: size the log believes we hold, proof from it, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


class Accepted(Struct, frozen=True):
    """Store ``head``, then cosign ``note.text`` and answer."""

    head: Head
    checkpoint: Checkpoint
    note: Note


class Refused(Struct, frozen=True):
    """The status of the specification, the size we hold, why; ``keep``: evidence that the log contradicts
    itself.
    """

    status: int
    size: int
    reason: str
    keep: bool = False

    def body(self) -> bytes:
        """The answer's body: for 409 the size we hold (text/x.tlog.size), otherwise the reason."""
        return f"{self.size if self.status == 409 else self.reason}\n".encode()


def format_request(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The request as sent."""
    lines = [f"old {old}", *map(encode64, proof), "", ""]
    return "\n".join(lines).encode() + note


def parse_request(data: bytes) -> Request:
    """Read a request. Raises ``Malformed``; the note inside is read by ``decide``."""
    head, gap, note = data.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("the lines before the checkpoint are ASCII", "add-checkpoint") from None
    word, _, size = first.partition(" ")
    if word != "old" or not gap or len(lines) > MAX_PROOF:
        raise Malformed("not old size, proof, empty line, checkpoint", "add-checkpoint")
    return Request(decimal(size), decode_hashes(lines), note)


def decide(head: Head, data: bytes, log: Verifier) -> Accepted | Refused:
    """Answer the request ``data`` of ``log``, of which we hold ``head``. Never raises on its bytes."""
    try:
        request = parse_request(data)
        note = parse_note(request.note)
        checkpoint = parse_checkpoint(note.text)
    except Malformed as error:
        return Refused(400, head.size, str(error))
    refused = _unsigned(head, note, checkpoint, log) or _out_of_step(head, request, checkpoint)
    return refused or _extension(head, request, note, checkpoint)


def _unsigned(head: Head, note: Note, checkpoint: Checkpoint, log: Verifier) -> Refused | None:
    if checkpoint.origin != log.name:
        return Refused(404, head.size, f"not a witness of {checkpoint.origin}")
    try:
        signed = verify_note(note, [log])
    except Broken as error:
        return Refused(403, head.size, str(error))
    return None if signed else Refused(403, head.size, "not signed by the log's key")


def _out_of_step(head: Head, request: Request, checkpoint: Checkpoint) -> Refused | None:
    if request.old > checkpoint.size:
        return Refused(400, head.size, "the old size is above the checkpoint's")
    if request.old != head.size:
        return Refused(409, head.size, f"the witness holds size {head.size}, not {request.old}")
    if checkpoint.size == head.size and checkpoint.root != head.root:
        return Refused(409, head.size, f"two roots at size {head.size}: a fork", keep=True)
    return None


def _extension(head: Head, request: Request, note: Note, checkpoint: Checkpoint) -> Accepted | Refused:
    try:
        verify_consistency(head.size, checkpoint.size, head.root, checkpoint.root, request.proof)
    except Broken as error:
        return Refused(422, head.size, str(error), keep=True)
    return Accepted(Head(checkpoint.size, checkpoint.root), checkpoint, note)
