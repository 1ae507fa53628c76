"""A pool file is read whole or not at all, and every mistake has its row and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Malformed
from evalhub.party.spreadsheet import Row, Sheet
from evalhub.site.pool.check import pool_of, read_pool
from evalhub.site.pool.records import PoolMistakes
from evalhub.site.pool.table_reader import read_table

HEADING = ["编号", "姓名", "职称", "工作单位", "评标专业", "状态", "原因", "截止日期"]
FIELDS = ["id", "name", "title", "employer", "specialties", "status", "reason", "until"]
GOOD = ["高级工程师", "合成单位", "A0401;A06", "active", "", ""]
BAD = [  # column, text, code
    (0, "", "missing"),
    (0, "有字", "bad-id"),
    (0, "x" * 33, "too-long"),
    (1, "", "missing"),
    (1, "合成\x07专家", "control-character"),
    (1, "合成\u202e专家", "control-character"),
    (2, "", "missing"),
    (3, "单" * 121, "too-long"),
    (4, "", "missing"),
    (4, "A0401;A9999", "unknown-specialty"),
    (4, "A0401 A0401", "specialty-twice"),
    (4, "设计", "unknown-specialty"),
    (5, "", "missing"),
    (5, "retired", "unknown-status"),
    (6, "因" * 201, "too-long"),
    (7, "2026-02-30", "bad-date"),
    (7, "20261231", "bad-date"),
    (7, "31/12/2026", "bad-date"),
]


def rows_of(count):
    return [[f"T-{number:04d}", f"合成专家{number:04d}", *GOOD] for number in range(1, count + 1)]


def sheet_of(rows, heading=HEADING):
    return Sheet(name="t", rows=tuple(Row(n, tuple(row)) for n, row in enumerate([heading, *rows], start=1)))


def mistakes_of(sheet):
    with pytest.raises(PoolMistakes) as caught:
        pool_of(sheet)
    return [(one.row, one.column, one.code) for one in caught.value.mistakes]


@given(st.integers(1, 30), st.data(), st.sampled_from(BAD))
def test_one_bad_cell_imports_nothing_and_is_named(count, data, bad):
    column, text, code = bad
    rows = rows_of(count)
    place = data.draw(st.integers(0, count - 1))
    rows[place][column] = text
    assert mistakes_of(sheet_of(rows)) == [(place + 2, HEADING[column], code)]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(BAD)), min_size=1, max_size=8))
def test_every_bad_cell_is_named(bads):
    rows, expected = rows_of(10), {}
    for place, (column, text, code) in bads:
        rows[place][column] = text
        expected[place + 2, HEADING[column]] = code
    found = mistakes_of(sheet_of(rows))
    assert {(row, column): code for row, column, code in found if code != "duplicate-id"} == expected
    assert [row for row, _, _ in found] == sorted(row for row, _, _ in found)


@given(st.permutations(range(len(HEADING))), st.integers(1, 5), st.booleans())
def test_order_and_language_of_headings_do_not_matter(order, count, english):
    heading = [word.upper() if word != "id" else word for word in FIELDS] if english else HEADING
    shuffled = [[row[place] for place in order] for row in (heading, *rows_of(count))]
    assert pool_of(sheet_of(shuffled[1:], shuffled[0])) == pool_of(sheet_of(rows_of(count)))


@given(st.permutations(range(6)))
def test_the_digest_does_not_depend_on_row_order(order):
    rows = rows_of(6)
    assert pool_of(sheet_of([rows[place] for place in order])).digest() == pool_of(sheet_of(rows)).digest()


def test_repeated_ids_are_named_from_the_second_on():
    rows = rows_of(4)
    rows[2][0] = rows[3][0] = rows[0][0]
    assert mistakes_of(sheet_of(rows)) == [(4, "编号", "duplicate-id"), (5, "编号", "duplicate-id")]


def test_suspended_needs_a_reason():
    rows = rows_of(2)
    rows[1][5] = "暂停"
    assert mistakes_of(sheet_of(rows)) == [(3, "原因", "reason-missing")]
    rows[1][6] = "本人申请暂停"
    assert pool_of(sheet_of(rows)).experts[1].status == "suspended"


def test_headings_are_checked_first():
    found = mistakes_of(sheet_of(rows_of(3), ["编号", "姓名", "手机", "姓名"]))
    assert (1, "手机", "unknown-heading") in found
    assert (1, "姓名", "heading-twice") in found
    assert (1, "职称/title", "missing-heading") in found
    assert {row for row, _, _ in found} == {1}


def test_slipped_columns_and_empty_pools():
    assert mistakes_of(sheet_of([[*rows_of(1)[0], "多出"]])) == [(2, "#9", "no-heading")]
    assert mistakes_of(sheet_of([])) == [(1, "", "no-experts")]


def test_optional_columns_may_be_left_out():
    rows = [row[:6] for row in rows_of(3)]
    assert pool_of(sheet_of(rows, HEADING[:6])) == pool_of(sheet_of(rows_of(3)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_each_encoding(write, encoding):
    assert read_pool(write(rows_of(5), encoding=encoding)) == pool_of(sheet_of(rows_of(5)))


def test_xlsx_is_the_same_pool(write):
    assert read_pool(write(rows_of(5), "pool.xlsx")) == pool_of(sheet_of(rows_of(5)))


@pytest.mark.parametrize("evil", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1"])
def test_text_that_looks_like_a_formula_is_text(write, evil):
    rows = rows_of(2)
    rows[0][1] = evil
    assert read_pool(write(rows)).experts[0].name == evil


def test_a_real_formula_is_a_mistake_of_its_cell(write):
    rows = rows_of(2)
    rows[1][2] = '=CONCATENATE("高级","工程师")'
    with pytest.raises(PoolMistakes) as caught:
        read_pool(write(rows, "pool.xlsx"))
    assert [(one.row, one.column, one.code) for one in caught.value.mistakes] == [(3, "职称", "formula")]


def test_rows_are_numbered_as_a_spreadsheet_does(write):
    rows = [*rows_of(2), ["", " ", "", "", "", "", "", ""], [*rows_of(3)[2][:4], "Z", "active", "", ""]]
    for name in ("pool.csv", "pool.xlsx"):
        with pytest.raises(PoolMistakes) as caught:
            read_pool(write(rows, name))
        assert [(one.row, one.column) for one in caught.value.mistakes] == [(5, "评标专业")]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"\xff\xfe\x00", b'a,"b', b"," * 100 + b"x"],
    ids=["empty", "blank", "binary", "quote", "wide"],
)
def test_unreadable_csv(tmp_path, data):
    path = tmp_path / "pool.csv"
    path.write_bytes(data)
    with pytest.raises(Malformed, match=r"pool\.csv"):
        read_table(path)


def test_other_endings_and_missing_files(tmp_path):
    for name in ("pool.xls", "pool", "missing.csv", "missing.xlsx"):
        with pytest.raises(Malformed, match=name):
            read_table(tmp_path / name)


@given(st.lists(st.lists(st.text(max_size=8), max_size=9), max_size=6))
def test_any_table_is_read_or_named(rows):
    """Nothing else than mistakes or a whole pool can come out of a table of text."""
    try:
        size = len(pool_of(sheet_of(rows)).experts)
    except PoolMistakes:
        size = None
    assert size in (None, len(rows))
