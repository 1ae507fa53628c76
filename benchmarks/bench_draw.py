"""P7: freezing and ranking a pool of a million experts, against the hashing it cannot avoid.

What cannot be avoided follows from the format alone, for each expert: the pseudonym (HMAC of the id), the leaf (SHA-256
of pseudonym and entry), one node of the tree, and the rank (HMAC of the leaf). The baseline makes these SHA-256
compressions over inputs of the same length, straight through ``hashlib``, each HMAC from copied key states as ours is,
and does nothing else: no list, no sorting, no check of order. It hashes one hot value again and again where we go
through a million, so it is a bound that no implementation in this language reaches. Both sides take the same prepared
entries, on one core.
"""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable

from benchmarks.pairing import Row, row
from evalhub.core.codec import canonical
from evalhub.core.rules import draw

PAIRS = 9
SALT, SEED = bytes(range(32)), bytes(range(32, 64))


def run(quick: bool) -> list[Row]:
    """One row. ``quick``: a hundred thousand experts."""
    size = 100_000 if quick else 1_000_000
    pool = [(f"{number:08d}", _entry(number)) for number in range(size)]
    pairs = [(_seconds(lambda: _ours(pool)), _seconds(lambda: _hashing(pool))) for _ in range(PAIRS)]
    what = f"freeze and rank {size:,} experts ÷ the hashing alone (time)"
    return [row("P7", what, pairs, floor=2.0, target=1.5, higher_is_better=False)]


def _entry(number: int) -> bytes:
    entry = {"employer": f"合成单位{number % 997:04d}", "id": f"{number:08d}", "specialties": ["A080101", "B0101"]}
    return canonical(entry)


def _ours(pool: list[tuple[str, bytes]]) -> bytes:
    leaves = sorted(draw.expert_leaves(SALT, pool))
    root = draw.pool_root(leaves)
    return root + draw.rank(SEED, "wuhan", "A080101", leaves)[0]


def _hashing(pool: list[tuple[str, bytes]]) -> bytes:
    """Per expert: HMAC of the id, the leaf, one node of the tree, HMAC of the leaf."""
    sha256 = hashlib.sha256
    inner, outer = sha256(bytes(64)), sha256(bytes(64))
    digest = bytes(32)
    for expert_id, entry in pool:
        for message in (expert_id.encode(), digest):
            one = inner.copy()
            one.update(message)
            other = outer.copy()
            other.update(one.digest())
            digest = other.digest()
        digest = sha256(b"\0" + digest + entry).digest()
        digest = sha256(b"\1" + digest + digest).digest()
    return digest


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
