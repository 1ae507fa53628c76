"""The call book of a centre: whom it notified of a draw, when, by which means, and what was answered (R14, R16).

The ledger has outcomes over opaque leaves; names, times and means of notice stay here. A line is written when the call
has been made, before its outcome is logged, and never changed: a repetition of the same answer is the same call.
"""

from __future__ import annotations

from typing import Literal, get_args

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from evalhub.core.codec import Record
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.plan import Stratum
from evalhub.site.pool.records import Expert
from evalhub.site.tables import expert_call

Means = Literal["none", "telephone", "voice-message", "text-message", "in-person"]
MEANS: tuple[str, ...] = tuple(one for one in get_args(Means) if one != "none")


class CallLine(Record):
    """One call. ``at``: this centre's clock when its answer was recorded; ``means``: none if nobody had to be asked."""

    leaf: str
    stratum: str
    expert: Expert
    at: str
    means: str
    outcome: str
    operator: str


class CallBook(Record):
    """A session's calls in order, with the conditions that were drawn for."""

    conditions: tuple[Stratum, ...]
    lines: tuple[CallLine, ...]


class Call(Record):
    """A line as kept; the person is looked up when the book is read."""

    leaf: str
    stratum: str
    at: int
    means: str
    outcome: str
    operator: str

    def line(self, expert: Expert) -> CallLine:
        """As shown to the own centre."""
        return CallLine(leaf=self.leaf, stratum=self.stratum, expert=expert, at=format_time(self.at), means=self.means,
                        outcome=self.outcome, operator=self.operator)  # fmt: skip


def write(db: Connection, session: str, call: Call) -> None:
    """Add a line; the first of the same leaf and outcome stays."""
    row = {name: getattr(call, name) for name in call.__struct_fields__}
    db.execute(upsert(expert_call).values(session=session, **row).on_conflict_do_nothing())


def read(db: Connection, session: str) -> tuple[Call, ...]:
    """All lines in the order in which they were written."""
    query = select(expert_call).where(expert_call.c.session == session).order_by(expert_call.c.id)
    names = Call.__struct_fields__
    return tuple(Call(**{name: getattr(row, name) for name in names}) for row in db.execute(query))
