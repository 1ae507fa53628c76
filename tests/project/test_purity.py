"""The lints of the core bite: a file that reads a clock, draws chance, opens a file or uses a float is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.repository import ROOT

TOOL = ROOT / "tools" / "purity.py"
RUFF = Path(sys.executable).parent / "ruff"


def purity(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOL), str(folder)], capture_output=True, text=True, check=False)


def ruff(source: str, name: str) -> str:
    """What ruff says of ``source`` if it stood in the file ``name`` of the core."""
    command = [str(RUFF), "check", "--no-cache", "--select", "TID251", "--output-format", "concise"]
    command += ["--stdin-filename", str(ROOT / "evalhub" / "core" / name), "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=False, cwd=ROOT).stdout


def test_the_core_is_pure() -> None:
    found = subprocess.run([sys.executable, str(TOOL)], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("call", ["open('x')", "print(1)", "input()", "eval('1')", "__import__('os')"])
@pytest.mark.parametrize("room", ["rules", "ledger", "."])
def test_built_ins_that_reach_outside_are_found(tmp_path: Path, call: str, room: str) -> None:
    (tmp_path / room).mkdir(exist_ok=True)
    (tmp_path / room / "bad.py").write_text(f"x = 1\ny = {call}\n")
    found = purity(tmp_path)
    assert found.returncode == 1
    assert "bad.py:2: " in found.stdout


@pytest.mark.parametrize(
    "line", ["def f(price: float) -> None: ...", "x = float('1')", "x = 0.1", "y: dict[str, float]", "x = 1j"]
)
def test_floats_are_found_in_the_rules_and_only_there(tmp_path: Path, line: str) -> None:
    for room in ("rules/prices", "ledger"):
        (tmp_path / room).mkdir(parents=True)
        (tmp_path / room / "bad.py").write_text(f"{line}\n")
    found = purity(tmp_path)
    assert found.returncode == 1
    assert found.stdout.count("\n") == found.stdout.count("rules/prices/bad.py:1: ") == 1


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("from datetime import datetime", "datetime.now()"),
        ("from datetime import datetime as clock", "clock.utcnow()"),
        ("import datetime", "datetime.datetime.today()"),
        ("from datetime import date", "date.today()"),
        ("from time import monotonic", "monotonic()"),
        ("import time", "time.time()"),
        ("import random", "random.random()"),
        ("import secrets", "secrets.token_bytes()"),
        ("import os", "os.urandom(32)"),
        ("import uuid", "uuid.uuid4()"),
    ],
)
@pytest.mark.parametrize("name", ["bad.py", "rules/prices/bad.py"])
def test_clock_and_chance_are_banned_in_the_core(module: str, call: str, name: str) -> None:
    assert "TID251" in ruff(f"{module}\n\nx = {call}\n", name)


def test_a_given_time_is_not_banned() -> None:
    assert "TID251" not in ruff("from datetime import datetime\n\nx = datetime.fromisoformat\n", "good.py")
