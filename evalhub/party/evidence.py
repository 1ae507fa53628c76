"""What the hub sent and should not have: kept byte for byte, for people to judge. Never deleted by the program."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select

from evalhub.core.codec import RecordMeta
from evalhub.party.tables import evidence


class Evidence(msgspec.Struct, metaclass=RecordMeta):
    """``kind``: entry or witness-request; ``position``: leaf index or checkpoint size; ``at``: machine ms."""

    id: int
    at: int
    session: str
    kind: str
    position: int
    reason: str
    data: bytes
    blob: bytes | None


def keep(connection: Connection, *, at: int, session: str, kind: str, position: int, reason: str, data: bytes,
         blob: bytes | None = None) -> None:  # fmt: skip
    """Add one piece, in the caller's transaction."""
    row = {"at": at, "session": session, "kind": kind, "position": position, "reason": reason}
    connection.execute(insert(evidence).values({**row, "data": data, "blob": blob}))


def kept(connection: Connection, session: str | None = None) -> list[Evidence]:
    """Everything kept, oldest first, of one session or of all."""
    query = select(evidence).order_by(evidence.c.id)
    if session is not None:
        query = query.where(evidence.c.session == session)
    return [Evidence(**row._mapping) for row in connection.execute(query)]
