"""Days and working days in China Standard Time: by when a term given in days ends (F-15, R79).

Rules
- The day of the event does not count; the term begins with the next day and ends at 24:00 of its last day
  (民法典 arts 201, 203). All ends here are therefore midnights of China Standard Time (UTC+8, no summer time), as hub
  time in milliseconds: whoever acts *before* the end is in time.
- A working day is Monday to Friday, except the public holidays, and the Saturdays and Sundays that the State Council's
  yearly notice makes working days in exchange (调休). Both are a parameter of the plan, since no program can know next
  year's notice; nothing beyond weekends is built in.
- A term in plain days whose last day is no working day ends with the next working day (民法典 art 203).

Never here: a clock, a list of real holidays, terms in hours (the two and four hours of a fault).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.errors import Malformed
from evalhub.core.ledger.times import LAST_MOMENT
from evalhub.core.rules.basic import Problem

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d\Z")]  # a calendar day in China, 2026-10-01

HAND_OVER_WORKING_DAYS = 5  # a guest's records to the host, after the session is closed or stopped (S13 arts 18, 21)
ANNOUNCE_WITHIN_DAYS = 3  # candidates are announced after the report (招标投标法实施条例 art 54)
ANNOUNCED_FOR_DAYS = 3  # and stay announced at least so long (art 54)

_DAY_MS = 86_400_000
_ZONE_MS = 8 * 3_600_000
_EPOCH = date(1970, 1, 1).toordinal()


class WorkCalendar(Record):
    """What the yearly notice says: ``holidays`` are not worked; ``workdays`` are Saturdays or Sundays that are."""

    holidays: tuple[Day, ...] = ()
    workdays: tuple[Day, ...] = ()


def calendar_problems(calendar: WorkCalendar, path: str) -> Iterator[Problem]:
    """Every entry that cannot be meant. ``path``: where the calendar stands in its file."""
    for name, days in (("holidays", calendar.holidays), ("workdays", calendar.workdays)):
        for index, day in enumerate(days):
            if _date(day) is None:
                yield Problem(path=f"{path}.{name}[{index}]", code="bad-date", found=day)
        for day, count in Counter(days).items():
            if count > 1:
                yield Problem(path=f"{path}.{name}[*]", code="duplicate", found=day)
    for index, day in enumerate(calendar.workdays):
        made = _date(day)
        if day in calendar.holidays:
            yield Problem(path=f"{path}.workdays[{index}]", code="workday-and-holiday", found=day)
        elif made is not None and made.weekday() < 5:
            yield Problem(path=f"{path}.workdays[{index}]", code="workday-anyway", found=day)


def is_working_day(day: date, calendar: WorkCalendar) -> bool:
    """Monday to Friday and no holiday, or made a working day."""
    name = day.isoformat()
    return name in calendar.workdays or (day.weekday() < 5 and name not in calendar.holidays)


def day_of(at: int) -> date:
    """The day in China at a moment of hub time (ms). Raises ``Malformed`` before 1970 or after 9999."""
    if not 0 <= at <= LAST_MOMENT - _ZONE_MS:
        raise Malformed(f"{at} ms is not a moment of the calendar")
    return date.fromordinal(_EPOCH + (at + _ZONE_MS) // _DAY_MS)


def end_of_working_days(at: int, days: int, calendar: WorkCalendar) -> int:
    """The end (ms, exclusive) of the ``days``-th working day after the day of ``at``."""
    day = day_of(at)
    for _ in range(_at_least_one(days)):
        day = _next_working_day(day, calendar)
    return _end_of(day)


def end_of_days(at: int, days: int, calendar: WorkCalendar) -> int:
    """The end (ms, exclusive) of the ``days``-th day after the day of ``at``; moved on to a working day."""
    day = day_of(at)
    for _ in range(_at_least_one(days)):
        day = _next(day)
    return _end_of(day if is_working_day(day, calendar) else _next_working_day(day, calendar))


def hand_over_due(at: int, calendar: WorkCalendar) -> int:
    """By when (ms, exclusive) a guest has handed its records over, if the session ended at ``at``."""
    return end_of_working_days(at, HAND_OVER_WORKING_DAYS, calendar)


def announcement_due(at: int, calendar: WorkCalendar) -> int:
    """By when (ms, exclusive) the candidates of a report received at ``at`` are announced."""
    return end_of_days(at, ANNOUNCE_WITHIN_DAYS, calendar)


def announced_until(at: int, calendar: WorkCalendar) -> int:
    """Until when (ms, exclusive) candidates announced at ``at`` stay announced at least."""
    return end_of_days(at, ANNOUNCED_FOR_DAYS, calendar)


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def _at_least_one(days: int) -> int:
    if not 1 <= days <= 366:
        raise Malformed(f"{days} is no number of days")
    return days


def _next(day: date) -> date:
    if day == date.max:
        raise Malformed("the calendar ends")
    return date.fromordinal(day.toordinal() + 1)


def _next_working_day(day: date, calendar: WorkCalendar) -> date:
    day = _next(day)
    while not is_working_day(day, calendar):
        day = _next(day)
    return day


def _end_of(day: date) -> int:
    """Midnight after a day in China, in hub time."""
    return (day.toordinal() + 1 - _EPOCH) * _DAY_MS - _ZONE_MS
