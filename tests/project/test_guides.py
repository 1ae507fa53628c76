"""The guides say what the pages say: every label they quote stands in a page's catalogue; pictures are the tests' own.

A Chinese guide quotes labels in 「」, an English one in bold; neither uses its mark for anything else.
"""

from __future__ import annotations

import importlib.util
import re
import struct
import sys
import zlib
from pathlib import Path
from types import ModuleType

import pytest
from support.repository import ROOT

GUIDE = ROOT / "docs" / "guide"
STATIC = ROOT / "evalhub" / "web" / "static"
PAGES = {
    "expert": ("shared", "booth"),
    "operator": ("shared", "desk", "operator"),
    "supervisor": ("shared", "desk", "oversight", "replay"),
}
LANGUAGES = ("zh-CN", "en")
GUIDES = [(role, language) for role in PAGES for language in LANGUAGES]
QUOTED = {"zh-CN": re.compile(r"「([^」]+)」"), "en": re.compile(r"\*\*([^*]+)\*\*")}
TEXT = re.compile(r'"zh-CN": "((?:[^"\\]|\\.)*)", en: "((?:[^"\\]|\\.)*)"')
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
PICTURE = re.compile(r"!\[([^\]]*)\]\(pictures/([\w-]+)\.png\)")


def guide(role: str, language: str) -> str:
    return (GUIDE / f"{role}.{language}.md").read_text("utf-8")


def catalogue(pages: tuple[str, ...], language: str) -> list[str]:
    """All texts of those pages."""
    rows = [row for page in pages for row in TEXT.findall((STATIC / page / "text.js").read_text("utf-8"))]
    return [row[LANGUAGES.index(language)] for row in rows]


def made_up(page: str, language: str, texts: list[str]) -> list[str]:
    """Labels quoted in ``page`` that no text is; a text's ``{placeholder}`` may be anything."""
    shapes = [re.compile(".+".join(map(re.escape, re.split(r"\{\w+\}", text)))) for text in texts if text.strip("{}")]
    labels = [" ".join(label.split()) for label in QUOTED[language].findall(page)]
    return [label for label in labels if not any(shape.fullmatch(label) for shape in shapes)]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "tools" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pictures"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("role", "language"), GUIDES)
def test_every_label_is_a_text_of_the_page(role: str, language: str) -> None:
    assert made_up(guide(role, language), language, catalogue(PAGES[role], language)) == []
    assert len(QUOTED[language].findall(guide(role, language))) > 25


@pytest.mark.parametrize("role", PAGES)
def test_both_languages_have_the_same_parts(role: str) -> None:
    chinese, english = (guide(role, language) for language in LANGUAGES)
    assert HEADING.findall(chinese) == HEADING.findall(english)
    assert [name for _, name in PICTURE.findall(chinese)] == [name for _, name in PICTURE.findall(english)]
    assert [line.count("|") for line in chinese.splitlines() if line.startswith("|")] == [
        line.count("|") for line in english.splitlines() if line.startswith("|")
    ]


@pytest.mark.parametrize(("role", "language"), GUIDES)
def test_the_index_leads_to_every_guide_and_every_guide_back(role: str, language: str) -> None:
    assert f"({role}.{language}.md)" in (GUIDE / "README.md").read_text("utf-8")
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    assert f"({role}.{other}.md)" in guide(role, language)
    assert "(README.md)" in guide(role, language)


@pytest.mark.parametrize(("role", "language"), GUIDES)
def test_every_picture_is_there_and_described(role: str, language: str) -> None:
    shown = PICTURE.findall(guide(role, language))
    assert len(shown) >= 4
    for words, name in shown:
        assert words
        assert name.startswith(role)


def test_pictures_are_those_that_the_tool_makes_and_the_guides_show() -> None:
    there = {path.stem for path in (GUIDE / "pictures").iterdir()}
    assert there == set(tool().PLAN)
    assert there == {name for role in PAGES for _, name in PICTURE.findall(guide(role, "en"))}


