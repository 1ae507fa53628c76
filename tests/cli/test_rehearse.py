"""``evalhub rehearse``: a whole session unattended; what cannot be run is one sentence and exit code 2."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.network import Row, write_example
from support.repository import ROOT
from typer.testing import CliRunner, Result

from evalhub.cli import app
from evalhub.replay.bundle import open_bundle
from evalhub.replay.verify import verify


def rehearse(*words: str) -> Result:
    result = CliRunner().invoke(app, ["rehearse", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small session with the example's own project; pools large enough for every outcome of chance."""
    rows: dict[str, list[Row]] = {
        name: [(f"{name}-{n:03d}", f"合成单位{name}{n}", "A0401") for n in range(30)] for name in ("wuhan", "wedz")
    }
    folder = write_example(tmp_path / "example", rows)
    (folder / "project.yaml").write_bytes((ROOT / "examples/hongshan/project.yaml").read_bytes())
    (folder / "bids").symlink_to(ROOT / "examples/hongshan/bids")
    return folder


def test_a_rehearsal_prints_one_json_object_and_leaves_a_bundle_that_verifies(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    done = rehearse(str(project), "--json", "--bundle", str(out), "--data", str(tmp_path / "data"))
    assert done.exit_code == 0, done.stderr
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert (said["phase"], said["bundle"], said["verified"]) == ("archived", str(out), True)
    assert [row["rank"] for row in said["ranking"]] == sorted(row["rank"] for row in said["ranking"])
    found = verify(open_bundle(out))
    signed = next(row.detail for row in found.checks if row.name == "report")
    assert re.fullmatch(r"report\.pdf: [1-9]\d* signatures", signed), "the booths signed what both centres made"
    assert found.ok
    assert found.rehearsal
    assert (tmp_path / "data" / "demo.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("/no/such/folder",), "there is no session.yaml"),
        (("--experts", "3"), "'3' is not a split such as 3+2 or 3+1+1"),
        (("--experts", "3+x"), "'3+x' is not a split"),
        (("--experts", "0+5"), "'0+5' is not a split"),
        (("--experts", "３+２"), "is not a split"),
        (("--experts", "2+2+1"), "3 numbers for 2 centres"),
        (("--guests", "7"), "there are built-in examples with 1 and 2 guests"),
        (("--bundle", "/no/such/folder/b.zip"), "there is no such folder"),
        (("--bundle", "/"), "is a folder"),
    ],
)
def test_what_cannot_be_run_is_one_sentence_before_anything_starts(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    done = rehearse(*words, "--json", "--lang", "en", "--data", str(data))
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert said in done.stderr
    assert not data.exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path, project: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "directory.json").write_text("mine")
    done = rehearse(str(project), "--json", "--data", str(data), "--bundle", str(tmp_path / "b.zip"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert (data / "directory.json").read_text() == "mine"
    assert not (tmp_path / "b.zip").exists()


def test_an_unlawful_project_is_refused_by_the_rules_with_exit_code_1(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "b.zip"
    words = ("--json", "--experts", "2+2", "--lang", "en", "--bundle", str(out), "--data", str(tmp_path / "data"))
    done = rehearse(str(project), *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "odd number of members" in done.stderr
    assert not out.exists()
