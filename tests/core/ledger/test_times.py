"""Moments: one spelling, exact milliseconds."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evalhub.core.errors import Malformed
from evalhub.core.ledger.times import LAST_MOMENT, format_time, parse_time


@given(st.integers(0, LAST_MOMENT))
@example(0)
@example(LAST_MOMENT)
def test_there_and_back(ms):
    text = format_time(ms)
    assert len(text) == 24
    assert parse_time(text) == ms


def test_known_moments():
    assert format_time(0) == "1970-01-01T00:00:00.000Z"
    assert format_time(951_782_400_007) == "2000-02-29T00:00:00.007Z"
    assert parse_time("2026-11-21T02:03:04.567Z") == 1_795_226_584_567


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21T02:03:04Z",
        "2026-11-21T02:03:04.56Z",
        "2026-11-21T02:03:04.567890Z",
        "2026-11-21 02:03:04.567Z",
        "2026-11-21T02:03:04.567z",
        "2026-11-21T02:03:04.567+00:00",
        "2026-11-21T02:03:04.567Z\n",
        "2026-11-21T24:00:00.000Z",
        "2026-11-21T23:59:60.000Z",
        "2026-02-29T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00.000Z",
        "２026-11-21T02:03:04.567Z",
    ],
)
def test_other_spellings_are_refused(text):
    with pytest.raises(Malformed):
        parse_time(text)


@pytest.mark.parametrize("ms", [-1, LAST_MOMENT + 1])
def test_moments_that_cannot_be_written(ms):
    with pytest.raises(Malformed):
        format_time(ms)
