"""An .xlsx workbook → rows of text, bounded and without evaluating anything.

Rules
- The zip directory is weighed before anything is unpacked: number of members and declared sizes (``zipfile``
  never reads beyond a declared size, so a bomb cannot grow past it). Document type declarations are refused
  (entity bombs).
- Text stays text, also text that begins with ``=`` or ``@``. A real formula is a mistake of its cell: its
  stored result is whatever the last program left there.
- A number becomes the decimal a person sees: fifteen significant digits (all that a spreadsheet keeps),
  padded to the shown places. A number that the cell shows rounded, or as a percentage, is a mistake of its
  cell: what a person sees is not what the file holds.

Raises ``Malformed`` for a file that is no workbook or exceeds a bound. Never reads macros, links, styles'
meaning.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from evalhub.core.errors import Malformed
from evalhub.party.plain_files import read_bounded

MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_MEMBERS = 200
MAX_ROWS = 200_000
MAX_COLUMNS = 40
WIDEST_ROW = 256  # empty formatted cells beyond the columns that count
_PLACES = re.compile(r"^[#,0]*0(?:\.(?P<places>0+))?(?:_ |;.*)?$")
_ZEROS = re.compile(r"^0{2,}$")


@dataclass(frozen=True)
class CellMistake:
    """A cell that cannot be taken as it stands. ``row`` counts from 1; ``column`` is its letter."""

    row: int
    column: str
    code: str
    found: str


@dataclass(frozen=True)
class Row:
    """One row that has text in it: its number in the file (from 1) and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows without the empty ones, and its unusable cells (empty text in ``rows``)."""

    name: str
    rows: tuple[Row, ...]
    mistakes: tuple[CellMistake, ...] = field(default=())


def read_workbook(path: Path) -> dict[str, Sheet]:
    """Every sheet of the workbook by name, in file order."""
    data = read_bounded(path, MAX_FILE_BYTES)
    _weigh(data, path.name)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        return {sheet.title: _sheet(sheet) for sheet in book.worksheets}
    except Malformed:
        raise
    except Exception as error:  # openpyxl raises anything at all on a damaged file
        raise Malformed(f"is not a readable .xlsx workbook ({type(error).__name__})", path.name) from None


def _weigh(data: bytes, name: str) -> None:
    """Refuse a zip that would unpack to more than the bounds, or that brings a document type declaration."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES:
                raise Malformed(f"unpacks to {len(members)} parts, {unpacked} bytes: too large", name)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")) and _declares(archive.read(member)):
                    raise Malformed("brings a document type declaration", name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Malformed(f"is not a readable .xlsx workbook ({type(error).__name__})", name) from None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise Malformed("is not a readable .xlsx workbook (damaged data)", name) from None


def _declares(xml: bytes) -> bool:
    """A DTD in an ASCII-compatible encoding, or another encoding altogether (no spreadsheet program writes
    one).
    """
    return b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml[:4096]


def _sheet(sheet: Any) -> Sheet:
    sheet.reset_dimensions()  # the declared size may lie; the rows cannot
    mistakes: list[CellMistake] = []
    rows = tuple(_rows(sheet, mistakes))
    return Sheet(name=sheet.title, rows=rows, mistakes=tuple(mistakes))


def _rows(sheet: Any, mistakes: list[CellMistake]) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > MAX_ROWS:
            raise Malformed(f"has more than {MAX_ROWS} rows", sheet.title)
        if len(cells) > WIDEST_ROW or any(cell.value is not None for cell in cells[MAX_COLUMNS:]):
            raise Malformed(f"row {number} has more than {MAX_COLUMNS} columns", sheet.title)
        if all(cell.value is None for cell in cells):
            continue
        texts = []
        for column, cell in enumerate(cells[:MAX_COLUMNS], start=1):
            text, code = cell_text(cell.value, cell.number_format or "General", cell.data_type)
            if code:
                mistakes.append(CellMistake(number, get_column_letter(column), code, str(cell.value)[:60]))
            texts.append(text)
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield Row(number, tuple(texts))


def cell_text(value: object, number_format: str, data_type: str) -> tuple[str, str]:
    """What a person reads in a cell, and a mistake code (empty when there is none)."""
    if value is None:
        return "", ""
    if data_type in ("f", "e") or not isinstance(value, (str, bool, int, float, date)):
        return "", "formula" if data_type == "f" else "cell-error"
    if isinstance(value, str):
        return value.strip(" \t\r\n\u3000"), ""
    if isinstance(value, bool):
        return str(value).lower(), ""
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat(), ""
    return _number_text(value, number_format)


def _number_text(value: int | float, number_format: str) -> tuple[str, str]:
    exact = Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return "", "cell-error"
    if _ZEROS.match(number_format) and exact == exact.to_integral_value():
        return format(int(exact), f"0{len(number_format)}d"), ""
    if "%" in number_format:
        return "", "shown-rounded"
    shown = _PLACES.match(number_format)
    plain = format(exact, "f")
    if not shown:
        return plain.removesuffix(".0"), ""
    places = len(shown["places"] or "")
    has = len(plain.partition(".")[2].rstrip("0"))
    if has > places:
        return "", "shown-rounded"
    return format(exact, f".{places}f"), ""
