"""Lock files: exact versions, a SHA-256 for each, no address; and nothing that pyproject.toml asks for is missing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from support.repository import ROOT

FOLDER = ROOT / "requirements"
LOCKS = sorted(FOLDER.glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PINNED = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)(?: ;[^#]+?)?((?: --hash=sha256:[0-9a-f]{64})+)$")


def locked(content: str) -> dict[str, str]:
    """Name → version of every line of a lock; raises ``ValueError`` for a line that is not pinned by hash."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", content, flags=re.MULTILINE)).splitlines()
    found = {}
    for line in lines:
        pinned = PINNED.fullmatch(re.sub(r"\s+", " ", line.strip()))
        if pinned is None:
            raise ValueError(line)
        found[canonicalize_name(pinned[1])] = pinned[2]
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_everything_is_pinned_by_hash_and_nothing_names_an_address(lock: Path) -> None:
    content = lock.read_text("utf-8")
    assert locked(content)
    assert "://" not in content
    assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|-e)\b", content, re.MULTILINE)


@pytest.mark.parametrize(("lock", "extras"), [("run.txt", ()), ("dev.txt", ("dev",))])
def test_lock_satisfies_the_project(lock: str, extras: tuple[str, ...]) -> None:
    asked = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        asked += PROJECT["project"]["optional-dependencies"][extra]
    versions = locked((FOLDER / lock).read_text("utf-8"))
    for requirement in map(Requirement, asked):
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_what_is_checked_is_what_runs() -> None:
    run, dev = (locked((FOLDER / name).read_text("utf-8")) for name in ("run.txt", "dev.txt"))
    assert run.items() <= dev.items()


@pytest.mark.parametrize("line", ["a==1.0", "a>=1.0 --hash=sha256:" + "0" * 64, "a @ https" + "://x.example/a.whl"])
def test_an_unpinned_line_would_be_found(line: str) -> None:
    with pytest.raises(ValueError, match="a"):
        locked(line)
