"""Files that hold secrets: made once, readable by their owner only, on the disk before anybody relies on them.

Deleting overwrites the bytes first. On flash storage and copying file systems an old copy may survive below; the
machine's disk must be encrypted, and ``docs/threat-model.md`` says so.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from evalhub.core.errors import Broken, Malformed


def make_folder(path: Path) -> None:
    """A folder for its owner only; an existing one is closed to others."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that did not exist, mode 0600, whole or not at all. Raises ``FileExistsError``."""
    if path.exists():
        raise FileExistsError(path)
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.link(draft, path)  # fails if someone was faster; a rename would replace their file
    draft.unlink()
    _sync_folder(path.parent)


def read(path: Path) -> bytes:
    """The bytes of a secret. Raises ``Broken`` if it is missing or others may read it."""
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except OSError as error:
        raise Broken(f"{path} cannot be read: {error.strerror}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise Broken(f"{path} is open to others than its owner; run: chmod 600 {path}")
    return data


def destroy(path: Path) -> None:
    """Overwrite, then delete. A file that is already gone is fine."""
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync_folder(path.parent)
    if path.exists():
        raise Malformed("could not be deleted", str(path))


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
