"""The booth calendar: no double booking whatever happens at the same moment; windows, changes, outages, counts."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, func, select

from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.plan import Room, Window
from evalhub.party.tables import metadata
from evalhub.site import calendar
from evalhub.site.calendar import SLOT_MS, Outage
from evalhub.site.tables import booth_slot

DAY = 1_774_000_800_000 // 86_400_000 * 86_400_000
ROOMS = (Room(name="A", booths=("A-1", "A-2")), Room(name="B", booths=("B-1",)))


def window(opens: float, closes: float) -> Window:
    """Hours from the first midnight."""
    return Window(opens=format_time(DAY + int(opens * 3_600_000)), closes=format_time(DAY + int(closes * 3_600_000)))


def engine_at(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 60, "isolation_level": None})

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    engine = engine_at(tmp_path / "centre.sqlite")
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def held(db: Connection, session: str) -> int:
    return int(db.execute(select(func.count()).where(booth_slot.c.session == session)).scalar_one())


@pytest.mark.requirement("R4")
def test_a_booth_is_held_by_one_session_at_a_time(db: Connection) -> None:
    calendar.reserve(db, "S-1", ROOMS[:1], window(9, 12))
    with pytest.raises(Refusal) as refused:
        calendar.reserve(db, "S-2", ROOMS, window(11, 13))
    assert (refused.value.code, refused.value.detail) == ("booth-taken", {"booth": "A-1"})
    assert "S-1" not in str(refused.value)
    assert held(db, "S-2") == 0, "all or nothing"
    calendar.reserve(db, "S-2", ROOMS, window(12, 13))


def test_over_midnight(db: Connection) -> None:
    calendar.reserve(db, "S-1", ROOMS, window(22, 30))
    with pytest.raises(Refusal):
        calendar.reserve(db, "S-2", ROOMS[1:], window(29.5, 31))
    calendar.reserve(db, "S-2", ROOMS[1:], window(30, 31))


def test_a_change_gives_back_and_a_failed_change_keeps(db: Connection) -> None:
    calendar.reserve(db, "S-1", ROOMS, window(9, 12))
    calendar.reserve(db, "S-2", ROOMS, window(14, 16))
    with pytest.raises(Refusal):
        calendar.reserve(db, "S-1", ROOMS, window(13, 15))
    assert held(db, "S-1") == 3 * 12
    calendar.reserve(db, "S-1", ROOMS[1:], window(10, 12))
    assert held(db, "S-1") == 8
    assert calendar.free(db, ROOMS, window(9, 12)) == ROOMS[:1]
    assert calendar.release(db, "S-1") == 8
    assert calendar.free(db, ROOMS, window(9, 12)) == ROOMS


def test_outage(db: Connection) -> None:
    outage = Outage(booth="B-1", window=window(8, 10), reason="空调检修")
    calendar.close_booth(db, outage)
    assert calendar.free(db, ROOMS, window(9, 11)) == ROOMS[:1]
    with pytest.raises(Refusal):
        calendar.reserve(db, "S-1", ROOMS[1:], window(9, 11))
    assert calendar.reopen_booth(db, "B-1", window(9, 10)) == 4
    calendar.reserve(db, "S-1", ROOMS[1:], window(9, 11))
    with pytest.raises(Refusal):
        calendar.close_booth(db, outage)


@pytest.mark.requirement("R6")
def test_utilisation_by_room_and_hour(db: Connection) -> None:
    calendar.reserve(db, "S-1", ROOMS[:1], window(9.5, 10.25))
    calendar.close_booth(db, Outage(booth="B-1", window=window(10, 11), reason="-"))
    rows = {(row.room, row.hour[11:13]): row for row in calendar.utilisation(db, ROOMS, window(9, 11))}
    assert [(rows["A", hour].held, rows["A", hour].slots) for hour in ("09", "10")] == [(4, 8), (2, 8)]
    assert (rows["B", "10"].held, rows["B", "10"].outage) == (0, 4)


@pytest.mark.parametrize(("opens", "closes", "code"), [(10, 10, "window-empty"), (0, 24 * 32, "window-too-long")])
def test_windows_that_cannot_be_held(db: Connection, opens: int, closes: int, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        calendar.reserve(db, "S-1", ROOMS, window(opens, closes))
    assert refused.value.code == code


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_slots_cover_the_window_and_no_more(start: int, length: int) -> None:
    opens, closes = DAY + start * 1000, DAY + (start + length) * 1000
    times = calendar.slots(Window(opens=format_time(opens), closes=format_time(closes)))
    assert times.start * SLOT_MS <= opens < (times.start + 1) * SLOT_MS
    assert (times.stop - 1) * SLOT_MS < closes <= times.stop * SLOT_MS


def _race(path: str, session: str, rounds: int, start: object, results: object) -> None:
    """Try to get the last booth in each of many windows; tell which ones were won."""
    engine = engine_at(Path(path))
    won = []
    for number in range(rounds):
        start.wait()  # type: ignore[attr-defined]
        with engine.begin() as db, contextlib.suppress(Refusal):
            calendar.reserve(db, f"{session}-{number}", ROOMS[1:], window(number, number + 1))
            won.append(number)
    engine.dispose()
    results.put(won)  # type: ignore[attr-defined]


@pytest.mark.requirement("R4")
def test_two_processes_race_for_the_last_booth(tmp_path: Path) -> None:
    """Exactly one wins, every time: the primary key decides, not a check in code."""
    engine, rounds = engine_at(tmp_path / "centre.sqlite"), 1000
    with engine.begin() as db:
        metadata.create_all(db)
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(2), context.Queue()
    path = str(tmp_path / "centre.sqlite")
    racers = [context.Process(target=_race, args=(path, name, rounds, start, results)) for name in ("S", "T")]
    for racer in racers:
        racer.start()
    wins = [set(results.get(timeout=120)) for _ in racers]
    for racer in racers:
        racer.join()
    assert wins[0] | wins[1] == set(range(rounds))
    assert not wins[0] & wins[1]
    engine.dispose()
