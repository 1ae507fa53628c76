"""The report's PDF: read back with poppler, which nobody here wrote; the same bytes in any process; no empty boxes."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest
from support.panels import panel_project
from support.repository import ROOT
from support.roads import road
from support.world import World

from evalhub.core.codec import canonical, decode
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.report import typeset as room
from evalhub.report.document import Document, document_of
from evalhub.report.typeset import FAMILIES, texts, typeset

DISSENT = "不同意第一名的技术分：详见投标文件第 88 页"


@cache
def answered() -> World:
    """Signed by four members; the fifth dissents."""
    world = road("signing")
    for number, seat in enumerate(sorted(world.state.seats)):
        answer = "dissent" if number == 4 else "signed"
        text = DISSENT if number == 4 else ""
        world.booth_say(seat, c.SignReport(report=world.state.report, answer=answer, text=text))
    return world


@cache
def made(lang: str = "zh") -> bytes:
    return typeset(document_of(answered().state), lang)  # type: ignore[arg-type]


def poppler(tool: str, data: bytes, folder: Path, *words: str) -> str:
    (folder / "report.pdf").write_bytes(data)
    done = subprocess.run([tool, *words, "report.pdf"], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode(errors="replace")  # titles in UTF-16 among ASCII


def words_of(data: bytes, folder: Path) -> str:
    """The text as a reader's program extracts it, without white space."""
    (folder / "report.pdf").write_bytes(data)
    subprocess.run(["pdftotext", "report.pdf", "out.txt"], cwd=folder, check=True, capture_output=True)
    return re.sub(r"\s", "", (folder / "out.txt").read_text("utf-8"))


def test_chinese_text_and_numbers_can_be_extracted(tmp_path):
    text = words_of(made(), tmp_path)
    state = answered().state
    for heading in (
        "一、基本情况和数据表",
        "五、否决投标的情况说明",
        "十、澄清、说明、补正事项纪要",
        "十六、台账与核验",
    ):
        assert heading in text
    for row in state.ranking:
        assert row.total in text
    assert re.sub(r"\s", "", DISSENT) in text
    assert state.report in text, "the digest of report.json is printed in it"
    assert state.result in text


def test_the_english_pages_say_the_same(tmp_path):
    text = words_of(made("en"), tmp_path)
    assert "10.Clarifications" in text
    assert answered().state.report in text
    assert "评标报告" not in text


def test_it_is_an_archive_file_tagged_with_its_fonts_inside(tmp_path):
    info = poppler("pdfinfo", made(), tmp_path)
    assert re.search(r"Tagged: +yes", info)
    meta = poppler("pdfinfo", made(), tmp_path, "-meta")
    assert re.search(r"pdfaid:part>2<", meta)
    assert re.search(r"pdfaid:conformance>A<", meta)
    assert re.search(r"pdfuaid:part>1<", meta)
    fonts = poppler("pdffonts", made(), tmp_path).splitlines()[2:]
    assert fonts
    assert all(re.search(r"\byes +yes +yes\b", line) for line in fonts), "embedded, subset, with Unicode"
    assert {line.split("+")[1].split("-")[0] for line in fonts} == {"NotoSansCJKsc", "NotoSansMonoCJKsc"}
    structure = poppler("pdfinfo", made(), tmp_path, "-struct")
    assert {"H1", "Table", "TH", "TD"} <= set(re.findall(r"^\s*(\w+)", structure, re.MULTILINE))


