"""Write the lock files from pyproject.toml: exact versions, a SHA-256 for every file, no address of any index.

    requirements/run.txt   what a running evalhub needs
    requirements/dev.txt   the same and what the checks need

The resolver (uv) is installed into this virtual environment only when this runs. ``requirements/independent.txt`` holds
one package whose metadata no resolver accepts on 3.11; it is kept by hand.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS: dict[str, tuple[str, ...]] = {"run.txt": (), "dev.txt": ("--extra", "dev")}
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--python-version",
    "3.11",
)


def main() -> int:
    """Install uv if it is missing, then resolve both sets. ``--upgrade`` takes newer versions."""
    run("pip", "install", "--quiet", "uv>=0.9,<1")
    for name, extra in LOCKS.items():
        run("uv", "pip", "compile", *OPTIONS, *extra, *sys.argv[1:], "pyproject.toml", "-o", f"requirements/{name}")
    return 0


def run(module: str, *words: str) -> None:
    """One module of this virtual environment as a program. Raises ``CalledProcessError``."""
    subprocess.run([sys.executable, "-m", module, *words], check=True, cwd=ROOT)  # noqa: S603 - our own words only


if __name__ == "__main__":
    sys.exit(main())
