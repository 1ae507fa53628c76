"""Starts hub, sites and oversight as processes of their own, waits until they listen, ends them together.

Each process says ``{"ready": …, "port": n}`` on standard output; its log goes to ``DIR/<name>/<name>.log``. One that
cannot start has its own last sentence shown. Nothing is left running: the group is ended even when something fails, and
by the kernel when this process is killed (``child``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from evalhub.core.errors import EvalhubError
from evalhub.demo.layout import DemoInfo

READY_SECONDS = 30
STOP_SECONDS = 10
LOOK_SECONDS = 0.2
T = TypeVar("T")
CHILD = (sys.executable, "-m", "evalhub.demo.child")
MODULES = {"host": "host_site", "guest": "guest_site", "oversight": "evalhub.oversight"}


class StartFailed(EvalhubError):
    """A process did not come up; the text is its own last sentence."""


class Died(EvalhubError):
    """Processes ended by themselves; the text is their names."""


@dataclass
class Running:
    """One process: its name, where it listens."""

    name: str
    command: tuple[str, ...]
    log: Path
    process: asyncio.subprocess.Process | None = None
    port: int = 0

    async def start(self) -> None:
        """Start and wait for its ready line. Raises ``StartFailed``."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), READY_SECONDS)
        except TimeoutError:
            line = b""
        if not line:
            await self.stop()
            raise StartFailed(f"{self.name}: {self._last_sentence()}")
        self.port = int(json.loads(line)["port"])

    async def stop(self) -> None:
        """Ask it to end; insist after a while."""
        if self.process is None or self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it without warning, as a power cut would."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def _last_sentence(self) -> str:
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "did not start"


@dataclass
class Fleet:
    """All processes of one data folder."""

    data: Path
    info: DemoInfo
    hub: Running = field(init=False)
    parties: dict[str, Running] = field(init=False)

    def __post_init__(self) -> None:
        hub = (*CHILD, "evalhub.hub", "--config", str(self.data / "hub" / "hub.toml"))
        self.hub = Running("hub", hub, self.data / "hub" / "hub.log")
        self.parties = {party.name: self._party(party.name, MODULES[party.role]) for party in self.info.parties}

    async def __aenter__(self) -> Fleet:
        try:
            await self.hub.start()
            for running in self.parties.values():
                await running.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(running.stop() for running in self.parties.values()))
        await self.hub.stop()

    def url(self, name: str) -> str:
        """Base address of a party's console."""
        return f"http://127.0.0.1:{self.parties[name].port}"

    def dead(self) -> list[str]:
        """Names of processes that ended by themselves."""
        everyone = [self.hub, *self.parties.values()]
        return [r.name for r in everyone if r.process is not None and r.process.returncode is not None]

    async def while_alive(self, work: Coroutine[Any, Any, T]) -> T:
        """Do ``work``. Raises ``Died`` as soon as a process has ended by itself: it would be waited for in vain."""
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                if dead := self.dead():
                    raise Died(", ".join(dead))
                await asyncio.wait((task,), timeout=LOOK_SECONDS)
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def restart(self, name: str) -> None:
        """Start a killed process again where it listened before."""
        running = self.hub if name == "hub" else self.parties[name]
        await running.start()

    def _party(self, name: str, module: str) -> Running:
        command = (*CHILD, module, "--config", str(self.data / name / "site.toml"))
        return Running(name, command, self.data / name / f"{name}.log")
