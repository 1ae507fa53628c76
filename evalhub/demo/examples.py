"""Where the examples are, and how one is bent to another committee (``--experts 3+2``, ``--guests 2``)."""

from __future__ import annotations

from pathlib import Path

import msgspec

import evalhub
from evalhub.core.errors import Malformed
from evalhub.core.rules.plan import Project, Stratum
from evalhub.party.session_file import CentreSetup, SessionSetup

BY_GUESTS = {1: "hongshan", 2: "three-centres"}


def example(guests: int) -> Path:
    """The folder of the built-in example with that many guests. Raises ``Malformed``."""
    if guests not in BY_GUESTS:
        raise Malformed(f"there are built-in examples with {' and '.join(map(str, BY_GUESTS))} guests", "--guests")
    package = Path(evalhub.__file__).parent
    for folder in (package.parent / "examples", package / "examples"):
        if (folder / BY_GUESTS[guests] / "session.yaml").is_file():
            return folder / BY_GUESTS[guests]
    raise Malformed("the examples are not installed; give a folder with a session.yaml", "PROJECT")


def project_folder(given: Path) -> Path:
    """The folder meant by ``given``: itself, or the one its session file lies in. Raises ``Malformed``."""
    folder = given if given.is_dir() else given.parent
    if not (folder / "session.yaml").is_file():
        raise Malformed("there is no session.yaml", str(folder))
    return folder


def parse_split(text: str) -> tuple[int, ...]:
    """``3+2`` as (3, 2): members of the host, then of each guest. Raises ``Malformed``."""
    parts = text.split("+")
    if len(parts) < 2 or not all(part.isascii() and part.isdecimal() and 0 < int(part) < 100 for part in parts):
        raise Malformed(f"{text!r} is not a split such as 3+2 or 3+1+1", "--experts")
    return tuple(int(part) for part in parts)


def with_split(setup: SessionSetup, project: Project, split: tuple[int, ...]) -> tuple[SessionSetup, Project]:
    """The same session, another committee: strata grow at the front, shrink from the back. Raises ``Malformed``."""
    centres = setup.centres()
    if len(split) != len(centres):
        raise Malformed(f"{len(split)} numbers for {len(centres)} centres", "--experts")
    host, *guests = (resized(centre, size) for centre, size in zip(centres, split, strict=True))
    committee = msgspec.structs.replace(project.committee, size=sum(split))
    changed = msgspec.structs.replace(setup, host=host, guests=tuple(guests))
    return changed, msgspec.structs.replace(project, committee=committee)


def resized(centre: CentreSetup, size: int) -> CentreSetup:
    """The same centre with so many members to draw."""
    needs = [stratum.need for stratum in centre.strata]
    while sum(needs) > size:
        last = max(index for index, need in enumerate(needs) if need)
        needs[last] -= 1
    needs[0] += size - sum(needs)
    strata: list[Stratum] = [
        msgspec.structs.replace(stratum, need=need) for stratum, need in zip(centre.strata, needs, strict=True) if need
    ]
    return msgspec.structs.replace(centre, strata=tuple(strata))
