"""Workbooks: bounded, nothing evaluated, no binary noise."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from evalhub.core.errors import Malformed
from evalhub.party import spreadsheet
from evalhub.party.spreadsheet import CellMistake, cell_text, read_workbook


def workbook(path, rows, formats=None):
    book = Workbook()
    sheet = book.active
    sheet.title = "表"
    for row in rows:
        sheet.append(row)
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    book.save(path)
    return path


def rezip(source, target, change):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, change(member.filename, old.read(member)))
    return target


@given(st.decimals(-(10**10), 10**10, places=2))
def test_a_typed_amount_comes_back_exactly(amount):
    text, code = cell_text(float(amount), "General", "n")
    assert (Decimal(text), code) == (amount, "")
    shown, code = cell_text(float(amount), "#,##0.00", "n")
    assert (Decimal(shown), code) == (amount, "")
    assert len(shown.partition(".")[2]) == 2


@pytest.mark.parametrize(
    ("value", "number_format", "text", "code"),
    [
        (0.1 + 0.2, "General", "0.3", ""),
        (1234.5, "0.00", "1234.50", ""),
        (12.345, "0.00", "", "shown-rounded"),
        (0.125, "0.0%", "", "shown-rounded"),
        (12.5, "0", "", "shown-rounded"),
        (7, "0000", "0007", ""),
        (240.0, "General", "240", ""),
        (1e22, "General", "1" + "0" * 22, ""),
        (float("inf"), "General", "", "cell-error"),
        (True, "General", "true", ""),
        (date(2026, 12, 31), "yyyy-mm-dd", "2026-12-31", ""),
        (datetime.fromisoformat("2026-12-31T00:00:00"), "yyyy-mm-dd", "2026-12-31", ""),
        ("　合成 ", "General", "合成", ""),
        (None, "General", "", ""),
    ],
)
def test_what_a_person_reads(value, number_format, text, code):
    assert cell_text(value, number_format, "s" if isinstance(value, str) else "n") == (text, code)


def test_formulas_are_mistakes_and_text_that_looks_like_one_is_text(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["x", "y"])
    sheet["A2"] = "=1+1"
    sheet["B2"].value, sheet["B2"].data_type = "=cmd|' /C calc'!A0", "s"
    book.save(tmp_path / "f.xlsx")
    found = read_workbook(tmp_path / "f.xlsx")["Sheet"]
    assert found.rows[1].cells == ("", "=cmd|' /C calc'!A0")
    assert found.mistakes == (CellMistake(row=2, column="A", code="formula", found="=1+1"),)


def test_rows_keep_their_numbers(tmp_path):
    path = workbook(tmp_path / "r.xlsx", [["h"], [None], ["a"], [None], ["b"]])
    assert [(row.number, row.cells) for row in read_workbook(path)["表"].rows] == [
        (1, ("h",)),
        (3, ("a",)),
        (5, ("b",)),
    ]


def test_a_zip_bomb_is_refused_unopened(tmp_path):
    good = workbook(tmp_path / "good.xlsx", [["a"]])
    bomb = rezip(
        good, tmp_path / "bomb.xlsx", lambda name, data: data + b" " * 70_000_000 if "sheet1" in name else data
    )
    assert bomb.stat().st_size < 200_000
    with pytest.raises(Malformed, match="too large"):
        read_workbook(bomb)


def test_many_members_are_refused(tmp_path):
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(spreadsheet.MAX_MEMBERS + 1):
            archive.writestr(f"{number}.xml", "")
    with pytest.raises(Malformed, match="too large"):
        read_workbook(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path, encoding):
    good = workbook(tmp_path / "good.xlsx", [["a"]])
    evil = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'.encode(encoding)
    path = rezip(good, tmp_path / "e.xlsx", lambda name, data: evil if "sheet1" in name else data)
    with pytest.raises(Malformed, match="document type"):
        read_workbook(path)


def test_a_row_number_out_of_this_world_is_bounded(tmp_path):
    good = workbook(tmp_path / "good.xlsx", [["a"], ["b"]])
    path = rezip(good, tmp_path / "far.xlsx", lambda name, data: data.replace(b'r="2"', b'r="999999999"'))
    with pytest.raises(Malformed):
        read_workbook(path)


def test_a_lying_dimension_does_not_widen_rows(tmp_path):
    good = workbook(tmp_path / "good.xlsx", [["a"], ["b"]])
    path = rezip(good, tmp_path / "wide.xlsx", lambda name, data: data.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert [row.cells for row in read_workbook(path)["表"].rows] == [("a",), ("b",)]


@pytest.mark.parametrize("place", ["AO2", "IV2", "XFD2"])
def test_text_far_to_the_right_is_not_lost(tmp_path, place):
    good = workbook(tmp_path / "good.xlsx", [["a"], ["b"]])
    path = rezip(good, tmp_path / "right.xlsx", lambda name, data: data.replace(b'r="A2"', f'r="{place}"'.encode()))
    with pytest.raises(Malformed, match="row 2 has more than 40 columns"):
        read_workbook(path)


@given(st.binary(max_size=200))
def test_any_bytes_give_malformed(data):
    buffer = io.BytesIO(data).getvalue()
    with pytest.raises(Malformed):
        spreadsheet._weigh(buffer, "x.xlsx")


def test_damaged_workbooks_give_malformed(tmp_path):
    data = workbook(tmp_path / "good.xlsx", [["a", 1], ["b", 2]]).read_bytes()
    outcomes = set()
    for place in range(0, len(data), 97):
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        try:
            read_workbook(path)
            outcomes.add("read")
        except Malformed:
            outcomes.add("malformed")
    assert "malformed" in outcomes
