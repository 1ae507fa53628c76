"""The load of P1: a line for each centre with one frame in flight, and one for oversight, in windows of a second."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from dataclasses import dataclass

from benchmarks.sessions import DOMAIN, BenchWorld, PartySim, Script
from evalhub.core.codec import canonical
from evalhub.core.ledger.note import cosign, parse_note
from evalhub.core.sealing import jws
from evalhub.core.sealing.keys import PublicJwk
from evalhub.core.wire import frames


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
