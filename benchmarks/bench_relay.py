"""P1 and P9: sealed frames through the real hub, and one event in a long ledger.

P1. 500 centres' lines, each with one frame in flight, over plain websockets on this machine. A frame is through when it
was verified, appended durably, shown to oversight and acknowledged. Beside it a skeleton (same server library, same
JSON, signature and store code) that does only: receive, verify one P-256 signature, SHA-256, group commit, forward to
oversight, acknowledge. Hub and skeleton share one core in turn; the load generator has the other.
P9. One event through decide, append, commit and fold in a ledger of many entries against one of 1,000. The long
ledger's older entries are filler in tree and store: their content does not matter to what is timed.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import uvloop
from aiohttp import WSMsgType, web

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.world import PartySim, World  # noqa: E402

from benchmarks.pairing import Row, row  # noqa: E402
from evalhub.core.codec import canonical  # noqa: E402
from evalhub.core.ledger.note import cosign, parse_note  # noqa: E402
from evalhub.core.ledger.tree import MemoryTree  # noqa: E402
from evalhub.core.rules import commands as c  # noqa: E402
from evalhub.core.rules import statements  # noqa: E402
from evalhub.core.rules.state import Phase, State  # noqa: E402
from evalhub.core.sealing import jws  # noqa: E402
from evalhub.core.sealing.b64 import b64u, unb64u  # noqa: E402
from evalhub.core.sealing.envelope import SEAL_TYP, envelope_digest, read_envelope  # noqa: E402
from evalhub.core.sealing.keys import PublicJwk, verify_signature  # noqa: E402
from evalhub.core.sealing.notekeys import NoteKey  # noqa: E402
from evalhub.core.wire import frames  # noqa: E402
from evalhub.hub.desk import Desk, Room  # noqa: E402
from evalhub.hub.hublog import HubLog  # noqa: E402
from evalhub.hub.logs import logger  # noqa: E402
from evalhub.hub.store import Group, Store, Write  # noqa: E402

DOMAIN = "evalhub.test"
HUB_CORE, LOAD_CORE = 0, 1
CENTRES = 2


# -- the sessions, made in memory by the real rules --------------------------------------------------------------------


class BenchWorld(World):
    """A world of two centres of its own and an oversight it shares with all others."""

    def __init__(self, number: int, log: NoteKey, oversight: PartySim) -> None:
        super().__init__((3, 2))
        self.session = f"BENCH-{number:04d}"
        self.state = State(session=self.session)
        self.replayer = type(self.replayer)(self.session)
        self.log = log
        names = [f"c{number:04d}{letter}" for letter in "ab"]
        roles: list[Any] = ["host", "guest"]
        self.parties = {name: PartySim(name, role) for name, role in zip(names, roles, strict=True)}
        self.parties["oversight"] = oversight
        self.split = dict(zip(names, (3, 2), strict=True))

    def booth_of(self, centre: str) -> str:
        return next(seat for seat in self.booths if seat.startswith(centre + "/"))


@dataclass
class Script:
    """What one centre's line will say: prepared submissions, and the key that signed them."""

    party: str
    key: PublicJwk
    submits: list[bytes] = field(default_factory=list)


def sealed_script(world: BenchWorld, centre: str, count: int) -> Script:
    """A chain of revisions. Boxes and ciphertext are those of one real envelope: the hub cannot look inside."""
    seat = world.booth_of(centre)
    key = world.booths[seat].key
    _, envelope, context = read_envelope(world.envelope(seat, world.sheet(seat)))
    script, previous = Script(centre, key.public), None
    for rev in range(1, count + 1):
        context = msgspec.structs.replace(context, rev=rev, prev=previous)
        payload = canonical(msgspec.structs.replace(envelope, ctx=b64u(canonical(context))))
        previous = envelope_digest(payload)
        text = jws.sign(key, SEAL_TYP, payload)
        script.submits.append(frames.write(frames.Submit(n=rev, session=world.session, jws=text)).encode())
    return script


def stated_script(world: BenchWorld, centre: str, count: int) -> Script:
    """Self-tests of about 1 KiB each, which a booth may repeat."""
    seat = world.booth_of(centre)
    key = world.booths[seat].key
    said = c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True, detail="x" * 330),))
    script, first = Script(centre, key.public), world.state.counters[key.kid]
    for n in range(1, count + 1):
        text = statements.say(key, world.session, first + n, said)
        script.submits.append(frames.write(frames.Submit(n=n, session=world.session, jws=text)).encode())
    return script


