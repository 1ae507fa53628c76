"""``evalhub pool …`` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from typer.testing import CliRunner

from evalhub.cli.pool import app
from evalhub.site.pool.check import read_pool
from evalhub.site.pool.store import load_pool

POOL = Path(__file__).parents[2] / "examples" / "hongshan" / "pool-wedz.csv"
BIG = POOL.with_name("pool-wuhan.xlsx")


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def bad(tmp_path):
    lines = POOL.read_text(encoding="utf-8-sig").splitlines()
    cells = lines[6].split(",")
    cells[2], cells[4] = "", "A0401;Z9"
    lines[6] = ",".join(cells)
    path = tmp_path / "bad.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    return path


def test_a_good_pool(tmp_path):
    done = run("check", BIG)
    assert (done.exit_code, "571 名专家" in done.output) == (0, True)
    assert "571 experts" in run("check", BIG, "--lang", "en").output
    told = json.loads(run("check", POOL, "--json").output)
    assert told["digest"] == read_pool(POOL).digest()


def test_mistakes_name_file_row_column_and_reason(bad):
    done = run("check", bad)
    assert done.exit_code == 1
    assert "bad.csv 第 7 行 [职称]：缺少内容" in done.output
    assert "bad.csv 第 7 行 [评标专业]：含有国家专业分类标准中没有的代码（现为：A0401;Z9）" in done.output
    assert "共 2 处错误" in done.output
    english = run("check", bad, "--lang", "en")
    assert "bad.csv row 7 [职称]: nothing is given" in english.output
    told = json.loads(run("check", bad, "--json").output)
    assert [(one["row"], one["code"]) for one in told["mistakes"]] == [(7, "missing"), (7, "unknown-specialty")]


def test_import_is_all_or_nothing(tmp_path, bad):
    url = f"sqlite:///{tmp_path}/site.sqlite"
    assert run("import", POOL, "--database", url).exit_code == 0
    assert run("import", bad, "--database", url).exit_code == 1
    engine = create_engine(url)
    with engine.connect() as connection:
        assert load_pool(connection) == read_pool(POOL)
    engine.dispose()
    done = run("import", BIG, "--database", url)
    assert "第 2 次导入" in done.output
    with engine.connect() as connection:
        assert load_pool(connection) == read_pool(BIG)
    engine.dispose()


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////no/such/folder/x.sqlite", "oracle+x://u:secret@h/d"])
def test_a_database_that_is_not_there(url):
    done = run("import", POOL, "--database", url)
    assert done.exit_code == 2
    assert "secret" not in done.output + done.stderr


def test_unreadable_files_and_wrong_use(tmp_path):
    assert run("check", tmp_path / "missing.csv").exit_code == 2
    assert run("check", tmp_path / "pool.doc").exit_code == 2
    assert run("check").exit_code == 2
    assert run("check", POOL, "--lang", "fr").exit_code == 2


def test_the_upkeep_report():
    done = run("report", BIG)
    assert done.exit_code == 0
    assert "专业数六个及以上：250 名" in done.output
    assert "职称不符合条件：5 名" in done.output
    assert "无法核对" in done.output
    told = json.loads(run("report", BIG, "--json", "--lang", "en").output)
    assert len(told["many_specialties"]) == 250


def test_a_file_cannot_steer_the_terminal(tmp_path):
    path = tmp_path / "evil.csv"
    path.write_text(POOL.read_text(encoding="utf-8-sig").replace("合成专家1003", "\x1b[2J\u202e"), encoding="utf-8")
    done = run("check", path)
    assert done.exit_code == 1
    assert "\x1b[2J" not in done.output
    assert "\u202e" not in done.output
