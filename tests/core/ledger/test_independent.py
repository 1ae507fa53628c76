"""Our ledger, checked by an implementation of other hands (aics-tlog, requirements/independent.txt)."""

import aics_tlog
import pytest

from evalhub.core.ledger.archive import Archive, build
from evalhub.core.ledger.note import Note, Verifier, parse_note, verify_note
from evalhub.core.ledger.policy import format_policy
from evalhub.core.ledger.tiles import render_tiles
from evalhub.core.ledger.tree import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion

SIZES = [1, 2, 3, 255, 256, 257, 600]


@pytest.fixture(params=SIZES)
def grown(world, request):
    return world.grow(request.param)


def reader_of(world):
    return aics_tlog.MemoryTileReader(render_tiles(world.entries))


def test_they_read_our_tiles(grown):
    size, root = grown.tree.size, grown.tree.root()
    reader = reader_of(grown)
    report = aics_tlog.audit_tiles(reader, size, root)
    assert report.bundles == (size + 255) // 256
    assert aics_tlog.tree_root_from_tiles(reader, size) == root
    assert [aics_tlog.read_entry(reader, i, size) for i in range(size)] == grown.entries


def test_they_write_the_same_tiles(grown):
    store = aics_tlog.MemoryTileStore()
    result = aics_tlog.IncrementalTileWriter(store).append(grown.entries)
    assert store.tiles == render_tiles(grown.entries)
    assert result is not None


def test_they_make_the_same_roots_and_proofs(world):
    theirs = aics_tlog.MerkleTree(world.grow(40).entries)
    ours = world.tree
    for size in range(1, 41):
        assert theirs.root(size) == ours.root(size)
        for index in range(0, size, 3):
            assert theirs.inclusion_proof(index, size) == inclusion_proof(index, size, ours)
            path, leaf = theirs.inclusion_proof(index, size), ours.node(0, index)
            verify_inclusion(index, size, leaf, path, ours.root(size))
            assert aics_tlog.verify_inclusion(leaf, index, size, path, ours.root(size))
        for old in range(0, size + 1, 3):
            path = consistency_proof(old, size, ours)
            verify_consistency(old, size, ours.root(old), ours.root(size), path)
            assert aics_tlog.verify_consistency(old, size, ours.root(old), ours.root(size), path)
            if old:
                assert theirs.consistency_proof(old, size) == path


def test_they_verify_our_checkpoint_and_cosignatures(world):
    note = world.grow(5).checkpoint()
    log = aics_tlog.parse_vkey(world.policy.logs[0].verifier.vkey())
    witnesses = [aics_tlog.parse_vkey(item.verifier.vkey()) for item in world.policy.witnesses]
    result = aics_tlog.verify_checkpoint(aics_tlog.parse_note(note), log, witnesses, 3, expected_origin=world.origin)
    assert (result.error, result.ok, result.cosignature_count) == (None, True, 3)
    assert (result.size, result.root) == (5, world.tree.root())
    spoilt = aics_tlog.parse_note(note.replace(b"\n5\n", b"\n6\n", 1))
    assert not aics_tlog.verify_checkpoint(spoilt, log, witnesses, 3).ok


def test_we_verify_theirs(world):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    log, witness = (
        Ed25519PrivateKey.from_private_bytes(b"l" * 32),
        Ed25519PrivateKey.from_private_bytes(b"w" * 32),
    )
    head = aics_tlog.Checkpoint("log.example/x", 5, world.grow(5).tree.root())
    signed = aics_tlog.sign_checkpoint(head, log, "log.example/x")
    _, line = aics_tlog.sign_cosignature(witness, "w.example/1", 1_795_226_584, head.origin, 5, head.root)
    both = aics_tlog.Note(text=signed.text, signatures=(*signed.signatures, line))
    note = parse_note(both.to_bytes())
    assert isinstance(note, Note)
    keys = [
        aics_tlog.format_vkey(aics_tlog.note.vkey_from_ed25519("log.example/x", log.public_key())),
        aics_tlog.format_vkey(aics_tlog.cosignature_vkey("w.example/1", witness.public_key())),
    ]
    times = [item.timestamp for item in verify_note(note, map(Verifier.parse, keys))]
    assert times == [None, 1_795_226_584]


@pytest.mark.requirement("R96")
def test_they_read_a_whole_bundle(world):
    world.grow(300).grow(2, length=5000)
    files = build(
        entries=world.entries,
        blobs=world.blobs,
        checkpoint_note=world.checkpoint(),
        policy=format_policy(world.policy),
        roster=b"{}",
    )
    head = Archive(files).checkpoint
    reader = aics_tlog.MemoryTileReader(files)
    assert aics_tlog.audit_tiles(reader, head.size, head.root).bundles == 2
    proof = aics_tlog.inclusion_proof_from_tiles(reader, 7, head.size)
    assert aics_tlog.verify_leaf_inclusion(world.entries[7], 7, head.size, proof, head.root)
    spoilt = dict(files)
    spoilt["tile/0/000"] = bytes(32) + files["tile/0/000"][32:]
    with pytest.raises(aics_tlog.TileVerificationError):
        aics_tlog.audit_tiles(aics_tlog.MemoryTileReader(spoilt), head.size, head.root)
