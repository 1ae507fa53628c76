"""Session files and floor plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from evalhub.party.session_file import SessionMistakes, read_floor_plan, read_session

EXAMPLE = Path(__file__).parents[2] / "examples" / "hongshan"


def problems(tmp_path, read, name, old, new):
    text = (EXAMPLE / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SessionMistakes) as caught:
        read(tmp_path / name)
    return [(one.path, one.code) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("name: wedz", "name: wuhan", "*.name", "duplicate"),
        ("specialty: A06,", "specialty: A99,", "wuhan.strata[1].specialty", "unknown-specialty"),
        ("specialty: A06,", "specialty: six,", "host.strata[1].specialty", "bad-value"),
        ("closes_in_hours: 12", "closes_in_hours: 0", "window", "window-empty"),
        ("pool: pool-wedz.csv", "pool: ../pool.csv", "guests[0].pool", "bad-value"),
        ("rooms: rooms-wedz.yaml", "room: x", "guests[0].rooms", "missing"),
        ("window:\n", 'calendar: {holidays: ["2026-02-30"]}\nwindow:\n', "calendar.holidays[0]", "bad-date"),
        ("window:\n", 'calendar: {workdays: ["2026-10-09"]}\nwindow:\n', "calendar.workdays[0]", "workday-anyway"),
    ],
)
def test_session_mistakes(tmp_path, old, new, path, code):
    assert (path, code) in problems(tmp_path, read_session, "session.yaml", old, new)


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("name: A102\n", "name: A101\n", "rooms[*].name", "duplicate"),
        ("A102-01", "A101-01", "rooms[*].booths", "duplicate"),
        ("width_cm: 180", "width_cm: 20", "rooms[2].booths[0].width_cm", "bad-value"),
    ],
)
def test_floor_plan_mistakes(tmp_path, old, new, path, code):
    assert (path, code) in problems(tmp_path, read_floor_plan, "rooms-wuhan.yaml", old, new)


def test_the_norm_is_the_default_and_exceptions_are_kept():
    booths = {
        booth.name: booth for room in read_floor_plan(EXAMPLE / "rooms-wuhan.yaml").rooms for booth in room.booths
    }
    plain, wide, blind = booths["A104-01"], booths["A103-01"], booths["A101-03"]
    assert (plain.width_cm, plain.depth_cm, plain.height_cm, plain.camera) == (150, 150, 230, True)
    assert wide.width_cm == 180
    assert not blind.camera
