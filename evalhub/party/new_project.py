"""Templates of project and session files (``evalhub project new``): what they are called, and a copy of one.

A template is a folder beside this module. Its first two comment lines are its title in Chinese and English. What
nobody can know beforehand stands in it as ``TODO …`` (``placeholders``), so that ``project check`` names it.
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from evalhub.core.errors import Malformed
from evalhub.party.project_file import BIDS_FOLDER

FILES = ("project.yaml", "session.yaml")


def templates() -> dict[str, tuple[str, str]]:
    """Every template with its title in Chinese and English."""
    folders = sorted((one for one in _root().iterdir() if one.is_dir()), key=lambda one: one.name)
    return {folder.name: _title(folder) for folder in folders if folder.joinpath(FILES[0]).is_file()}


def write_template(name: str, folder: Path) -> tuple[Path, ...]:
    """Copy a template into a new (or empty) folder. Raises ``Malformed``; then nothing was written."""
    if name not in templates():
        raise Malformed(f"is none of {', '.join(templates())}", name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Malformed("is not an empty folder", str(folder))
    try:
        folder.joinpath(BIDS_FOLDER).mkdir(parents=True)
        for file in FILES:
            folder.joinpath(file).write_bytes(_root().joinpath(name, file).read_bytes())
    except OSError as error:
        raise Malformed(f"cannot be written: {error.strerror}", str(folder)) from None
    return tuple(folder / file for file in FILES)


def _root() -> Traversable:
    return resources.files("evalhub.party").joinpath("templates")


def _title(folder: Traversable) -> tuple[str, str]:
    zh, en = folder.joinpath(FILES[0]).read_text("utf-8").splitlines()[:2]
    return zh.lstrip("# "), en.lstrip("# ")
