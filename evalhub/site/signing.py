"""The centre's part in signing the PDF: lays the report out, certifies booth keys, prepares what each booth signs.

Rules
- A booth is given only what this centre computed from its own mirror: bytes of another's making are never signed.
- Nothing is kept but in memory: after a restart all of it is computed again from the ledger.
- Whoever cannot lay out (fonts missing, a character that no font has) says so in the log; oversight passes over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning
from evalhub.core.rules.state import Answer, Phase, State
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.signers import certify, make_signer_authority
from evalhub.core.wire.frames import SignThis
from evalhub.party.party import Party
from evalhub.report.signing import is_laid_out, lay_out, next_to_sign, sign_all


@dataclass
class _Work:
    """One session: the PDF as laid out here, the offer of the turn, and what was tried."""

    printed: tuple[str, Mapping[str, Answer]]
    pdf: bytes = b""
    turn: tuple[str, int] = ("", -1)
    offer: SignThis | None = None
    tried: int = -1


@dataclass
class SigningRoom:
    """Of one centre. ``run`` is its only task; booth lines read ``offer_to``."""

    party: Party
    _works: dict[str, _Work] = field(default_factory=dict, init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def __post_init__(self) -> None:
        self.party.on_change(lambda _: self._changed.set())

    def offer_to(self, state: State, seat: str) -> SignThis | None:
        """What the booth at ``seat`` is to sign now, if it is its turn and this centre has prepared it."""
        work = self._works.get(state.session)
        ready = work is not None and work.turn == (seat, len(state.signatures)) and countersigning.turn(state) == seat
        return work.offer if work and ready else None

    async def run(self) -> None:
        """Do what is owed whenever a ledger grows, until cancelled."""
        while True:
            self._changed.clear()
            for session in self.party.mirror.sessions():
                try:
                    await self._look(self.party.state(session))
                except Exception as error:  # a mistake in one report, or of a library, must not end the room
                    self.party.logger.error("report-not-laid-out", session=session, error=str(error) or repr(error))
            await self._changed.wait()

    async def _look(self, state: State) -> None:
        me = self.party.name
        if state.phase is not Phase.SIGNING or me not in state.parties or not countersigning.all_answered(state):
            self._works.pop(state.session, None)
            return
        if state.paused_since is not None:
            return
        printed = (state.report, state.answers)
        work = self._works.get(state.session)
        if work is None or work.printed != printed:  # answered anew, as after a member was replaced
            work = self._works[state.session] = _Work(printed)
        if not work.pdf and work.tried != state.size:
            work.tried = state.size
            work.pdf = await asyncio.to_thread(lay_out, state)
        if not work.pdf:
            return
        if countersigning.agreed(state) is None:
            await self._state_layout(state, work)
        else:
            await self._prepare(state, work)

    async def _state_layout(self, state: State, work: _Work) -> None:
        """Once, and again only if another PDF was made since (after a restart with other fonts)."""
        mine = state.layouts.get(self.party.name)
        if mine is not None and is_laid_out(mine, work.pdf):
            return
        await self.party.submit_own(state.session, self.layout(state, work.pdf))

    def layout(self, state: State, pdf: bytes) -> c.LayOutReport:
        """What this centre states: the PDF, and a certificate for each of its signers."""
        me, key = self.party.name, self.party.identity.signing
        title = state.parties[me].title.zh
        at = state.report_issued_at
        authority = make_signer_authority(key, organisation=title, common_name=f"{me} evalhub", at=at)
        certificates = []
        for seat in countersigning.signers(state):
            booth = state.seats[seat].booth_key
            if seat.startswith(f"{me}/") and booth is not None:
                name = f"{state.aliases[seat]} {seat}"
                made = certify(key, authority, booth, organisation=title, common_name=name, at=at)
                certificates.append(c.SignerCertificate(seat=seat, certificate=b64u(made)))
        return c.LayOutReport(
            pdf=sha256(pdf).hexdigest(),
            length=len(pdf),
            authority=b64u(authority),
            certificates=tuple(certificates),
        )

    async def _prepare(self, state: State, work: _Work) -> None:
        """The bytes for the booth whose turn it is, if it is one of ours."""
        seat = countersigning.turn(state)
        turn = (seat, len(state.signatures))
        if work.turn == turn or not seat.startswith(f"{self.party.name}/"):
            return
        pdf = await asyncio.to_thread(sign_all, state, work.pdf)
        attributes = await asyncio.to_thread(next_to_sign, state, pdf)
        work.offer = SignThis(pdf=sha256(work.pdf).hexdigest(), attributes=b64u(attributes))
        work.turn = turn
