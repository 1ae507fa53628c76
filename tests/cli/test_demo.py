"""``evalhub demo`` as one process that starts four: what it says, what it refuses, how it ends and begins again.

One running demo serves the long test, step by step; ``operate`` and ``take`` are tried against it too, because starting
it is dear.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.network import write_example
from typer.testing import CliRunner

from evalhub.cli import app
from evalhub.core.rules.refusals import SENTENCES
from evalhub.demo.demo import DemoSession, write_session
from evalhub.demo.layout import free_ports
from evalhub.site.reception import PrintedTicket

EVALHUB = str(Path(sys.executable).with_name("evalhub"))
PATIENCE = 90
PROJECT = "examples/hongshan/project.yaml"


class Running:
    """``evalhub demo --json`` as a child; ``said`` is its first line."""

    def __init__(self, data: Path, port_base: int, project: Path) -> None:
        command = [EVALHUB, "demo", "--data", str(data), "--port-base", str(port_base), "--project", str(project)]
        self.log = data.parent / "demo.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--json"], stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log.read_text("utf-8")
        self.said: dict[str, Any] = json.loads(line)

    def interrupt(self, times: int = 1) -> tuple[int, str]:
        """Ctrl-C; the exit code and what else was on standard output."""
        for _ in range(times):
            self.process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        return self.end()

    def end(self) -> tuple[int, str]:
        """Wait for the end, however it comes about."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out


def children(data: Path) -> list[int]:
    """Processes whose command line names this data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            if f"{data}/" in command and "--config" in command:
                found.append(int(entry.name))
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small session with the example's own project."""
    from support.repository import ROOT

    folder = write_example(tmp_path_factory.mktemp("small") / "example")
    shutil.copy(ROOT / PROJECT, folder / "project.yaml")
    shutil.copytree(ROOT / "examples/hongshan/bids", folder / "bids")
    return folder


@dataclass
class Done:
    """A finished command."""

    returncode: int
    stdout: str
    stderr: str


def evalhub(*words: str) -> Done:
    """The command in this process; what it starts are processes of their own."""
    result = CliRunner().invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def test_a_demo_from_its_first_line_to_its_end_and_on(tmp_path: Path, project: Path) -> None:
    data, base = tmp_path / "data", free_ports(4)
    demo = Running(data, base, project)
    try:
        the_first_line_names_every_address_role_credential_and_ticket(demo, data, base)
        credentials_are_for_their_owner_only(data)
        assert len(children(data)) == 4
        operate_shows_progress_and_the_actions_open_now(demo, data)
        operate_takes_a_step_and_says_so(data)
        for lang in ("zh-CN", "en"):
            operate_tells_a_refusal_in_the_readers_language(data, lang)
        for words, said in WRONG_USE:
            operate_used_wrongly_is_one_sentence(data, words, said)
        take_names_the_seats_there_are(demo, data)
        one_killed_ends_all_and_it_goes_on_where_it_was_until_ctrl_c(demo, data, base, project)
    finally:
        if demo.process.poll() is None:
            demo.interrupt()


WRONG_USE = [
    (("nobody",), "nobody"),
    (("host", "pause", "reason"), "name=value"),
    (("host", "no-such-action"), "no such action"),
    (("oversight", "pause", "colour=red"), "colour"),
]


# -- what it says ----------------------------------------------------------------------------------------------------


