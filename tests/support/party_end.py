"""Real parties for tests: folders with keys, a hub end spoken over a real socket on top of a ``World``."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.checkpoint import Checkpoint
from evalhub.core.ledger.entry import read_entry
from evalhub.core.ledger.note import Note, sign_note
from evalhub.core.ledger.tree import MemoryTree, consistency_proof, leaf_hash
from evalhub.core.ledger.witness import format_request
from evalhub.core.rules import registration
from evalhub.core.sealing import jws
from evalhub.core.wire import frames as f
from evalhub.party.identity import Identity
from evalhub.party.logs import make_logger
from evalhub.party.party import Party
from evalhub.party.settings import PartySettings
from support.world import World

DOMAIN = "evalhub.test"


class GivenClock:
    """A clock that stands still until it is told."""

    def __init__(self, ms: int) -> None:
        self.ms = ms

    def now(self) -> int:
        return self.ms

    def monotonic(self) -> int:
        return self.ms


def make_identity(folder: Path, name: str) -> Identity:
    return Identity.create(folder / "keys", name=name, domain=DOMAIN)


def adopt(world: World, *identities: Identity) -> World:
    """The world's parties of these names get these keys (and what they sign is theirs)."""
    for identity in identities:
        world.parties[identity.name].identity = identity.signing
        world.parties[identity.name].witness = identity.note
    return world


async def open_party(folder: Path, port: int, *, log: io.StringIO | None = None, **options: object) -> Party:
    reserve = options.pop("reserve_after", None)
    settings = PartySettings(folder=folder, hub=f"ws://127.0.0.1:{port}/line", hub_name=DOMAIN, reserve_after=reserve)
    logger = make_logger(Identity.load(settings.keys).name, log or io.StringIO())
    return await Party.open(settings, logger=logger, **options)


async def until(true: Callable[[], bool | Awaitable[bool]], seconds: float = 5) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.005)


class HubEnd:
    """The hub's end of the line over a ``World``: numbering, outcomes, entries, gates. Knobs make it misbehave."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outcomes: dict[tuple[str, int], f.Outcome] = {}
        self.received: list[tuple[str, int]] = []
        self.registered: list[registration.Registration] = []
        self.lines: dict[str, ServerConnection] = {}
        self.positions: dict[str, int] = {}
        self.replies: asyncio.Queue[f.WitnessReply] = asyncio.Queue()
        self.lose_outcomes = 0  # so many outcomes are stored, and then the line breaks
        self.silent = False  # take nothing in
        self.bend: Callable[[int, str], str] = lambda seq, data: data
        self.name = DOMAIN
        self._server: Server | None = None

    async def start(self) -> HubEnd:
        self._server = await serve(self._line, "127.0.0.1", 0, compression=None)
        return self

    @property
    def port(self) -> int:
        assert self._server is not None
        return next(iter(self._server.sockets)).getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _line(self, line: ServerConnection) -> None:
        nonce = "A" * 43
        await line.send(f.write(f.Challenge(v=f.VERSION, nonce=nonce, name=self.name)))
        try:
            hello = f.from_party(await line.recv())
            assert isinstance(hello, f.Hello)
            key = self.world.parties[hello.party].identity.public
            assert jws.verify(hello.proof, key, f.LINE_TYP) == f.canonical(
                f.LineProof(nonce=nonce, name=hello.party, to=self.name)
            )
            await self._serve(line, hello)
        except ConnectionClosed:
            pass

    async def _serve(self, line: ServerConnection, hello: f.Hello) -> None:
        party = hello.party
        last = max((n for name, n in self.outcomes if name == party), default=0)
        await line.send(f.write(f.Welcome(last=last, at=self._at())))
        self.positions[party] = next((h.size for h in hello.have if h.session == self.world.session), 0)
        self.lines[party] = line
        await self.publish()
        async for message in line:
            await self._take(party, line, f.from_party(message))

    async def _take(self, party: str, line: ServerConnection, frame: object) -> None:
        if isinstance(frame, f.WitnessReply):
            self.replies.put_nowait(frame)
        elif isinstance(frame, f.Submit) and not self.silent:
            self.received.append((party, frame.n))
            if (party, frame.n) not in self.outcomes:
                self.outcomes[party, frame.n] = self._decide(party, frame)
                if self.lose_outcomes:
                    self.lose_outcomes -= 1
                    await line.close()
                    return
                await self.go_on()
            await line.send(f.write(self.outcomes[party, frame.n]))

    def _decide(self, party: str, submit: f.Submit) -> f.Outcome:
        try:
            if submit.session == registration.HUB_LOG:
                self.registered.append(registration.read(submit.jws, self.world.parties[party].identity.public))
            else:
                self.world.relay(submit.jws)
        except Refusal as refusal:
            return f.Outcome(n=submit.n, code=refusal.code, detail=refusal.detail)
        except Malformed:
            return f.Outcome(n=submit.n, code="malformed")
        return f.Outcome(n=submit.n, code="")

    async def go_on(self) -> None:
        """What a hub does by itself, then tell everybody."""
        while self.world.state.gate is not None or self.world._open_if_due():
            if self.world.state.gate is not None:
                self.world.pass_gate()
        await self.publish()

    async def publish(self) -> None:
        for party, line in list(self.lines.items()):
            first = self.positions[party]
            entries = tuple(self.wire(seq) for seq in range(first, len(self.world.entries)))
            if entries:
                self.positions[party] = len(self.world.entries)
                try:
                    await line.send(f.write(f.Entries(session=self.world.session, first=first, entries=entries)))
                except ConnectionClosed:
                    if self.lines.get(party) is line:
                        del self.lines[party]

    def wire(self, seq: int) -> f.WireEntry:
        data = self.world.entries[seq]
        entry = read_entry(data, self.world.blobs.__getitem__)
        blob = self.world.blobs[entry.blob.sha256].decode() if entry.blob else ""
        return f.WireEntry(data=self.bend(seq, data.decode()), blob=blob)

    async def tick(self, ms: int) -> None:
        for line in self.lines.values():
            await line.send(f.write(f.Tick(at=self._at(ms))))

    def _at(self, ms: int | None = None) -> str:
        return f_time(ms if ms is not None else self.world.time)


def f_time(ms: int) -> str:
    from evalhub.core.ledger.times import format_time

    return format_time(ms)


def request(world: World, old: int, size: int | None = None, entries: list[bytes] | None = None) -> str:
    """A witness request of the log over ``entries`` (the world's unless told), from size ``old``."""
    held = world.entries if entries is None else entries
    tree = MemoryTree(map(leaf_hash, held))
    size = len(held) if size is None else size
    text = Checkpoint(world.origin, size, tree.root(size)).text()
    note = Note(text, (sign_note(text, world.origin, world.log),)).to_bytes()
    proof = consistency_proof(old, size, tree) if old <= size else []
    return format_request(old, proof, note).decode()


def entries_of(world: World, first: int = 0, last: int | None = None) -> f.Entries:
    """The world's entries as one frame."""
    hub = HubEnd(world)
    stop = len(world.entries) if last is None else last
    return f.Entries(session=world.session, first=first, entries=tuple(hub.wire(seq) for seq in range(first, stop)))
