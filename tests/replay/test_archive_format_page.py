"""``docs/archive-format.md`` names every event with all its fields, and every check of the verifier."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from evalhub.core.rules.commands import BY_PAST, ENVELOPES, HUB_COMMANDS, NAMES
from evalhub.core.rules.events import CONSEQUENCES, EVENT_TYPES
from evalhub.core.rules.phases import TABLE
from evalhub.replay.findings import CheckName

PAGE = (Path(__file__).parents[2] / "docs" / "archive-format.md").read_text(encoding="utf-8")
ROWS = {cells[0].strip(" `"): cells for line in PAGE.splitlines() if len(cells := line.strip("|").split("|")) >= 3}


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_event_has_its_row_with_all_fields(name):
    cells = ROWS[name]
    fields = cells[1] if name in CONSEQUENCES else cells[3]
    assert tuple(names(fields)) == EVENT_TYPES[name].__struct_fields__


@pytest.mark.parametrize("name", sorted(BY_PAST))
def test_every_command_says_who_and_by_which_statement(name):
    kind, cells = BY_PAST[name], ROWS[name]
    assert {word.strip() for word in cells[2].split(",")} == TABLE[kind].by
    expected = "*hub*" if kind in HUB_COMMANDS else "*envelope*" if kind in ENVELOPES else f"`{NAMES[kind]}`"
    assert cells[1].strip() == expected


def test_every_check_is_described():
    told = PAGE[PAGE.index("## 8.") :]
    assert set(get_args(CheckName)) <= set(names(told))
