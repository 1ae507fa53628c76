"""Writes the generated files of the examples: expert pools, bid documents and the workbook form of a project.

    python examples/make_pools.py

Everything follows from the project files beside it and the numbers below, so a second run changes nothing (a
test holds the files against this script). Every person, employer and bid is synthetic and says so in its
name. Choices are made by hashing, not by a random generator, so that they cannot change with a Python
version.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from evalhub.core.rules.plan import Bidder, Project
from evalhub.party.project_file import BIDS_FOLDER, read_project
from evalhub.party.project_sheets import LISTS, to_sheets
from evalhub.party.specialties import all_codes

HERE = Path(__file__).parent
HEADING = ["编号", "姓名", "职称", "工作单位", "评标专业", "状态", "原因", "截止日期"]
Rows = list[list[str]]

_THEMES = {  # leading codes, then the neighbours that further specialties come from, and how common it is
    "design": (("A0401", "A0401", "A0401", "A0402"), ("A04", "A01", "A02"), 30),
    "construction": (("A0801", "A0801", "A0802"), ("A08", "A07", "A05"), 25),
    "cost": (("A0601", "A0602", "A0603"), ("A06", "A07", "A02", "C03"), 17),
    "supervision": (("A0501", "A0502", "A0520"), ("A05", "A08"), 13),
    "goods": (("B0101", "B0130", "B0132"), ("B01", "B07"), 8),
    "services": (("C0201", "C0302", "C0602"), ("C02", "C03", "C04", "C06"), 7),
}
_TITLES = ("高级工程师", "高级工程师", "高级工程师", "正高级工程师", "高级经济师", "副教授", "教授", "研究员")
_KINDS = ("建筑设计院", "工程咨询有限公司", "建设集团有限公司", "造价咨询有限公司", "大学", "研究院")
_REASONS = (
    ("无正当理由缺席评标活动", "2027-03-31"),
    ("未主动申报回避事项", "2027-12-31"),
    ("评分明显偏离且拒不说明", "2026-12-31"),
    ("本人申请暂停", ""),
)
_NOT_SENIOR = ("职称不符合入库条件", "")


@dataclass(frozen=True)
class PoolPlan:
    """One pool: id prefix, first number in the names, size, how many hold six or more specialties,
    exceptions.
    """

    prefix: str
    first: int
    size: int
    many: int
    suspended: tuple[int, ...] = ()
    not_senior: tuple[int, ...] = ()
    registered: tuple[int, ...] = ()
    twin: int = 0  # this expert appears once more under the next id
    employers: dict[int, str] = field(default_factory=dict)


WUHAN = PoolPlan(
    prefix="WH",
    first=1,
    size=571,
    many=250,
    suspended=(29, 118, 203, 276, 341, 417, 508, 550),
    not_senior=(61, 143, 257, 388, 492),
    twin=570,
    employers={
        12: "合成投标人一设计有限公司",
        87: "合成投标人一设计有限责任公司",
        154: "合成投标人一设计有限公司（武汉）分公司",
        190: "合成投标人二建筑设计研究院　有限公司",
        231: "合成投标人三工程设计集团",
        305: "合成投标人四规划设计股份公司",
        362: "合成投标人五工程咨询 有限公司",
        444: "合成投标人六建筑设计事务所",
    },
)
WEDZ = PoolPlan(
    prefix="WD",
    first=1001,
    size=240,
    many=70,
    suspended=(17, 96, 151, 222),
    registered=(44, 133, 209),
    employers={
        8: "合成投标人二建筑设计研究院有限责任公司",
        71: "合成投标人三工程设计集团有限公司经开区分公司",
        160: "合成投标人四规划设计股份有限公司",
    },
)
ALPHA = PoolPlan(prefix="AL", first=2001, size=60, many=12, suspended=(5,), employers={9: "合成投标人甲建设"})
BRAVO = PoolPlan(prefix="BR", first=3001, size=60, many=8, suspended=(7, 22))
CHARLIE = PoolPlan(prefix="CH", first=4001, size=60, many=8, employers={3: "合成投标人丙工程集团"})


def pool_rows(plan: PoolPlan) -> Rows:
    """Heading and one row an expert."""
    order = sorted(range(1, plan.size + 1), key=lambda number: _pick(10**12, plan.prefix, "many", number))
    many = set(order[: plan.many])
    return [HEADING, *(_expert_row(plan, number, number in many) for number in range(1, plan.size + 1))]


def bid_pdf(project: Project, bidder: Bidder) -> bytes:
    """A one-page PDF (ISO 32000) that says whose synthetic bid it is; Chinese text in a font every viewer
    supplies.
    """
    lines = [
        f"{bidder.name}（{bidder.code}）",
        "合成投标文件，仅供演示，不构成要约。",
        "Synthetic bid document, for demonstration only.",
        project.title.zh,
        f"投标报价（元） {bidder.price}",
    ]
    shown = "".join(f"0 -28 Td <{line.encode('utf-16-be').hex().upper()}> Tj\n" for line in lines)
    stream = f"BT /F1 14 Tf 56 800 Td\n{shown}ET\n".encode()
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%sendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
            b"/DescendantFonts [6 0 R] >>",
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
            b"/FontDescriptor 7 0 R >>",
            b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] "
            b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        ]
    )


def generated_files() -> dict[Path, bytes]:
    """Every generated file whose bytes are fixed: .csv pools and bid documents."""
    three = HERE / "three-centres"
    files = {
        HERE / "hongshan" / "pool-wedz.csv": csv_bytes(pool_rows(WEDZ), "utf-8-sig"),
        three / "pool-alpha.csv": csv_bytes(pool_rows(ALPHA), "utf-8"),
        three / "pool-bravo.csv": csv_bytes(pool_rows(BRAVO), "utf-8"),
        three / "pool-charlie.csv": csv_bytes(pool_rows(CHARLIE), "gb18030"),  # as a Chinese spreadsheet saves it
    }
    for folder in (HERE / "hongshan", three):
        project = read_project(folder / "project.yaml")
        for bidder in project.bidders:
            files[folder / BIDS_FOLDER / bidder.file.name] = bid_pdf(project, bidder)
    return files


def generated_workbooks() -> dict[Path, dict[str, Rows]]:
    """Every generated workbook as sheet name → rows of text."""
    project = read_project(HERE / "hongshan" / "project.yaml")
    return {
        HERE / "hongshan" / "pool-wuhan.xlsx": {"专家库": pool_rows(WUHAN)},
        HERE / "hongshan" / "project.xlsx": to_sheets(project),
    }


def csv_bytes(rows: Rows, encoding: str) -> bytes:
    """Comma-separated text with CRLF (RFC 4180)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def write_workbook(path: Path, sheets: dict[str, Rows]) -> None:
    """Write text cells, except amounts and points of a project, which are numbers as a person would type
    them.
    """
    book = Workbook()
    for index, (name, rows) in enumerate(sheets.items()):
        sheet = book.create_sheet(name, index)
        sheet.freeze_panes = "A2"
        numbers = _number_columns(name, rows[0])
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                cell = sheet.cell(row=number, column=column)
                places = numbers.get(column)
                if number == 1 or places is None:
                    cell.value, cell.data_type = text, "s"
                else:
                    cell.value, cell.number_format = float(text), places
                if number == 1:
                    cell.font = Font(bold=True)
    del book[book.sheetnames[-1]]  # the empty sheet that a new workbook brings
    book.save(path)


