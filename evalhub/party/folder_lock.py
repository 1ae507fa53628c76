"""One process a folder: two would give the same numbers twice. Released by the system when the process ends."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import BinaryIO

from evalhub.core.errors import Refusal


def lock(path: Path) -> BinaryIO:
    """The open lock file; closing it releases. Raises ``Refusal("already-running")``."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Refusal("already-running", folder=path.parent) from None
    return file
