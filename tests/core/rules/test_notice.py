"""The notice to an expert: Beijing time and the place, to the minute, and nothing else it could say."""

from __future__ import annotations

import inspect

import pytest

from evalhub.core.rules.notice import notice
from evalhub.core.rules.plan import Text2

PLACE = Text2(zh="甲中心", en="Centre A")


@pytest.mark.requirement("R17")
def test_time_and_place() -> None:
    said = notice("2026-11-21T16:30:00.000Z", PLACE)
    assert "2026-11-22 00:30（北京时间）前到甲中心" in said.zh
    assert "Centre A by 2026-11-22 00:30 (Beijing time)" in said.en


@pytest.mark.requirement("R17")
def test_it_is_given_nothing_it_must_not_say() -> None:
    assert list(inspect.signature(notice).parameters) == ["opens", "place"]
