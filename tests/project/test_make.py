"""The Makefile and the small programs behind it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from support.repository import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    surrounding = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        command, cwd=ROOT, env=surrounding | environment, capture_output=True, text=True, check=False, timeout=60
    )


def fake_python(folder: Path, name: str, *, answers: bool) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {0 if answers else 1}\n")
    path.chmod(0o755)


def test_help_lists_every_public_target() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    shown = re.findall(r"^ {2}make (\w+)\t(.+) / (.+)$", run("make").stdout, re.MULTILINE)
    assert {name for name, _, _ in shown} == set(phony[1].split())
    assert all(re.search(r"[\u4e00-\u9fff]", chinese) and english.isascii() for _, chinese, english in shown)


@pytest.mark.parametrize("program", [".ci/run", "tools/check", "tools/python"])
def test_programs_can_be_run(program: str) -> None:
    assert os.access(ROOT / program, os.X_OK)
    assert run("bash", "-n", program).returncode == 0


def test_a_pretended_or_old_python_is_passed_over(tmp_path: Path) -> None:
    for name in ("python3", "python3.13"):
        fake_python(tmp_path, name, answers=False)
    fake_python(tmp_path, "python3.12", answers=True)
    assert run("tools/python", "3.11", PATH=f"{tmp_path}:/usr/bin:/bin", PYTHON="").stdout == "python3.12\n"


def test_a_too_old_python_gets_a_clear_sentence() -> None:
    answer = run("tools/python", "9.0", PYTHON="")
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "evalhub needs Python 9.0 or newer" in answer.stderr


def test_a_named_python_is_asked_alone(tmp_path: Path) -> None:
    fake_python(tmp_path, "mine", answers=False)
    assert run("tools/python", "3.11", PYTHON=str(tmp_path / "mine")).returncode == 1


def test_a_failed_check_fails_the_whole_and_the_tests_still_speak_last(tmp_path: Path) -> None:
    for name, code in (("ruff", 0), ("mypy", 3), ("lint-imports", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\necho said-by-{name}\nexit {code}\n")
    (tmp_path / "python").write_text("#!/bin/sh\ncase $* in *pytest*) echo 1 passed;; esac\n")
    for path in tmp_path.iterdir():
        path.chmod(0o755)
    answer = run("tools/check", str(tmp_path / "python"), TSC="true")
    assert answer.returncode == 1
    assert answer.stdout.splitlines()[-2:] == ["failed before the tests: types", "1 passed"]
    assert "said-by-mypy" in answer.stdout
    assert "said-by-ruff" not in answer.stdout
    (tmp_path / "mypy").write_text("#!/bin/sh\n")
    assert run("tools/check", str(tmp_path / "python"), TSC="true").returncode == 0
