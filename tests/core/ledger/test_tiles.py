"""Tiles: paths of the specification, and the same entries back at every boundary."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.tiles import (
    check_hash_tiles,
    entry_bundles,
    hash_tiles,
    read_entries,
    render_tiles,
    tile_path,
    tile_paths,
)
from evalhub.core.ledger.tree import MemoryTree, leaf_hash, root_of

ENTRIES = [b"entry %d" % i for i in range(600)]


def test_paths_of_the_specification():
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(None, 0) == "tile/entries/000"
    assert tile_path(None, 999, 255) == "tile/entries/999.p/255"
    assert tile_path(3, 1000, 1) == "tile/3/x001/000.p/1"
    assert tile_path(0, 67000) == "tile/0/x067/000"


def test_the_example_of_seventy_thousand():
    """c2sp.org/tlog-tiles, "Partial Tiles"."""
    paths = [path for path in tile_paths(70_000) if "entries" not in path]
    assert sum(path.startswith("tile/0/") and ".p/" not in path for path in paths) == 273
    assert [path for path in paths if ".p/" in path or not path.startswith("tile/0/")] == [
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]


def test_a_full_tile_has_a_parent():
    assert tile_paths(256) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]
    assert tile_paths(0) == []


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513, 600])
def test_there_and_back(size):
    entries = ENTRIES[:size]
    files = render_tiles(entries)
    assert sorted(files) == sorted(tile_paths(size))
    assert read_entries(files, size) == entries
    check_hash_tiles(files, MemoryTree(map(leaf_hash, entries)))


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537])
def test_hashes_around_the_third_level(size):
    leaves = [i.to_bytes(32, "big") for i in range(size)]
    files = hash_tiles(MemoryTree(leaves))
    assert sorted(files) == sorted(path for path in tile_paths(size) if "entries" not in path)
    row = b"".join(data for path, data in sorted(files.items()) if path.startswith("tile/0/"))
    assert row == b"".join(leaves)
    assert files["tile/1/000" if size >= 65_536 else "tile/1/000.p/255"][32:64] == root_of(leaves[256:512])
    assert files.get("tile/2/000.p/1") == (root_of(leaves[:65_536]) if size >= 65_536 else None)


def test_lengths_at_the_limit():
    entries = [b"", b"x" * 65_535]
    assert read_entries(entry_bundles(entries), 2) == entries
    with pytest.raises(Malformed):
        entry_bundles([b"x" * 65_536])


def test_missing_is_broken_and_says_where():
    files = render_tiles(ENTRIES)
    del files["tile/entries/001"]
    with pytest.raises(Broken) as caught:
        read_entries(files, 600)
    assert caught.value.entry == 256
    for path in tile_paths(600)[:5]:
        spoilt = render_tiles(ENTRIES)
        if not path.startswith("tile/entries"):
            del spoilt[path]
            with pytest.raises(Broken):
                check_hash_tiles(spoilt, MemoryTree(map(leaf_hash, ENTRIES)))


@pytest.mark.parametrize("path", ["tile/entries/003", "tile/entries/002.p/1", "tile/entries/x", "tile/entries/002"])
def test_surplus_bundles_are_malformed(path):
    files = render_tiles(ENTRIES) | {path: b""}
    with pytest.raises(Malformed) as caught:
        read_entries(files, 600)
    assert caught.value.where == path


@pytest.mark.parametrize("path", ["tile/0/003", "tile/2/000.p/1", "tile/0/000.p/5", "tile/x"])
def test_surplus_hash_tiles_are_malformed(path):
    files = render_tiles(ENTRIES) | {path: bytes(32)}
    with pytest.raises(Malformed):
        check_hash_tiles(files, MemoryTree(map(leaf_hash, ENTRIES)))


@given(st.data())
def test_spoilt_bundles_do_not_pass(data):
    entries = data.draw(st.lists(st.binary(max_size=12), min_size=1, max_size=6))
    (path, bundle), *_ = entry_bundles(entries).items()
    cut = data.draw(st.integers(0, len(bundle) - 1))
    for spoilt in (bundle[:cut], bundle + b"\0", bundle + bundle):
        with pytest.raises(Malformed):
            read_entries({path: spoilt}, len(entries))


@settings(max_examples=20)
@given(st.integers(0, 599), st.integers(0, 31))
def test_a_spoilt_hash_is_found(index, at):
    files = render_tiles(ENTRIES)
    path = tile_path(0, index // 256, min(256, 600 - index // 256 * 256))
    place = index % 256 * 32 + at
    data = files[path]
    files[path] = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    with pytest.raises(Broken):
        check_hash_tiles(files, MemoryTree(map(leaf_hash, ENTRIES)))