def make_worlds(count: int, phase: Phase, log: NoteKey) -> list[BenchWorld]:
    """So many sessions in this phase."""
    oversight = PartySim("oversight", "oversight")
    worlds = [BenchWorld(number, log, oversight) for number in range(count)]
    for world in worlds:
        world.until(phase)
        if phase is Phase.CHECKIN and not world.booths:
            world.check_in()
    return worlds


# -- the two servers ---------------------------------------------------------------------------------------------------


def write_hub(folder: Path, worlds: list[BenchWorld], log: NoteKey) -> Path:
    """A data folder as the hub would have left it, and its settings file."""
    data = folder / "hub"
    data.mkdir()
    key = data / "log.key"
    key.touch(0o600)
    key.write_text(log.seed.hex() + "\n")
    store = Store(f"sqlite:///{data / 'hub.sqlite'}")
    store.start(lambda call, *args: call(*args), lambda group: None, lambda error: None)
    hublog = HubLog(DOMAIN, log)
    for world in worlds:
        rows = [(world.session, seq, entry, _blob(entry, world.blobs)) for seq, entry in enumerate(world.entries)]
        listing = hublog.listing(world.session, world.host, world.entries[0], world.state.now)
        store.append(Write(rows=(*rows, listing)))
    store.close()
    config = folder / "hub.toml"
    config.write_text(_settings(data, worlds))
    return config


def _blob(entry: bytes, blobs: dict[str, bytes]) -> bytes | None:
    said = json.loads(entry)
    ref = said.get("jws_blob") or said.get("body_blob")
    return blobs[ref["sha256"]] if ref else None


def _settings(data: Path, worlds: list[BenchWorld]) -> str:
    lines = [f'data = "{data}"', f'domain = "{DOMAIN}"', "port = 0", 'log_level = "warning"']
    parties = {party.name: party for world in worlds for party in world.parties.values()}
    for party in parties.values():
        role, jwk = ("oversight" if party.role == "oversight" else "centre"), party.identity.public
        lines += ["[[parties]]", f'name = "{party.name}"', f'role = "{role}"', f'certificate = "{party.name}"']
        lines += [f'identity = {{crv = "P-256", kty = "EC", x = "{jwk.x}", y = "{jwk.y}"}}']
    return "\n".join(lines) + "\n"


