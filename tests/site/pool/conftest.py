"""Small pools and ways to write them."""

from __future__ import annotations

import csv

import pytest
from openpyxl import Workbook

HEADING = ["编号", "姓名", "职称", "工作单位", "评标专业", "状态", "原因", "截止日期"]


def expert_row(number: int, **changes: str) -> list[str]:
    row = {
        "id": f"T-{number:04d}",
        "name": f"合成专家{number:04d}",
        "title": "高级工程师",
        "employer": f"合成单位{number % 7}",
        "specialties": "A0401;A0601",
        "status": "active",
        "reason": "",
        "until": "",
    }
    return list({**row, **changes}.values())


@pytest.fixture
def write(tmp_path):
    def make(rows, name="pool.csv", encoding="utf-8", heading=HEADING):
        path = tmp_path / name
        if path.suffix == ".xlsx":
            book = Workbook()
            for row in (heading, *rows):
                book.active.append(row)
            book.save(path)
        else:
            with path.open("w", encoding=encoding, newline="") as file:
                csv.writer(file).writerows([heading, *rows])
        return path

    return make
