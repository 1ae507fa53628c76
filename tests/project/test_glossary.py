"""The glossary speaks of things that exist: every name in its last column is a word of the packages' source."""

from __future__ import annotations

import re

from support.repository import ROOT, files

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = [row for row in ROW.findall((ROOT / "docs" / "glossary.md").read_text("utf-8")) if row[0] != "中文"]
WORDS = {
    word
    for path in files("evalhub/*.py", "host_site/*.py", "guest_site/*.py")
    for word in re.findall(r"[\w:-]+", f"{path.parent.name} {path.stem} {path.read_text('utf-8')}")
}


def unknown(names: str, words: set[str]) -> list[str]:
    return [name for name in re.findall(r"`([^`]+)`", names) if name not in words]


def test_every_name_exists() -> None:
    assert {row[1]: missing for row in ROWS if (missing := unknown(row[2], WORDS))} == {}


def test_every_row_has_three_columns_and_chinese_first() -> None:
    assert len(ROWS) > 80
    for chinese, english, names in ROWS:
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert english.isascii()
        assert "`" in names


def test_no_term_is_explained_twice() -> None:
    chinese = [row[0] for row in ROWS]
    assert len(set(chinese)) == len(chinese)


def test_a_made_up_name_would_be_found() -> None:
    assert unknown("`Replayer`, `Rewinder`", WORDS) == ["Rewinder"]
