"""What a verification found: one row for each kind of check, and the first entry that does not hold.

Pure data, the same for ``--json``, the terminal and the tests.
"""

from __future__ import annotations

from typing import Literal

from evalhub.core.codec import Record

CheckName = Literal[
    "form", "checkpoint", "trusted", "tree", "blobs", "entries", "signatures", "steps", "origin", "policy",
    "gates", "draws", "seats", "sheets", "result", "report", "roster", "guide", "tail",
]  # fmt: skip
End = Literal["archived", "failed", "stopped", "cancelled", "interrupted", "unknown"]
"""``archived``: its whole course; ``failed`` by the rules, ``stopped`` by oversight, ``cancelled`` by the host."""


class Check(Record):
    """One kind of check: how many things were looked at, and whether all of them hold.

    ``reached`` is False when something before it was too broken to look at all; such a row is never ``ok``.
    """

    name: CheckName
    count: int
    ok: bool
    detail: str = ""
    reached: bool = True


class Breach(Record):
    """The first thing that does not hold. ``entry``: index in the ledger, None if it concerns no single entry."""

    entry: int | None
    reason: str
    check: CheckName


class Verification(Record):
    """The outcome. ``ok`` means whole: every check passed and the session has its lawful end, which may be an early one
    without a result: ``failure`` then has the reason, as a code of the rules or in somebody's words.

    ``holds``: so many entries from the first one on prove themselves. ``unproved``: files of the bundle that nothing
    in the ledger vouches for (a printed report, a time stamp); look at their own signatures.
    """

    ok: bool
    rehearsal: bool
    interrupted: bool
    session: str
    origin: str
    size: int
    holds: int
    end: End
    failure: str
    phase: str
    last_at: str
    checks: tuple[Check, ...]
    broken: Breach | None
    unproved: tuple[str, ...] = ()

    def check(self, name: CheckName) -> Check:
        """The row of this name; KeyError if it was not made."""
        for row in self.checks:
            if row.name == name:
                return row
        raise KeyError(name)
