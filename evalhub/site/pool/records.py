"""An expert as the pool file lists one, the pool, and the mistakes of a pool file.

Personal data are kept to what the draw needs (R106): no identity number, no telephone, no photograph.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import EvalhubError
from evalhub.core.rules.plan import Code, Specialty

Status = Literal["active", "suspended"]
ExpertName = Annotated[str, Meta(min_length=1, max_length=60)]
JobTitle = Annotated[str, Meta(min_length=1, max_length=60)]
Employer = Annotated[str, Meta(min_length=1, max_length=120)]
Reason = Annotated[str, Meta(max_length=200)]
Day = Annotated[str, Meta(pattern=r"^(?:\d{4}-\d\d-\d\d)?$")]


class Expert(Record):
    """One evaluation expert. ``title``: professional title (职称). ``specialties`` ascend, each once.

    A suspended expert has a ``reason``; ``until`` is the last day of it (YYYY-MM-DD) or empty when
    open-ended. A suspension ends when the centre writes ``active``, not by the calendar alone.
    """

    id: Code
    name: ExpertName
    title: JobTitle
    employer: Employer
    specialties: tuple[Specialty, ...]
    status: Status = "active"
    reason: Reason = ""
    until: Day = ""


class Pool(Record):
    """All experts of one centre, ascending by id, each id once."""

    experts: tuple[Expert, ...]

    def digest(self) -> str:
        """SHA-256 of the canonical pool, lower-case hex: the same for the same experts in any file order."""
        return hashlib.sha256(canonical(self)).hexdigest()


class RowMistake(Record):
    """One mistake: row number as a spreadsheet counts (heading row is 1), the column's heading, a stable
    code.
    """

    row: int
    column: str
    code: str
    found: str = ""


class PoolMistakes(EvalhubError):
    """The file was read, and holds mistakes; nothing of it was taken over. ``mistakes`` are in row order."""

    def __init__(self, mistakes: tuple[RowMistake, ...]) -> None:
        self.mistakes = mistakes
        first = mistakes[0]
        super().__init__(f"{len(mistakes)} mistakes, first in row {first.row}, {first.column}: {first.code}")