@pytest.mark.parametrize("path", sorted((GUIDE / "pictures").glob("*.png")), ids=lambda path: path.stem)
def test_pictures_are_small_and_of_one_size(path: Path) -> None:
    data = path.read_bytes()
    assert len(data) <= 120_000
    assert struct.unpack(">II", data[16:24]) == (1366, 768)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_three_pictures_one_a_role(name: str) -> None:
    shown = re.findall(r"docs/guide/pictures/(\w+)-[\w-]+\.png", (ROOT / name).read_text("utf-8"))
    assert sorted(shown) == sorted(PAGES)


def test_a_made_up_label_would_be_found() -> None:
    texts = ["登录", "剩余 {span}", "拒绝…"]
    assert made_up("按「登录」，看「剩余 1:59」，再按「登陆」或「拒绝」。", "zh-CN", texts) == ["登陆", "拒绝"]
    assert made_up("Press **Log\nin**, then **Leave**.", "en", ["Log in"]) == ["Leave"]


# -- the tool that makes the pictures --------------------------------------------------------------------------------


def screenshot(rows: list[bytes], filters: list[int]) -> bytes:
    """A PNG as a browser writes it; the rows are already filtered as told."""
    made = tool()
    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(bytes([kind]) + row for kind, row in zip(filters, rows, strict=True)))
    parts = [(b"IHDR", head), (b"IDAT", data), (b"IEND", b"")]
    return bytes(made.SIGNATURE) + b"".join(made.chunk(*part) for part in parts)


def test_every_filter_is_undone() -> None:
    # Worked by hand from PNG, section 9.2: two pixels, each row filtered by another rule.
    rows = [bytes(row) for row in ([9, 8, 7, 1, 2, 3], [9, 8, 7, 1, 1, 1], [1] * 6, [10] * 6, [5] * 6)]
    assert [list(row) for row in tool().pixels(screenshot(rows, [0, 1, 2, 3, 4]))] == [
        [9, 8, 7, 1, 2, 3],
        [9, 8, 7, 10, 9, 8],
        [10, 9, 8, 11, 10, 9],
        [15, 14, 14, 23, 22, 21],
        [20, 19, 19, 28, 27, 26],
    ]


def test_a_long_page_is_cut_and_few_colours_stay_as_they_are() -> None:
    made = tool()
    red, white = b"\xc0\x10\x20" * made.WIDTH, b"\xff\xff\xff" * made.WIDTH
    small = made.shrunk(screenshot([red] * 5 + [white] * 767 + [red] * 9, [0] * 781), 4)
    data = zlib.decompress(dict(made.chunks(small))[b"IDAT"])
    assert dict(made.chunks(small))[b"PLTE"] == b"\xc0\x10\x20\xff\xff\xff"
    assert data[: made.WIDTH + 1] == b"\0" + b"\0" * made.WIDTH
    assert set(data[made.WIDTH + 1 :: made.WIDTH + 1]) == {0}
    assert data[made.WIDTH + 2] == 1
    assert len(data) == made.HEIGHT * (made.WIDTH + 1)


def test_scaling_takes_the_mean_and_loses_nothing() -> None:
    made = tool()
    assert made.shares(3, 2) == [
        [(0, pytest.approx(2 / 3)), (1, pytest.approx(1 / 3))],
        [(1, pytest.approx(1 / 3)), (2, pytest.approx(2 / 3))],
    ]
    for parts in made.shares(1920, made.WIDTH):
        assert sum(part for _, part in parts) == pytest.approx(1)


def test_what_is_no_screenshot_or_too_short_is_refused() -> None:
    made = tool()
    with pytest.raises(ValueError, match="not a PNG"):
        made.shrunk(b"GIF89a")
    with pytest.raises(ValueError, match="shows only 2 rows"):
        made.shrunk(screenshot([b"\0\0\0" * made.WIDTH] * 3, [0] * 3), 1)
