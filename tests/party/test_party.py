"""Whole parties against the real hub: from the first statement to the bundle, with breaks on the way."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import time
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from support.countersigning import layout, signature
from support.party_end import DOMAIN, adopt, make_identity, open_party, until
from support.world import START, BoothSim, World

from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning, drawing, registration, report
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.keys import SigningKey
from evalhub.hub.app import serving
from evalhub.hub.keys import log_key
from evalhub.hub.settings import Party as HubParty
from evalhub.hub.settings import Settings
from evalhub.party.party import Party

BEGIN = time.monotonic_ns() // 1_000_000
ROLES = {"wuhan": "host", "wedz": "guest", "oversight": "oversight"}


def session_clock() -> int:
    """Inside the plan's window, and running."""
    return START + time.monotonic_ns() // 1_000_000 - BEGIN


class Live:
    """Three real parties and a real hub; the world only writes what persons and booths say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.identities = {name: make_identity(folder / name, name) for name in ROLES}
        self.world = adopt(World(split=(3, 2), pool=6), *self.identities.values())
        self.parties: dict[str, Party] = {}
        self.log = io.StringIO()
        self.port = 0

    @property
    def session(self) -> str:
        return self.world.session

    @asynccontextmanager
    async def hub(self, port: int = 0):
        known = tuple(
            HubParty(name=n, role=ROLES[n], identity=i.public, certificate=n) for n, i in self.identities.items()
        )
        settings = Settings(data=str(self.folder / "hub"), domain=DOMAIN, port=port, parties=known, log_level="error")
        (self.folder / "hub").mkdir(exist_ok=True)
        async with serving(settings, clock=session_clock) as (hub, self.port):
            self.world.log = log_key(self.folder / "hub", os.urandom)
            yield hub

    async def open(self, name: str) -> Party:
        party = self.parties[name] = await open_party(self.folder / name, self.port, log=self.log, reserve_after=60)
        await party.start()
        return party

    async def close(self) -> None:
        for party in self.parties.values():
            await party.close()

    def look(self) -> World:
        """The world's scripts, over the host's mirror."""
        self.world.state = self.parties["wuhan"].state(self.session)
        return self.world

    async def say(self, name: str, command: c.Command) -> None:
        await self.parties[name].submit_own(self.session, command)

    async def booth(self, seat: str, jws: str) -> None:
        party = self.parties[seat.split("/", maxsplit=1)[0]]
        n = await party.relay(self.session, jws)
        outcome = await party.outbox.outcome(n)
        assert outcome.code == "", outcome

    async def booth_say(self, seat: str, command: c.Command) -> None:
        world = self.look()
        await self.booth(seat, world.statement(world.booths[seat].key, command))

    async def phase(self, phase: Phase, seconds: float = 8) -> None:
        def everywhere() -> bool:
            parties = self.parties.values()
            return all(self.session in p.sessions() and p.state(self.session).phase is phase for p in parties)

        try:
            await until(everywhere, seconds)
        except TimeoutError:
            raise AssertionError(f"{phase} was not reached everywhere:\n{self.log.getvalue()}") from None

    # -- the road ------------------------------------------------------------------------------------------------------

    async def register(self) -> None:
        """Each centre's pool, before any session."""
        for name in self.world.split:
            signing, pool = self.identities[name].signing, self.world.registration(name)
            make = partial(_registration, signing, pool)
            outcome = await self.parties[name].outbox.put_own(registration.HUB_LOG, make, known=lambda: 0)
            assert outcome.code == "", outcome

    async def pair(self) -> None:
        await self.register()
        await self.say("wuhan", self.world.opening())
        await self.say("wuhan", c.ProposePlan(plan=self.look().plan()))
        await until(lambda: "wedz" in self.parties and self.session in self.parties["wedz"].sessions())
        await until(lambda: self.parties["wedz"].state(self.session).plan is not None)
        digest = self.parties["wedz"].state(self.session).plan_digest
        await self.say("wedz", c.AcceptPlan(plan=digest, rooms=self.world.rooms("K")))
        await self.phase(Phase.DRAWING)

    async def draw(self) -> None:
        await until(lambda: bool(self.look().state.draws))
        for centre in self.world.split:
            await until(lambda: bool(self.parties[centre].state(self.session).draws))  # noqa: B023
            await self.say(centre, self.look().freeze(centre))
        await until(lambda: all(p.state(self.session).draw().seed != "" for p in self.parties.values()), 8)
        for centre in self.world.split:
            while (leaf := self._next(centre)) is not None:
                command = c.RecordOutcome(draw=1, stratum="S", leaf=leaf, outcome="accepted")
                await self.say(centre, command)
        await self.phase(Phase.DRAWN)

    def _next(self, centre: str) -> str | None:
        self.world.state = self.parties[centre].state(self.session)
        return self.world.next_leaf(centre)

    async def check_in(self) -> None:
        await self.say("wuhan", c.OpenCheckin())
        await self.phase(Phase.CHECKIN)
        for centre in self.world.split:
            for leaf in drawing.members(self.look().state, centre):
                await self._seat(centre, leaf)

    async def _seat(self, centre: str, leaf: str) -> None:
        party = self.parties[centre]
        await self.say(centre, c.AdmitExpert(leaf=leaf, identity_confirmed=True, phone_handed_in=True))
        state = party.state(self.session)
        seat = next(s.seat for s in state.seats.values() if s.leaf == leaf)
        ticket = hashlib.sha256(seat.encode()).hexdigest()
        expires = format_time(party.hub_now() + 3_600_000)
        await self.say(centre, c.IssueTicket(seat=seat, ticket=ticket, expires=expires))
        booth = self.world.booths[seat] = BoothSim(seat)
        self.world.state = party.state(self.session)
        await self.say(centre, self.world.redemption(booth, ticket))
        await until(lambda: self.look().state.seats[seat].redeemed)
        await self.booth_say(seat, c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True),)))
        await until(lambda: self.look().state.seats[seat].tested)
        await self.booth_say(seat, self.world.declaration())
        await until(lambda: self.look().state.seats[seat].declared)

    async def start(self) -> None:
        await self.say("wuhan", c.RequestStart())
        await self.phase(Phase.START_PENDING)
        await self.say("oversight", c.ApproveStart())
        await self.phase(Phase.SEALING)

    async def round(self) -> None:
        number = self.look().state.round().number
        for seat in list(self.look().state.seats):
            self.world.state = self.parties[seat.split("/")[0]].state(self.session)
            await self.booth(seat, self.world.envelope(seat, self.world.sheet(seat)))
        await until(
            lambda: (
                self.look().state.phase is not Phase.OPENING
                and (self.look().state.round().number > number or self.look().state.findings is not None)
            ),
            8,
        )


