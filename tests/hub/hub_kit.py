"""A real hub process, real lines, and a world whose statements go over them."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from support.world import PartySim, World
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from evalhub.core.codec import canonical
from evalhub.core.errors import Refusal
from evalhub.core.ledger.note import Verifier, cosign, log_verifier
from evalhub.core.ledger.times import format_time
from evalhub.core.ledger.witness import Accepted, Head, Refused
from evalhub.core.ledger.witness import decide as witness_decide
from evalhub.core.rules import commands as c
from evalhub.core.rules import journal, registration, rounds, statements
from evalhub.core.rules.events import Event
from evalhub.core.rules.plan import Plan, Window
from evalhub.core.rules.registration import RegisterPool
from evalhub.core.rules.state import Phase, State
from evalhub.core.sealing import jws
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire import frames

DOMAIN = "evalhub.test"
PATIENCE = 10.0


def settings_text(parties: list[PartySim], data: Path, **more: object) -> str:
    """The hub's TOML."""
    said: dict[str, object] = {"data": str(data), "domain": DOMAIN, "port": 0, **more}
    lines = [f"{key} = {json.dumps(value)}" for key, value in said.items()]
    for party in parties:
        role = "oversight" if party.role == "oversight" else "centre"
        jwk = party.identity.public
        lines += ["[[parties]]", f'name = "{party.name}"', f'role = "{role}"', f'certificate = "{party.name}"']
        lines += [f'identity = {{crv = "P-256", kty = "EC", x = "{jwk.x}", y = "{jwk.y}"}}']
    return "\n".join(lines) + "\n"


