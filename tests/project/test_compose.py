"""docker-compose.yml: each service's command is started here as compose would start it, until its health check holds.

Same arguments and environment; the volume is a temporary folder, service names are this machine, and the ports lie
elsewhere. What a container could not see because it is not mounted is looked for in the settings.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.repository import ROOT

from evalhub.demo.layout import free_ports

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RUNNING = [name for name in SERVICES if name != "init"]
PATHS = ("data", "folder", "directory", "authority", "certificate", "key", "rooms")
PORT_BASE = 8443
PATIENCE = 60


@dataclass
class World:
    """The volume, and where the image's files are in a checkout."""

    volume: Path
    port_base: int

    def word(self, word: str) -> str:
        """One word of a command as it is outside the container."""
        programs = {"python": sys.executable, "evalhub": str(Path(sys.executable).parent / "evalhub")}
        names = {"hub": "127.0.0.1", "0.0.0.0": "127.0.0.1", str(PORT_BASE): str(self.port_base)}
        for inside, outside in (("/app/examples", "examples"), ("/app/healthy.py", "deploy/healthy.py")):
            word = word.replace(inside, str(ROOT / outside))
        return programs.get(word) or names.get(word) or word.replace("/data", str(self.volume), 1)

    def command(self, words: list[str]) -> list[str]:
        """A command of the file."""
        kept = 2 if words[0] == "evalhub" else 1  # the sub-command "hub" is no host name
        program, *sub = words[:kept]
        return [self.word(program), *sub, *map(self.word, words[kept:])]

    def environment(self, service: dict[str, Any]) -> dict[str, str]:
        """What compose would set; nothing of this machine but the search path."""
        return {"PATH": os.environ["PATH"], **service.get("environment", {})}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """After ``init``, twice: the second time it finds its work done."""
    world = World(tmp_path_factory.mktemp("compose") / "data", free_ports(4))
    init = SERVICES["init"]
    for _ in range(2):
        done = subprocess.run(
            world.command(init["command"]), env=world.environment(init), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return world


def config(name: str) -> str:
    """The settings file a service is started with, as the container sees it."""
    command: list[str] = SERVICES[name]["command"]
    return command[command.index("--config") + 1]


def settings(world: World, name: str) -> dict[str, Any]:
    return tomllib.loads(Path(world.word(config(name))).read_text("utf-8"))


@pytest.fixture(scope="module")
def processes(world: World) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Every service's process, in the order of the file."""
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name in RUNNING:
            service = SERVICES[name]
            with (world.volume.parent / f"{name}.log").open("wb") as log:
                started[name] = subprocess.Popen(
                    world.command(service["command"]),
                    env=world.environment(service),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=world.volume,
                )
        yield started
    finally:
        for process in started.values():
            process.kill()
            process.wait()


def healthy(world: World, name: str) -> str:
    """What the service's own health check says; empty if it does not hold."""
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    assert kind == "CMD"
    done = subprocess.run(
        world.command(words), env=world.environment(SERVICES[name]), capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else ""


def test_every_process_becomes_healthy_reaches_the_hub_and_ends_cleanly(
    world: World, processes: dict[str, subprocess.Popen[bytes]]
) -> None:
    wanted = {name: "connected" if name != "hub" else "TLSv1.3" for name in RUNNING}
    deadline = time.monotonic() + PATIENCE
    said: dict[str, str] = {}
    while time.monotonic() < deadline and not all(wanted[name] in said.get(name, "") for name in RUNNING):
        said = {name: healthy(world, name) for name in RUNNING}
        ended = {name: (world.volume.parent / f"{name}.log").read_text() for name in RUNNING if processes[name].poll()}
        assert not ended
        time.sleep(0.2)
    assert all(wanted[name] in said[name] for name in RUNNING), said
    for process in processes.values():
        process.terminate()
    assert {name: process.wait(30) for name, process in processes.items()} == dict.fromkeys(RUNNING, 0)
    assert {name: healthy(world, name) for name in RUNNING} == dict.fromkeys(RUNNING, "")


def test_services_are_the_four_kinds_of_process() -> None:
    assert RUNNING == ["hub", "host", "guest", "oversight"]
    assert all(service.get("image") == "evalhub" for service in SERVICES.values())


@pytest.mark.parametrize("name", RUNNING)
def test_each_sees_its_own_folder_and_public_files_only(world: World, name: str) -> None:
    own = posixpath.dirname(config(name))
    mounts = {mount["target"]: mount for mount in SERVICES[name]["volumes"]}
    assert [target for target, mount in mounts.items() if not mount.get("read_only")] == [own]
    assert set(mounts) - {own} <= {"/data/ca", "/data/directory.json"}
    for target, mount in mounts.items():
        assert posixpath.join("/data", mount["volume"]["subpath"]) == target
        assert (world.volume / mount["volume"]["subpath"]).exists()
    assert [path.name for path in (world.volume / "ca").iterdir()] == ["authority.pem"]


@pytest.mark.parametrize("name", RUNNING)
def test_everything_its_settings_name_is_mounted(world: World, name: str) -> None:
    own = posixpath.dirname(config(name))
    targets = [mount["target"] for mount in SERVICES[name]["volumes"]]
    for key, value in settings(world, name).items():
        if key in PATHS:
            path = posixpath.normpath(posixpath.join(own, value))
            assert any(path == target or path.startswith(f"{target}/") for target in targets), f"{key} = {value}"


@pytest.mark.parametrize("name", RUNNING)
def test_its_port_is_published_on_this_machine_only(world: World, name: str) -> None:
    offset = settings(world, name)["port"] - world.port_base
    assert SERVICES[name]["ports"] == [f"127.0.0.1:{PORT_BASE + offset}:{PORT_BASE + offset}"]


@pytest.mark.parametrize("name", RUNNING)
def test_it_runs_with_few_rights_and_after_init(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["depends_on"] == {"init": {"condition": "service_completed_successfully"}}


def test_image_copies_only_what_exists_and_is_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = set()
    for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--from"):
            copied.update(words[1:-1])
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


def test_image_runs_as_an_ordinary_user() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert text.rindex("\nUSER evalhub") > text.rindex("\nFROM ")
