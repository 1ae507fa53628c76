"""Each party's process when its settings are wrong: one sentence on standard error and exit code 2."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from support.network import write_example

from evalhub.demo.layout import Source, free_ports, lay_out

MODULES = {"wuhan": "host_site", "wedz": "guest_site", "oversight": "evalhub.oversight"}


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("processes")
    lay_out(folder / "data", write_example(folder / "example"), free_ports(4), Source(datetime.now(UTC), os.urandom))
    return folder / "data"


def start(name: str, config: Path) -> tuple[int, str, str]:
    """Exit code, standard output and error of a process that should not come up."""
    command = [sys.executable, "-m", MODULES[name], "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout, done.stderr


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def append(path: Path, text: str) -> None:
    path.write_text(text + path.read_text("utf-8"), "utf-8")


MISTAKES: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("missing", "wuhan", lambda d: (d / "wuhan/site.toml").unlink(), "No such file or directory"),
    ("not-toml", "wedz", lambda d: (d / "wedz/site.toml").write_text("= 1"), "not TOML"),
    ("unknown-key", "oversight", lambda d: append(d / "oversight/site.toml", "colour = 1\n"), "unknown field `colour`"),
    ("wrong-type", "wuhan", lambda d: append(d / "wuhan/site.toml", 'tick_ms = "x"\n'), "tick_ms"),
    ("directory", "wedz", lambda d: (d / "directory.json").write_text("{}"), "directory.json"),
    ("no-directory", "oversight", lambda d: (d / "directory.json").unlink(), "No such file or directory"),
    ("no-rooms", "wuhan", lambda d: (d / "wuhan/rooms.yaml").unlink(), "rooms.yaml"),
    ("no-keys", "wedz", lambda d: shutil.rmtree(d / "wedz/keys"), "keys"),
    ("open-keys", "wedz", lambda d: [f.chmod(0o644) for f in (d / "wedz/keys").iterdir() if f.is_file()], "keys"),
    ("no-certificate", "oversight", lambda d: (d / "oversight/certificate.pem").unlink(), "TLS"),
    (
        "plain-hub",
        "wuhan",
        lambda d: replace(d / "wuhan/site.toml", "wss://127.0.0.1", "ws://hub.example"),
        "must be wss",
    ),
    ("database", "wuhan", lambda d: (d / "wuhan/party.sqlite").write_bytes(b"junk" * 4096), "party.sqlite"),
]


@pytest.mark.parametrize(("name", "spoil", "said"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_one_sentence_and_exit_code_2(
    laid_out: Path, tmp_path: Path, name: str, spoil: Callable[[Path], object], said: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(laid_out, data)
    spoil(data)
    code, out, error = start(name, data / name / "site.toml")
    sentences = [line for line in error.splitlines() if "set-up code" not in line]
    assert (code, out) == (2, "")
    assert len(sentences) == 1, error
    assert said in sentences[0]
    assert "Traceback" not in error


@pytest.mark.parametrize(("name", "words"), [("wuhan", "主场站点"), ("wedz", "客场站点"), ("oversight", "监督端")])
def test_help_is_in_both_languages(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        import_module(f"{MODULES[name]}.__main__").main(["--help"])
    out = capsys.readouterr().out
    assert left.value.code == 0
    assert words in out
    assert "settings file" in out
