"""A project file (.yaml, .json, .xlsx) → ``Project``, or every mistake with its place in the file.

Rules
- First the structure of every section and row, then, on a project that has the right shape, the rules of
  ``plan.problems``. Nothing is repaired, guessed or filled in; what is still ``TODO`` is named first.
- In a workbook a mistake is named by sheet and cell as well as by path.
- Bid documents lie in the folder ``bids`` beside the project file, under the plain name that the project
  gives; their length and SHA-256 must be those of the bid opening.

Never here: who evaluates where (``session_file``), anything from the network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from evalhub.core.codec import from_plain
from evalhub.core.errors import EvalhubError
from evalhub.core.rules.plan import Bidder, Problem, Project, problems
from evalhub.party.placeholders import besides, open_places
from evalhub.party.plain_files import Plain, read_plain
from evalhub.party.project_sheets import SheetProject, from_sheets
from evalhub.party.spreadsheet import read_workbook
from evalhub.party.structure import MOST_PROBLEMS, structural_problems

BIDS_FOLDER = "bids"
_CHUNK = 1 << 20


class ProjectMistakes(EvalhubError):
    """The file was read and may not be evaluated. ``problems`` are in file order, as far as that is known."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        self.problems = found
        super().__init__(f"{len(found)} mistakes, first at {found[0].path}: {found[0].code}")


def read_project(path: Path) -> Project:
    """The project of a file. Raises ``ProjectMistakes`` (all of them) or ``Malformed`` (unreadable)."""
    if path.suffix.lower() == ".xlsx":
        sheets = from_sheets(read_workbook(path))
        found = _problems(sheets.plain)
        if sheets.problems or found:
            raise ProjectMistakes((*sheets.problems, *_placed(sheets, found)))
        return from_plain(Project, sheets.plain)
    plain = read_plain(path)
    found = _problems(plain)
    if found:
        raise ProjectMistakes(found)
    return from_plain(Project, plain)


def bid_file_problems(project: Project, folder: Path) -> tuple[Problem, ...]:
    """Bid documents that are missing or not the ones opened. ``folder``: where the project file lies."""
    bids = folder / BIDS_FOLDER
    return tuple(
        Problem(path=f"bidders[{index}].file", code=code, found=bidder.file.name)
        for index, bidder in enumerate(project.bidders)
        if (code := _bid_file_mistake(bidder, bids))
    )


def _problems(plain: Plain) -> tuple[Problem, ...]:
    places = tuple(open_places(plain))
    found = (*structural_problems(Project, plain), *_missing_amounts(plain))
    if not found:
        return (*places, *besides(problems(from_plain(Project, plain)), places))
    return (*places, *besides(found, places))[:MOST_PROBLEMS]


def _missing_amounts(plain: Plain) -> Iterator[Problem]:
    """Amounts may be left out of a panel only; ``Project`` alone cannot say so."""
    if not isinstance(plain, dict) or plain.get("project_class") == "panel":
        return
    yield from (Problem(path=name, code="missing") for name in ("budget", "ceiling") if name not in plain)
    bidders = plain.get("bidders")
    for index, bidder in enumerate(bidders if isinstance(bidders, list) else ()):
        if isinstance(bidder, dict) and "price" not in bidder:
            yield Problem(path=f"bidders[{index}].price", code="missing")


def _placed(sheets: SheetProject, found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(Problem(path=sheets.place(one.path), code=one.code, found=one.found) for one in found)


def _bid_file_mistake(bidder: Bidder, bids: Path) -> str:
    name = bidder.file.name
    if name in (".", "..") or any(mark in name for mark in "/\\\0:"):
        return "file-name"
    path = bids / name
    if path.is_symlink() or not path.is_file():
        return "file-missing"
    if path.stat().st_size != bidder.file.length:
        return "file-length"
    return "" if _digest(path) == bidder.file.sha256 else "file-digest"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
