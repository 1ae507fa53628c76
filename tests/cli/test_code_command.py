"""``evalhub code``: the code an authenticator would show, for a demo folder only."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.repository import ROOT
from typer.testing import CliRunner

from evalhub.cli import app
from evalhub.core import codec
from evalhub.core.rules.plan import Text2
from evalhub.core.sealing.passwords import code_at, counter_of, secret_of, secret_text
from evalhub.demo.layout import DemoInfo, PartyInfo

SECRET = b"12345678901234567890"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    host = PartyInfo(
        name="wuhan", role="host", title=Text2(zh="主场", en="Host"), port=1, token="t", totp=secret_text(SECRET)
    )
    info = DemoInfo(domain="evalhub.localhost", example=str(ROOT), hub_port=1, parties=(host,))
    (tmp_path / "demo.json").write_bytes(codec.canonical(info))
    return tmp_path


@pytest.mark.parametrize("party", ["host", "wuhan"])
def test_it_prints_the_code_of_now(folder: Path, party: str) -> None:
    done = CliRunner().invoke(app, ["code", str(folder), party])
    assert done.exit_code == 0
    now = int(time.time())
    assert counter_of(secret_of(secret_text(SECRET)), done.stdout.strip(), now, now // 30 - 2) is not None
    assert done.stdout.strip() in {code_at(SECRET, now - 30), code_at(SECRET, now)}


def test_no_such_party_or_folder_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    for arguments in ([str(folder), "nobody"], [str(tmp_path / "none"), "host"]):
        done = CliRunner().invoke(app, ["code", *arguments])
        assert (done.exit_code, done.stdout) == (2, "")
        assert len(done.stderr.strip().splitlines()) == 1
