"""``evalhub hub|site|oversight``: the same processes as ``python -m …``; ``evalhub init``: folders for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evalhub.cli import app
from evalhub.demo.layout import read_info

PROCESSES = [("hub",), ("site", "host"), ("site", "guest"), ("oversight",)]


def evalhub(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("words", PROCESSES, ids=" ".join)
def test_a_process_without_settings_is_one_sentence_and_exit_code_2(
    words: tuple[str, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = evalhub(*words, "--config", str(tmp_path / "none.toml"))
    error = done.stderr + capfd.readouterr().err
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(error.strip().splitlines()) == 1
    assert "none.toml" in error


def test_a_site_is_host_or_guest() -> None:
    assert evalhub("site", "third", "--config", "x").exit_code == 2


def test_init_lays_out_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = ("init", "--data", str(data), "--port-base", "8443", "--hub-host", "hub", "--listen", "0.0.0.0")
    first = evalhub(*words)
    assert first.exit_code == 0, first.stderr
    assert "wuhan, wedz, oversight" in first.stdout
    info = read_info(data)
    assert info is not None
    assert (info.hub_port, [party.port for party in info.parties]) == (8443, [8444, 8445, 8446])
    site = (data / "wedz" / "site.toml").read_text("utf-8")
    assert 'hub = "wss://hub:8443/line"' in site
    assert 'host = "0.0.0.0"' in site
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    second = evalhub(*words, "--lang", "en")
    assert second.exit_code == 0
    assert "is laid out already; nothing was changed" in second.stdout
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_private_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert evalhub("init", "--data", str(data)).exit_code == 0
    private = [path for path in data.rglob("*") if path.is_file() and ("key" in path.name or "keys" in path.parts)]
    assert len(private) > 6
    assert not [path for path in (*private, data / "demo.json") if path.stat().st_mode & 0o077]


def test_init_in_a_folder_of_somebody_else_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = evalhub("init", "--data", str(tmp_path), "--lang", "en")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is not empty and not a demo folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
