"""The pages' own checks, run with ours: types by tsc, unit tests by Node."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str) -> None:
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_of_every_script() -> None:
    run("node_modules/.bin/tsc", "--project", "tsconfig.json")


def test_scripts_in_node() -> None:
    tests = sorted(str(path) for path in (ROOT / "tests" / "web" / "node").glob("*.test.js"))
    assert tests
    run("node", "--test", *tests)
