"""One party's websocket: challenge, hello, then frames both ways until either side ends it.

Rules: text frames of at most ``MAX_FRAME`` bytes; a frame that does not parse, a missing number or a wrong proof ends
the line with one ``Bye``. At most ``IN_FLIGHT`` submissions of a line wait for the disk; then the hub stops reading it.
The party is whoever proves its identity key over our nonce and, under TLS, has the certificate registered for it.
"""

from __future__ import annotations

import asyncio
import hmac
from contextlib import suppress

from aiohttp import WSMessage, WSMsgType, web

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.sealing import jws
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.certificates import certificate_name
from evalhub.core.sealing.keys import PublicJwk
from evalhub.core.wire import frames
from evalhub.hub.fanout import Line
from evalhub.hub.gate import Gap
from evalhub.hub.hub import Hub

HELLO_SECONDS = 10
BYE_SECONDS = 2
HEARTBEAT_SECONDS = 20
IN_FLIGHT = 64
NONCE_BYTES = 32


class Closing(Exception):
    """The hub ends the line; becomes its ``Bye``."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


async def serve(request: web.Request, hub: Hub) -> web.WebSocketResponse:
    """Handle one connection from its upgrade to its end."""
    socket = web.WebSocketResponse(
        max_msg_size=2 * frames.MAX_FRAME, compress=False, heartbeat=HEARTBEAT_SECONDS, decode_text=False
    )
    await socket.prepare(request)
    try:
        hello = await _greet(request, socket, hub)
        await _Conversation(request, socket, hub, hello).run()
    except Closing as closing:
        await _bye(socket, hub, closing)
    except (TimeoutError, ConnectionError):
        pass
    return socket


def peer_name(request: web.Request) -> str | None:
    """Common name of the client's certificate; None without TLS. Raises ``Closing``."""
    transport = request.transport
    tls = transport.get_extra_info("ssl_object") if transport else None
    if tls is None:
        return None
    try:
        return certificate_name(tls.getpeercert(binary_form=True))
    except Malformed as error:
        raise Closing("wrong-certificate", str(error)) from None


async def _greet(request: web.Request, socket: web.WebSocketResponse, hub: Hub) -> frames.Hello:
    nonce = b64u(hub.random(NONCE_BYTES))
    challenge = frames.Challenge(v=frames.VERSION, nonce=nonce, name=hub.settings.domain)
    await socket.send_str(frames.write(challenge))
    try:
        message = await socket.receive(timeout=HELLO_SECONDS)
    except TimeoutError:
        raise Closing("no-hello", f"no hello within {HELLO_SECONDS} s") from None
    hello = _read(message)
    if not isinstance(hello, frames.Hello):
        raise Closing("no-hello", "the first frame is a hello")
    if hello.v != frames.VERSION:
        raise Closing("wrong-version", f"this hub speaks version {frames.VERSION}")
    _check_proof(hello, nonce, peer_name(request), hub)
    return hello


def _check_proof(hello: frames.Hello, nonce: str, certificate: str | None, hub: Hub) -> None:
    """One answer for every mistake: who is registered here is not told to strangers."""
    party = hub.settings.party(hello.party)
    known = party is not None and certificate in (None, party.certificate)
    if party is None or not known or not _proved(hello, nonce, party.identity, hub.settings.domain):
        raise Closing("not-recognised", "party, certificate and proof do not belong together")


def _proved(hello: frames.Hello, nonce: str, identity: PublicJwk, to: str) -> bool:
    expected = canonical(frames.LineProof(nonce=nonce, name=hello.party, to=to))
    try:
        return hmac.compare_digest(jws.verify(hello.proof, identity, frames.LINE_TYP), expected)
    except Malformed:
        return False


class _Conversation:
    """A line after its hello."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, hub: Hub, hello: frames.Hello) -> None:
        self._request, self._socket, self._hub, self._hello = request, socket, hub, hello
        if request.transport is None:
            raise ConnectionResetError("the connection ended after its hello")
        self._line = Line(hello.party, request.transport, hub.settings.line_buffer, self._drop)
        self._dropped = False

    async def run(self) -> None:
        """Until either side ends it. Raises ``Closing``."""
        self._hub.welcome(self._line, self._hello)
        following = asyncio.ensure_future(self._hub.follow(self._line))
        try:
            await self._listen()
        finally:
            self._hub.goodbye(self._line)
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED) or self._dropped:
                return
            self._take(_read(message))
            if self._line.in_flight >= IN_FLIGHT:
                self._line.room.clear()
                await self._line.room.wait()

    def _take(self, frame: frames.FromParty) -> None:
        match frame:
            case frames.Submit():
                try:
                    self._hub.gate.submit(self._line, frame)
                except Gap as gap:
                    raise Closing("gap", str(gap)) from None
            case frames.WitnessReply():
                self._hub.witnessed(self._line.party, frame)
            case frames.Bye():
                raise Closing("bye", "as you say")
            case _:
                raise Closing("malformed", "a hello comes once")

    def _drop(self, code: str, reason: str) -> None:
        """A reader too slow for what it is owed; it says what it holds when it comes back."""
        if self._dropped:
            return
        self._dropped = True
        self._hub.metrics.byes.labels(code).inc()
        self._hub.log.warning("line-dropped", party=self._line.party, code=code, reason=reason)
        self._hub.goodbye(self._line)
        if self._request.transport is not None:
            self._request.transport.abort()


def _read(message: WSMessage) -> frames.FromParty:
    kind, data = message.type, message.data
    if kind is WSMsgType.BINARY:
        raise Closing("malformed", "frames are text")
    if kind is WSMsgType.ERROR:
        raise Closing("malformed", "not a websocket message this hub takes")
    if kind is not WSMsgType.TEXT:
        raise Closing("bye", "the line was closed")
    try:
        return frames.read(frames.FromParty, data)  # type: ignore[arg-type]
    except Malformed as error:
        raise Closing("malformed", str(error)[:500]) from None


async def _bye(socket: web.WebSocketResponse, hub: Hub, closing: Closing) -> None:
    hub.metrics.byes.labels(closing.code).inc()
    if closing.code != "bye":
        hub.log.info("bye", code=closing.code, reason=closing.reason)
    with suppress(ConnectionError, RuntimeError, asyncio.TimeoutError):
        async with asyncio.timeout(BYE_SECONDS):
            if not socket.closed:
                await socket.send_str(frames.write(frames.Bye(code=closing.code, reason=closing.reason)))
            await socket.close()
