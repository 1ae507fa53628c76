"""Duties: done once, also over restarts; the reserve waits; a disputed result waits for a person; keys end."""

from __future__ import annotations

import asyncio

import pytest
from support.party_end import GivenClock, HubEnd, adopt, make_identity, open_party, until
from support.world import World

from evalhub.core.errors import Broken, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import concluding, result
from evalhub.core.rules.duties import DutyKind, duties
from evalhub.core.rules.state import Phase
from evalhub.party.trustee import Trustee


class Scene:
    """One real party, by name, on a hub end; the world does everybody else's duties when told."""

    def __init__(self, folder, name: str) -> None:
        self.name = name
        self.folder = folder / name
        self.identity = make_identity(self.folder, name)
        self.world = adopt(World(), self.identity)
        self.hub = HubEnd(self.world)
        self.party = None
        self.left_out = None  # (party, kind of duty) that is never done
        self.clock = GivenClock(self.world.time)

    async def open(self, **options):
        self.party = await open_party(self.folder, self.hub.port, clock=self.clock, **options)
        await self.party.start()
        return self.party

    async def again(self, **options):
        await self.party.close()
        return await self.open(**options)

    @property
    def state(self):
        return self.world.state

    def others(self) -> None:
        """The simulated parties' duties but the one left out, until only the real party owes."""
        while True:
            owed = [
                (name, duty)
                for name in self.world.parties
                if name != self.name
                for duty in duties(self.state, name)
                if duty.kind is not DutyKind.RESERVE_PIECES and (name, duty.kind) != self.left_out
            ]
            if not owed:
                return
            self.world.perform(*owed[0])
            while self.state.gate is not None or self.world._open_if_due():
                if self.state.gate is not None:
                    self.world.pass_gate()

    async def settle(self, done) -> None:
        """Let all act until ``done``."""
        async with asyncio.timeout(8):
            while not done():
                self.others()
                await self.hub.go_on()
                await asyncio.sleep(0.01)

    def mine(self, kind: type[c.Command]) -> int:
        events = self.world.events
        return sum(isinstance(e.content, kind) and e.by.site == self.name and e.by.role != "booth" for e in events)

    async def to_drawing(self) -> None:
        self.world.open()
        self.world.say("wuhan", c.ProposePlan(plan=self.world.plan()))
        self.world.say("wedz", c.AcceptPlan(plan=self.state.plan_digest, rooms=self.world.rooms("K")))
        await self.settle(lambda: bool(self.state.draws))

    async def to_sealing(self) -> None:
        await self.to_drawing()
        for centre in self.world.split:
            self.world.say(centre, self.world.freeze(centre))
        await self.settle(lambda: self.state.draw().seed != "")
        for centre in self.world.split:
            self.world.call(centre)
        self.world.check_in()
        self.world.say("wuhan", c.RequestStart())
        self.world.say("oversight", c.ApproveStart())
        await self.hub.go_on()

    async def to_opening(self) -> None:
        for seat in list(self.state.seats):
            self.world.seal(seat)
        await self.hub.go_on()


@pytest.fixture
async def scenes(tmp_path):
    made: list[Scene] = []

    async def make(name: str, **options) -> Scene:
        scene = Scene(tmp_path, name)
        made.append(scene)
        await scene.hub.start()
        await scene.open(**options)
        return scene

    yield make
    for scene in made:
        await scene.party.close()
        await scene.hub.close()


async def test_a_guest_does_all_it_owes_once_over_restarts_and_lost_outcomes(scenes) -> None:
    scene = await scenes("wedz")
    scene.hub.lose_outcomes = 1
    await scene.to_drawing()
    await scene.again()
    scene.hub.lose_outcomes = 2
    for centre in scene.world.split:
        scene.world.say(centre, scene.world.freeze(centre))
    await scene.settle(lambda: scene.state.draw().seed != "")
    for kind in (c.FileTrusteeKey, c.SignRoster, c.CommitRandomness, c.EscrowRandomness, c.RevealRandomness):
        assert scene.mine(kind) == 1, kind
    refused = [outcome for outcome in scene.hub.outcomes.values() if outcome.code]
    assert refused == []


