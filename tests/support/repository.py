"""The repository as data, for the tests about the repository itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def git(*words: str) -> str:
    """What git says. Tests about the repository need a clone, not an unpacked archive."""
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True).stdout


def files(*patterns: str) -> list[Path]:
    """Files that are tracked, or would be by ``git add``; ``patterns`` as for ``git ls-files``."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns)
    return sorted(path for path in {ROOT / name for name in listed.split("\0") if name} if path.is_file())


def text(path: Path) -> str | None:
    """The file's text; None for a binary file."""
    data = path.read_bytes()
    if b"\0" in data or data.startswith(b"%PDF"):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def shown(path: Path) -> str:
    """The path as a person names it."""
    return str(path.relative_to(ROOT))
