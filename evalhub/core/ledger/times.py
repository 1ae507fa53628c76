"""The one spelling of a moment: RFC 3339, UTC, milliseconds, ``2026-11-21T02:03:04.567Z``.

Inside programs a moment is an integer: milliseconds since 1970-01-01T00:00:00Z. Never reads a clock.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from evalhub.core.errors import Malformed

LAST_MOMENT = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last moment that RFC 3339 can write."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")


def format_time(ms: int) -> str:
    """Milliseconds since the epoch as text. Raises ``Malformed`` before 1970 or after 9999."""
    if not 0 <= ms <= LAST_MOMENT:
        raise Malformed(f"{ms} ms is not between 1970 and 9999")
    minute, rest = divmod(ms, 60_000)
    return f"{_minute_text(minute)}:{rest // 1000:02}.{rest % 1000:03}Z"


def parse_time(text: str) -> int:
    """Text as milliseconds since the epoch. Raises ``Malformed`` unless the text is the one spelling."""
    if not _FORM.fullmatch(text):
        raise Malformed(f"{text!r} is not a UTC time with milliseconds")
    return _minute(text[:16]) + int(text[17:19]) * 1000 + int(text[20:23])


@lru_cache(maxsize=1024)  # the entries of a ledger come in bursts
def _minute_text(minute: int) -> str:
    """``2026-11-21T02:03`` of so many minutes since the epoch."""
    return (_EPOCH + timedelta(minutes=minute)).isoformat()[:16]


@lru_cache(maxsize=1024)
def _minute(text: str) -> int:
    """The start of a minute, ``2026-11-21T02:03``."""
    try:
        ms = (datetime.fromisoformat(f"{text}:00Z") - _EPOCH) // _MILLISECOND
    except ValueError as error:
        raise Malformed(f"{text!r}: {error}") from None
    if ms < 0:
        raise Malformed(f"{text!r} is before 1970")
    return ms
