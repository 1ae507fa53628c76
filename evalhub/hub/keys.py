"""The hub's one secret: the Ed25519 key that signs its ledgers, in a file only its owner may read.

Made at the first start and never replaced: a hub with another key could not go on with its own ledgers.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from evalhub.core.sealing.notekeys import SEED_BYTES, NoteKey
from evalhub.hub.settings import SettingsError

NAME = "log.key"


def log_key(folder: Path, random: Callable[[int], bytes]) -> NoteKey:
    """The key in ``folder``, made now if there is none. Raises ``SettingsError`` with one sentence."""
    path = folder / NAME
    try:
        if not path.exists():
            _create(path, random(SEED_BYTES))
        _check_mode(path)
        return NoteKey.from_seed(_seed(path))
    except OSError as error:
        raise SettingsError(f"cannot use the key file {path}: {error.strerror}") from None


def _create(path: Path, seed: bytes) -> None:
    """Written whole under another name first: a crash never leaves half a key."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(seed.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_mode(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsError(f"the key file {path} must be readable by its owner only (chmod 600)")


def _seed(path: Path) -> bytes:
    try:
        seed = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise SettingsError(f"the key file {path} is damaged: it does not hold {SEED_BYTES} bytes in hex")
    return seed
