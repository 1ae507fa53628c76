"""Opens an archive bundle, a folder or its .zip, as a read-only mapping of path → bytes.

The file may come from anybody, so nothing in it steers this machine: nothing is unpacked, no link is followed, every
path is plain ASCII without ``..``, nothing is encrypted or listed twice, members do not overlap, and number, size and
compression have caps. What breaks these rules is ``Malformed``: it is no bundle (exit 2), rather than a broken one.

Files are read when they are asked for. Never writes, and never judges what the files say.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from evalhub.core.errors import Malformed
from evalhub.core.ledger.archive import CHECKPOINT, REQUIRED

MAX_FILES = 1_000_000
MAX_FILE = 256 * 2**20
MAX_TOTAL = 8 * 2**30
MAX_RATIO = 200
"""No honest member compresses better: entries are JSON with digests in it, everything else is close to random."""
RATIO_FROM = 2**20
"""Below this size a ratio does no harm."""

_PATH = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30  # bytes of a local file header before its name (APPNOTE 4.3.7)


def open_bundle(path: Path) -> Mapping[str, bytes]:
    """The files of the bundle at ``path``. Raises ``Malformed`` when this is no bundle, or not a safe one."""
    files: Mapping[str, bytes] = Folder(path) if path.is_dir() else Zip(path)
    if not REQUIRED & files.keys():
        raise Malformed(f"no bundle: it has no {CHECKPOINT}", path.name)
    return files


class Folder(Mapping[str, bytes]):
    """The regular files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sizes = dict(_walk(root, ""))
        _check_sizes(self._sizes)

    def __getitem__(self, path: str) -> bytes:
        if path not in self._sizes:
            raise KeyError(path)
        try:
            handle = os.open(self._root / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with open(handle, "rb") as file:
                data = file.read(MAX_FILE + 1)
        except OSError as error:
            raise Malformed(error.strerror or "cannot be read", path) from None
        if len(data) > MAX_FILE:
            raise Malformed("too large", path)
        return data

    def __contains__(self, path: object) -> bool:
        return path in self._sizes  # the default would read the file

    def __iter__(self) -> Iterator[str]:
        return iter(self._sizes)

    def __len__(self) -> int:
        return len(self._sizes)


class Zip(Mapping[str, bytes]):
    """The members of a .zip file."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise Malformed("no such file or folder", path.name) from None
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Malformed(f"neither a folder nor a zip file: {error}", path.name) from None
        self._path, self._owner = path, os.getpid()
        self._members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            self._add(info)
        _check_sizes({name: info.file_size for name, info in self._members.items()})
        _check_overlap(list(self._members.values()))

    def __getitem__(self, path: str) -> bytes:
        info = self._members[path]
        if os.getpid() != self._owner:  # a fork would share its parent's place in the file
            self._zip, self._owner = zipfile.ZipFile(self._path), os.getpid()
        try:
            return self._zip.read(info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise Malformed(f"the zip file is damaged: {error}", path) from None

    def __contains__(self, path: object) -> bool:
        return path in self._members  # the default would read the file

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def _add(self, info: zipfile.ZipInfo) -> None:
        if info.orig_filename != info.filename:  # a NUL or a foreign separator that zipfile has tidied away
            raise Malformed("not a plain path", repr(info.orig_filename))
        if info.is_dir():
            _check_path(info.filename[:-1])
            if info.file_size:
                raise Malformed("a folder with content", info.filename)
            return
        _check_path(info.filename)
        _check_member(info)
        if info.filename in self._members:
            raise Malformed("listed twice", info.filename)
        self._members[info.filename] = info


def _walk(root: Path, prefix: str) -> Iterator[tuple[str, int]]:
    """(path, size) of every regular file below ``root``."""
    try:
        items = sorted(os.scandir(root / prefix), key=lambda item: item.name)
    except OSError as error:
        raise Malformed(error.strerror or "cannot be read", prefix or root.name) from None
    for item in items:
        path = f"{prefix}{item.name}"
        _check_path(path)
        mode = item.stat(follow_symlinks=False)
        if stat.S_ISDIR(mode.st_mode):
            yield from _walk(root, f"{path}/")
        elif stat.S_ISREG(mode.st_mode):
            yield path, mode.st_size
        else:
            raise Malformed("neither a file nor a folder", path)


def _check_path(path: str) -> None:
    plain = _PATH.fullmatch(path) and not any(part in (".", "..") for part in path.split("/"))
    if not plain or len(path) > 200:
        raise Malformed("not a plain path", repr(path[:200]))


def _check_member(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Malformed("neither a file nor a folder", info.filename)
    if info.flag_bits & _ENCRYPTED:
        raise Malformed("encrypted", info.filename)
    if info.compress_type not in _METHODS:
        raise Malformed(f"compressed by unknown method {info.compress_type}", info.filename)
    if info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
        raise Malformed("expands too much", info.filename)


def _check_sizes(sizes: Mapping[str, int]) -> None:
    if len(sizes) > MAX_FILES:
        raise Malformed(f"more than {MAX_FILES} files")
    for path, size in sizes.items():
        if size > MAX_FILE:
            raise Malformed("too large", path)
    if sum(sizes.values()) > MAX_TOTAL:
        raise Malformed(f"more than {MAX_TOTAL} bytes")


def _check_overlap(members: list[zipfile.ZipInfo]) -> None:
    """Members that share bytes make a small file expand without end."""
    spans = sorted((info.header_offset, info.compress_size, info.filename) for info in members)
    for (start, length, _), (following, _, name) in pairwise(spans):
        if start + _LOCAL_HEADER + length > following:
            raise Malformed("overlaps another file", name)
