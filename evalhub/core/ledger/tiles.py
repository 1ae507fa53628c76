"""The tree and its entries as static files (c2sp.org/tlog-tiles).

    tile/<L>/<N>[.p/<W>]        up to 256 consecutive hashes of level 8·L
    tile/entries/<N>[.p/<W>]    up to 256 consecutive entries, each u16be length ‖ bytes

For a tree of a given size the set of files is fixed: one missing makes the record ``Broken``, one too many is
``Malformed``. Never touches a disk: a mapping of path → bytes stands for the folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.tree import HASH, MemoryTree, leaf_hash

WIDTH = 256
MAX_ENTRY = 65_535
ENTRIES = "tile/entries/"


def tile_path(level: int | None, index: int, width: int = WIDTH) -> str:
    """Path of a hash tile, or of an entry bundle when ``level`` is None.

    >>> tile_path(0, 1234067), tile_path(None, 1, 16)
    ('tile/0/x001/x234/067', 'tile/entries/001.p/16')
    """
    name = f"{index % 1000:03d}"
    while index := index // 1000:
        name = f"x{index % 1000:03d}/{name}"
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"tile/{'entries' if level is None else level}/{name}{suffix}"


def render_tiles(entries: Sequence[bytes]) -> dict[str, bytes]:
    """All files of a tree: hash tiles and entry bundles. Raises ``Malformed`` on too long an entry."""
    return {**hash_tiles(MemoryTree(map(leaf_hash, entries))), **entry_bundles(entries)}


def hash_tiles(tree: MemoryTree) -> dict[str, bytes]:
    """The hash tiles of every level of ``tree``."""
    return dict(_hash_tiles(tree))


def entry_bundles(entries: Sequence[bytes]) -> dict[str, bytes]:
    """The entry bundles. Raises ``Malformed`` when an entry is longer than a u16 can say."""
    bundles = {}
    for path, start, width in bundle_paths(len(entries)):
        bundles[path] = b"".join(map(_framed, entries[start : start + width]))
    return bundles


def tile_paths(size: int) -> list[str]:
    """Every path, hash tiles and entry bundles, that a tree of ``size`` leaves has."""
    hashes = [path for level in _levels(size) for path, _, _ in _tiles_of(level, size >> (8 * level))]
    return hashes + [path for path, _, _ in bundle_paths(size)]


def bundle_paths(size: int) -> Iterator[tuple[str, int, int]]:
    """(path, index of its first entry, number of entries) of each entry bundle, in order."""
    return _tiles_of(None, size)


def read_entries(files: Mapping[str, bytes], size: int) -> list[bytes]:
    """All entries of a tree of ``size`` leaves. Raises ``Broken`` (missing) or ``Malformed`` (lengths,
    surplus).
    """
    bundles = list(bundle_paths(size))
    _no_surplus(files, ENTRIES, {path for path, _, _ in bundles})
    entries: list[bytes] = []
    for path, start, width in bundles:
        entries += read_bundle(_file(files, path, start), width, path)
    return entries


def read_bundle(data: bytes, count: int, where: str = "") -> list[bytes]:
    """The ``count`` entries of one bundle. Raises ``Malformed`` unless they fill it exactly."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data) or len(entries) != count:
        raise Malformed(f"not exactly {count} entries", where)
    return entries


def check_hash_tiles(files: Mapping[str, bytes], tree: MemoryTree) -> None:
    """Compare the stored hash tiles with ``tree``, which the caller computed from the entries.

    Raises ``Broken`` when one is missing or differs, ``Malformed`` when there is one too many.
    """
    expected = hash_tiles(tree)
    stored = [path for path in files if path.startswith("tile/") and not path.startswith(ENTRIES)]
    _no_surplus(stored, "tile/", set(expected))
    for path, data in expected.items():
        if files.get(path) != data:
            raise Broken(f"hash tile {path} is missing or does not match the entries")


def _hash_tiles(tree: MemoryTree) -> Iterator[tuple[str, bytes]]:
    for level in _levels(tree.size):
        row = tree.row(8 * level)
        for path, start, width in _tiles_of(level, len(row) // HASH):
            yield path, row[start * HASH : (start + width) * HASH]


def _levels(size: int) -> range:
    """Tile levels which have at least one hash."""
    return range((size.bit_length() + 7) // 8)


def _tiles_of(level: int | None, count: int) -> Iterator[tuple[str, int, int]]:
    """(path, start, width) of each tile of a row of ``count`` items."""
    for start in range(0, count, WIDTH):
        width = min(WIDTH, count - start)
        yield tile_path(level, start // WIDTH, width), start, width


def _framed(entry: bytes) -> bytes:
    if len(entry) > MAX_ENTRY:
        raise Malformed(f"an entry of {len(entry)} bytes is longer than {MAX_ENTRY}")
    return len(entry).to_bytes(2, "big") + entry


def _file(files: Mapping[str, bytes], path: str, entry: int) -> bytes:
    try:
        return files[path]
    except KeyError:
        raise Broken(f"{path} is missing", entry) from None


def _no_surplus(paths: Mapping[str, bytes] | Sequence[str], prefix: str, expected: set[str]) -> None:
    for path in paths:
        if path.startswith(prefix) and path not in expected:
            raise Malformed("a file that a tree of this size does not have", path)
