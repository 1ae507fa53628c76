"""The booth calendar of a centre: who holds which booth when, and which booths are out of order (R4, R6).

Time is cut into slots of a quarter of an hour; a reservation is one row for each booth and slot, and the primary key
(booth, slot) is what makes double booking impossible, whatever two processes do at the same moment. An outage is a
reservation by nobody. Windows may cross midnight; they are moments, not days.

Rules
- All of a session's booths are reserved in one transaction, or none; ``booth-taken`` names a booth, never a session.
- A session that changes its plan gives its booths back and takes the new ones in the same transaction.
- Others are told counts of free booths only, never sessions or times of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from msgspec import Meta
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time, parse_time
from evalhub.core.rules.plan import Code, LongText, Room, Stamp, Window
from evalhub.site.tables import booth_slot

SLOT_MS = 15 * 60_000
LONGEST_MS = 31 * 86_400_000  # nobody evaluates for longer; bounds the rows of one reservation
OUTAGE = ""  # the session of a slot nobody may use


class Outage(Record):
    """A booth out of order from one moment to another, and why."""

    booth: Code
    window: Window
    reason: LongText


class Utilisation(Record):
    """One room in one hour: booth-slots held and out of order, of ``slots`` there are. ``hour``: its first moment."""

    room: str
    hour: Stamp
    held: Annotated[int, Meta(ge=0)]
    outage: Annotated[int, Meta(ge=0)]
    slots: Annotated[int, Meta(ge=0)]


def slots(window: Window) -> range:
    """Numbers of the slots a window touches. Raises ``Refusal`` for an empty or endless window."""
    opens, closes = parse_time(window.opens), parse_time(window.closes)
    if closes <= opens:
        raise Refusal("window-empty", path="window", found=window.opens)
    if closes - opens > LONGEST_MS:
        raise Refusal("window-too-long", days=LONGEST_MS // 86_400_000)
    return range(opens // SLOT_MS, -(-closes // SLOT_MS))


def reserve(db: Connection, session: str, rooms: Sequence[Room], window: Window) -> None:
    """Hold these booths for the session, in place of any it held. Raises ``Refusal("booth-taken")``: nothing changed.

    Runs inside the caller's transaction, in a savepoint of its own: what fails here undoes only this.
    """
    times = slots(window)
    with db.begin_nested():
        release(db, session)
        for booth in _booths(rooms):
            rows = [{"booth": booth, "slot": slot, "session": session, "reason": ""} for slot in times]
            _insert(db, booth, rows)


def release(db: Connection, session: str) -> int:
    """Give back everything the session holds; how many slots that was."""
    return db.execute(delete(booth_slot).where(booth_slot.c.session == session)).rowcount


def close_booth(db: Connection, outage: Outage) -> None:
    """Take a booth out of service. Raises ``Refusal("booth-taken")`` while a session holds it in that time."""
    rows = [
        {"booth": outage.booth, "slot": slot, "session": OUTAGE, "reason": outage.reason}
        for slot in slots(outage.window)
    ]
    with db.begin_nested():
        _insert(db, outage.booth, rows)


def reopen_booth(db: Connection, booth: str, window: Window) -> int:
    """End an outage within a window; how many slots were freed."""
    times = slots(window)
    within = (booth_slot.c.slot >= times.start) & (booth_slot.c.slot < times.stop)
    mine = (booth_slot.c.booth == booth) & (booth_slot.c.session == OUTAGE)
    return db.execute(delete(booth_slot).where(mine & within)).rowcount


def free(db: Connection, rooms: Iterable[Room], window: Window) -> tuple[Room, ...]:
    """The rooms with the booths nobody holds at any time of the window; rooms without one are left out."""
    times = slots(window)
    within = (booth_slot.c.slot >= times.start) & (booth_slot.c.slot < times.stop)
    taken = set(db.execute(select(booth_slot.c.booth).where(within).distinct()).scalars())
    left = (Room(name=room.name, booths=tuple(b for b in room.booths if b not in taken)) for room in rooms)
    return tuple(room for room in left if room.booths)


def utilisation(db: Connection, rooms: Sequence[Room], window: Window) -> tuple[Utilisation, ...]:
    """By room and hour, for the console's schedule view."""
    times = slots(window)
    per_hour = 3_600_000 // SLOT_MS
    counts = _counts(db, times, per_hour)
    rows = []
    for room in rooms:
        for hour in range(times.start // per_hour, -(-times.stop // per_hour)):
            held = sum(counts.get((booth, hour, False), 0) for booth in room.booths)
            broken = sum(counts.get((booth, hour, True), 0) for booth in room.booths)
            at = format_time(hour * 3_600_000)
            whole = per_hour * len(room.booths)
            rows.append(Utilisation(room=room.name, hour=at, held=held, outage=broken, slots=whole))
    return tuple(rows)


def _counts(db: Connection, times: range, per_hour: int) -> dict[tuple[str, int, bool], int]:
    """(booth, hour, outage?) → slots taken."""
    hour = booth_slot.c.slot // per_hour
    query = (
        select(booth_slot.c.booth, hour, booth_slot.c.session == OUTAGE, func.count())
        .where((booth_slot.c.slot >= times.start) & (booth_slot.c.slot < times.stop))
        .group_by(booth_slot.c.booth, hour, booth_slot.c.session == OUTAGE)
    )
    return {(booth, int(number), bool(broken)): count for booth, number, broken, count in db.execute(query)}


def _booths(rooms: Sequence[Room]) -> list[str]:
    return [booth for room in rooms for booth in room.booths]


def _insert(db: Connection, booth: str, rows: list[dict[str, object]]) -> None:
    try:
        db.execute(insert(booth_slot), rows)
    except IntegrityError:
        raise Refusal("booth-taken", booth=booth) from None
