"""A project as a workbook of four sheets, for people who live in spreadsheets: 项目, 投标人, 初步评审,
评分因素.

项目 has one field a row (path, value, note); the others one item a row. Columns are found by heading, the
Chinese one or the field's own path, in any order. Both directions are here, so that a template can be written
as well as read.

Never here: whether the project is lawful. Cell texts come from ``spreadsheet``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evalhub.core.codec import Record, canonical, to_plain
from evalhub.core.errors import Malformed
from evalhub.core.rules.plan import Bidder, ExaminationItem, Factor, Problem, Project
from evalhub.party.spreadsheet import Sheet
from evalhub.party.structure import from_text

FIELDS_SHEET = "项目"
FIELD_HEADINGS = ("字段", "值", "说明")
_FIELD_WORDS = {
    "项目编号": "code",
    "项目名称": "title.zh",
    "招标人": "procuring_entity",
    "招标代理机构": "agent",
    "项目类别": "project_class",
    "预算": "budget",
    "最高投标限价": "ceiling",
    "委员会人数": "committee.size",
    "价格分": "price_points",
    "价格公式": "price.formula",
    "阶段时限（分钟）": "stage_minutes",
}


@dataclass(frozen=True)
class List:
    """One sheet that lists items: which part of the project, the item's record, heading → path, words →
    value.
    """

    section: str
    kind: type[Record]
    headings: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)


LISTS: dict[str, List] = {
    "投标人": List(
        "bidders",
        Bidder,
        {
            "编号": "code",
            "名称": "name",
            "投标报价（元）": "price",
            "文件名": "file.name",
            "SHA-256": "file.sha256",
            "字节数": "file.length",
        },
    ),
    "初步评审": List(
        "examination",
        ExaminationItem,
        {
            "编号": "code",
            "类别": "group",
            "评审项": "title.zh",
            "评审项（英）": "title.en",
            "否决依据": "ground.zh",
            "否决依据（英）": "ground.en",
        },
        {"形式评审": "formal", "资格评审": "qualification", "响应性评审": "responsiveness"},
    ),
    "评分因素": List(
        "factors",
        Factor,
        {
            "编号": "code",
            "部分": "part",
            "性质": "kind",
            "因素": "title.zh",
            "因素（英）": "title.en",
            "评分标准": "criterion.zh",
            "评分标准（英）": "criterion.en",
            "最高分": "highest",
            "最低分": "lowest",
            "分档": "step",
            "打分方式": "entry",
            "选项": "options",
            "低于此分须说明": "reason_below",
            "高于此分须说明": "reason_above",
        },
        {
            "技术": "technical",
            "商务": "business",
            "主观": "subjective",
            "客观": "objective",
            "打分": "range",
            "扣分": "deduction",
            "选项": "options",
        },
    ),
}


@dataclass
class SheetProject:
    """Plain data read from the sheets, where each path stands, and what was already wrong with the cells."""

    plain: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: str) -> str:
        """The cell (or row, or sheet) of a path, followed by the path."""
        known = path
        while known and known not in self.cells:
            known = known.rpartition(".")[0] or (known.partition("[")[0] if "[" in known else "")
        return f"{self.cells.get(known, FIELDS_SHEET)} ({path})"


# --- reading -----------------------------------------------------------------------------------------------


def from_sheets(sheets: Mapping[str, Sheet]) -> SheetProject:
    """Read the four sheets. Mistakes of cells and headings are collected in ``problems``, never raised."""
    read = SheetProject()
    for name in (FIELDS_SHEET, *LISTS):
        if name not in sheets:
            read.problems.append(Problem(path=name, code="missing-sheet"))
            continue
        sheet = sheets[name]
        for bad in sheet.mistakes:
            where = f"{name}!{bad.column}{bad.row}"
            read.problems.append(Problem(path=where, code=bad.code, found=bad.found))
        if name == FIELDS_SHEET:
            _read_fields(sheet, read)
        else:
            _read_list(sheet, LISTS[name], read)
    return read


def _read_fields(sheet: Sheet, read: SheetProject) -> None:
    for row in sheet.rows[1:]:
        word, text = (*row.cells, "", "")[:2]
        path = _FIELD_WORDS.get(word, word)
        where = f"{sheet.name}!B{row.number}"
        if path in read.cells:
            read.problems.append(Problem(path=where, code="duplicate", found=word))
        elif text:
            _put(read, read.plain, path, where, _value(Project, path, text, read, where))
            read.cells[path] = where


def _read_list(sheet: Sheet, layout: List, read: SheetProject) -> None:
    read.cells[layout.section] = sheet.name
    if not sheet.rows:
        return
    columns = dict(_columns(sheet, layout, read))
    items = read.plain.setdefault(layout.section, [])
    for row in sheet.rows[1:]:
        base = f"{layout.section}[{len(items)}]"
        read.cells[base] = f"{sheet.name}!{row.number}"
        item: dict[str, Any] = {}
        for place, path in columns.items():
            text = row.cells[place] if place < len(row.cells) else ""
            if text:
                where = f"{sheet.name}!{_letter(place)}{row.number}"
                value = layout.words.get(text) or _value(layout.kind, path, text, read, where)
                _put(read, item, path, where, value)
                read.cells[f"{base}.{path}"] = where
        items.append(item)


def _columns(sheet: Sheet, layout: List, read: SheetProject) -> Iterator[tuple[int, str]]:
    paths = set(layout.headings.values())
    seen: set[str] = set()
    for place, text in enumerate(sheet.rows[0].cells):
        path = layout.headings.get(text, text)
        if path not in paths or path in seen:
            code = "heading-twice" if path in seen else "unknown-heading"
            where = f"{sheet.name}!{_letter(place)}{sheet.rows[0].number}"
            read.problems.append(Problem(path=where, code=code, found=text))
        else:
            seen.add(path)
            yield place, path


def _value(kind: type[Record], path: str, text: str, read: SheetProject, where: str) -> object:
    try:
        return from_text(kind, path, text)
    except Malformed as error:
        read.problems.append(Problem(path=where, code="bad-value", found=error.reason))
        return text


def _put(read: SheetProject, target: Any, path: str, where: str, value: object) -> None:
    """Set ``a.b.c`` inside nested sections; a field that is both a value and a section is a mistake."""
    *sections, last = path.split(".")
    for name in sections:
        target = target.setdefault(name, {}) if isinstance(target, dict) else None
    if isinstance(target, dict):
        target[last] = value
    else:
        read.problems.append(Problem(path=where, code="not-a-section", found=path))


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"#{place + 1}"


# --- writing -----------------------------------------------------------------------------------------------


def to_sheets(project: Project) -> dict[str, list[list[str]]]:
    """The four sheets as rows of text, heading first; ``from_sheets`` reads the same project back."""
    plain = to_plain(project)
    words = {path: word for word, path in _FIELD_WORDS.items()}
    lists = {name: plain.pop(layout.section) for name, layout in LISTS.items()}
    flat = dict(_flat(plain))
    fields = [[path, text, words.get(path, "")] for path, text in flat.items()]
    sheets = {FIELDS_SHEET: [list(FIELD_HEADINGS), *fields]}
    for name, layout in LISTS.items():
        shown = {value: word for word, value in layout.words.items()}
        rows = [dict(_flat(item)) for item in lists[name]]
        body = [[shown.get(row.get(path, ""), row.get(path, "")) for path in layout.headings.values()] for row in rows]
        sheets[name] = [list(layout.headings), *body]
    return sheets


def _flat(section: Mapping[str, Any], base: str = "") -> Iterator[tuple[str, str]]:
    for name, value in section.items():
        path = f"{base}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, list):
            nested = any(isinstance(one, dict) for one in value)
            yield path, canonical(value).decode() if nested else ";".join(map(str, value))
        elif value is not None:
            yield path, str(value).lower() if isinstance(value, bool) else str(value)
