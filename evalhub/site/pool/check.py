"""Rows of text → a ``Pool``, or every mistake with its row and column. All or nothing: no half-read pool
exists.

Rules
- Headings in Chinese or English, in any order; a column nobody knows is a mistake, not a silent loss.
- One mistake a cell; every cell of every row is looked at.
- Specialty codes must be in the national classification; the same code twice in one cell is a mistake.
- ``suspended`` needs a reason, so that a reader of the report knows why.

Never here: whether a title is high enough (``upkeep`` reports it: the centre decides), files, the database.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from evalhub.party.specialties import is_known
from evalhub.party.spreadsheet import Row, Sheet
from evalhub.site.pool.records import Expert, Pool, PoolMistakes, RowMistake, Status
from evalhub.site.pool.table_reader import read_table

HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "专家编号", "id"),
    "name": ("姓名", "name"),
    "title": ("职称", "title"),
    "employer": ("工作单位", "单位", "employer"),
    "specialties": ("评标专业", "专业", "specialties"),
    "status": ("状态", "status"),
    "reason": ("原因", "reason"),
    "until": ("截止日期", "截止", "until"),
}
_REQUIRED = ("id", "name", "title", "employer", "specialties", "status")
_STATUS: dict[str, Status] = {
    "active": "active",
    "正常": "active",
    "suspended": "suspended",
    "暂停": "suspended",
}
_LONGEST = {"name": 60, "title": 60, "employer": 120, "specialties": 400, "reason": 200}
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")
_BETWEEN_CODES = re.compile(r"[;；、\s]+")
_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")

_Cells = dict[str, str]


def read_pool(path: Path) -> Pool:
    """The pool of a .xlsx or .csv file. Raises ``PoolMistakes`` (all) or ``Malformed`` (unreadable)."""
    return pool_of(read_table(path))


def pool_of(sheet: Sheet) -> Pool:
    """The pool of a table already read. Raises ``PoolMistakes``."""
    heading, *rows = sheet.rows
    columns = _columns(heading)
    shown = {field: heading.cells[place] for field, place in columns.items()}
    cells = [(row.number, _by_field(row, columns)) for row in rows]
    unusable = _unusable(sheet, heading, columns)
    mistakes = list(unusable.values())
    for number, line in cells:
        for field, code in _row_mistakes(line):
            if (number, field) not in unusable:
                mistakes.append(_mistake(number, shown[field], code, line[field]))
    mistakes += _too_wide(rows, heading)
    mistakes += _repeated(cells, shown)
    if not rows:
        mistakes.append(_mistake(heading.number, "", "no-experts"))
    if mistakes:
        raise PoolMistakes(tuple(sorted(mistakes, key=lambda mistake: mistake.row)))
    return Pool(experts=tuple(sorted((_expert(line) for _, line in cells), key=lambda expert: expert.id)))


def _mistake(row: int, column: str, code: str, found: str = "") -> RowMistake:
    return RowMistake(row=row, column=column[:60], code=code, found=found[:60])


def _columns(heading: Row) -> dict[str, int]:
    """Which column holds which field. Raises ``PoolMistakes`` at once if headings are wrong: rows mean
    nothing then.
    """
    known = {word: field for field, words in HEADINGS.items() for word in words}
    columns: dict[str, int] = {}
    mistakes = []
    for place, text in enumerate(heading.cells):
        field = known.get(text.casefold())
        if field is None or field in columns:
            code = "unknown-heading" if field is None else "heading-twice"
            mistakes.append(_mistake(heading.number, text or f"#{place + 1}", code))
        else:
            columns[field] = place
    for field in _REQUIRED:
        if field not in columns:
            mistakes.append(_mistake(heading.number, "/".join(HEADINGS[field]), "missing-heading"))
    if mistakes:
        raise PoolMistakes(tuple(mistakes))
    return columns


def _by_field(row: Row, columns: dict[str, int]) -> _Cells:
    return {field: row.cells[place] if place < len(row.cells) else "" for field, place in columns.items()}


def _unusable(sheet: Sheet, heading: Row, columns: dict[str, int]) -> dict[tuple[int, str], RowMistake]:
    """Formulas and the like, by row and field, so that an emptied cell is not also reported missing."""
    field_at = {place: field for field, place in columns.items()}
    found = {}
    for mistake in sheet.mistakes:
        place = _place(mistake.column)
        column = heading.cells[place] if place < len(heading.cells) else mistake.column
        field = field_at.get(place, mistake.column)
        found[mistake.row, field] = _mistake(mistake.row, column, mistake.code, mistake.found)
    return found


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _row_mistakes(line: _Cells) -> Iterator[tuple[str, str]]:
    for field, text in line.items():
        code = _text_mistake(field, text) or (_CHECKS[field](line) if field in _CHECKS else "")
        if code:
            yield field, code


def _text_mistake(field: str, text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for letter in text):
        return "control-character"
    if not text:
        return "missing" if field in _REQUIRED else ""
    return "too-long" if len(text) > _LONGEST.get(field, 32) else ""


def _id_mistake(line: _Cells) -> str:
    return "" if _ID.match(line["id"]) else "bad-id"


def _status_mistake(line: _Cells) -> str:
    return "" if line["status"].casefold() in _STATUS else "unknown-status"


def _reason_mistake(line: _Cells) -> str:
    suspended = _STATUS.get(line.get("status", "").casefold()) == "suspended"
    return "reason-missing" if suspended and not line["reason"] else ""


def _specialties_mistake(line: _Cells) -> str:
    codes = _codes(line["specialties"])
    if not all(map(is_known, codes)):
        return "unknown-specialty"
    return "specialty-twice" if len(set(codes)) != len(codes) else ""


def _until_mistake(line: _Cells) -> str:
    if not line["until"]:
        return ""
    try:
        date.fromisoformat(line["until"])
    except ValueError:
        return "bad-date"
    return "" if _DAY.match(line["until"]) else "bad-date"


_CHECKS: dict[str, Callable[[_Cells], str]] = {
    "id": _id_mistake,
    "status": _status_mistake,
    "reason": _reason_mistake,
    "specialties": _specialties_mistake,
    "until": _until_mistake,
}


def _codes(text: str) -> list[str]:
    return [code for code in _BETWEEN_CODES.split(text) if code]


def _too_wide(rows: list[Row], heading: Row) -> Iterator[RowMistake]:
    """Text beyond the last heading usually means an unquoted separator: the columns have slipped."""
    for row in rows:
        extra = [text for text in row.cells[len(heading.cells) :] if text]
        if extra:
            yield _mistake(row.number, f"#{len(heading.cells) + 1}", "no-heading", extra[0])


def _repeated(cells: list[tuple[int, _Cells]], shown: dict[str, str]) -> Iterator[RowMistake]:
    """Every row after the first that uses an id again."""
    seen: Counter[str] = Counter()
    for number, line in cells:
        seen[line["id"]] += 1
        if line["id"] and seen[line["id"]] > 1:
            yield _mistake(number, shown["id"], "duplicate-id", line["id"])


def _expert(line: _Cells) -> Expert:
    return Expert(
        id=line["id"],
        name=line["name"],
        title=line["title"],
        employer=line["employer"],
        specialties=tuple(sorted(_codes(line["specialties"]))),
        status=_STATUS[line["status"].casefold()],
        reason=line.get("reason", ""),
        until=line.get("until", ""),
    )
