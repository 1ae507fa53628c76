"""The wheel holds everything a process needs at run time, and none of what only the checkout needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest
from support.repository import ROOT, files

PACKAGES = ("evalhub", "host_site", "guest_site")
LEFT_OUT = {"evalhub/core/ruff.toml"}  # a setting of the linter


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every file in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("evalhub-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_holds_every_file_of_the_packages(names: set[str]) -> None:
    ours = {str(path.relative_to(ROOT)) for package in PACKAGES for path in files(package)} - LEFT_OUT
    assert ours - names == set()


@pytest.mark.parametrize(
    "needed",
    [
        "evalhub/party/specialties.csv",
        "evalhub/party/migrations/versions/v0001_first.py",
        "evalhub/hub/migrations/versions/v0001_ledger.py",
        "evalhub/cli/text/reasons.json",
        "evalhub/examples/hongshan/session.yaml",
        "evalhub/examples/three-centres/project.yaml",
        "evalhub/web/static/vendor/preact.mjs",
        *(f"{package}/py.typed" for package in PACKAGES),
    ],
)
def test_holds_data_that_code_reads(names: set[str], needed: str) -> None:
    assert needed in names


def test_holds_nothing_else(names: set[str]) -> None:
    others = {name for name in names if name.split("/")[0] not in PACKAGES}
    assert all(name.split("/")[0].endswith(".dist-info") for name in others)
    assert any(name.endswith("/licenses/LICENSE") for name in others)
    assert not any("__pycache__" in name or name.endswith((".sqlite", ".pem")) for name in names)
