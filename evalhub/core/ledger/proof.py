"""A receipt that proves off-line that an entry is in the log (c2sp.org/tlog-proof).

    c2sp.org/tlog-proof@v1 ⏎ [extra <base64> ⏎] index <n> ⏎ (<base64 hash> ⏎)… ⏎ <checkpoint note>

``extra`` is authenticated by nobody. Never fetches anything: entry, receipt and policy are all that is
needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from evalhub.core.errors import Malformed
from evalhub.core.ledger.checkpoint import Checkpoint
from evalhub.core.ledger.note import decimal, decode64, decode_hashes, encode64
from evalhub.core.ledger.policy import Policy, check_checkpoint
from evalhub.core.ledger.tree import leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 63


class TlogProof(Struct, frozen=True):
    """A receipt as read: leaf index, audit path, checkpoint note (bytes), opaque extra data."""

    index: int
    path: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""


def format_proof(index: int, path: Sequence[bytes], checkpoint_note: bytes, extra: bytes = b"") -> bytes:
    """The receipt as a file."""
    more = [f"extra {encode64(extra)}"] if extra else []
    lines = [HEADER, *more, f"index {index}", *map(encode64, path), "", ""]
    return "\n".join(lines).encode() + checkpoint_note


def parse_proof(data: bytes) -> TlogProof:
    """Read a receipt. Raises ``Malformed``; verifies nothing."""
    head, gap, note = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("the lines before the checkpoint are ASCII", "tlog-proof") from None
    if lines.pop(0) != HEADER or not gap:
        raise Malformed(f"does not begin with {HEADER}", "tlog-proof")
    extra = _take(lines, "extra") if lines and lines[0].startswith("extra ") else None
    index = _take(lines, "index")
    if len(lines) > MAX_PROOF or extra == "":
        raise Malformed("an empty extra line, or too many hashes", "tlog-proof")
    return TlogProof(decimal(index), decode_hashes(lines), note, decode64(extra or ""))


def verify_proof(data: bytes, proof: bytes, policy: Policy) -> tuple[int, Checkpoint]:
    """Check that the entry ``data`` is in a log of ``policy``, seen by its quorum: (index, checkpoint).

    Raises ``Malformed`` if the receipt is not one, ``Broken`` if it does not prove it.
    """
    read = parse_proof(proof)
    checkpoint, _ = check_checkpoint(policy, read.note)
    verify_inclusion(read.index, checkpoint.size, leaf_hash(data), read.path, checkpoint.root)
    return read.index, checkpoint


def _take(lines: list[str], word: str) -> str:
    """The value of the next line, which must be ``<word> <value>``."""
    found, _, value = lines.pop(0).partition(" ") if lines else ("", "", "")
    if found != word:
        raise Malformed(f"no {word} line", "tlog-proof")
    return value
