"""Parts of pages that are drawn from the program are what the program says now; README's help is ``--help``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.repository import ROOT

TOOL = ROOT / "tools" / "blocks.py"


def run(*words: str, tool: Path = TOOL) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(tool), *words], capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}
    )


def test_every_page_is_up_to_date() -> None:
    checked = run("--check")
    assert (checked.returncode, checked.stdout) == (0, ""), "run: python tools/blocks.py"


@pytest.mark.parametrize(
    ("page", "block"),
    [
        ("README.md", "help"),
        ("README.zh-CN.md", "help"),
        ("docs/protocol.md", "frames"),
        ("docs/protocol.md", "phases"),
    ],
)
def test_page_has_its_block(page: str, block: str) -> None:
    assert f"<!-- from: {block} -->\n" in (ROOT / page).read_text("utf-8")


def test_an_outdated_page_is_found_and_renewed(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "docs").mkdir()
    tool = tmp_path / "tools" / "blocks.py"
    tool.write_text(TOOL.read_text("utf-8"))
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- from: phases -->\nold\n<!-- end -->\nafter\n")
    assert run("--check", tool=tool).returncode == 1
    assert "old" in page.read_text()
    assert run(tool=tool).returncode == 0
    renewed = page.read_text()
    assert "| `seal_sheet` | booth | sealing |" in renewed
    assert renewed.startswith("before\n")
    assert renewed.endswith("<!-- end -->\nafter\n")
    assert run("--check", tool=tool).returncode == 0