def _registration(key: SigningKey, pool: registration.RegisterPool, n: int) -> str:
    return registration.say(key, n, pool)


@pytest.fixture
async def live(tmp_path):
    world = Live(tmp_path)
    yield world
    await world.close()


async def test_a_session_runs_from_opening_to_bundle_and_survives_a_restart_of_everything(live: Live) -> None:
    async with live.hub():
        for name in ROLES:
            await live.open(name)
        await live.pair()
        await live.draw()
        await live.check_in()
    port = live.port
    await live.parties.pop("wedz").close()
    async with live.hub(port):
        await live.open("wedz")
        await live.start()
        while live.look().state.phase is Phase.SEALING:
            await live.round()
        await live.phase(Phase.VERIFICATION)
        await live.say("wuhan", c.ConcludeVerification())
        digest = report.report_digest(live.look().state)
        await live.say("wuhan", c.IssueReport(report=digest))
        await live.phase(Phase.SIGNING)
        for seat in list(live.look().state.seats):
            await live.booth_say(seat, c.SignReport(report=digest, answer="signed"))
        for centre in live.world.split:
            await live.say(centre, layout(live.look(), centre))
        await until(lambda: all(countersigning.agreed(p.state(live.session)) for p in live.parties.values()))
        for seat in countersigning.signers(live.look().state):
            await until(lambda s=seat: countersigning.turn(live.look().state) == s)
            await live.booth_say(seat, signature(live.look(), seat))
        await live.phase(Phase.ARCHIVED)
        bundles = [await _bundle(party, live.session) for party in live.parties.values()]
    assert bundles[0] == bundles[1] == bundles[2]
    assert [await party.evidence() for party in live.parties.values()] == [[], [], []]
    assert not list(live.folder.glob("*/keys/trustee/*.pem"))
    _nothing_secret_in(live.log.getvalue(), live)


async def _bundle(party: Party, session: str) -> dict[str, bytes]:
    async with asyncio.timeout(5):
        while True:
            try:
                return await party.bundle(session)
            except Refusal:  # not yet archived
                await asyncio.sleep(0.02)


def _nothing_secret_in(log: str, live: Live) -> None:
    state = live.look().state
    secrets = [r for draw in state.draws for r in draw.reveals.values()]
    secrets += [value for r in state.rounds for seats in r.released.values() for p in seats.values() for _, value in p]
    secrets += [b64u(identity.note.seed) for identity in live.identities.values()]
    assert len(secrets) > 20
    assert "duty-done" in log
    assert not [secret for secret in secrets if secret in log]