async def test_pieces_leave_once_and_only_behind_the_gate(scenes) -> None:
    scene = await scenes("wuhan")
    await scene.to_sealing()
    session = scene.world.session
    await until(lambda: scene.party.state(session) == scene.state)
    with pytest.raises(Refusal, match="wrong-phase"):
        await scene.party.trustee.release_pieces(scene.party.state(session))
    for seat in list(scene.state.seats):
        scene.world.seal(seat)
    gate = scene.state.gate
    assert gate is not None
    await scene.hub.publish()
    await until(lambda: scene.party.state(session).gate == gate)
    await asyncio.sleep(0.05)
    assert scene.mine(c.ReleasePieces) == 0
    with pytest.raises(Refusal, match="wrong-phase"):
        await scene.party.trustee.release_pieces(scene.party.state(session))
    opening = scene.state.with_(phase=Phase.OPENING, gate=None)
    with pytest.raises(Refusal, match="gate-open"):
        await scene.party.trustee.release_pieces(opening)
    await scene.hub.go_on()
    await scene.settle(lambda: len(scene.state.rounds) == 2)
    assert scene.mine(c.ReleasePieces) == 1


async def test_a_trustee_that_lacks_an_envelope_releases_nothing(scenes) -> None:
    scene = await scenes("oversight")
    await scene.to_sealing()
    await scene.to_opening()
    session = scene.world.session
    await until(lambda: scene.party.state(session) == scene.state)
    state, held = scene.party.state(session), scene.party.mirror.envelope
    lost = scene.state.round().sealed[min(scene.state.round().sealed)].digest

    async def all_but_one(name: str, digest: str) -> str:
        if digest == lost:
            raise Refusal("unknown-envelope", envelope=digest)
        return await held(name, digest)

    async def swapped(name: str, digest: str) -> str:
        other = next(s.digest for s in state.round().sealed.values() if s.digest != digest)
        return await held(name, other if digest == lost else digest)

    keys = scene.folder / "keys"
    with pytest.raises(Refusal, match="incomplete-set"):
        await Trustee("oversight", keys, all_but_one).release_pieces(state)
    with pytest.raises(Broken, match="another envelope"):
        await Trustee("oversight", keys, swapped).release_pieces(state)
    whole = await Trustee("oversight", keys, held).release_pieces(state)
    assert [entry.seat for entry in whole.pieces] == sorted(state.seats)


async def test_the_reserve_waits_for_its_delay_in_hub_time(scenes) -> None:
    scene = await scenes("oversight", reserve_after=60)
    await scene.to_sealing()
    await scene.to_opening()
    await until(lambda: scene.party.state(scene.world.session).phase is Phase.OPENING)
    closed = scene.party.mirror.followed(scene.world.session).gate_times["seal:1"]
    await scene.hub.tick(closed + 59_999)
    await asyncio.sleep(0.1)
    assert scene.mine(c.ReleasePieces) == 0
    await scene.hub.tick(closed + 60_000)
    await until(lambda: scene.mine(c.ReleasePieces) == 1)


async def test_the_reserve_acts_on_a_persons_word(scenes) -> None:
    scene = await scenes("oversight")
    await scene.to_sealing()
    with pytest.raises(Refusal, match="nothing-owed"):
        await scene.party.release_reserve(scene.world.session)
    await scene.to_opening()
    await scene.hub.tick(scene.world.time + 86_400_000)
    await until(lambda: scene.party.state(scene.world.session).phase is Phase.OPENING)
    await asyncio.sleep(0.05)
    assert scene.mine(c.ReleasePieces) == 0
    await scene.party.release_reserve(scene.world.session)
    assert scene.mine(c.ReleasePieces) == 1


