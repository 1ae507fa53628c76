"""The draw of experts: nobody can predict or steer it, everybody can re-run it (R12, R13, R16, R22).

A centre freezes its pool as opaque leaves under one root; every centre and oversight commit to 32 random
bytes, then reveal them; the seed ranks the leaves of each stratum; the first who accept are members.

Rules
- Hashing takes and gives ``bytes``; the ledger, ``standing`` and everything a person reads write a leaf as 64
  lower-case hexadecimal digits (``leaf_id``). Nothing else is ever called a leaf.
- The order is fixed by the seed. Every leaf is tried in that order; removing one never reshuffles the rest.
- A leaf that was removed never comes back in the same draw.

Never here: names of experts, chance, who is suitable (the centre's own filter decides and logs an outcome).
Layout to the byte: the design's "Draw" section, repeated for hand work in ``docs/draw-by-hand.md``.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from operator import lt
from typing import Literal, get_args

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.sealing.kdf import hkdf_sha256

POOL_SALT_LABEL = b"evalhub/pool-salt/v1\0"
COMMIT_LABEL = b"evalhub/rand/v1\0"
SEED_INFO = b"evalhub/seed/v1"
RANK_LABEL = b"evalhub/draw/v1\0"
CONTRIBUTION_BYTES = 32

Outcome = Literal[
    "accepted",
    "recused:employer",
    "recused:declared",
    "recused:sanctioned",
    "recused:suspended",
    "recused:already-member",
    "recused:kin",
    "recused:staff",
    "recused:other-listed",
    "same-unit",
    "unreachable",
    "declined",
    "late",
    "withdrawn",
    "removed:conflict",
    "removed:left-post",
    "removed:health",
    "removed:misconduct",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class CentreRequest(Record):
    """What one centre was asked to draw. ``request``: SHA-256 (hex) of the logged request."""

    centre: str
    request: str


class CentrePool(Record):
    """One centre's frozen pool. ``root``: hex of ``pool_root``; ``size``: number of leaves."""

    centre: str
    root: str
    size: int


class Commit(Record):
    """One contributor's commitment, as made by ``commitment``."""

    name: str
    commit: str


class Transcript(Record):
    """All that was fixed before anybody revealed anything. Each list ascends by its name, without repeats."""

    session: str
    draw: int
    requests: tuple[CentreRequest, ...]
    pools: tuple[CentrePool, ...]
    commits: tuple[Commit, ...]


class Standing(Record):
    """Where one stratum stands. Leaves are hex; ``members`` and ``reserves`` are in rank order.

    ``next``: the leaf to call now, None when enough have accepted or none is left. ``exhausted``: a member is
    missing and no leaf is left; a lack of reserves alone is not exhaustion.
    """

    members: tuple[str, ...]
    reserves: tuple[str, ...]
    next: str | None
    exhausted: bool


class _Hmac:
    """The two states of HMAC-SHA256 (RFC 2104) after the key blocks: copying them costs half of calling ``hmac``."""

    def __init__(self, key: bytes, prefix: bytes = b"") -> None:
        block = (key if len(key) <= 64 else hashlib.sha256(key).digest()).ljust(64, b"\0")
        self.inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + prefix)
        self.outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


def leaf_id(leaf: bytes) -> str:
    """A leaf hash as the ledger writes it: 64 lower-case hexadecimal digits."""
    return leaf.hex()


# --- freeze ------------------------------------------------------------------------------------------------


