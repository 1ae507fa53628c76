"""Project files in three forms: good ones are read alike, bad ones are named mistake by mistake."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from evalhub.core.codec import from_plain, to_plain
from evalhub.core.errors import Malformed
from evalhub.core.rules.plan import Problem, Project
from evalhub.party.project_file import ProjectMistakes, bid_file_problems, read_project
from evalhub.party.project_sheets import from_sheets, to_sheets
from evalhub.party.spreadsheet import Row, Sheet
from evalhub.party.structure import structural_problems

EXAMPLE = Path(__file__).parents[2] / "examples" / "hongshan"
GOOD = to_plain(read_project(EXAMPLE / "project.yaml"))


def mistakes(tmp_path, plain):
    path = tmp_path / "project.json"
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(ProjectMistakes) as caught:
        read_project(path)
    return caught.value.problems


def changed(**changes):
    plain = copy.deepcopy(GOOD)
    for path, value in changes.items():
        *sections, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        target = plain
        for section in sections:
            target = target[section]
        if value is ...:
            del target[last]
        else:
            target[last] = value
    return plain


def test_three_forms_one_project(tmp_path):
    path = tmp_path / "project.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    assert read_project(path) == read_project(EXAMPLE / "project.yaml") == read_project(EXAMPLE / "project.xlsx")


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"code": ...}, "code", "missing"),
        ({"colour": "red"}, "colour", "unknown-field"),
        ({"bidders__2__price": "cheap"}, "bidders[2].price", "bad-value"),
        ({"bidders__2__price": "-5"}, "bidders[2].price", "not-an-amount"),
        ({"bidders__2__price": "5.001"}, "bidders[2].price", "not-an-amount"),
        ({"bidders__2__file__sha256": "00"}, "bidders[2].file.sha256", "bad-value"),
        ({"bidders__1__code": "B1"}, "bidders[*].code", "duplicate"),
        ({"examination__0__group": "moral"}, "examination[0].group", "bad-value"),
        ({"examination__3": "text"}, "examination[3]", "not-a-section"),
        ({"factors__0__highest": "9"}, "factors", "points-not-100"),
        ({"factors__0__step": "0.3"}, "factors[0]", "range-not-in-steps"),
        ({"factors__0__lowest": None}, "factors[0].lowest", "missing"),
        ({"committee__size": 4}, "committee.size", "committee-odd"),
        ({"committee__size": "5"}, "committee.size", "bad-value"),
        ({"price__formula": "magic"}, "price.formula", "unknown-choice"),
        ({"price__deduction__above": ...}, "price.deduction.above", "missing"),
        ({"price__deduction__above": "-1"}, "price.deduction.above", "price-parameter"),
        ({"price_points": "NaN"}, "factors", "points-not-100"),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path, change, path, code):
    assert (path, code) in {(one.path, one.code) for one in mistakes(tmp_path, changed(**change))}


def test_all_structural_mistakes_are_named_at_once(tmp_path):
    plain = changed(code=..., bidders__0__price="x", bidders__5__name="", factors__2__kind="odd", extra=1)
    assert {(one.path, one.code) for one in mistakes(tmp_path, plain)} == {
        ("code", "missing"),
        ("bidders[0].price", "bad-value"),
        ("bidders[5].name", "bad-value"),
        ("factors[2].kind", "bad-value"),
        ("extra", "unknown-field"),
    }


def test_mistakes_have_an_end(tmp_path):
    assert len(mistakes(tmp_path, changed(bidders=[{}] * 1000))) == 200


PATHS = [
    (section, index, field)
    for section in ("bidders", "examination", "factors")
    for index in range(len(GOOD[section]))
    for field in GOOD[section][index]
]


@given(st.sampled_from(PATHS), st.sampled_from([[], {}, 3, True, None]))
def test_the_walk_agrees_with_the_reader(place, value):
    """No structural mistake exactly when the strict reader takes it."""
    section, index, field = place
    plain = changed(**{f"{section}__{index}__{field}": value})
    found = structural_problems(Project, plain)
    try:
        from_plain(Project, plain)
        assert found == ()
    except Malformed:
        assert found
        assert all(one.path.startswith(f"{section}[{index}].{field}") for one in found)


@pytest.mark.parametrize("plain", [[], "text", 3, None, {"bidders": {}}, {"bidders": [3]}, {"price": []}])
def test_other_shapes_are_named_too(tmp_path, plain):
    assert mistakes(tmp_path, plain)


# --- bid documents -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EXAMPLE, tmp_path / "project"))


def test_a_changed_byte_is_noticed(folder):
    project = read_project(folder / "project.yaml")
    assert bid_file_problems(project, folder) == ()
    bid = folder / "bids" / "bid-b3.pdf"
    data = bytearray(bid.read_bytes())
    data[40] ^= 1
    bid.write_bytes(data)
    assert bid_file_problems(project, folder) == (
        Problem(path="bidders[2].file", code="file-digest", found="bid-b3.pdf"),
    )
    bid.write_bytes(data[:-1])
    assert [one.code for one in bid_file_problems(project, folder)] == ["file-length"]
    bid.unlink()
    assert [one.code for one in bid_file_problems(project, folder)] == ["file-missing"]
    bid.symlink_to(folder / "bids" / "bid-b1.pdf")
    assert [one.code for one in bid_file_problems(project, folder)] == ["file-missing"]


@pytest.mark.parametrize("name", ["../project.yaml", "/etc/hosts", "a\\b", "..", "C:x"])
def test_bid_names_stay_in_their_folder(folder, name):
    project = from_plain(Project, changed(bidders__0__file__name=name))
    assert bid_file_problems(project, folder)[0].code == "file-name"


# --- workbooks ---------------------------------------------------------------------------------------------------


def test_a_workbook_mistake_is_named_by_cell(tmp_path):
    book = load_workbook(EXAMPLE / "project.xlsx")
    book["投标人"]["C4"] = "=1+1"
    book["评分因素"]["H3"] = -3
    book["评分因素"]["A1"] = "代号"
    book["初步评审"]["B5"] = "道德"
    path = tmp_path / "project.xlsx"
    book.save(path)
    with pytest.raises(ProjectMistakes) as caught:
        read_project(path)
    found = {(one.path, one.code) for one in caught.value.problems}
    assert ("投标人!C4", "formula") in found
    assert ("评分因素!A1", "unknown-heading") in found
    assert ("评分因素!3 (factors[1].code)", "missing") in found
    assert ("初步评审!B5 (examination[3].group)", "bad-value") in found
    assert ("投标人!4 (bidders[2].price)", "missing") in found


def test_missing_sheets_are_named(tmp_path):
    book = Workbook()
    book.active.title = "项目"
    book.active.append(["字段", "值"])
    book.active.append(["项目编号", "X-1"])
    book.active.append(["code", "X-2"])
    book.active.append(["code.deep", "1"])
    path = tmp_path / "project.xlsx"
    book.save(path)
    with pytest.raises(ProjectMistakes) as caught:
        read_project(path)
    found = [(one.path, one.code) for one in caught.value.problems]
    assert [path for path, code in found if code == "missing-sheet"] == ["投标人", "初步评审", "评分因素"]
    assert ("项目!B3", "duplicate") in found
    assert ("项目!B4", "not-a-section") in found


TEXTS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=30)


@settings(max_examples=25)
@given(TEXTS, st.decimals("0.01", 10**9, places=2), TEXTS, st.booleans())
def test_sheets_there_and_back(name, price, criterion, complex_case):
    plain = changed(
        agent="[甲]", bidders__0__name=name, bidders__0__price=str(price), factors__0__criterion__zh=criterion
    )
    plain["committee"]["complex"] = complex_case
    project = from_plain(Project, plain)
    sheets = {
        title: Sheet(name=title, rows=tuple(Row(number, tuple(row)) for number, row in enumerate(rows, start=1)))
        for title, rows in to_sheets(project).items()
    }
    read = from_sheets(sheets)
    assert read.problems == []
    assert from_plain(Project, read.plain) == project


def test_formulas_with_lists_survive_sheets():
    plain = changed(
        price={
            "formula": "reasonable-low",
            "deduction": {"above": "1", "below": "0.5"},
            "reduction": ["0.01", "0.02"],
            "sample": [{"upto": 10, "share": "0.5", "least": 3}, {"share": "0.3", "least": 6}],
        }
    )
    project = from_plain(Project, plain)
    sheets = {
        title: Sheet(name=title, rows=tuple(Row(number, tuple(row)) for number, row in enumerate(rows, start=1)))
        for title, rows in to_sheets(project).items()
    }
    assert from_plain(Project, from_sheets(sheets).plain) == project