def main() -> None:
    """Write what differs from what is there."""
    for path, data in generated_files().items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
    for path, sheets in generated_workbooks().items():
        write_workbook(path, sheets)


def _expert_row(plan: PoolPlan, number: int, many: bool) -> list[str]:
    subject = number - 1 if plan.twin and number == plan.twin + 1 else number
    name = f"合成专家{plan.first + subject - 1:04d}"
    employer = plan.employers.get(number) or _employer(plan, subject)
    if subject != number:
        employer = employer.replace("有限公司", "有限责任公司")
    status, reason, until = _standing(plan, number)
    codes = ";".join(_specialties(plan, number, many))
    return [f"{plan.prefix}-{number:04d}", name, _title(plan, number), employer, codes, status, reason, until]


def _employer(plan: PoolPlan, number: int) -> str:
    unit = _pick(40, plan.prefix, "unit", number)
    return f"合成单位{unit + 1:02d}{_KINDS[unit % len(_KINDS)]}"


def _title(plan: PoolPlan, number: int) -> str:
    if number in plan.not_senior:
        return "工程师"
    if number in plan.registered:
        return "一级注册建筑师"
    return _TITLES[_pick(len(_TITLES), plan.prefix, "title", number)]


def _standing(plan: PoolPlan, number: int) -> tuple[str, str, str]:
    if number in plan.not_senior:
        return ("suspended", *_NOT_SENIOR)
    if number in plan.suspended:
        return ("suspended", *_REASONS[_pick(len(_REASONS), plan.prefix, "reason", number)])
    return ("active", "", "")


def _specialties(plan: PoolPlan, number: int, many: bool) -> list[str]:
    """One leading code of a theme, then neighbours: one to five in all, or six to eight."""
    weighted = [name for name, (_, _, weight) in _THEMES.items() for _ in range(weight)]
    leading, neighbours, _ = _THEMES[weighted[_pick(len(weighted), plan.prefix, "theme", number)]]
    least, span = (6, 3) if many else (1, 5)
    wanted = least + _pick(span, plan.prefix, "count", number)
    codes = {leading[_pick(len(leading), plan.prefix, "leading", number)]}
    near = [code for code in all_codes() if len(code) == 5 and code.startswith(neighbours)]
    near.sort(key=lambda code: _pick(10**12, plan.prefix, number, code))
    for code in near:
        if len(codes) < wanted:
            codes.add(code)
    return sorted(codes)


def _pick(below: int, *about: object) -> int:
    """A number in 0..below-1 that depends on nothing but ``about``."""
    digest = hashlib.sha256("|".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


def _pdf(objects: list[bytes]) -> bytes:
    """Objects 1..n with a cross-reference table; object 1 is the catalogue."""
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _number_columns(sheet: str, heading: list[str]) -> dict[int, str]:
    """Column number → number format, for the columns that hold amounts or points."""
    formats = {"price": "#,##0.00", "highest": "General", "lowest": "General", "step": "General"}
    layout = LISTS.get(sheet)
    paths = [layout.headings.get(text, "") if layout else "" for text in heading]
    return {place: formats[path] for place, path in enumerate(paths, start=1) if path in formats}


if __name__ == "__main__":
    main()