async def test_an_escrow_is_opened_only_when_oversight_called_it(scenes) -> None:
    scene = await scenes("wuhan")
    await scene.to_drawing()
    for centre in scene.world.split:
        scene.world.say(centre, scene.world.freeze(centre))
    scene.left_out = ("wedz", DutyKind.REVEAL)
    await scene.settle(lambda: len(scene.state.draw().reveals) == 2)
    state = scene.party.state(scene.world.session)
    with pytest.raises(Refusal, match="nothing-to-release"):
        await scene.party.trustee.release_escrow(state, "wedz")
    scene.world.say("oversight", c.CallEscrow(draw=1, missing="wedz", reason="not heard of since ten"))
    await scene.hub.publish()
    await until(lambda: scene.mine(c.ReleaseEscrow) == 1)
    assert scene.mine(c.RevealRandomness) == 1


async def test_a_disputed_result_is_not_declared_again_without_a_person(scenes) -> None:
    scene = await scenes("wuhan")
    await scene.to_sealing()
    while scene.state.phase is Phase.SEALING:
        number = scene.state.round().number
        await scene.to_opening()
        if scene.state.round().stage.value == "detailed":
            break
        await scene.settle(lambda: scene.state.round().number > number)  # noqa: B023
    scene.left_out = ("wedz", DutyKind.DECLARE_RESULT)
    await scene.settle(lambda: "wuhan" in scene.state.results)
    scene.world.say("wedz", c.DeclareResult(result="0" * 64))
    await scene.hub.publish()
    assert len(scene.state.disputes) == 1
    await asyncio.sleep(0.1)
    assert scene.mine(c.DeclareResult) == 1
    await scene.party.perform(scene.world.session, DutyKind.DECLARE_RESULT)
    assert scene.mine(c.DeclareResult) == 2
    assert scene.state.results == {"wuhan": result.compute(scene.state).digest()}


async def test_the_session_key_ends_with_the_session_and_not_before(scenes) -> None:
    scene = await scenes("wedz")
    await scene.to_sealing()
    session, path = scene.world.session, scene.folder / "keys/trustee" / f"{scene.world.session}.pem"
    twin = scene.folder / "twin"
    twin.hardlink_to(path)
    pem = path.read_bytes()
    state = scene.party.state(session)
    with pytest.raises(Refusal, match="wrong-phase"):
        scene.party.trustee.destroy_key(state)
    assert path.read_bytes() == pem
    scene.party.trustee.destroy_key(state.with_(phase=Phase.CLOSED))
    assert not path.exists()
    assert pem[30:60] not in twin.read_bytes()
    with pytest.raises(Broken, match="No such file"):
        scene.party.trustee.sign_roster(state)
    assert scene.party.trustee.destroy_key(state.with_(phase=Phase.CLOSED)).pk == state.trustee_keys["wedz"]


async def test_the_session_key_ends_with_a_stopped_session_once_also_over_a_restart(scenes) -> None:
    scene = await scenes("wedz")
    await scene.to_sealing()
    path = scene.folder / "keys/trustee" / f"{scene.world.session}.pem"
    assert path.exists()
    scene.hub.lose_outcomes = 1
    scene.world.say("oversight", c.StopSession(reason="合成原因"))
    await scene.settle(lambda: scene.state.phase is Phase.ARCHIVED)
    assert not path.exists()
    await scene.again()
    await asyncio.sleep(0.05)
    assert (scene.mine(c.DestroyKey), scene.state.failure) == (1, "合成原因")


async def test_the_session_key_ends_when_the_host_calls_off_before_the_roster_is_complete(scenes) -> None:
    scene = await scenes("wedz")
    scene.left_out = ("oversight", DutyKind.FILE_KEY)
    scene.world.open()
    scene.world.say("wuhan", c.ProposePlan(plan=scene.world.plan()))
    scene.world.say("wedz", c.AcceptPlan(plan=scene.state.plan_digest, rooms=scene.world.rooms("K")))
    await scene.settle(lambda: {"wuhan", "wedz"} <= set(scene.state.trustee_keys))
    scene.world.say("wuhan", c.CancelSession(reason="合成取消"))
    await scene.settle(lambda: concluding.over(scene.state))
    assert scene.state.phase is Phase.CANCELLED
    assert not (scene.folder / "keys/trustee" / f"{scene.world.session}.pem").exists()
    assert scene.mine(c.DestroyKey) == 1


