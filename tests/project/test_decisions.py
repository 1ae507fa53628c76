"""Decision records: each has number, title, date and status, and is listed; nothing is listed twice or in vain."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from support.repository import ROOT, files, shown

FOLDER = ROOT / "docs" / "decisions"
RECORDS = [path for path in files("docs/decisions/*.md") if path.name != "README.md"]
HEAD = re.compile(r"# (\d{4}) (\S[^\n]+)\n\n(\d{4}-\d{2}-\d{2})[,.] (?i:(accepted|rejected|superseded by \d{4}))\.?\n")
ROW = re.compile(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+?) \|", re.MULTILINE)


def head(record: Path) -> re.Match[str]:
    """Number, title, date and status; fails if the record does not begin with them."""
    found = HEAD.match(record.read_text("utf-8"))
    assert found, f"{shown(record)} does not begin with '# NNNN Title', an empty line, and 'date, status'"
    return found


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_has_number_title_date_and_status(record: Path) -> None:
    number, _, day, _ = head(record).groups()
    assert record.name.startswith(f"{number}-")
    assert date.fromisoformat(day)


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_says_what_was_rejected(record: Path) -> None:
    assert re.search(r"\brejected\b", record.read_text("utf-8").split("\n", 3)[3], re.IGNORECASE)


def test_numbers_are_unique() -> None:
    numbers = [head(record)[1] for record in RECORDS]
    assert len(set(numbers)) == len(numbers)


def test_list_names_every_record_by_its_title_in_order() -> None:
    listed = ROW.findall((FOLDER / "README.md").read_text("utf-8"))
    assert listed == [(head(record)[1], record.name, head(record)[2]) for record in RECORDS]


@pytest.mark.parametrize(
    "text", ["# 12 Short\n\n2026-01-01, accepted\n", "# 0012 No date\n\naccepted\n", "# 0012 X\n2026-01-01, accepted\n"]
)
def test_a_bad_head_would_be_found(text: str) -> None:
    assert not HEAD.match(text)
