"""``evalhub project check`` as a person runs it."""

from __future__ import annotations

import json
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
    told = json.loads(run("check", path, "--json", "--lang", "en").output)
    assert not told["ok"]
    assert {"committee-odd", "committee-five", "points-not-100"} <= {one["code"] for one in told["mistakes"]}


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
