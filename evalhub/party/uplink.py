"""The line to the hub: dials, proves who we are, catches up, resends, and comes back after every break.

    challenge ─▶ hello (proof, what the mirror holds) ─▶ welcome ─▶ pending submissions again, then both ways

Rules
- Frames are handled in the order they came; entries are durable before the next frame is looked at.
- At most ``WINDOW`` submissions are on their way; the rest wait in the outbox.
- Back after 0.2 s, doubling to 5 s, each time shortened by chance, so that parties do not return in step.
- A hub that challenges under another name, or a Bye, is remembered as ``trouble`` and tried again: it may be mended.
- Never decides what is submitted and never holds anything that is not durable elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from evalhub.core.codec import Record
from evalhub.core.errors import EvalhubError, Malformed, Refusal
from evalhub.core.wire import frames as f
from evalhub.party.clock import HubTime
from evalhub.party.identity import Identity
from evalhub.party.logs import Logger
from evalhub.party.mirror import Mirror
from evalhub.party.outbox import Outbox, Submission
from evalhub.party.witness import Witness

WINDOW = 64
FIRST_DELAY, LAST_DELAY = 0.2, 5.0
HANDSHAKE = 10.0  # seconds until the welcome
KEEPALIVE = 5.0  # seconds between pings; twice that without an answer is a break


class Uplink:
    """Runs from ``start`` to ``close``. ``jitter``: chance in [0, 1)."""

    def __init__(self, *, url: str, hub_name: str, tls: ssl.SSLContext | None, identity: Identity, outbox: Outbox,
                 mirror: Mirror, witness: Witness, hub_time: HubTime, logger: Logger,
                 jitter: Callable[[], float]) -> None:  # fmt: skip
        self._url, self._hub_name, self._tls = url, hub_name, tls
        self._identity, self._outbox, self._mirror, self._witness = identity, outbox, mirror, witness
        self._hub_time, self._logger, self._jitter = hub_time, logger, jitter
        self.connected = False
        self.trouble = ""  # why the last line ended, until the next stands
        self._listeners: list[Callable[[], None]] = []
        self._tick_listeners: list[Callable[[], None]] = []
        self._unsent: deque[int] = deque()
        self._on_the_way: set[int] = set()
        self._outgoing: asyncio.Queue[Record] = asyncio.Queue()
        self._jobs: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None
        outbox.on_put(self._put)
        outbox.on_outcome(lambda submission, _: self._arrived(submission.n))

    def start(self) -> None:
        """Begin dialling."""
        self._running = asyncio.create_task(self._run(), name="uplink")

    async def close(self) -> None:
        """End the line for good."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    def on_line(self, tell: Callable[[], None]) -> None:
        """Be told when the line is up or down."""
        self._listeners.append(tell)

    def on_tick(self, tell: Callable[[], None]) -> None:
        """Be told each second of hub time."""
        self._tick_listeners.append(tell)

    # -- one line after the other --------------------------------------------------------------------------------------

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                await self._line()
            except (OSError, WebSocketException, TimeoutError, EvalhubError) as error:
                self.trouble = str(error) or type(error).__name__
            attempt = 0 if self._set_connected(False) else attempt + 1
            delay = min(FIRST_DELAY * 2**attempt, LAST_DELAY) * (0.5 + self._jitter() / 2)
            self._logger.warning("line-down", reason=self.trouble, attempt=attempt, delay=f"{delay:.1f}")
            await asyncio.sleep(delay)

    async def _line(self) -> None:
        dial = connect(
            self._url, ssl=self._tls, compression=None, proxy=None, max_size=f.MAX_FRAME, user_agent_header=None,
            open_timeout=HANDSHAKE, ping_interval=KEEPALIVE, ping_timeout=2 * KEEPALIVE, close_timeout=1,
        )  # fmt: skip
        async with dial as line:
            async with asyncio.timeout(HANDSHAKE):
                await self._greet(line)
            self._begin()
            try:
                await _first_of(self._receive(line), self._send(line))
            finally:
                await self._end()

    async def _greet(self, line: ClientConnection) -> None:
        challenge = _expect(f.Challenge, await line.recv())
        if challenge.v != f.VERSION or challenge.name != self._hub_name:
            raise Malformed(f"{challenge.name} (version {challenge.v}) challenged, not {self._hub_name}", "challenge")
        proof = self._identity.prove(challenge.nonce, challenge.name)
        hello = f.Hello(v=f.VERSION, party=self._identity.name, proof=proof, have=self._mirror.have())
        await line.send(f.write(hello))
        welcome = _expect(f.Welcome, await line.recv())
        self._outbox.check_hub(welcome.last)
        self._hub_time.heard(welcome.at)

    def _begin(self) -> None:
        self._outgoing = asyncio.Queue()
        self._on_the_way.clear()
        self._unsent = deque(submission.n for submission in self._outbox.pending())
        self.trouble = ""
        self._logger.info("line-up", pending=len(self._unsent))
        self._set_connected(True)
        self._fill()

    async def _end(self) -> None:
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)

    def _set_connected(self, up: bool) -> bool:
        """Note whether the line stands; whether it stood before."""
        before, self.connected = self.connected, up
        if before != up:
            for tell in self._listeners:
                tell()
        return before

    # -- in ------------------------------------------------------------------------------------------------------------

    async def _receive(self, line: ClientConnection) -> None:
        async for message in line:
            await self._handle(f.from_hub(message))
        raise Malformed("the hub ended the line", "line")

    async def _handle(self, frame: f.FromHub) -> None:
        match frame:
            case f.Entries():
                await self._mirror.take(frame)
            case f.Outcome():
                self._job(self._outbox.settle(frame))
            case f.WitnessRequest():
                self._job(self._cosign(frame))
            case f.Tick():
                self._hub_time.heard(frame.at)
                for tell in self._tick_listeners:
                    tell()
            case f.Bye():
                raise Refusal(frame.code or "bye", reason=frame.reason)
            case _:
                raise Malformed(f"{type(frame).__name__} out of place", "frame")

    async def _cosign(self, request: f.WitnessRequest) -> None:
        self._outgoing.put_nowait(await self._witness.answer(request))

    def _job(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that the reading need not wait for; outcomes that come together are then committed together."""
        job = asyncio.create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._job_done)

    def _job_done(self, job: asyncio.Task[None]) -> None:
        self._jobs.discard(job)
        if not job.cancelled() and (error := job.exception()) is not None:
            self._logger.error("job-failed", error=repr(error))

    # -- out -----------------------------------------------------------------------------------------------------------

    async def _send(self, line: ClientConnection) -> None:
        while True:
            await line.send(f.write(await self._outgoing.get()))

    def _put(self, submission: Submission) -> None:
        if self.connected:
            self._unsent.append(submission.n)
            self._fill()

    def _arrived(self, n: int) -> None:
        self._on_the_way.discard(n)
        self._fill()

    def _fill(self) -> None:
        while self.connected and self._unsent and len(self._on_the_way) < WINDOW:
            n = self._unsent.popleft()
            submission = self._outbox.get(n)
            if submission is not None:
                self._on_the_way.add(n)
                self._outgoing.put_nowait(f.Submit(n=n, session=submission.session, jws=submission.jws))


def _expect(kind: type[f.T], message: str | bytes) -> f.T:
    frame = f.from_hub(message)
    if isinstance(frame, f.Bye):
        raise Refusal(frame.code or "bye", reason=frame.reason)
    if not isinstance(frame, kind):
        raise Malformed(f"{type(frame).__name__} instead of {kind.__name__}", "frame")
    return frame


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Run all until the first ends; its error is ours, the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
