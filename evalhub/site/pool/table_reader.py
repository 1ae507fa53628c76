"""A table file (.xlsx, .csv) → heading row and rows of text. What the columns mean is ``check``'s affair.

Rules
- .xlsx: the first sheet; see ``evalhub.party.spreadsheet`` for bounds, formulas and numbers.
- .csv: UTF-8 with or without a mark, otherwise GB18030 (what Chinese spreadsheet programs write), never a
  guess by statistics: bytes that are valid UTF-8 are UTF-8.
- Rows are numbered as a spreadsheet numbers them. Empty rows are skipped, not renumbered.
- Everything is text, also ``=cmd|…``: nothing is evaluated, here or later.

Raises ``Malformed`` for a file that cannot be read or exceeds a bound.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from evalhub.core.errors import Malformed
from evalhub.party.plain_files import read_bounded
from evalhub.party.spreadsheet import MAX_COLUMNS, MAX_ROWS, Row, Sheet, read_workbook

MAX_CSV_BYTES = 32 * 1024 * 1024
_SPACE = " \t\r\n\u3000"


def read_table(path: Path) -> Sheet:
    """The rows of a pool file; the first one is the heading."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        sheet = next(iter(read_workbook(path).values()))
    elif suffix == ".csv":
        rows = tuple(_csv_rows(_decoded(read_bounded(path, MAX_CSV_BYTES), path.name), path.name))
        sheet = Sheet(name=path.stem, rows=rows)
    else:
        raise Malformed("is neither .xlsx nor .csv", path.name)
    if not sheet.rows:
        raise Malformed("has no heading row", path.name)
    return sheet


def _decoded(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Malformed("is neither UTF-8 nor GB18030 text", name)


def _csv_rows(text: str, name: str) -> Iterator[Row]:
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if number > MAX_ROWS:
                raise Malformed(f"has more than {MAX_ROWS} rows", name)
            if len(record) > MAX_COLUMNS:
                raise Malformed(f"row {number} has more than {MAX_COLUMNS} columns", name)
            cells = tuple(cell.strip(_SPACE) for cell in record)
            if any(cells):
                yield Row(number, cells)
    except csv.Error as error:
        raise Malformed(f"is not a readable .csv ({error})", name) from None