class Skeleton:
    """The least that could do the work. First frame of a line: ``{"party", "key"}``; then submissions."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.oversight: web.WebSocketResponse | None = None
        self.queue: asyncio.Queue[list[tuple[Any, bytes, bytes]]] = asyncio.Queue()
        self.waiting: dict[int, tuple[Any, bytes, bytes]] = {}
        self.size = 0
        self.decoder = msgspec.json.Decoder(frames.Submit)

    async def line(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=2 << 20, compress=False, decode_text=False)
        await socket.prepare(request)
        hello = json.loads((await socket.receive()).data)
        if hello["party"] == "oversight":
            self.oversight = socket
        key = PublicJwk(**hello["key"])
        async for message in socket:
            self.take(socket, hello["party"], key, message.data)
        return socket

    def take(self, socket: web.WebSocketResponse, party: str, key: PublicJwk, data: bytes) -> None:
        submit = self.decoder.decode(data)
        signed, _, signature = submit.jws.rpartition(".")
        if not verify_signature(key, unb64u(signature), signed.encode()):
            raise ValueError("signature")
        text = submit.jws.encode()
        entry = b'{"seq":%d,"sha256":"%s"}' % (self.size, hashlib.sha256(text).hexdigest().encode())
        outcome = b'{"n":%d,"t":"outcome"}' % submit.n
        self.waiting[self.size] = (socket, text, outcome)
        # a number of its own for each outcome: the load comes round again, and the store takes each number once
        write = Write(rows=((party, self.size, entry, text),), outcome=(party, self.size, outcome))
        self.size += 1
        self.store.append(write)

    def committed(self, group: Group) -> None:
        self.queue.put_nowait([self.waiting.pop(write.rows[0][1]) for write in group.writes])

    async def tell(self) -> None:
        while True:
            for socket, text, outcome in await self.queue.get():
                if self.oversight is not None:
                    await self.oversight.send_frame(b'{"blob":"%s"}' % text, WSMsgType.TEXT)
                await socket.send_frame(outcome, WSMsgType.TEXT)


async def skeleton(folder: Path) -> None:
    """Serve until killed."""
    store = Store(f"sqlite:///{folder / 'skeleton.sqlite'}")
    relay = Skeleton(store)
    loop = asyncio.get_running_loop()
    store.start(loop.call_soon_threadsafe, relay.committed, lambda error: os._exit(1), loop.call_soon)
    telling = asyncio.ensure_future(relay.tell())
    app = web.Application()
    app.add_routes([web.get("/line", relay.line)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await telling


@contextmanager
def process(arguments: list[str], core: int) -> Iterator[int]:
    """A child on one core; its port."""
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, cwd=ROOT)
    os.sched_setaffinity(child.pid, {core})
    try:
        assert child.stdout is not None
        yield json.loads(child.stdout.readline())["port"]
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


# -- the load ----------------------------------------------------------------------------------------------------------


class LoadLine(asyncio.Protocol):
    """A websocket client that does as little as possible: handshake, zero mask, length-prefixed frames."""

    def __init__(self, load: Load, script: Script | None) -> None:
        self.load, self.script = load, script
        self.next = 0
        self.buffer = bytearray()
        self.upgraded = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /line HTTP/1.1", "Host: hub", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self.transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.upgraded:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            del self.buffer[: end + 4]
            self.upgraded = True
            self.load.upgraded(self)
        self._frames()

    def _frames(self) -> None:
        at, buffer = 0, self.buffer
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < start + size or (size == 0 and start > len(buffer)):
                break
            opcode, at = buffer[at] & 15, start + size
            payload = bytes(memoryview(buffer)[start:at])
            if opcode == 9:
                self.write(payload, 0x8A)
            else:
                self.load.received(self, payload)
        if at:
            del buffer[:at]

    def write(self, payload: bytes, head: int = 0x81) -> None:
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        assert self.transport is not None
        self.transport.write(bytes([head]) + length + b"\0\0\0\0" + payload)

    def say(self) -> None:
        """The next prepared frame."""
        assert self.script is not None
        if self.next >= len(self.script.submits):
            if not self.load.around:
                self.load.exhausted = True
                return
            self.next = 0
        self.load.flying += 1
        self.load.landed.clear()
        self.write(self.script.submits[self.next])
        self.next += 1


OUTCOME, ENTRIES, WITNESS = b'"t":"outcome"}', b'"t":"entries"}', b'"t":"witness-request"}'


class Load:
    """All lines to one server. ``around``: it takes the same frames again (the skeleton keeps no chain)."""

    def __init__(self, port: int, scripts: list[Script], parties: dict[str, PartySim], *, hub: bool) -> None:
        self.port, self.scripts, self.parties, self.hub = port, scripts, parties, hub
        self.around = not hub
        self.lines: list[LoadLine] = []
        self.ready = 0
        self.acknowledged = self.shown = self.flying = self.refused = 0
        self.running = self.exhausted = False
        self.landed, self.greeted = asyncio.Event(), asyncio.Event()

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        for script in [None, *self.scripts]:
            line = LoadLine(self, script)
            await loop.create_connection(lambda line=line: line, "127.0.0.1", self.port)
            self.lines.append(line)
        await self.greeted.wait()
        await asyncio.sleep(1.0)

    def upgraded(self, line: LoadLine) -> None:
        if not self.hub:
            key = line.script.key if line.script else PublicJwk(x="A" * 43, y="A" * 43)
            name = line.script.party if line.script else "oversight"
            line.write(json.dumps({"party": name, "key": {"x": key.x, "y": key.y}}).encode())
            self._ready()

    def _ready(self) -> None:
        self.ready += 1
        if self.ready == len(self.scripts) + 1:
            self.greeted.set()

    def received(self, line: LoadLine, payload: bytes) -> None:
        tail = payload[-24:]
        if tail.endswith(OUTCOME):
            self.acknowledged += 1
            self.flying -= 1
            if not self.flying:
                self.landed.set()
            if payload.startswith(b'{"code":"') and not payload.startswith(b'{"code":""'):
                self.refused += 1
            if self.running:
                line.say()
        elif line.script is None and (not self.hub or tail.endswith(ENTRIES)):
            self.shown += payload.count(b'"blob":') if self.hub else 1
        elif tail.endswith(WITNESS):
            self._cosign(line, payload)
        elif b'"t":"challenge"' in payload:
            self._hello(line, payload)

    def _party(self, line: LoadLine) -> PartySim:
        return self.parties[line.script.party if line.script else "oversight"]

    def _hello(self, line: LoadLine, payload: bytes) -> None:
        party, challenge = self._party(line), frames.read(frames.FromHub, payload)
        assert isinstance(challenge, frames.Challenge)
        said = canonical(frames.LineProof(nonce=challenge.nonce, name=party.name, to=DOMAIN))
        proof = jws.sign(party.identity, frames.LINE_TYP, said)
        have = HAVE.get(party.name, ())
        line.write(frames.write(frames.Hello(v=1, party=party.name, proof=proof, have=have)).encode())
        self._ready()

    def _cosign(self, line: LoadLine, payload: bytes) -> None:
        party, request = self._party(line), frames.read(frames.FromHub, payload)
        assert isinstance(request, frames.WitnessRequest)
        text = parse_note(request.request.partition("\n\n")[2].encode()).text
        body = cosign(text, f"{DOMAIN}/{party.name}", party.witness, int(time.time())).line()
        reply = frames.WitnessReply(session=request.session, status=200, body=body)
        line.write(frames.write(reply).encode())

    async def window(self, seconds: float) -> float:
        """Frames a second over one window, the last answers included: lines move in step with group commits."""
        before, began = self.acknowledged, time.perf_counter()
        self.running = True
        for line in self.lines[1:]:
            line.say()
        await asyncio.sleep(seconds)
        self.running = False
        await self.landed.wait()
        return (self.acknowledged - before) / (time.perf_counter() - began)


HAVE: dict[str, tuple[frames.Have, ...]] = {}


async def load(
    shape: Shape, ports: tuple[int, int], worlds: list[BenchWorld], scripts: list[Script]
) -> list[tuple[float, float]]:
    """Alternating windows: (hub, skeleton) frames a second."""
    parties = {party.name: party for world in worlds for party in world.parties.values()}
    for name in parties:
        mine = [w for w in worlds if name in w.parties]
        HAVE[name] = tuple(frames.Have(session=w.session, size=len(w.entries)) for w in mine)
    hub = Load(ports[0], scripts, parties, hub=True)
    bare = Load(ports[1], scripts, parties, hub=False)
    await hub.connect()
    await bare.connect()
    found = []
    await hub.window(shape.seconds / 2)
    await bare.window(shape.seconds / 2)
    for _ in range(shape.pairs):
        found.append((await hub.window(shape.seconds), await bare.window(shape.seconds)))
        if hub.exhausted:
            raise RuntimeError("not enough frames were prepared")
    await asyncio.sleep(0.5)
    for side in (hub, bare):
        if side.refused or side.shown != side.acknowledged:
            raise RuntimeError(f"{side.refused} refused, {side.shown} shown, {side.acknowledged} acknowledged")
    return found


@dataclass(frozen=True, slots=True)
class Shape:
    """How much: lines, pairs of windows, seconds of each, and the most frames a second to prepare for."""

    lines: int
    pairs: int
    seconds: float
    rate: int

    @classmethod
    def of(cls, quick: bool, rate: int) -> Shape:
        return cls(100, 3, 0.5, rate) if quick else cls(500, 9, 1.0, rate)


def relay(what: str, phase: Phase, script: Callable[[BenchWorld, str, int], Script], shape: Shape) -> Row:
    """One row of P1."""
    log = NoteKey.generate()
    worlds = make_worlds(shape.lines // CENTRES, phase, log)
    count = int(shape.rate * shape.seconds * (shape.pairs + 1) / shape.lines) + 4
    scripts = [script(world, centre, count) for world in worlds for centre in world.split]
    size = len(scripts[0].submits[-1])
    folder = Path(tempfile.mkdtemp(prefix="bench-relay-"))
    config = write_hub(folder, worlds, log)
    try:
        with (
            process(["-m", "evalhub.hub", "--config", str(config)], HUB_CORE) as hub,
            process([__file__, "--skeleton", str(folder)], HUB_CORE) as bare,
        ):
            os.sched_setaffinity(0, {LOAD_CORE})
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                found = runner.run(load(shape, (hub, bare), worlds, scripts))
    finally:
        os.sched_setaffinity(0, {HUB_CORE, LOAD_CORE})
        shutil.rmtree(folder)
    ours, theirs = median(pair[0] for pair in found), median(pair[1] for pair in found)
    note = f"{shape.lines} lines, frames of {size} bytes, {ours:.0f}/s against {theirs:.0f}/s"
    return row("P1", what, found, floor=0.5, target=0.75, note=note)


# -- P9 ----------------------------------------------------------------------------------------------------------------


class LongLedger:
    """A session whose ledger is ``size`` entries long, at a desk of its own with a store of its own."""

    def __init__(self, folder: Path, size: int) -> None:
        self.world = BenchWorld(1, NoteKey.generate(), PartySim("oversight", "oversight"))
        self.world.until(Phase.CHECKIN).check_in()
        self.size = size
        self.store = Store(f"sqlite:///{folder / f'{size}.sqlite'}")
        self.filled, self.durable = threading.Event(), asyncio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.store.start(self._call, self._committed, lambda error: os._exit(1))
        self.tree = MemoryTree(hashlib.sha256(b"%d" % seq).digest() for seq in range(size))
        self._fill()

    def _fill(self) -> None:
        """Filler rows behind the real state, which is told that so many entries came before."""
        for start in range(0, self.size, FILL):
            stop = min(self.size, start + FILL)
            rows = tuple((self.world.session, seq, b"x" * FILLER, None) for seq in range(start, stop))
            self.filled.clear()
            self.store.append(Write(rows=rows))
            self.filled.wait()

    def _call(self, told: Callable[[Group], None], group: Group) -> None:
        if self.loop is None:
            self.filled.set()
        else:
            self.loop.call_soon_threadsafe(told, group)

    def _committed(self, group: Group) -> None:
        rows = group.writes[-1].rows
        if rows:
            self.desk.committed(rows[-1][1] + 1)
            self.durable.set()

    def open(self) -> None:
        """A desk on top of the filler."""
        self.loop = asyncio.get_running_loop()
        room = Room(
            key=self.world.log, store=self.store, clock=lambda: time.time_ns() // 1_000_000,
            ask=lambda session, party, request: False, sealed=lambda *said: ("hub", 0, b"", None),
            passed=lambda: None, log=logger("error"),
        )  # fmt: skip
        self.desk = Desk(self.world.session, room)
        self.desk.state = self.world.state.with_(size=self.size)
        self.desk.tree = self.tree
        self.desk.durable = self.size

    async def window(self, texts: list[str]) -> float:
        """Mean seconds of one statement: read, decided, appended, durable, and a checkpoint over all at the end."""
        began = time.perf_counter()
        for text in texts:
            self.durable.clear()
            command, by = statements.read(self.desk.state, text)
            self.store.append(Write(rows=self.desk.accept(command, by, text)))
            await self.durable.wait()
        self.desk.tick()
        return (time.perf_counter() - began) / len(texts)

    def texts(self, count: int) -> list[str]:
        """Statements prepared ahead."""
        script = stated_script(self.world, self.world.host, count)
        return [msgspec.json.decode(submit, type=frames.Submit).jws for submit in script.submits]


FILL, FILLER = 20_000, 200


async def _compare(long: LongLedger, short: LongLedger, pairs: int, events: int) -> list[tuple[float, float]]:
    for ledger in (long, short):
        ledger.open()
    texts = {ledger: ledger.texts(events * (pairs + 1)) for ledger in (long, short)}
    found = []
    for at in range(pairs + 1):
        took = [await ledger.window(texts[ledger][at * events : (at + 1) * events]) for ledger in (long, short)]
        found.append((took[0], took[1]))
    return found[1:]


def long_ledger(*, quick: bool) -> Row:
    """P9. The long ledger's older entries are filler of 200 bytes; the state, the keys and the new events are real."""
    size, pairs, events = (20_000, 3, 20) if quick else (1_000_000, 9, 150)
    folder = Path(tempfile.mkdtemp(prefix="bench-relay-"))
    ledgers = [LongLedger(folder, size), LongLedger(folder, 1_000)]
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found = runner.run(_compare(ledgers[0], ledgers[1], pairs, events))
    finally:
        for ledger in ledgers:
            ledger.store.close()
        shutil.rmtree(folder)
    note = f"{size} entries against 1,000; {1e3 * median(long for long, _ in found):.2f} ms an event"
    what = "one event when the ledger is long"
    return row("P9", what, found, floor=1.5, target=1.2, higher_is_better=False, note=note)


def main() -> None:
    """``python -m benchmarks.bench_relay [--quick]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--skeleton", type=Path)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    if given.skeleton:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(skeleton(given.skeleton))
        return
    for name in [given.only] if given.only else PARTS:
        found = PARTS[name](given.quick)
        print(
            f"{found.id} {found.ratio:.2f} [{found.low:.2f}, {found.high:.2f}] {found.what}: {found.note}", flush=True
        )


def sealed(quick: bool) -> Row:
    """P1 with sealed sheets."""
    load_ = Shape.of(quick, rate=3500)
    return relay("sealed sheets through the hub", Phase.SEALING, sealed_script, load_)


def stated(quick: bool) -> Row:
    """P1 with signed statements of about 1 KiB."""
    return relay("signed statements through the hub", Phase.CHECKIN, stated_script, Shape.of(quick, rate=4500))


PARTS: dict[str, Callable[[bool], Row]] = {
    "sealed": sealed,
    "stated": stated,
    "long": lambda quick: long_ledger(quick=quick),
}


def run(quick: bool) -> list[Row]:
    """The rows of this file, for ``make bench``."""
    return [part(quick) for part in PARTS.values()]


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