def the_first_line_names_every_address_role_credential_and_ticket(demo: Running, data: Path, base: int) -> None:
    said = demo.said
    assert said["data"] == str(data)
    assert said["hub"] == f"wss://127.0.0.1:{base}/line"
    assert [(p["name"], p["role"], p["url"]) for p in said["parties"]] == [
        ("wuhan", "host", f"http://127.0.0.1:{base + 1}"),
        ("wedz", "guest", f"http://127.0.0.1:{base + 2}"),
        ("oversight", "oversight", f"http://127.0.0.1:{base + 3}"),
    ]
    assert len(said["tickets"]) == 5
    assert all({"seat", "ticket", "roster", "room", "expires"} <= ticket.keys() for ticket in said["tickets"])
    for party in said["parties"]:
        headers = {"Authorization": f"Bearer {party['token']}"}
        request = urllib.request.Request(f"{party['url']}/api/sessions/{said['session']}", headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert json.load(answer)["phase"] == "checkin"


def credentials_are_for_their_owner_only(data: Path) -> None:
    for name in ("demo.json", "session.json"):
        assert (data / name).stat().st_mode & 0o077 == 0


# -- operate and take ------------------------------------------------------------------------------------------------


def operate_shows_progress_and_the_actions_open_now(demo: Running, data: Path) -> None:
    for party in ("host", "wuhan", "oversight"):
        done = evalhub("operate", str(data), party)
        assert done.returncode == 0, done.stderr
        view = json.loads(done.stdout)
        assert (view["session"], view["phase"]) == (demo.said["session"], "checkin")
        assert ("request-start" if party != "oversight" else "pause") in view["actions"]


def operate_takes_a_step_and_says_so(data: Path) -> None:
    done = evalhub("operate", str(data), "oversight", "pause", "reason=停电")
    assert (done.returncode, done.stdout) == (0, "已完成。\n"), done.stderr
    refused = evalhub("operate", str(data), "host", "request-start")
    assert (refused.returncode, refused.stdout) == (1, ""), refused.stderr
    assert "停电" in refused.stderr
    time.sleep(2)  # the demo looks twice a second whether somebody is to be admitted; a pause is no reason to end
    done = evalhub("operate", str(data), "oversight", "resume", "reason=来电", "--lang", "en")
    assert (done.returncode, done.stdout) == (0, "Done.\n"), done.stderr


def operate_tells_a_refusal_in_the_readers_language(data: Path, lang: str) -> None:
    done = evalhub("operate", str(data), "host", "request-start", "--lang", lang)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    template = SENTENCES["seats-not-ready"][0 if lang == "zh-CN" else 1]
    assert all(words in done.stderr for words in re.split(r"\{\w+\}", template))
    assert "{" not in done.stderr


def operate_used_wrongly_is_one_sentence(data: Path, words: tuple[str, ...], said: str) -> None:
    done = evalhub("operate", str(data), *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", [("operate", "host"), ("take",)])
def test_no_demo_in_the_folder_is_exit_code_2(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = evalhub(command[0], str(tmp_path), *command[1:])
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no demo" in done.stderr


def take_names_the_seats_there_are(demo: Running, data: Path) -> None:
    done = evalhub("take", str(data), "wuhan/A99-9")
    assert (done.returncode, done.stdout) == (2, "")
    assert all(ticket["seat"] in done.stderr for ticket in demo.said["tickets"])


# -- what it refuses -------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_named_before_anything_is_laid_out(tmp_path: Path, project: Path) -> None:
    base = free_ports(4)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base + 2))
        taken.listen()
        words = (
            "demo",
            "--data",
            str(tmp_path / "data"),
            "--port-base",
            str(base),
            "--project",
            str(project),
            "--json",
        )
        done = evalhub(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"127.0.0.1:{base + 2}" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "data").exists()  # so that another --port-base is not too late
    assert children(tmp_path / "data") == []


def junk(data: Path) -> None:
    data.mkdir()
    (data / "notes.txt").write_text("mine")


def spoiled(name: str, change: Callable[[Path], object]) -> Callable[[Path], None]:
    def spoil(copy: Path) -> None:
        change(copy / name)

    spoil.__name__ = name
    return spoil


SPOILED = [
    ("info", spoiled("demo.json", lambda path: path.write_text("{")), "demo.json"),
    ("info-fields", spoiled("demo.json", lambda path: path.write_text('{"domain":"x"}')), "missing required field"),
    ("session", spoiled("session.json", lambda path: path.write_text("[]")), "session.json"),
    ("key", spoiled("wedz/keys", shutil.rmtree), "wedz"),
    ("hub-settings", spoiled("hub/hub.toml", lambda path: path.unlink()), "hub"),
]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    junk(data)
    done = evalhub("demo", "--data", str(data), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not empty and not a demo folder" in done.stderr
    assert [path.name for path in data.iterdir()] == ["notes.txt"]
    done = evalhub("demo", "--data", str(data / "notes.txt"), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "notes.txt" in done.stderr


def test_a_folder_without_a_session_is_no_example(tmp_path: Path) -> None:
    for command in ("demo", "rehearse"):
        words = ("--project", str(tmp_path)) if command == "demo" else (str(tmp_path),)
        done = evalhub(command, *words, "--json", "--data", str(tmp_path / "data"))
        assert (done.returncode, done.stdout) == (2, "")
        assert "there is no session.yaml" in done.stderr


# -- the end, and the beginning again --------------------------------------------------------------------------------


def one_killed_ends_all_and_it_goes_on_where_it_was_until_ctrl_c(
    demo: Running, data: Path, base: int, project: Path
) -> None:
    victim = next(pid for pid in children(data) if f"{data}/wuhan/" in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(victim, signal.SIGKILL)
    assert demo.end() == (1, "")
    assert "wuhan" in demo.log.read_text("utf-8").strip().splitlines()[-1]
    assert children(data) == []
    again = Running(data, base, project)  # the lock of the one that was killed is no hindrance
    try:
        assert (again.said["session"], again.said["tickets"]) == (demo.said["session"], demo.said["tickets"])
        assert again.interrupt(times=2) == (0, "")  # impatient people press twice
    finally:
        if again.process.poll() is None:
            again.interrupt()
    assert children(data) == []


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    """A demo's folder, before its first start."""
    data = tmp_path_factory.mktemp("laid") / "data"
    done = evalhub("init", "--data", str(data), "--port-base", str(free_ports(4)), "--project", str(project))
    assert done.returncode == 0, done.stderr
    return data


STARTER = """
import asyncio, sys
from pathlib import Path
from evalhub.demo.layout import read_info
from evalhub.demo.processes import Fleet

async def main(data: Path) -> None:
    await Fleet(data, read_info(data)).hub.start()
    print("started", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(Path(sys.argv[1])))
"""


def test_processes_do_not_outlive_a_starter_that_is_killed(laid_out: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(laid_out, data)
    with subprocess.Popen([sys.executable, "-c", STARTER, str(data)], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "started\n"
        assert len(children(data)) == 1
        starter.kill()
    end = time.monotonic() + PATIENCE
    while children(data):
        assert time.monotonic() < end, "the hub is still there"
        time.sleep(0.05)


def test_take_says_so_when_the_demo_is_not_running(laid_out: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(laid_out, data)
    ticket = PrintedTicket(
        session="S-1", seat="wuhan/A1", room="A", shared_room=False, ticket="0000-0000-0000", expires="", roster=""
    )
    write_session(data, DemoSession(session="S-1", tickets=(ticket,)))
    done = evalhub("take", str(data), "--lang", "en")
    assert done.returncode == 2
    assert "the demo is not running" in done.stderr


@pytest.mark.parametrize(("spoil", "said"), [row[1:] for row in SPOILED], ids=[row[0] for row in SPOILED])
def test_a_damaged_folder_is_one_sentence_and_nothing_is_left_running(
    laid_out: Path, tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(laid_out, copy)
    spoil(copy)
    done = evalhub("demo", "--data", str(copy), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert children(copy) == []
