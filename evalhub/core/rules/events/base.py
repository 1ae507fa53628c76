"""Who asserted an event, and what consequences are made of."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.codec import Record
from evalhub.core.rules.commands import Role


class By(Record):
    """Who asserted it: ``kid`` and ``n`` (counter) come from a signed statement, and are empty for the hub."""

    role: Role
    site: str
    seat: str | None = None
    kid: str = ""
    n: int = 0


HUB = By(role="hub", site="hub")


class Consequence(Record):
    """Base of derived events; ``past`` is the type of the ledger entry."""

    past: ClassVar[str] = ""
