"""The booth line from the booth's side: present, redeem, resume, say; survives breaks.

Rules
- One message at a time: a message is repeated, unchanged, after every break until the site has told its outcome.
- The roster the site offers must have the digest printed on the ticket, or the booth does not go on.
- A sealed sheet counts only with the hub's receipt for exactly this envelope.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
from collections.abc import Callable
from typing import TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from evalhub.booth.memory import BoothMemory
from evalhub.core.codec import canonical, decode
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.note import Verifier
from evalhub.core.ledger.receipt import verify_receipt
from evalhub.core.rules.commands import Command, CountersignReport
from evalhub.core.rules.countersigning import is_attributes
from evalhub.core.rules.forms import Form, Sheet
from evalhub.core.rules.tickets import roster_print, ticket_digest
from evalhub.core.rules.visibility import BoothView
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.jws import sign
from evalhub.core.wire import frames
from evalhub.core.wire.frames import LINE_TYP, LineProof

F = TypeVar("F")
RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)


class BoothClient:
    """One booth. ``run`` keeps the line; the other methods wait for what the site says."""

    def __init__(
        self,
        url: str,
        memory: BoothMemory,
        *,
        ticket: str,
        printed_roster: str = "",
        tls: ssl.SSLContext | None = None,
        notice: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.url, self.memory, self.ticket, self.tls, self.notice = url, memory, ticket, tls, notice
        self.printed_roster = printed_roster
        self.view: BoothView | None = None
        self.report = b""
        self.to_sign: frames.SignThis | None = None
        self.failure: Exception | None = None
        self._line: ClientConnection | None = None
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> BoothClient:
        self._task = asyncio.create_task(self.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def run(self) -> None:
        """Keep the line up until cancelled, or until the site refuses this booth for good."""
        attempt = 0
        while self.failure is None:
            try:
                async with connect(self.url, ssl=self.tls, max_size=frames.MAX_FRAME) as line:
                    attempt = 0
                    await self._serve(line)
            except (OSError, WebSocketException, InvalidHandshake, TimeoutError):
                self._line = None
            except (Refusal, Malformed) as error:
                await self._fail(error)
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])
            attempt += 1

    async def until(self, wanted: Callable[[BoothView], bool]) -> BoothView:
        """The first view that is ``wanted``."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.failure or (self.view is not None and wanted(self.view)))
        if self.failure:
            raise self.failure
        assert self.view is not None
        return self.view

    async def say(self, command: Command) -> None:
        """Assert a command; returns when the hub accepted it. Raises ``Refusal`` with the hub's code."""
        await self._send(self.memory.statement(command))
        self.memory.statements += 1

    async def seal(self, form: Form, sheet: Sheet) -> str:
        """Seal and deliver; returns the envelope's digest once the hub's receipt for it is in hand."""
        jws = self.memory.envelope(form, sheet)
        told = await self._send(jws)
        digest = self.memory.sealed(jws)
        receipt = verify_receipt(told.receipt, Verifier.parse(self.memory.log))
        if (receipt.session, receipt.seat, receipt.digest) != (self.memory.session, self.memory.seat, digest):
            raise Broken("the receipt is for something else than was sealed")
        return digest

    def may_sign_pdf(self) -> bool:
        """True if it is this booth's turn and what it is to sign has arrived."""
        offer = self.to_sign
        return self.view is not None and offer is not None and bool(self.view.sign) and self.view.sign == offer.pdf

    async def sign_pdf(self) -> None:
        """Sign the report's PDF. Raises ``Malformed`` if the bytes could be anything but signed attributes."""
        assert self.to_sign is not None, "only at this booth's turn"
        data = unb64u(self.to_sign.attributes, where="attributes")
        if not is_attributes(data):
            raise Malformed("not the attributes of a PDF signature", "attributes")
        signature = b64u(self.memory.key.sign(data))
        said = CountersignReport(pdf=self.to_sign.pdf, attributes=self.to_sign.attributes, signature=signature)
        await self.say(said)

    async def drop(self) -> None:
        """Cut the line, as a pulled cable would; it comes back by itself."""
        if self._line:
            await self._line.close()

    async def _send(self, jws: str) -> frames.Told:
        number = self.memory.post(jws)
        if self._line:
            with contextlib.suppress(WebSocketException):
                await self._line.send(frames.write(frames.Say(id=number, jws=jws)))
        async with self._changed:
            await self._changed.wait_for(lambda: self.failure or number in self.memory.answered)
        if self.failure:
            raise self.failure
        told = self.memory.answered[number]
        if told.code:
            raise Refusal(told.code, **told.detail)
        return told

    # -- the line ------------------------------------------------------------------------------------------------------

    async def _serve(self, line: ClientConnection) -> None:
        challenge = await self._expect(line, frames.Challenge)
        if self.memory.redeemed:
            await self._resume(line, challenge)
        else:
            await self._redeem(line, challenge)
        self._line = line
        for number, jws in sorted(self.memory.unanswered.items()):
            await line.send(frames.write(frames.Say(id=number, jws=jws)))
        async for message in line:
            await self._take(frames.from_site(message))

    async def _redeem(self, line: ClientConnection, challenge: frames.Challenge) -> None:
        await line.send(frames.write(frames.Present(ticket=self.ticket)))
        seat = await self._expect(line, frames.Seat)
        roster = self.memory.sit(seat)
        if self.printed_roster and roster_print(roster.digest()) != self.printed_roster:
            raise Refusal("roster-not-printed", printed=self.printed_roster)
        proof = self.memory.greeting(ticket_digest(challenge.name, self.ticket))
        redeem = frames.Redeem(
            ticket=self.ticket, booth_key=self.memory.key.public, client=self.memory.client, proof=proof
        )
        await line.send(frames.write(redeem))
        view = await self._expect(line, frames.View)
        self.memory.redeemed = True
        await self._take(view)

    async def _resume(self, line: ClientConnection, challenge: frames.Challenge) -> None:
        proof = LineProof(nonce=challenge.nonce, name=self.memory.seat, to=challenge.name)
        jws = sign(self.memory.key, LINE_TYP, canonical(proof))
        resume = frames.Resume(session=self.memory.session, seat=self.memory.seat, proof=jws)
        await line.send(frames.write(resume))

    async def _expect(self, line: ClientConnection, kind: type[F]) -> F:
        while True:
            frame = frames.from_site(await line.recv())
            if isinstance(frame, kind):
                return frame
            if isinstance(frame, frames.Refused):
                raise Refusal(frame.code, **frame.detail)

    async def _take(self, frame: object) -> None:
        if isinstance(frame, frames.Told):
            self.memory.unanswered.pop(frame.id, None)
            self.memory.answered[frame.id] = frame
        elif isinstance(frame, frames.View):
            self.view = decode(BoothView, frame.view.encode(), where="view")
        elif isinstance(frame, frames.ReportText):
            self.report = frame.report.encode()
        elif isinstance(frame, frames.SignThis):
            self.to_sign = frame
        elif isinstance(frame, frames.Refused):
            raise Refusal(frame.code, **frame.detail)
        async with self._changed:
            self._changed.notify_all()

    async def _fail(self, error: Exception) -> None:
        self.failure = error
        self.notice(str(error))
        async with self._changed:
            self._changed.notify_all()

    def report_matches(self) -> bool:
        """True if the report received is the one to be signed."""
        return self.view is not None and hashlib.sha256(self.report).hexdigest() == self.view.report
