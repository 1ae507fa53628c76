"""One running hub: settings, store, desks, lines, put together. Nothing global: two hubs can run in one process.

Order of things: a write is handed to the store; when its group is durable, its entries are told to the session's
parties, then its outcome to whoever submitted, then each desk does what follows. Never tells what is not durable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any

from evalhub.core.errors import Broken
from evalhub.core.ledger.times import format_time
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire import frames
from evalhub.hub.desk import Desk, Room
from evalhub.hub.fanout import Fanout, Line, encoded, framed
from evalhub.hub.gate import Gate
from evalhub.hub.hublog import HubLog
from evalhub.hub.metrics import Metrics
from evalhub.hub.settings import HUB_SESSION, Settings
from evalhub.hub.store import Group, Row, Store

TICK_SECONDS = 1.0
CHECKPOINT_SECONDS = 0.02  # of each second, about, for checkpoints that nobody waits for and for their cosignatures


class Damaged(Exception):
    """A stored ledger does not prove itself; the text says which and where."""


class Hub:
    """See the module. ``clock``: ms since the epoch (UTC); ``random``: so many bytes; ``stop``: end the process."""

    def __init__(
        self,
        settings: Settings,
        key: NoteKey,
        store: Store,
        *,
        clock: Callable[[], int],
        random: Callable[[int], bytes],
        log: Any,
    ) -> None:
        self.settings, self.store, self.clock, self.random, self.log = settings, store, clock, random, log
        self.metrics = Metrics()
        self.fanout = Fanout(store)
        self.failure: BaseException | None = None
        self.stopping = asyncio.Event()
        self.desks: dict[str, Desk] = {}
        self._answering = 0.0  # seconds taken by cosignatures since the last tick
        self._grown: dict[str, None] = {}  # sessions whose last checkpoint is behind, the longest waiting first
        self._room = Room(
            key=key,
            store=store,
            clock=clock,
            ask=self._ask,
            sealed=lambda session, checkpoint, note: self.hublog.sealing(session, checkpoint, note, clock()),
            passed=self.metrics.gates.inc,
            log=log,
        )
        self.hublog = self._load(key)
        self.gate = Gate(
            settings,
            key,
            store,
            self.desks,
            new_desk=lambda session: Desk(session, self._room),
            hublog=self.hublog,
            clock=clock,
            metrics=self.metrics,
        )

    # -- start and end -------------------------------------------------------------------------------------------------

    def _load(self, key: NoteKey) -> HubLog:
        """Re-execute every stored session. Raises ``Damaged``."""
        sessions = self.store.sessions()
        try:
            identities = {party.identity.thumbprint(): party.identity for party in self.settings.parties}
            hublog = HubLog(self.settings.domain, key, self.store.walk(HUB_SESSION), identities)
        except Broken as error:
            raise Damaged(f"the hub log, {error}") from None
        for session in sessions:
            if session != HUB_SESSION:
                self._load_session(session, hublog)
        for session in hublog.listed.keys() - self.desks.keys():
            raise Damaged(f"session {session} is listed in the hub log but its entries are missing")
        return hublog

    def _load_session(self, session: str, hublog: HubLog) -> None:
        desk = Desk(session, self._room)
        notes = {kind: self.store.note(session, kind) for kind in ("signed", "final")}
        try:
            desk.load(self.store.walk(session), signed=notes["signed"], final=notes["final"])
        except Broken as error:
            raise Damaged(f"session {session}, {error}") from None
        if session not in hublog.listed:
            raise Damaged(f"session {session} has entries but is not listed in the hub log")
        self.desks[session] = desk
        self.fanout.members[session] = tuple(desk.state.parties)

    def start(self) -> None:
        """Begin to write and to do what stored sessions ask for."""
        loop = asyncio.get_running_loop()
        self.store.start(loop.call_soon_threadsafe, self._committed, self._failed, loop.call_soon)
        self.metrics.sessions.set(len(self.desks))
        for session, desk in self.desks.items():
            desk.settle()
            if not desk.current:
                self._grown[session] = None

    async def ticking(self) -> None:
        """Every second: hub time to every line, a checkpoint where a ledger has grown."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            frame = framed(encoded(frames.Tick(at=format_time(self.clock()))))
            for line in self.fanout.lines():
                line.send(frame)
            self._checkpoints()

    def _checkpoints(self) -> None:
        """Checkpoints of ledgers that have grown, oldest first, for a small part of each second: under load a
        checkpoint comes later, an event does not. The answers to earlier ones count, and take four times as long."""
        until = perf_counter() + CHECKPOINT_SECONDS - self._answering
        self._answering = 0.0
        for session in list(self._grown):
            self.desks[session].tick()
            del self._grown[session]
            if perf_counter() > until:
                return

    def _failed(self, error: BaseException) -> None:
        self.failure = error
        self.log.error("store-failed", reason=str(error))
        self.stopping.set()

    # -- durable -------------------------------------------------------------------------------------------------------

    def _committed(self, group: Group) -> None:
        """A group is on disk: tell, then go on. Runs on the loop, groups in order."""
        told: dict[str, list[Row]] = {}
        for write in group.writes:
            for row in write.rows:
                told.setdefault(row[0], []).append(row)
        told.pop(HUB_SESSION, None)
        for session, rows in told.items():
            if session not in self.fanout.members:
                self._opened(session)
            self.fanout.publish(session, rows)
        for write in group.writes:
            if write.outcome is not None:
                self.gate.committed(write.outcome)
        for session, rows in told.items():
            self.metrics.entries.inc(len(rows))
            self.desks[session].committed(rows[-1][1] + 1)
            self._grown.setdefault(session)
        self.metrics.commit.observe(group.seconds)
        self.metrics.group.observe(len(group.writes))

    def _opened(self, session: str) -> None:
        parties = tuple(self.desks[session].state.parties)
        self.fanout.opened(session, parties)
        self.metrics.sessions.set(len(self.desks))
        self.log.info("session-opened", session=session)

    # -- lines ---------------------------------------------------------------------------------------------------------

    def welcome(self, line: Line, hello: frames.Hello) -> None:
        """A party is known: what it holds, and its first frame."""
        held = {have.session: have.size for have in hello.have}
        for session in self.fanout.sessions_of(line.party):
            position = held.get(session, 0)
            if position > self.desks[session].durable:
                self.log.error("party-holds-more", party=line.party, session=session, held=position)
            line.positions[session] = position
        self.fanout.add(line)
        self.metrics.lines.inc()
        welcome = frames.Welcome(last=self.gate.last(line.party), at=format_time(self.clock()))
        line.send(framed(encoded(welcome)))
        self.log.info("line-open", party=line.party)

    async def follow(self, line: Line) -> None:
        """Bring the line up to date, session by session; then it lives."""
        for session in list(line.positions):
            if line.positions[session] > self.desks[session].durable:
                continue  # it holds what we lack: nothing to send, and the error is logged
            await self.fanout.catch_up(line, session)
            self.desks[session].joined()

    def goodbye(self, line: Line) -> None:
        """The connection is gone. Called once or twice."""
        if not line.open:
            return
        line.open = False
        self.fanout.remove(line)
        self.metrics.lines.dec()
        self.log.info("line-closed", party=line.party)
        for session in line.live:
            self.desks[session].gone(line.party)

    def witnessed(self, party: str, reply: frames.WitnessReply) -> None:
        """A witness answered; answers for sessions of others are nobody's."""
        self.metrics.witness.labels(str(reply.status) if reply.status in STATUSES else "other").inc()
        if party in self.fanout.members.get(reply.session, ()):
            began = perf_counter()
            self.desks[reply.session].reply(party, reply)
            self._answering += perf_counter() - began

    def _ask(self, session: str, party: str, request: bytes) -> bool:
        line = self.fanout.line_of(party, session)
        if line is None:
            return False
        line.send(framed(encoded(frames.WitnessRequest(session=session, request=request.decode()))))
        return True


STATUSES = frozenset({200, 400, 403, 404, 409, 422})