class HubProcess:
    """``python -m evalhub.hub`` as a child; ``port`` once it is ready."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "evalhub.hub", "--config", str(self.config)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the hub did not start: {self.process.communicate()[1]}")
        self.port = json.loads(line)["port"]

    def kill(self) -> None:
        """As the power goes out."""
        self.process.send_signal(signal.SIGKILL)
        self._reap()

    def stop(self) -> str:
        """As an operator stops it; everything it wrote to stderr."""
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> str:
        _, errors = self.process.communicate(timeout=PATIENCE)  # closes both pipes
        return errors

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return answer.read()

    def metric(self, name: str) -> float:
        for line in self.get("/metrics").decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        return 0.0


@dataclass
class Mirror:
    """What a party keeps of one session."""

    replayer: journal.Replayer
    entries: list[bytes] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)
    head: Head = field(default_factory=Head)


class Closed(Exception):
    """The hub ended the line; ``bye`` is what it said."""

    def __init__(self, bye: frames.Bye | None) -> None:
        self.bye = bye
        super().__init__(str(bye))


class PartyLine:
    """One party's end of a line, without threads: it reads when asked to."""

    def __init__(self, party: PartySim, *, n: int = 0, cosigns: bool = True) -> None:
        self.party = party
        self.n = n
        self.cosigns = cosigns
        self.mirrors: dict[str, Mirror] = {}
        self.outcomes: dict[int, frames.Outcome] = {}
        self.outcome_texts: dict[int, str] = {}
        self.seen: list[str] = []
        self.requests: list[frames.WitnessRequest] = []
        self.socket: Any = None
        self._open = ExitStack()

    def connect(
        self, port: int, *, tls: ssl.SSLContext | None = None, proof: Callable[[str], str] | None = None
    ) -> PartyLine:
        scheme = "wss" if tls else "ws"
        self.socket = self._open.enter_context(connect(
            f"{scheme}://localhost:{port}/line" if tls else f"ws://127.0.0.1:{port}/line",
            ssl=tls, max_size=None, compression=None, ping_interval=None, close_timeout=1, proxy=None,
        ))  # fmt: skip
        challenge = self.read()
        assert isinstance(challenge, frames.Challenge)
        signed = (proof or self.prove)(challenge.nonce)
        have = tuple(frames.Have(session=name, size=len(m.entries)) for name, m in self.mirrors.items())
        self.write(frames.Hello(v=frames.VERSION, party=self.party.name, proof=signed, have=have))
        self.welcome = self.read()
        assert isinstance(self.welcome, frames.Welcome)
        return self

    def prove(self, nonce: str) -> str:
        payload = canonical(frames.LineProof(nonce=nonce, name=self.party.name, to=DOMAIN))
        return jws.sign(self.party.identity, frames.LINE_TYP, payload)

    def write(self, frame: Any) -> None:
        self.socket.send(frames.write(frame))

    def read(self, timeout: float = PATIENCE) -> Any:
        try:
            text = self.socket.recv(timeout=timeout)
        except ConnectionClosed:
            raise Closed(None) from None
        frame = frames.read(frames.FromHub, text)
        if isinstance(frame, frames.Bye):
            raise Closed(frame)
        self.seen.append(type(frame).__name__)
        self._take(frame, text)
        return frame

    def pump(self, until: Callable[[], bool]) -> None:
        """Read until the condition holds."""
        deadline = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < deadline, f"{self.party.name} waited in vain"
            with suppress(TimeoutError):
                self.read(timeout=0.05)

    def drain(self) -> None:
        """Read what is there."""
        try:
            while True:
                self.read(timeout=0)
        except TimeoutError:
            pass

    def send(self, session: str, statement: str) -> int:
        """Number a statement and send it."""
        self.n += 1
        self.write(frames.Submit(n=self.n, session=session, jws=statement))
        return self.n

    def outcome(self, n: int) -> frames.Outcome:
        while n not in self.outcomes:
            self.read()
        return self.outcomes[n]

    def submit(self, session: str, statement: str) -> frames.Outcome:
        return self.outcome(self.send(session, statement))

    def close(self) -> None:
        self._open.close()

    def _take(self, frame: Any, text: str) -> None:
        if isinstance(frame, frames.Outcome):
            self.outcomes[frame.n] = frame
            self.outcome_texts[frame.n] = text
        elif isinstance(frame, frames.Entries):
            self._follow(frame)
        elif isinstance(frame, frames.WitnessRequest):
            self.requests.append(frame)
            if self.cosigns:
                self.write(self.answer(frame))

    def _follow(self, frame: frames.Entries) -> None:
        mirror = self.mirrors.setdefault(frame.session, Mirror(journal.Replayer(frame.session)))
        assert frame.first == len(mirror.entries), "entries come in order, each once"
        for entry in frame.entries:
            data, blob = entry.data.encode(), entry.blob.encode()
            blobs = {journal_blob(blob): blob} if blob else {}
            mirror.replayer.feed(data, blobs.__getitem__)
            mirror.entries.append(data)
            mirror.blobs.update(blobs)

    def answer(self, request: frames.WitnessRequest) -> frames.WitnessReply:
        """What a C2SP witness does, with the real decision."""
        mirror = self.mirrors[request.session]
        log = log_of(mirror.replayer.state)
        found = witness_decide(mirror.head, request.request.encode(), log)
        if isinstance(found, Refused):
            return frames.WitnessReply(session=request.session, status=found.status, body=found.body().decode())
        assert isinstance(found, Accepted)
        assert found.checkpoint.size <= len(mirror.entries), "a witness holds what it signs"
        mirror.head = found.head
        name = f"{DOMAIN}/{self.party.name}"
        line = cosign(found.note.text, name, self.party.witness, int(time.time())).line()
        return frames.WitnessReply(session=request.session, status=200, body=line)


def journal_blob(data: bytes) -> str:
    from evalhub.core.ledger.entry import blob_name

    return blob_name(data)


def log_of(state: State) -> Verifier:
    """The log's key as the first entry names it; in a test it is the one the world was given."""
    return LOGS[state.origin]


LOGS: dict[str, Verifier] = {}


