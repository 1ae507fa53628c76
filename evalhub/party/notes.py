"""Notes with which people close alerts and calls: kept in this party's own database, never in the ledger."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from evalhub.core.codec import Record
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.plan import LongText
from evalhub.party.tables import alert_note


class Note(Record):
    """What is closed (an alert's key), and what a person wrote."""

    alert: Annotated[str, Meta(min_length=1, max_length=200)]
    text: LongText


class AlertNote(Record):
    """A note as kept. ``at``: hub time."""

    alert: str
    text: str
    account: str
    at: str


def close_alert(db: Connection, session: str, note: Note, account: str, now: int) -> None:
    """Keep a note; a later one on the same alert takes its place."""
    change = upsert(alert_note).values(session=session, alert=note.alert, text=note.text, account=account, at=now)
    fresh = {"text": note.text, "account": account, "at": now}
    db.execute(change.on_conflict_do_update(index_elements=["session", "alert"], set_=fresh))


def notes(db: Connection, session: str) -> tuple[AlertNote, ...]:
    """All notes of a session, oldest first."""
    query = select(alert_note).where(alert_note.c.session == session).order_by(alert_note.c.at, alert_note.c.alert)
    return tuple(
        AlertNote(alert=row.alert, text=row.text, account=row.account, at=format_time(row.at))
        for row in db.execute(query)
    )
