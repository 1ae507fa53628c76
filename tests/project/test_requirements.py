"""The table requirement → rule → test is what program and tests say now, and cannot claim what is not there."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from support.repository import ROOT


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_requirements", ROOT / "docs" / "make_requirements.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_table_is_up_to_date(tool: ModuleType) -> None:
    page = (ROOT / "docs" / "requirements.md").read_text("utf-8")
    assert page == tool.render(), "run: python docs/make_requirements.py"


def test_every_mark_names_a_requirement_of_the_list(tool: ModuleType) -> None:
    assert tool.unknown() == []


def test_the_list_names_each_once_with_level_and_both_titles(tool: ModuleType) -> None:
    rows = [row for section in tool.sections() for row in section.requirements]
    assert len({row.code for row in rows}) == len(rows) > 60
    assert [row.code for row in rows] == sorted((row.code for row in rows), key=lambda code: int(code[1:]))
    assert all(row.level in "MSB" and row.zh and row.en for row in rows)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A repository with one rule, two tests of it and three requirements."""
    rows = [{"code": code, "level": "M", "zh": "要求", "en": "Required"} for code in ("R10", "R11", "R12")]
    listed = [{"section": "1.2", "zh": "委员会", "en": "Committee", "requirements": rows}]
    for folder in ("docs", "evalhub/core", "tests/core"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "docs" / "requirements.json").write_text(json.dumps(listed))
    (tmp_path / "evalhub" / "core" / "rule.py").write_text(
        '"""Some rule (R10–R11, R99)."""\n\n\nclass Rule:\n    def odd(self):\n        """Odd: R10."""\n'
    )
    (tmp_path / "tests" / "core" / "test_rule.py").write_text(
        "import pytest\n\n\n"
        '@pytest.mark.requirement("R10", "R11")\n@pytest.mark.other("R12")\ndef test_odd():\n    pass\n'
    )
    return tmp_path


def row(page: str, code: str) -> str:
    return next(line for line in page.splitlines() if line.startswith(f"| {code} |"))


def test_rules_and_tests_are_found_and_what_is_missing_is_called_missing(tool: ModuleType, small: Path) -> None:
    page = tool.render(small)
    assert "[`core/rule`](../evalhub/core/rule.py)<br>[`core/rule.Rule.odd`](../evalhub/core/rule.py)" in row(
        page, "R10"
    )
    assert "[`core/test_rule::test_odd`](../tests/core/test_rule.py)" in row(page, "R10")
    assert "test_odd" in row(page, "R11")
    assert row(page, "R12").endswith("| *none named* | *missing* |")
    assert "| 1.2 Committee | 2 of 3 | R12 | 0 of 0 | none |" in page


def test_a_test_that_goes_takes_its_claim_with_it(tool: ModuleType, small: Path) -> None:
    before = tool.render(small)
    (small / "tests" / "core" / "test_rule.py").write_text("def test_even():\n    pass\n")
    assert tool.render(small) != before
    assert row(tool.render(small), "R10").endswith("| *missing* |")


def test_a_mark_without_a_requirement_is_named(tool: ModuleType, small: Path) -> None:
    (small / "tests" / "test_more.py").write_text('import pytest\n\npytestmark = [pytest.mark.requirement("R9", X)]\n')
    assert tool.unknown(small) == ["tests/test_more.py::: R9", "tests/test_more.py::: X"]
