"""The head of a log as a note text (c2sp.org/tlog-checkpoint): origin, size, root.

Ours never has extension lines, and one that has is refused. A rehearsal says so in its origin, so that a
rehearsal can never verify as the real thing.
"""

from __future__ import annotations

import re

from msgspec import Struct

from evalhub.core.errors import Malformed
from evalhub.core.ledger.note import decimal, decode64, encode64

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?")
REHEARSAL = "rehearsal"


class Checkpoint(Struct, frozen=True):
    """Origin line, number of leaves, 32-byte root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text: three lines."""
        return f"{self.origin}\n{self.size}\n{encode64(self.root)}\n"

    @property
    def rehearsal(self) -> bool:
        """Whether the origin marks a rehearsal."""
        return f"/evalhub/{REHEARSAL}/" in self.origin


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note text. Raises ``Malformed``, also on extension lines."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise Malformed("a checkpoint is three lines: origin, size, root")
    root = decode64(lines[2])
    if len(root) != 32:
        raise Malformed("a root hash is 32 bytes")
    return Checkpoint(lines[0], decimal(lines[1]), root)


def origin_for(domain: str, session: str, rehearsal: bool) -> str:
    """``<domain>/evalhub/<session>`` or ``<domain>/evalhub/rehearsal/<session>``; also the log's key name."""
    if not _DOMAIN.fullmatch(domain):
        raise Malformed("not a host name", domain[:80])
    if not _WORD.fullmatch(session) or session == REHEARSAL:
        raise Malformed("not a session id", session[:80])
    return f"{domain}/evalhub/{REHEARSAL}/{session}" if rehearsal else f"{domain}/evalhub/{session}"
