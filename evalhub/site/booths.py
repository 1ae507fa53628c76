"""The booth lines of a centre: lets a booth in by ticket or key, keeps what it says, shows it what it may know.

Rules
- Everything to a booth leaves on the tick, from one queue a connection, so that the moment of a frame tells nothing
  about other booths; a view frame has one length.
- What a booth says is durable in the outbox before it hears "kept". The site never looks inside a sheet.
- The three-way match: the ticket names the seat, the seat names the booth, the booth's own key signs from then on.
- Wrong tickets are counted by network address; too many in a minute are not looked up at all.
- A newer connection of the same booth replaces the older one. A line belongs to one booth; one that is ended is told
  why, and then hears and says nothing more.
- A ticket that was redeemed opens nothing without the booth key's own proof: paper and public key are no secrets.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules.report import report_bytes
from evalhub.core.rules.state import Phase, SeatState, State
from evalhub.core.rules.statements import HELLO_TYP, Hello
from evalhub.core.rules.visibility import booth_view
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.jws import read as read_jws
from evalhub.core.sealing.keys import PublicJwk
from evalhub.core.wire import frames
from evalhub.core.wire.frames import LINE_TYP, LineProof
from evalhub.party.party import Party
from evalhub.site.reception import Reception
from evalhub.site.signing import SigningRoom

TICK_MS = 1_000  # hub time to every booth, whatever happens elsewhere
MAX_TRIES = 5
TRIES_WINDOW_MS = 60_000


@dataclass(eq=False)
class Line:
    """One open booth connection. Owned by its handler task, but for ``queue``, which the desk fills."""

    socket: web.WebSocketResponse
    address: str
    nonce: str
    session: str = ""
    seat: str = ""
    kid: str = ""
    queue: deque[str] = field(default_factory=deque)
    last_view: str = ""
    seen: State | None = None
    report_sent: str = ""  # digest of the report it has
    offered: frames.SignThis | None = None
    told_time: int = -TICK_MS
    ending: bool = False

    def put(self, frame: Record) -> None:
        """Queue a frame for the next tick."""
        self.queue.append(frames.write(frame))

    def end(self, frame: Record) -> None:
        """Queue the last frame; the line is closed behind it."""
        self.put(frame)
        self.ending = True


class Tries:
    """Wrong tickets by address within a sliding minute. ``now`` in ms."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[int]] = {}

    def check(self, address: str, now: int) -> None:
        """Raise ``Refusal("too-many-tries")`` when this address has used up its tries."""
        recent = self._wrong.get(address, deque())
        while recent and recent[0] <= now - TRIES_WINDOW_MS:
            recent.popleft()
        if len(recent) >= MAX_TRIES:
            raise Refusal("too-many-tries", wait_seconds=(recent[0] + TRIES_WINDOW_MS - now) // 1000 + 1)

    def wrong(self, address: str, now: int) -> None:
        """Count one."""
        self._wrong.setdefault(address, deque()).append(now)


@dataclass(frozen=True)
class Call:
    """A booth's call for staff."""

    session: str
    seat: str
    text: str
    at: str


class BoothDesk:
    """All booth lines of one centre."""

    def __init__(self, party: Party, reception: Reception, signing: SigningRoom, *, random: Callable[[int], bytes],
                 tick_ms: int) -> None:  # fmt: skip
        self.party, self.reception, self.signing = party, reception, signing
        self.random, self.tick_ms = random, tick_ms
        self.tries = Tries()
        self.calls: deque[Call] = deque(maxlen=200)
        self._lines: dict[str, Line] = {}  # kid → its newest line
        party.on_outcome(self._told)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """One booth connection from challenge to end. A page of another origin is turned away."""
        require_own_origin(request)
        socket = web.WebSocketResponse(max_msg_size=2 * frames.MAX_FRAME, heartbeat=20, compress=False)
        await socket.prepare(request)
        line = Line(socket=socket, address=request.remote or "unknown", nonce=b64u(self.random(32)))
        line.put(frames.Challenge(v=frames.VERSION, nonce=line.nonce, name=self.party.name))
        await self._flush(line)
        pump = asyncio.create_task(self._pump(line))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    raise Malformed(f"cut off: {message.data}", "frame")
                if message.type is not WSMsgType.TEXT:
                    raise Malformed("text frames only", "frame")
                if not line.ending:
                    await self._receive(line, frames.from_booth(message.data))
        except Malformed as error:
            self.party.logger.warning("booth-frame-refused", address=line.address, seat=line.seat, reason=error.reason)
            line.put(frames.Bye(code="malformed", reason=str(error)))
            await self._flush(line)
        finally:
            pump.cancel()
            if self._lines.get(line.kid) is line:
                del self._lines[line.kid]
            with contextlib.suppress(ConnectionError):
                await socket.close()
        return socket

    # -- what a booth asks --------------------------------------------------------------------------------------------

    async def _receive(self, line: Line, frame: object) -> None:
        try:
            if isinstance(frame, frames.Present):
                await self._present(line, frame)
            elif isinstance(frame, frames.Redeem):
                await self._redeem(line, frame)
            elif isinstance(frame, frames.Resume):
                await self._resume(line, frame)
            elif isinstance(frame, frames.Say):
                await self._say(line, frame)
            elif isinstance(frame, frames.Help):
                at = format_time(self.party.hub_now())
                self.calls.append(Call(session=line.session, seat=line.seat, text=frame.text, at=at))
        except Refusal as refusal:
            line.put(frames.Refused(code=refusal.code, detail=refusal.detail))
            if not line.kid:
                await self._flush(line)

    async def _present(self, line: Line, frame: frames.Present) -> None:
        session, seat, _ = await self._find(line, frame.ticket)
        state = self.party.state(session)
        if seat not in state.seats or state.roster is None:
            raise Refusal("ticket-unknown", seat=seat)
        title = state.the_plan().project.title
        answer = frames.Seat(
            session=session,
            seat=seat,
            title_zh=title.zh,
            title_en=title.en,
            roster=canonical(state.roster).decode(),
            log=state.log,
        )
        line.put(answer)
        await self._flush(line)  # nothing of a session has been shown yet; from the seat on, all waits for the tick

    async def _redeem(self, line: Line, frame: frames.Redeem) -> None:
        session, seat, digest = await self._find(line, frame.ticket)
        _require_free(line, frame.booth_key)
        state = self.party.state(session)
        if seat not in state.seats:
            raise Refusal("ticket-unknown", seat=seat)
        if state.seats[seat].booth_key == frame.booth_key:  # its answer was lost in a break
            _check_proof(frame, Hello(session=session, seat=seat, ticket=digest, roster=state.roster_digest))
        else:
            command = c.RedeemTicket(
                seat=seat, ticket=digest, booth_key=frame.booth_key, client=frame.client, proof=frame.proof
            )
            await self.party.submit_own(session, command, None)
        self._bind(line, session, seat, frame.booth_key)

    async def _resume(self, line: Line, frame: frames.Resume) -> None:
        seat = self._seat(frame.session, frame.seat)
        if seat.booth_key is None:
            raise Refusal("not-your-seat", seat=frame.seat)
        payload = read_jws(frame.proof).check(seat.booth_key, LINE_TYP)
        expected = LineProof(nonce=line.nonce, name=frame.seat, to=self.party.name)
        if decode(LineProof, payload) != expected:
            raise Malformed("the proof answers another challenge", "proof")
        _require_free(line, seat.booth_key)
        self._bind(line, frame.session, frame.seat, seat.booth_key)

    async def _say(self, line: Line, frame: frames.Say) -> None:
        if not line.kid:
            raise Refusal("not-your-seat", seat="-")
        if read_jws(frame.jws).header.kid != line.kid:
            raise Malformed("signed by another key than this booth's", "jws")
        ref = f"{line.kid}:{frame.id}"
        await self.party.relay(line.session, frame.jws, ref)
        line.put(frames.Kept(id=frame.id))
        outcome = await self.party.outcome_of(ref)
        if outcome is not None:  # repeated after a break, and answered long ago
            self._told(ref, outcome)

    async def _find(self, line: Line, typed: str) -> tuple[str, str, str]:
        now = self.party.clock.monotonic()
        self.tries.check(line.address, now)
        try:
            return await self.reception.find(typed)
        except (Refusal, Malformed):
            self.tries.wrong(line.address, now)
            raise Refusal("ticket-unknown", seat="-") from None

    def _seat(self, session: str, seat: str) -> SeatState:
        if session not in self.party.mirror.sessions() or seat not in self.party.state(session).seats:
            raise Refusal("not-your-seat", seat=seat)
        return self.party.state(session).seats[seat]

    def _bind(self, line: Line, session: str, seat: str, key: PublicJwk) -> None:
        line.session, line.seat, line.kid = session, seat, key.thumbprint()
        older = self._lines.get(line.kid)
        if older is not None and older is not line:
            self.party.logger.warning("booth-line-replaced", seat=seat, address=line.address, older=older.address)
            older.end(frames.Bye(code="replaced", reason="a newer connection of this booth took over"))
        self._lines[line.kid] = line

    def online(self, session: str) -> tuple[str, ...]:
        """Seats of a session whose booth is on the line now, sorted."""
        return tuple(sorted(line.seat for line in self._lines.values() if line.session == session))

    # -- what a booth is told -----------------------------------------------------------------------------------------

    def _told(self, ref: str, outcome: frames.Outcome) -> None:
        kid, _, number = ref.rpartition(":")
        line = self._lines.get(kid)
        if line is not None:
            told = frames.Told(id=int(number), code=outcome.code, detail=outcome.detail, receipt=outcome.receipt)
            line.put(told)

    async def _pump(self, line: Line) -> None:
        """Each line has its own pump, so that a slow booth never holds up another; all beat on the same tick."""
        tick = self.tick_ms / 1000
        loop = asyncio.get_running_loop()
        while not line.socket.closed:
            await asyncio.sleep(tick - loop.time() % tick)
            if not line.ending:
                self._tell_time(line)
            if line.kid and not line.ending:
                self._refresh(line)
            await self._flush(line)
            if line.ending:
                await line.socket.close()

    def _tell_time(self, line: Line) -> None:
        """Hub time once a second, and only while the hub is heard: a booth that hears none says so to its expert."""
        now = self.party.clock.monotonic()
        if self.party.connected and now - line.told_time >= TICK_MS:
            line.told_time = now
            line.put(frames.Tick(at=format_time(self.party.hub_now())))

    def _refresh(self, line: Line) -> None:
        """Queue the view if it changed; a vacated seat ends its line."""
        state = self.party.state(line.session)
        self._offer(line, state)
        if state is line.seen:
            return
        line.seen = state
        if line.seat not in state.seats or _kid(state.seats[line.seat]) != line.kid:
            line.end(frames.Refused(code="seat-vacated", detail={"seat": line.seat}))
            return
        if state.phase is Phase.SIGNING and line.report_sent != state.report:
            line.report_sent = state.report
            line.put(frames.ReportText(report=_report(state)))
        view = canonical(booth_view(state, line.seat)).decode()
        if view != line.last_view:
            line.last_view = view
            line.put(frames.padded_view(view))

    def _offer(self, line: Line, state: State) -> None:
        """At its turn, what the booth is to sign, as soon as this centre has computed it."""
        offer = self.signing.offer_to(state, line.seat)
        if offer is not None and offer != line.offered:
            line.offered = offer
            line.put(offer)

    async def _flush(self, line: Line) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while line.queue and not line.socket.closed:
                await line.socket.send_str(line.queue.popleft())


def require_own_origin(request: web.Request) -> None:
    """Browsers say where a page came from; only this centre's own may speak (RFC 6455 §10.2). Raises 403."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise web.HTTPForbidden(text="a page of another origin")


def _require_free(line: Line, key: PublicJwk) -> None:
    if line.kid not in ("", key.thumbprint()):
        raise Malformed("this line belongs to another booth", "frame")


def _check_proof(frame: frames.Redeem, expected: Hello) -> None:
    if read_jws(frame.proof).check(frame.booth_key, HELLO_TYP) != canonical(expected):
        raise Malformed("the booth key's proof is for something else", "proof")


def _kid(seat: SeatState) -> str:
    return seat.booth_key.thumbprint() if seat.booth_key else ""


def _report(state: State) -> str:
    return report_bytes(state).decode()
