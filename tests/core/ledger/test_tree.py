"""Merkle tree: the published vectors of RFC 6962, then the tree against its recursive definition."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    MemoryTree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/ledger/merkle.json").read_text())
LEAVES = [bytes.fromhex(text) for text in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(text) for text in VECTORS["roots"]]
TREE = MemoryTree(leaf_hash(i.to_bytes(4, "big")) for i in range(300))


def naive_root(hashes):
    """RFC 9162 §2.1.1, word for word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else EMPTY_ROOT
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def hashes_of(texts):
    return [bytes.fromhex(text) for text in texts]


def flipped(data, bit):
    return bytes(byte ^ (1 << bit % 8 if i == bit // 8 % len(data) else 0) for i, byte in enumerate(data))


def test_published_roots():
    tree, edge = MemoryTree(), Frontier()
    assert tree.root() == edge.root() == ROOTS[0]
    for size, leaf in enumerate(LEAVES, 1):
        assert tree.append(leaf_hash(leaf)) == size - 1
        edge.append(leaf_hash(leaf))
        assert tree.root() == edge.root() == tree.frontier().root() == ROOTS[size]
    assert [tree.root(size) for size in range(9)] == ROOTS


@pytest.mark.parametrize("case", VECTORS["inclusion"])
def test_published_inclusion(case):
    tree = MemoryTree(map(leaf_hash, LEAVES))
    index, size, path = case["index"], case["size"], hashes_of(case["path"])
    assert inclusion_proof(index, size, tree) == path
    verify_inclusion(index, size, leaf_hash(LEAVES[index]), path, ROOTS[size])


@pytest.mark.parametrize("case", VECTORS["consistency"])
def test_published_consistency(case):
    tree = MemoryTree(map(leaf_hash, LEAVES))
    old, new, path = case["old"], case["new"], hashes_of(case["path"])
    assert consistency_proof(old, new, tree) == path
    verify_consistency(old, new, ROOTS[old], ROOTS[new], path)


def test_every_small_proof_verifies_and_only_there():
    leaves = [leaf_hash(bytes([i])) for i in range(17)]
    tree = MemoryTree(leaves)
    for size in range(1, 18):
        for index in range(size):
            path = inclusion_proof(index, size, tree)
            verify_inclusion(index, size, leaves[index], path, tree.root(size))
            for wrong in {index ^ 1, index + size, size} - {index}:
                with pytest.raises(Broken):
                    verify_inclusion(wrong, size, leaves[index], path, tree.root(size))
        for old in range(size + 1):
            path = consistency_proof(old, size, tree)
            verify_consistency(old, size, tree.root(old), tree.root(size), path)


@given(st.integers(0, 300))
def test_all_roots_agree(size):
    hashes = [TREE.node(0, i) for i in range(size)]
    assert TREE.root(size) == root_of(hashes) == naive_root(hashes)


@given(st.data())
def test_a_flipped_bit_breaks_inclusion(data):
    size = data.draw(st.integers(2, 300))
    index, bit = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, 255))
    path, leaf, root = inclusion_proof(index, size, TREE), TREE.node(0, index), TREE.root(size)
    verify_inclusion(index, size, leaf, path, root)
    at = data.draw(st.integers(0, len(path) - 1))
    spoilt = [flipped(item, bit) if i == at else item for i, item in enumerate(path)]
    for args in (
        (leaf, spoilt, root),
        (flipped(leaf, bit), path, root),
        (leaf, path, flipped(root, bit)),
        (leaf, path[:-1], root),
        (leaf, [*path, root], root),
    ):
        with pytest.raises(Broken):
            verify_inclusion(index, size, *args)


@given(st.data())
def test_a_flipped_bit_breaks_consistency(data):
    new = data.draw(st.integers(2, 300))
    old, bit = data.draw(st.integers(1, new - 1)), data.draw(st.integers(0, 255))
    path, before, after = consistency_proof(old, new, TREE), TREE.root(old), TREE.root(new)
    verify_consistency(old, new, before, after, path)
    at = data.draw(st.integers(0, len(path) - 1))
    spoilt = [flipped(item, bit) if i == at else item for i, item in enumerate(path)]
    for args in (
        (before, after, spoilt),
        (flipped(before, bit), after, path),
        (before, flipped(after, bit), path),
        (before, after, path[:-1]),
        (before, after, [*path, after]),
    ):
        with pytest.raises(Broken):
            verify_consistency(old, new, *args)


def test_a_root_is_no_leaf_of_a_larger_tree():
    root = TREE.root(2)
    verify_inclusion(0, 1, root, [], root)
    with pytest.raises(Broken):
        verify_inclusion(0, 2, root, [], root)


def test_hashes_cannot_be_cut_elsewhere():
    """The same 64 bytes, divided at another place, hash alike."""
    both, root = TREE.node(0, 0) + TREE.node(0, 1), TREE.root(2)
    for cut in (16, 33, 48):
        with pytest.raises(Broken):
            verify_inclusion(0, 2, both[:cut], [both[cut:]], root)
        with pytest.raises(Broken):
            verify_consistency(1, 2, both[:cut], root, [both[cut:]])


def test_the_edges_of_consistency():
    some = leaf_hash(b"")
    verify_consistency(0, 5, EMPTY_ROOT, some, [])
    verify_consistency(5, 5, some, some, [])
    for args in (
        (0, 5, some, some, []),
        (0, 5, EMPTY_ROOT, some, [some]),
        (0, 0, EMPTY_ROOT, some, []),
        (5, 5, some, EMPTY_ROOT, []),
        (5, 5, some, some, [some]),
        (5, 4, some, some, []),
        (5, 6, some, some, []),
        (4, 8, some, some, []),
        (4, 8, some, some, [b"short"]),
    ):
        with pytest.raises(Broken):
            verify_consistency(*args)


@given(st.integers(0, 300))
def test_a_frontier_survives_storage(size):
    edge = TREE.frontier() if size == 300 else MemoryTree(TREE.node(0, i) for i in range(size)).frontier()
    again = Frontier.from_bytes(edge.to_bytes())
    assert (again.size, again.hashes) == (edge.size, edge.hashes)
    other = again.copy()
    other.append(leaf_hash(b"more"))
    assert again.root() == edge.root() != other.root()


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 8 + b"x", b"\0" * 7 + b"\x03" + b"x" * 32])
def test_a_spoilt_frontier_is_refused(data):
    with pytest.raises(Malformed):
        Frontier.from_bytes(data)


def test_what_the_tree_does_not_have():
    for level, index in ((0, 300), (0, -1), (1, 150), (9, 0), (-1, 0)):
        with pytest.raises(Malformed):
            TREE.node(level, index)
    with pytest.raises(Malformed):
        inclusion_proof(5, 5, TREE)
    with pytest.raises(Malformed):
        consistency_proof(6, 5, TREE)
    with pytest.raises(Malformed):
        MemoryTree([b"short"])


def test_proofs_need_few_reads():
    """O(log n): a provider on a disk is asked for a few dozen nodes at most."""

    class Counting:
        reads = 0

        def node(self, level, index):
            self.reads += 1
            return TREE.node(level, index)

    for size in range(1, 301):
        reader = Counting()
        inclusion_proof(size // 2, size, reader)
        consistency_proof((size + 1) // 2, size, reader)
        assert reader.reads <= 4 * size.bit_length()