class LiveWorld(World):
    """A world whose hub is a process: every statement goes over a socket, every entry comes back over one."""

    def __init__(self, session: str, log: NoteKey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, clock=lambda: time.time_ns() // 1_000_000, **kwargs)
        self.session = session
        self.log = log
        self.state = State(session=session)
        LOGS[self.origin] = log_verifier(self.origin, log.public)
        self.time = time.time_ns() // 1_000_000
        self.lines: dict[str, PartyLine] = {}
        self.receipts: dict[str, str] = {}

    def connect(self, port: int, **options: Any) -> LiveWorld:
        for name, party in self.parties.items():
            line = self.lines.get(name) or PartyLine(party)
            self.lines[name] = line.connect(port, **options)
        return self

    def plan(self, revision: int = 1) -> Plan:
        """The hub's clock is today's: so is the window."""
        window = Window(opens=format_time(self.time - 3_600_000), closes=format_time(self.time + 86_400_000))
        return msgspec.structs.replace(super().plan(revision), window=window)

    def register(self, centre: str, n: int = 1, pool: RegisterPool | None = None) -> frames.Outcome:
        """The centre registers its pool with the hub."""
        statement = registration.say(self.parties[centre].identity, n, pool or self.registration(centre))
        return self.lines[centre].submit(registration.HUB_LOG, statement)

    def open(self) -> LiveWorld:
        for centre in self.split:
            assert self.register(centre).code in ("", "already-registered", "wrong-counter")
        super().open()
        return self

    def relay(self, jws: str) -> tuple[Event, ...]:
        _, by = statements.read(self.state, jws)
        line = self.lines[by.site]
        outcome = line.submit(self.session, jws)
        if outcome.code:
            raise Refusal(outcome.code, **outcome.detail)
        command, _ = statements.read(self.state, jws)
        if isinstance(command, c.SealSheet | c.EscrowRandomness):
            self.envelopes[command.envelope] = jws
            self.receipts[command.envelope] = outcome.receipt
        self._look(line)
        return ()

    def pass_gate(self) -> None:
        gate = self.state.gate
        self._until(lambda: self.state.gate != gate)

    def _open_if_due(self) -> bool:
        def due() -> bool:
            state = self.state
            return state.phase is Phase.OPENING and not state.round().opened and rounds.openable(state)

        if not due():
            return False
        self._until(lambda: not due())
        return True

    def _look(self, line: PartyLine) -> None:
        mirror = line.mirrors.get(self.session)
        if mirror is not None and mirror.replayer.state.size > self.state.size:
            self.state, self.entries, self.blobs = mirror.replayer.state, mirror.entries, mirror.blobs

    def sync(self) -> None:
        """All lines read what is there."""
        for line in self.lines.values():
            line.drain()
            self._look(line)

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain at {self.state.phase}, gate {self.state.gate}"
            self.sync()
            time.sleep(0.001)

    def close(self) -> None:
        for line in self.lines.values():
            line.close()


def write_log_key(data: Path, key: NoteKey) -> None:
    data.mkdir(parents=True, exist_ok=True)
    path = data / "log.key"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(key.seed.hex() + "\n")


@dataclass
class Stage:
    """A hub process and a world connected to it."""

    hub: HubProcess
    world: LiveWorld
    data: Path

    def end(self) -> None:
        self.world.close()
        if self.hub.process.poll() is None:
            self.hub.kill()


def staged(folder: Path, *, session: str = "T-2026-001", split: tuple[int, ...] = (3, 2), **more: object) -> Stage:
    """A hub with this world's parties, listening, every party's line open."""
    key = NoteKey.generate()
    world = LiveWorld(session, key, split)
    data = folder / "data"
    write_log_key(data, key)
    config = folder / "hub.toml"
    config.write_text(settings_text(list(world.parties.values()), data, **more))
    stage = Stage(HubProcess(config), world, data)
    try:
        world.connect(stage.hub.port)
    except BaseException:
        stage.end()
        raise
    return stage
