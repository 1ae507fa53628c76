"""``evalhub price`` as a person runs it. The numbers of the averaged formula are worked out by hand below."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from evalhub.cli.price import app


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def bids(tmp_path):
    path = tmp_path / "bids.csv"
    path.write_text("编号,报价\nB1,110\nB2,100\nB3,90.00\nB4,200\nB5,10\n", encoding="gb18030")
    return path


AVERAGED = ("averaged", "--param", "deduction.above=1", "--param", "deduction.below=0.5", "--points", "30")


def test_averaged_by_hand(bids):
    """Five bids: 200 and 10 are dropped, the mean of 110, 100, 90 is 100; +10 % costs 10, -10 % costs 5."""
    done = run(*AVERAGED, "--bids", bids)
    assert done.exit_code == 0
    assert "评标基准价 100.0000" in done.output
    assert "B1  报价 110  价格分 20.00" in done.output
    assert "B3  报价 90.00  价格分 25.00" in done.output
    assert "B4  报价 200  价格分 0.00" in done.output
    assert "偏差率（%）：(110 - 100.0000) / 100.0000 x 100 = 10.00" in done.output


def test_english_and_json(bids):
    assert "benchmark price 100.0000" in run(*AVERAGED, "--bids", bids, "--lang", "en").output
    told = json.loads(run(*AVERAGED, "--bids", bids, "--json").output)
    assert {row["bidder"]: row["score"] for row in told["rows"]}["B2"] == "30.00"


def test_a_ceiling_and_lowest_first(bids):
    done = run("lowest-first", "--bids", bids, "--ceiling", "150", "--points", "30", "--lang", "en")
    assert "B4  price 200  not valid: above the ceiling" in done.output
    assert "B2  price 100  score 3.00" in done.output


def test_drawn_values_and_samples(bids):
    drawn = ("composite", "--param", "deduction.above=1", "--param", "deduction.below=1", "--param", "weight=0.3;0.4")
    more = ("--param", 'sample=[{"share":"0.5","least":3}]', "--ceiling", "300", "--bids", bids)
    assert run(*drawn, *more).exit_code == 1
    picked = ("--drawn", "weight=0.4", "--sample", "B1", "--sample", "B2", "--sample", "B3")
    done = run(*drawn, *more, *picked)
    assert done.exit_code == 0
    assert "评标基准价 180.0000" in done.output  # 300 x 0.4 + 100 x 0.6


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("magic",), 1, "formula"),
        (("averaged",), 1, "deduction"),
        ((*AVERAGED, "--param", "colour=1"), 1, "colour"),
        ((*AVERAGED, "--param", "deduction.floor=x"), 1, "deduction.floor"),
        ((*AVERAGED, "--param", "deduction.floor=-1"), 1, "deduction.floor"),
        ((*AVERAGED, "--param", "deduction=1"), 1, "deduction"),
        ((*AVERAGED, "--param", "base=[oops"), 1, "base"),
        ((*AVERAGED, "--param", "novalue"), 2, "novalue"),
        ((*AVERAGED, "--param", "deduction.above=2"), 2, "deduction.above"),
        ((*AVERAGED, "--ceiling", "abc"), 2, "abc"),
        ((*AVERAGED, "--ceiling", "1"), 1, "有效报价"),
    ],
)
def test_mistakes_of_parameters(bids, arguments, code, words):
    done = run(*arguments, "--bids", bids)
    assert done.exit_code == code, done.output
    assert words in done.stderr


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("编号,报价\nB1,x\nB2,\n,5\n", 1, ["第 2 行 [price]", "第 3 行 [price]", "第 4 行 [bidder]"]),
        ("编号,金额\nB1,5\n", 1, ["[price]：缺少这一列"]),
        ("编号,报价\nB1,5\nB1,6\n", 1, ["同一投标人出现两次"]),
        ("编号,报价\n", 1, ["没有报价"]),
        ('编号,报价\n"B1,5\n', 2, ["无法读取"]),
        ("编号,报价\nB1,NaN\n", 1, ["第 2 行 [price]"]),
    ],
)
def test_mistakes_of_bids(tmp_path, text, code, words):
    path = tmp_path / "bids.csv"
    path.write_text(text, encoding="utf-8")
    done = run("lowest-first", "--bids", path)
    assert done.exit_code == code
    assert all(word in done.stderr for word in words), done.stderr