def expert_leaf(pool_salt: bytes, expert_id: str, entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ HMAC-SHA256(pool_salt, label ‖ id) ‖ entry). ``entry``: its canonical JSON."""
    return expert_leaves(pool_salt, ((expert_id, entry),))[0]


def expert_leaves(pool_salt: bytes, experts: Iterable[tuple[str, bytes]]) -> list[bytes]:
    """``expert_leaf`` of many (id, entry) pairs, in the order given. Sort them before ``pool_root``."""
    mac = _Hmac(pool_salt, POOL_SALT_LABEL)
    inner_copy, outer_copy, sha256 = mac.inner.copy, mac.outer.copy, hashlib.sha256
    leaves = []
    for expert_id, entry in experts:
        inner = inner_copy()
        inner.update(expert_id.encode())
        outer = outer_copy()
        outer.update(inner.digest())
        leaves.append(sha256(b"\0" + outer.digest() + entry).digest())
    return leaves


def pool_root(leaves: Sequence[bytes]) -> bytes:
    """The RFC 6962 §2.1 tree head over leaf hashes, which must strictly ascend (else ``Malformed``)."""
    if not all(map(lt, leaves, leaves[1:])):
        raise Malformed("pool leaves must strictly ascend", "pool")
    level = list(leaves)
    if not level:
        return hashlib.sha256(b"").digest()
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\1" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


# --- commit and reveal -------------------------------------------------------------------------------------


def commitment(session: str, draw: int, name: str, r: bytes) -> str:
    """base64url (no padding) of SHA-256(label ‖ JCS[session, draw, name] ‖ r). ``r``: 32 bytes of chance."""
    if len(r) != CONTRIBUTION_BYTES:
        raise Malformed(f"a contribution is {CONTRIBUTION_BYTES} bytes", name)
    digest = hashlib.sha256(COMMIT_LABEL + canonical([session, draw, name]) + r).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def seed(transcript: Transcript, contributions: Mapping[str, bytes]) -> bytes:
    """The 32-byte seed: HKDF-SHA256(r's in name order, salt SHA-256(JCS(transcript)), info ``SEED_INFO``).

    Raises ``Malformed`` for an unsorted transcript, ``Refusal("contribution-missing")`` while a name has not
    revealed, ``Refusal("contribution-mismatch")`` when a value is not the one committed to, or nobody's.
    """
    check_transcript(transcript)
    for commit in transcript.commits:
        if commit.name not in contributions:
            raise Refusal("contribution-missing", name=commit.name)
        check_contribution(transcript, commit.name, contributions[commit.name])
    strangers = sorted(contributions.keys() - {commit.name for commit in transcript.commits})
    if strangers:
        raise Refusal("contribution-mismatch", name=strangers[0])
    material = b"".join(contributions[commit.name] for commit in transcript.commits)
    return hkdf_sha256(material, hashlib.sha256(canonical(transcript)).digest(), SEED_INFO, 32)


def check_transcript(transcript: Transcript) -> None:
    """Raise ``Malformed`` unless lists strictly ascend, name the same centres, and every centre commits."""
    centres = [request.centre for request in transcript.requests]
    pools = [pool.centre for pool in transcript.pools]
    names = [commit.name for commit in transcript.commits]
    for where, column in (("requests", centres), ("pools", pools), ("commits", names)):
        if not column or not all(a < b for a, b in pairwise(column)):
            raise Malformed("names must strictly ascend and not be empty", where)
    if centres != pools:
        raise Malformed("requests and pools name different centres", "pools")
    if not set(centres) <= set(names):
        raise Malformed("every centre commits", "commits")


def check_contribution(transcript: Transcript, name: str, r: bytes) -> None:
    """Raise ``Refusal("contribution-mismatch")`` unless ``r`` is what ``name`` committed to."""
    made = {commit.name: commit.commit for commit in transcript.commits}
    if made.get(name) != commitment(transcript.session, transcript.draw, name, r):
        raise Refusal("contribution-mismatch", name=name)


# --- rank --------------------------------------------------------------------------------------------------


def rank(seed: bytes, centre: str, stratum: str, leaves: Iterable[bytes]) -> list[bytes]:
    """Leaves in calling order: ascending HMAC-SHA256(seed, label ‖ JCS[centre, stratum] ‖ 0x00 ‖ leaf)."""
    mac = _Hmac(seed, RANK_LABEL + canonical([centre, stratum]) + b"\0")
    inner_copy, outer_copy = mac.inner.copy, mac.outer.copy
    # Sorting 256 short lists of key ‖ leaf instead of one long one: the keys are uniform, and a million fit no cache.
    shelves: list[list[bytes]] = [[] for _ in range(256)]
    puts = [shelf.append for shelf in shelves]
    for leaf in leaves:
        inner = inner_copy()
        inner.update(leaf)
        outer = outer_copy()
        outer.update(inner.digest())
        key = outer.digest()
        puts[key[0]](key + leaf)
    order: list[bytes] = []
    for shelf in shelves:
        shelf.sort()
        if not all(map(lt, shelf, shelf[1:])):
            raise Malformed("a leaf is listed twice", f"{centre}/{stratum}")
        order += [keyed[32:] for keyed in shelf]
    return order


# --- who sits ----------------------------------------------------------------------------------------------


def standing(order: Sequence[str], outcomes: Mapping[str, Sequence[Outcome]], *, need: int, reserves: int) -> Standing:
    """Who sits, who waits, whom to call next: from the ranked leaves and each one's outcomes (oldest first).

    Raises ``Broken`` if the history is impossible: an unknown leaf, a leaf called out of turn, late or
    withdrawn without an acceptance before, or anything but one removal after it.
    """
    tried = _tried(order, outcomes)
    accepted = [leaf for leaf in order[:tried] if _stands(leaf, outcomes[leaf])]
    missing = len(accepted) < need + reserves
    return Standing(
        members=tuple(accepted[:need]),
        reserves=tuple(accepted[need : need + reserves]),
        next=order[tried] if missing and tried < len(order) else None,
        exhausted=len(accepted) < need and tried == len(order),
    )


def _tried(order: Sequence[str], outcomes: Mapping[str, Sequence[Outcome]]) -> int:
    """How many leaves have an outcome; they must be exactly the first ones."""
    tried = sum(1 for history in outcomes.values() if history)
    if any(not outcomes.get(leaf) for leaf in order[:tried]):
        raise Broken("a leaf was called out of turn, or does not belong to this stratum")
    return tried


def _stands(leaf: str, history: Sequence[Outcome]) -> bool:
    """True if accepted and not removed since. One acceptance at most, one removal at most."""
    first, *later = history
    if first == "accepted":
        if len(later) > 1 or "accepted" in later:
            raise Broken(f"leaf {leaf}: more than one removal or acceptance")
        return not later
    if later or first in ("late", "withdrawn"):
        raise Broken(f"leaf {leaf}: {history[-1]} without an acceptance before it")
    return False
