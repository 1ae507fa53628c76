"""``evalhub project check`` as a person runs it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evalhub.cli.project import app

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize("file", ["hongshan/project.yaml", "hongshan/project.xlsx", "three-centres/project.yaml"])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_examples_are_good(file, lang):
    assert run("check", EXAMPLES / file, "--lang", lang).exit_code == 0


def test_mistakes_name_file_path_and_reason(tmp_path):
    folder = shutil.copytree(EXAMPLES / "hongshan", tmp_path / "p")
    path = folder / "project.yaml"
    text = (
        path.read_text(encoding="utf-8").replace("size: 5", "size: 4").replace('price_points: "25"', "price_points: 24")
    )
    path.write_text(text, encoding="utf-8")
    done = run("check", path)
    assert done.exit_code == 1
    assert "project.yaml committee.size：委员会成员人数须为单数" in done.output
    assert "project.yaml factors：各因素最高分与价格分之和不是100分（现为：99）" in done.output
    assert "（依据：《招标投标法》第三十七条；《评标委员会和评标方法暂行规定》第九条）" in done.output
    told = json.loads(run("check", path, "--json", "--lang", "en").output)
    assert not told["ok"]
    laws = {one["code"]: one["law"] for one in told["mistakes"]}
    assert laws["committee-odd"] == "Tendering and Bidding Law, art 37; Order No. 12 (2013), art 9"
    assert laws["points-not-100"] == ""
    assert {"committee-odd", "committee-five", "points-not-100"} <= {one["code"] for one in told["mistakes"]}


@pytest.mark.requirement("R10", "R11")
def test_the_rules_of_the_committee_are_shown_with_their_article(tmp_path):
    folder = shutil.copytree(EXAMPLES / "hongshan", tmp_path / "p")
    path = folder / "project.yaml"
    done = run("check", path)
    assert "委员会成员为五人以上（《招标投标法》第三十七条" in done.output
    text = re.sub(r"formula: averaged\n(?:  .*\n)+", "formula: lowest-first\n", path.read_text(encoding="utf-8"))
    path.write_text(text.replace("class: services", "class: government-services"), encoding="utf-8")
    told = json.loads(run("check", path, "--json", "--lang", "en").output)
    assert told["ok"]
    shown = {rule["code"]: (rule["requirement"], rule["law"]) for rule in told["committee_rules"]}
    assert shown["committee-experts"] == ("R10", "Ministry of Finance Order No. 87, art 47")
    assert "committee-seven" not in shown
    path.write_text(
        text.replace("class: services", "class: government-services").replace(
            "  size: 5", "  size: 5\n  concern: true"
        ),
        encoding="utf-8",
    )
    told = json.loads(run("check", path, "--json", "--lang", "en").output)
    assert [(one["code"], one["law"]) for one in told["mistakes"]] == [
        ("committee-seven", "Ministry of Finance Order No. 87, art 47")
    ]


def test_a_broken_digest_is_noticed(tmp_path):
    folder = shutil.copytree(EXAMPLES / "hongshan", tmp_path / "p")
    bid = folder / "bids" / "bid-b2.pdf"
    bid.write_bytes(bid.read_bytes().replace(b"%PDF-1.4", b"%PDF-1.5"))
    for name in ("project.yaml", "project.xlsx"):
        done = run("check", folder / name, "--lang", "en")
        assert done.exit_code == 1
        assert "bidders[1].file: the bid document has another SHA-256" in done.output


def test_unreadable_files(tmp_path):
    path = tmp_path / "project.yaml"
    path.write_text("a: [")
    assert run("check", path).exit_code == 2
    assert run("check", tmp_path / "missing.json").exit_code == 2
    assert run("check", __file__).exit_code == 2


def test_a_new_project_is_written_and_its_open_places_are_named(tmp_path):
    done = run("new", "works-design", "-o", tmp_path / "p")
    assert done.exit_code == 0
    assert "待填 22 处" in done.output
    checked = run("check", tmp_path / "p" / "project.yaml", "--lang", "en")
    assert checked.exit_code == 1
    assert "project.yaml bidders[0].file.length: still to be filled in: 文件字节数 / length in bytes" in checked.output
    assert "session.yaml host.name: still to be filled in" in checked.output
    told = json.loads(run("check", tmp_path / "p" / "project.yaml", "--json").output)
    assert {(one["file"], one["code"]) for one in told["mistakes"]} == {
        ("project.yaml", "still-open"),
        ("session.yaml", "still-open"),
    }
    again = run("new", "works-design", "-o", tmp_path / "p", "--lang", "en")
    assert again.exit_code == 2
    assert "is not an empty folder" in again.output
    assert run("new", "no-such").exit_code == 2


def test_templates_are_listed_in_both_languages():
    assert "clinic-panel            评审组（非招标评审）" in run("new", "list").output
    assert "clinic-panel            A panel (no tender)" in run("new", "list", "--lang", "en").output
