"""Terms in days: edges to the millisecond, holidays and make-up workdays as given, nothing built in but weekends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.errors import Malformed
from evalhub.core.ledger.times import format_time, parse_time
from evalhub.core.rules.working_days import (
    WorkCalendar,
    announced_until,
    announcement_due,
    calendar_problems,
    day_of,
    end_of_days,
    end_of_working_days,
    hand_over_due,
    is_working_day,
)

PLAIN = WorkCalendar()
# A week of holidays from Thursday 1 October, paid for by Sunday 20 September and Saturday 10 October.
AUTUMN = WorkCalendar(holidays=tuple(f"2026-10-0{day}" for day in range(1, 8)), workdays=("2026-09-20", "2026-10-10"))


def china(day: str, time: str = "09:00:00.000") -> int:
    """Hub time of a moment in China."""
    return parse_time(f"{day}T{time}Z") - 8 * 3_600_000


def ends(ms: int) -> str:
    """The last day of a term that ends at ``ms``, which must be a midnight in China."""
    assert format_time(ms).endswith("T16:00:00.000Z")
    return day_of(ms - 1).isoformat()


@pytest.mark.requirement("R79")
@pytest.mark.parametrize(
    ("event", "calendar", "last"),
    [
        ("2026-11-23", PLAIN, "2026-11-30"),  # Monday: Tuesday to Friday, then Monday
        ("2026-11-27", PLAIN, "2026-12-04"),  # Friday: the whole next week
        ("2026-11-28", PLAIN, "2026-12-04"),  # Saturday: the same
        ("2026-11-29", PLAIN, "2026-12-04"),  # Sunday: the same
        ("2026-12-30", PLAIN, "2027-01-06"),  # over the year
        ("2026-09-30", PLAIN, "2026-10-07"),  # no holiday is built in
        ("2026-09-30", AUTUMN, "2026-10-13"),  # 8, 9, 10 (made a working day), 12, 13
        ("2026-09-18", AUTUMN, "2026-09-24"),  # Sunday the 20th is worked
        ("2026-10-03", AUTUMN, "2026-10-13"),  # an event on a holiday
        ("2028-02-25", PLAIN, "2028-03-03"),  # 29 February 2028 is a Tuesday
    ],
)
def test_five_working_days_for_the_hand_over(event, calendar, last):
    assert ends(hand_over_due(china(event), calendar)) == last


@pytest.mark.parametrize(
    ("event", "calendar", "last"),
    [
        ("2026-11-23", PLAIN, "2026-11-26"),  # Monday: Thursday
        ("2026-11-25", PLAIN, "2026-11-30"),  # Wednesday: Saturday is no working day, so Monday
        ("2026-11-26", PLAIN, "2026-11-30"),  # Thursday: Sunday, so Monday
        ("2026-11-27", PLAIN, "2026-11-30"),  # Friday: Monday itself; weekends inside count
        ("2026-09-29", AUTUMN, "2026-10-08"),  # 2 October is a holiday: the first working day after it
        ("2026-09-17", AUTUMN, "2026-09-20"),  # the last day is a Sunday that is worked
        ("2026-10-07", AUTUMN, "2026-10-10"),  # the last day is a Saturday that is worked
    ],
)
def test_three_days_for_the_announcement_end_on_a_working_day(event, calendar, last):
    assert ends(announcement_due(china(event), calendar)) == last
    assert ends(announced_until(china(event), calendar)) == last


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        ("15:59:59.999", "2026-11-30"),  # 23:59:59.999 of Monday the 23rd in China
        ("16:00:00.000", "2026-12-01"),  # 00:00 of Tuesday
        ("00:00:00.000", "2026-11-30"),  # 08:00 of Monday
    ],
)
def test_the_day_is_that_of_china_not_of_utc(moment, last):
    assert ends(hand_over_due(parse_time(f"2026-11-23T{moment}Z"), PLAIN)) == last


def test_the_end_is_midnight_and_the_last_millisecond_is_in_time():
    due = hand_over_due(china("2026-11-23"), PLAIN)
    assert format_time(due) == "2026-11-30T16:00:00.000Z"  # 2026-12-01 00:00 in China
    assert day_of(due - 1) == date(2026, 11, 30)
    assert day_of(due) == date(2026, 12, 1)


def test_every_moment_of_a_day_has_the_same_end():
    assert len({hand_over_due(china("2026-11-23", time), PLAIN) for time in ("00:00:00.000", "23:59:59.999")}) == 1


def test_a_holiday_on_a_weekend_changes_nothing():
    calendar = WorkCalendar(holidays=("2026-11-28", "2026-11-29"))
    assert hand_over_due(china("2026-11-23"), calendar) == hand_over_due(china("2026-11-23"), PLAIN)


@pytest.mark.parametrize(
    ("calendar", "found"),
    [
        (AUTUMN, []),
        (WorkCalendar(holidays=("2026-02-30",)), [("holidays[0]", "bad-date", "2026-02-30")]),
        (WorkCalendar(workdays=("2026-10-10", "2026-13-01")), [("workdays[1]", "bad-date", "2026-13-01")]),
        (WorkCalendar(holidays=("2026-10-01", "2026-10-01")), [("holidays[*]", "duplicate", "2026-10-01")]),
        (
            WorkCalendar(holidays=("2026-10-10",), workdays=("2026-10-10",)),
            [("workdays[0]", "workday-and-holiday", "2026-10-10")],
        ),
        (WorkCalendar(workdays=("2026-10-09",)), [("workdays[0]", "workday-anyway", "2026-10-09")]),
    ],
)
def test_what_cannot_be_meant_is_named(calendar, found):
    named = [(one.path, one.code, one.found) for one in calendar_problems(calendar, "calendar")]
    assert named == [(f"calendar.{path}", code, day) for path, code, day in found]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_term_has_days(days):
    for end in (end_of_days, end_of_working_days):
        with pytest.raises(Malformed):
            end(china("2026-11-23"), days, PLAIN)


@pytest.mark.parametrize("at", [-1, parse_time("9999-12-31T16:00:00.000Z"), parse_time("9999-12-31T15:59:59.999Z")])
def test_nothing_outside_the_calendar(at):
    with pytest.raises(Malformed):
        end_of_working_days(at, 5, PLAIN)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    holidays = draw(st.sets(days, max_size=40))
    made = {day for day in draw(st.sets(days, max_size=40)) if day.weekday() > 4} - holidays
    return WorkCalendar(holidays=tuple(sorted(map(str, holidays))), workdays=tuple(sorted(map(str, made))))


@settings(max_examples=100)
@given(event=days, count=st.integers(1, 30), calendar=calendars())
def test_a_term_holds_exactly_its_working_days_and_ends_on_one(event, count, calendar):
    """Against counting day by day in the plainest way."""
    last = day_of(end_of_working_days(china(event.isoformat()), count, calendar) - 1)
    inside = [event + timedelta(days=n) for n in range(1, (last - event).days + 1)]
    assert sum(is_working_day(day, calendar) for day in inside) == count
    assert is_working_day(last, calendar)


@settings(max_examples=100)
@given(event=days, count=st.integers(1, 30), calendar=calendars())
def test_a_term_in_days_is_never_shorter_and_moves_over_free_days_only(event, count, calendar):
    last = day_of(end_of_days(china(event.isoformat()), count, calendar) - 1)
    assert is_working_day(last, calendar)
    plain = event + timedelta(days=count)
    over = [plain + timedelta(days=n) for n in range((last - plain).days)]
    assert last >= plain
    assert not any(is_working_day(day, calendar) for day in over)