async def test_a_stopped_session_gets_no_pieces(scenes) -> None:
    scene = await scenes("wuhan")
    await scene.to_sealing()
    for seat in list(scene.state.seats):
        scene.world.seal(seat)
    scene.world.say("oversight", c.StopSession(reason="合成原因"))
    await scene.settle(lambda: scene.state.phase is Phase.ARCHIVED)
    with pytest.raises(Refusal, match="wrong-phase"):
        await scene.party.trustee.release_pieces(scene.state)
    assert (scene.mine(c.ReleasePieces), scene.mine(c.DestroyKey)) == (0, 1)


async def test_a_roster_with_another_key_for_us_is_not_signed(scenes) -> None:
    scene = await scenes("wedz")
    await scene.to_drawing()
    state = scene.party.state(scene.world.session)
    assert state.roster is not None
    scene.party.trustee.sign_roster(state)
    path = scene.folder / "keys/trustee" / f"{scene.world.session}.pem"
    path.unlink()
    scene.party.trustee.file_key(state)
    with pytest.raises(Refusal, match="foreign-roster"):
        scene.party.trustee.sign_roster(state)
    with pytest.raises(Refusal, match="foreign-roster"):
        scene.party.trustee.sign_roster(state.with_(parties={"wedz": state.parties["wedz"]}))


async def test_a_lost_contribution_is_said_and_never_replaced(scenes) -> None:
    scene = await scenes("wedz")
    await scene.to_drawing()
    for centre in scene.world.split:
        scene.world.say(centre, scene.world.freeze(centre))
    await scene.hub.publish()
    await until(lambda: scene.mine(c.CommitRandomness) == 1)
    await scene.party.database.write(lambda db: db.exec_driver_sql("UPDATE contribution SET r = zeroblob(32)").rowcount)
    scene.others()
    await scene.hub.go_on()
    await until(lambda: "commit:1" in scene.party.state(scene.world.session).gates)
    await asyncio.sleep(0.1)
    assert scene.mine(c.EscrowRandomness) == 0


async def test_nothing_is_done_while_paused_and_everything_after(scenes) -> None:
    scene = await scenes("wedz")
    await scene.to_drawing()
    scene.world.say("oversight", c.PauseSession(reason="power"))
    await scene.hub.publish()
    await asyncio.sleep(0.05)
    assert scene.mine(c.CommitRandomness) == 0
    scene.world.say("oversight", c.ResumeSession(reason="power is back"))
    for centre in scene.world.split:
        scene.world.say(centre, scene.world.freeze(centre))
    await scene.settle(lambda: scene.state.draw().seed != "")
    assert scene.mine(c.CommitRandomness) == 1


async def test_a_duty_left_on_its_way_is_not_done_again_after_a_restart(scenes) -> None:
    scene = await scenes("wedz")
    scene.hub.silent = True
    scene.world.open()
    scene.world.say("wuhan", c.ProposePlan(plan=scene.world.plan()))
    scene.world.say("wedz", c.AcceptPlan(plan=scene.state.plan_digest, rooms=scene.world.rooms("K")))
    await scene.hub.publish()
    await until(lambda: len(scene.party.outbox.pending()) == 1)
    party = await scene.again()
    await until(lambda: party.connected)
    await asyncio.sleep(0.05)
    scene.hub.silent = False
    await scene.hub.lines["wedz"].close()
    await until(lambda: scene.mine(c.FileTrusteeKey) == 1 and not party.outbox.pending())
    await asyncio.sleep(0.05)
    assert [outcome.code for outcome in scene.hub.outcomes.values()] == [""]
