"""Replicated XOR sharing: who holds which piece of a content key, and how pieces become the key.

For every largest set of trustees that must learn nothing (each (k-1)-subset of the names) there is one
random 32-byte piece, given to everybody outside that set. The key is the XOR of all pieces. So any k
trustees hold every piece, and any k-1 miss one, which leaves the key uniformly distributed. No field
arithmetic, and each piece is checked by its digest on receipt.

Ito, Saito, Nishizeki (1987). The number of pieces is C(n, k-1): 3 for two centres and oversight.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from math import comb

from evalhub.core.errors import Malformed
from evalhub.core.sealing.b64 import b64u

PIECE_BYTES = 32
CACHED_HOLDERS = 1024  # asked for each box of each envelope
MAX_PIECES = 255  # the index of a piece is one byte

Blind = tuple[tuple[str, ...], ...]


def blind_sets(names: Sequence[str], k: int) -> Blind:
    """Each (k-1)-subset of the sorted names, in lexicographic order; set j must not learn piece j.

    Raises ``Malformed`` when names repeat, when one trustee could open alone (k < 2), or when k exceeds
    n.
    """
    ordered = sorted(names)
    if len(set(ordered)) != len(ordered):
        raise Malformed("a trustee is named twice")
    if not 2 <= k <= len(ordered):
        raise Malformed(f"{k} of {len(ordered)} trustees is not a rule that keeps any one of them out")
    if comb(len(ordered), k - 1) > MAX_PIECES:
        raise Malformed(f"more than {MAX_PIECES} pieces")
    return tuple(combinations(ordered, k - 1))


@lru_cache(maxsize=CACHED_HOLDERS)
def held_by(name: str, blind: Blind) -> tuple[int, ...]:
    """The indices of the pieces that ``name`` holds, ascending. Raises ``Malformed`` for no trustee."""
    if not any(name in each for each in blind):
        raise Malformed(f"{name} is not a trustee")
    return tuple(index for index, each in enumerate(blind) if name not in each)


def can_open(names: Iterable[str], blind: Blind) -> bool:
    """Whether these trustees hold every piece between them. Names that are no trustees count for nothing."""
    trustees = {name for each in blind for name in each}
    present = trustees.intersection(names)
    return all(present.difference(each) for each in blind)


def piece_digest(session: str, j: int, piece: bytes) -> str:
    """base64url of SHA-256("evalhub/piece/v1\\0" ‖ session ‖ 0x00 ‖ u8 j ‖ piece)."""
    prefix = b"evalhub/piece/v1\0" + session.encode() + b"\0" + bytes([j])
    return b64u(hashlib.sha256(prefix + piece).digest())


def combine(pieces: Iterable[bytes]) -> bytes:
    """The XOR of all pieces, 32 bytes. Raises ``Malformed`` when there is none, or one of another length."""
    known = tuple(pieces)
    if not known or any(len(piece) != PIECE_BYTES for piece in known):
        raise Malformed(f"a key is made of pieces of {PIECE_BYTES} bytes")
    total = 0
    for piece in known:
        total ^= int.from_bytes(piece, "big")
    return total.to_bytes(PIECE_BYTES, "big")