def test_its_date_is_the_ledgers(tmp_path):
    state = answered().state
    info = poppler("pdfinfo", made(), tmp_path, "-isodates")
    stamp = re.search(r"CreationDate: +(\S+)", info)
    assert stamp
    assert datetime.fromisoformat(stamp[1]) == datetime.fromtimestamp(state.report_issued_at // 1000, UTC)


def test_another_process_makes_the_same_bytes(tmp_path):
    document = document_of(answered().state)
    (tmp_path / "document.json").write_bytes(canonical(document))
    program = (
        "import sys, hashlib\n"
        "from evalhub.core.codec import decode\n"
        "from evalhub.report.document import Document\n"
        "from evalhub.report.typeset import typeset\n"
        "document = decode(Document, open(sys.argv[1], 'rb').read())\n"
        "typeset(document, 'en')\n"
        "print(hashlib.sha256(typeset(document)).hexdigest())\n"
    )
    words = [sys.executable, "-c", program, str(tmp_path / "document.json")]
    done = subprocess.run(
        words, capture_output=True, text=True, check=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.strip() == hashlib.sha256(made()).hexdigest()


def test_any_change_of_the_data_changes_the_bytes():
    document = document_of(answered().state)
    other = msgspec.structs.replace(document, digest="0" * 64)
    assert typeset(other) != made()
    assert typeset(document_of(road("signing").state)) != made(), "pending answers are printed as pending"


@pytest.mark.parametrize("text", ["ꙮ 同意", "见附件 \ue000"], ids=["rare letter", "private use"])
def test_a_character_the_fonts_lack_is_an_error_that_names_it(text):
    world = road("signing")
    seat = sorted(world.state.seats)[0]
    world.booth_say(seat, c.SignReport(report=world.state.report, answer="dissent", text=text))
    with pytest.raises(Refusal) as caught:
        typeset(document_of(world.state))
    assert caught.value.code == "glyph-missing"


def test_rare_hanzi_beyond_the_basic_plane_are_printed(tmp_path):
    world = road("signing")
    seat = sorted(world.state.seats)[0]
    world.booth_say(seat, c.SignReport(report=world.state.report, answer="dissent", text="𠮷𡈽㛃䶮"))
    assert "𠮷𡈽㛃䶮" in words_of(typeset(document_of(world.state)), tmp_path)


def test_what_people_write_is_never_markup(tmp_path):
    text = '#panic() $x$ *bold* _it_ `code` @ref <label> \\u{41} "quoted" [x] // no'
    world = road("signing")
    seat = sorted(world.state.seats)[0]
    world.booth_say(seat, c.SignReport(report=world.state.report, answer="dissent", text=text))
    assert re.sub(r"\s", "", text) in words_of(typeset(document_of(world.state)), tmp_path)


def test_without_the_fonts_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(room, "FAMILIES", (*FAMILIES, "A Font Nobody Has"))
    room._fonts.cache_clear()
    try:
        with pytest.raises(Refusal) as caught:
            typeset(document_of(answered().state))
    finally:
        room._fonts.cache_clear()
    assert (caught.value.code, caught.value.detail["fonts"]) == ("fonts-missing", "A Font Nobody Has")


def test_there_is_no_document_before_the_report_is_issued():
    with pytest.raises(Refusal) as caught:
        document_of(road("report").state)
    assert caught.value.code == "no-report"


def test_every_word_of_the_pages_exists_in_both_languages_and_is_used():
    folder = Path(room.__file__).parent / "templates"
    both = json.loads((folder / "texts.json").read_text("utf-8"))
    source = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.typ")))
    assert not re.search(r"[\u4e00-\u9fff]", source), "no word of a page is in a template"
    used = set(re.findall(r"(?:\bt|said)\(\"([a-z0-9-]+)\"", source))
    prefixes = tuple(key for key in used if key.endswith("-"))
    assert {key for key in used - set(prefixes) if key not in both} == set()
    codes = {"above-ceiling", "below-floor", "above-limit", "below-limit"}  # of prices: looked up by their code
    assert {key for key in both if key not in used | codes and not key.startswith(prefixes)} == set()
    for key, text in both.items():
        assert set(text) == {"zh", "en"}, key
        assert sorted(re.findall(r"{\w+}", text["zh"])) == sorted(re.findall(r"{\w+}", text["en"])), key
    assert texts("zh").keys() == texts("en").keys()


def test_the_document_is_read_back_as_it_was():
    document = document_of(answered().state)
    assert decode(Document, canonical(document)) == document


def test_a_panel_is_typeset_without_prices(tmp_path):
    world = road("signing", project=panel_project())
    text = words_of(typeset(document_of(world.state), "zh"), tmp_path)
    assert "价格分计算方法不计价格" in text
    assert "投标报价（元）" in text
    assert "0.00" not in text.split("投标报价（元）")[1][:200]
