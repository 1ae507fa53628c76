"""What a party is told, its clock and its logs."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from support.party_end import GivenClock

from evalhub.core.errors import Malformed
from evalhub.core.ledger.times import format_time
from evalhub.party.bundles import read_note
from evalhub.party.clock import SAMPLES, HubTime, SystemClock
from evalhub.party.logs import make_logger
from evalhub.party.settings import PartySettings, TlsFiles


def settings(hub: str, tls: TlsFiles | None = None) -> PartySettings:
    return PartySettings(folder=Path("party"), hub=hub, hub_name="evalhub.test", tls=tls)


FILES = TlsFiles(authority=Path("ca.pem"), certificate=Path("party.pem"), key=Path("party.key"))


@pytest.mark.parametrize("hub", ["ws://hub.example:8443/line", "https://hub.example", "wss://", "hub"])
def test_a_line_that_could_be_overheard_is_refused(hub: str) -> None:
    with pytest.raises(Malformed):
        settings(hub, FILES).check()


def test_lines_that_are_fine() -> None:
    settings("ws://127.0.0.1:8443/line").check()
    settings("wss://hub.example/line", FILES).check()
    with pytest.raises(Malformed, match="TLS files"):
        settings("wss://hub.example/line").check()
    assert settings("wss://hub.example:8443/line", FILES).api("/sessions/s/bundle") == (
        "https://hub.example:8443/sessions/s/bundle"
    )


def test_tls_files_that_are_not_there_are_one_sentence() -> None:
    with pytest.raises(Malformed, match="TLS files cannot be used"):
        FILES.context()


def test_hub_time_takes_the_quickest_tick_and_never_runs_backwards() -> None:
    clock = GivenClock(1_000)
    hub = HubTime(clock)
    assert hub.now() is None
    hub.heard(format_time(501_000))
    clock.ms = 2_000
    hub.heard(format_time(501_700))  # 300 ms late
    assert hub.now() == 502_000
    for _ in range(SAMPLES):
        hub.heard(format_time(400_000))  # the hub was set back: stand still, do not run back
    assert hub.now() == 502_000
    with pytest.raises(Malformed):
        hub.heard("yesterday")


def test_the_machines_clock_runs() -> None:
    clock = SystemClock()
    assert clock.now() > 1_700_000_000_000
    assert clock.monotonic() <= clock.monotonic()


def test_a_log_line_is_json_and_holds_only_known_fields() -> None:
    stream = io.StringIO()
    make_logger("wuhan", stream).warning("duty-failed", session="s", jws="secret", r="secret", reason="拒绝")
    line = json.loads(stream.getvalue())
    assert {**line, "timestamp": ""} == {
        "event": "duty-failed", "level": "warning", "party": "wuhan", "session": "s", "reason": "拒绝", "timestamp": "",
    }  # fmt: skip
    make_logger("wuhan", stream).debug("quiet")
    assert "quiet" not in stream.getvalue()


def test_only_a_zip_with_a_checkpoint_is_a_bundle() -> None:
    with pytest.raises(Malformed):
        read_note(b"no zip")
    for name, size in (("another", 5), ("checkpoint", 300_000)):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, b"x" * size)
        with pytest.raises(Malformed):
            read_note(buffer.getvalue())
