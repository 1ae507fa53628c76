"""The Merkle tree of RFC 9162 (the same tree as RFC 6962): roots, inclusion proofs, consistency proofs.

A complete node is named (level, index): it covers the leaves index·2^level up to (index + 1)·2^level. Proofs
are made from a reader of complete nodes in O(log n) reads and checked without the tree. Checks raise
``Broken``. Never holds entries, only their hashes (32 bytes each).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol

from evalhub.core.errors import Broken, Malformed

HASH = 32
"""Length of every hash, in bytes (SHA-256)."""

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162 §2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class HashReader(Protocol):
    """Anything that can give the hash of a complete node: memory, or tiles on a disk."""

    def node(self, level: int, index: int) -> bytes:
        """Hash of the complete node (level, index); an error of the reader's own if it has none."""
        ...


class Frontier:
    """The right edge of a growing tree: all that appending and the root need. O(log n) memory.

    ``hashes`` are the roots of the complete subtrees, largest first, one for each bit set in ``size``.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if size < 0 or len(self._hashes) != size.bit_count() or any(len(h) != HASH for h in self._hashes):
            raise Malformed(f"not the right edge of a tree of {size} leaves")

    @property
    def size(self) -> int:
        """Leaves so far."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The subtree roots, largest first; with ``size`` this is the whole state."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash. Amortised O(1)."""
        hashes = self._hashes
        rest = self._size
        while rest & 1:
            leaf = sha256(b"\x01" + hashes.pop() + leaf).digest()
            rest >>= 1
        hashes.append(leaf)
        self._size += 1

    def root(self) -> bytes:
        """Root of the tree so far. O(log n)."""
        return _fold(self._hashes)

    def copy(self) -> Frontier:
        """An independent frontier in the same state, for trying an append that may not be committed."""
        return Frontier(self._size, self._hashes)

    def to_bytes(self) -> bytes:
        """u64be size ‖ the hashes."""
        return self._size.to_bytes(8, "big") + b"".join(self._hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """The reverse of ``to_bytes``. Raises ``Malformed``."""
        if len(data) < 8 or (len(data) - 8) % HASH:
            raise Malformed("not a stored right edge of a tree")
        hashes = (data[i : i + HASH] for i in range(8, len(data), HASH))
        return cls(int.from_bytes(data[:8], "big"), hashes)


class MemoryTree:
    """Every complete node of a tree, in memory: 64 bytes a leaf. Appending is amortised O(1)."""

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        hashes = list(leaves)
        if any(len(leaf) != HASH for leaf in hashes):
            raise Malformed("a leaf hash is 32 bytes")
        self._levels: list[bytearray] = [bytearray().join(hashes)]
        while len(row := bytes(self._levels[-1])) >= 2 * HASH:
            pairs = range(0, len(row) - 2 * HASH + 1, 2 * HASH)
            self._levels.append(bytearray().join([sha256(b"\x01" + row[at : at + 2 * HASH]).digest() for at in pairs]))

    @property
    def size(self) -> int:
        """Leaves so far."""
        return len(self._levels[0]) // HASH

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash and give its index."""
        if len(leaf) != HASH:
            raise Malformed("a leaf hash is 32 bytes")
        index = at = self.size
        self._levels[0] += leaf
        level = 0
        while at & 1:
            leaf = sha256(b"\x01" + self._levels[level][-2 * HASH :]).digest()
            level += 1
            at >>= 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += leaf
        return index

    def node(self, level: int, index: int) -> bytes:
        """Hash of a complete node. Raises ``Malformed`` if the tree has no such node."""
        if not 0 <= level < len(self._levels) or index < 0:
            raise Malformed(f"no node {index} at level {level}")
        data = bytes(self._levels[level][index * HASH : (index + 1) * HASH])
        if not data:
            raise Malformed(f"no node {index} at level {level}")
        return data

    def row(self, level: int) -> bytes:
        """All complete nodes of one level, concatenated."""
        return bytes(self._levels[level]) if level < len(self._levels) else b""

    def root(self, size: int | None = None) -> bytes:
        """Root now, or when the tree had ``size`` leaves. O(log n)."""
        return root_at(self.size if size is None else size, self)

    def frontier(self) -> Frontier:
        """The right edge, to go on with less memory."""
        return Frontier(self.size, _cover(self, 0, self.size))


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Root over the given leaf hashes."""
    edge = Frontier()
    for leaf in hashes:
        edge.append(leaf)
    return edge.root()


def root_at(size: int, reader: HashReader) -> bytes:
    """Root of the first ``size`` leaves."""
    return _fold(_cover(reader, 0, size))


def inclusion_proof(index: int, size: int, reader: HashReader) -> list[bytes]:
    """Audit path of a leaf in the tree of ``size`` leaves, its sibling first (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise Malformed(f"no leaf {index} in a tree of {size}")
    low, high = 0, size
    path: list[bytes] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_hash(reader, middle, high))
            high = middle
        else:
            path.append(_range_hash(reader, low, middle))
            low = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, reader: HashReader) -> list[bytes]:
    """Proof that the tree of ``new`` leaves extends the tree of ``old`` (RFC 9162 §2.1.4.1); empty from
    nothing.
    """
    if not 0 <= old <= new:
        raise Malformed(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        return []
    low, high = 0, new
    path: list[bytes] = []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range_hash(reader, middle, high))
            high = middle
        else:
            path.append(_range_hash(reader, low, middle))
            low = middle
    if low:  # otherwise the verifier knows this hash: it is the old root
        path.append(_range_hash(reader, low, high))
    path.reverse()
    return path


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ``Broken`` unless ``leaf`` (a leaf hash) is at ``index`` under ``root`` (RFC 9162 §2.1.3.2)."""
    _check_lengths([leaf, *proof])
    if not 0 <= index < size:
        raise Broken(f"no leaf {index} in a tree of {size}")
    place, last, value = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise Broken("the inclusion proof is too long", index)
        if place & 1 or place == last:
            value = node_hash(step, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = node_hash(value, step)
        place, last = place >> 1, last >> 1
    if last or value != root:
        raise Broken("the inclusion proof does not lead to the root", index)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ``Broken`` unless the tree (new, new_root) extends (old, old_root) (RFC 9162 §2.1.4.2)."""
    _check_lengths([old_root, new_root, *proof])
    if not 0 <= old <= new:
        raise Broken(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else new_root
        if proof or old_root != expected or (new == 0 and new_root != EMPTY_ROOT):
            raise Broken("the two tree heads contradict each other")
        return
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps or _walk(old - 1, new - 1, steps) != (old_root, new_root):
        raise Broken("the consistency proof does not hold")


def _check_lengths(hashes: Sequence[bytes]) -> None:
    """Two hashes of odd lengths could be cut elsewhere and still hash alike."""
    if any(len(item) != HASH for item in hashes):
        raise Broken("a hash of a proof is not 32 bytes long")


def _walk(place: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The (old root, new root) which a consistency proof leads to."""
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise Broken("the consistency proof is too long")
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    if last:
        raise Broken("the consistency proof is too short")
    return old, new


def _split(count: int) -> int:
    """The largest power of two below ``count`` (count > 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(reader: HashReader, low: int, high: int) -> bytes:
    return _fold(_cover(reader, low, high))


def _cover(reader: HashReader, low: int, high: int) -> list[bytes]:
    """The complete nodes which cover [low, high), largest first; low is aligned to the range."""
    nodes: list[bytes] = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append(reader.node(level, low >> level))
        low += 1 << level
    return nodes


def _fold(subtrees: Sequence[bytes]) -> bytes:
    """Root over complete subtrees, largest first."""
    if not subtrees:
        return EMPTY_ROOT
    value = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        value = node_hash(left, value)
    return value
