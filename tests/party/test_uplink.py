"""The line: resending, exactly once in effect, order, the window, strangers; also after a kill that asked nobody."""

from __future__ import annotations

import asyncio
import sys

import pytest
from support.party_end import HubEnd, adopt, make_identity, open_party, until
from support.world import World

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.state import Phase
from evalhub.core.wire import frames as f
from evalhub.party import uplink


class Scene:
    """One real party (the host) on a hub end over a world; the other parties are the world's."""

    def __init__(self, folder) -> None:
        self.folder = folder / "wuhan"
        self.identity = make_identity(self.folder, "wuhan")
        self.world = adopt(World(), self.identity)
        self.hub = HubEnd(self.world)
        self.party = None

    async def open(self, **options):
        self.party = await open_party(self.folder, self.hub.port, **options)
        await self.party.start()
        return self.party

    async def again(self, **options):
        await self.party.close()
        return await self.open(**options)

    def accepted(self, n: int) -> f.Outcome:
        return self.hub.outcomes["wuhan", n]


@pytest.fixture
async def scene(tmp_path):
    made = Scene(tmp_path)
    await made.hub.start()
    yield made
    if made.party is not None:
        await made.party.close()
    await made.hub.close()


async def test_a_statement_is_accepted_and_mirrored_before_the_caller_goes_on(scene: Scene) -> None:
    party = await scene.open()
    outcome = await party.submit_own(scene.world.session, scene.world.opening())
    assert outcome == f.Outcome(n=1, code="")
    assert party.state(scene.world.session).phase is Phase.DRAFT
    with pytest.raises(Refusal, match="wrong-phase"):
        await party.submit_own(scene.world.session, scene.world.opening())
    await party.submit_own(scene.world.session, c.ProposePlan(plan=scene.world.plan()))
    assert party.state(scene.world.session).phase is Phase.REQUESTED


@pytest.mark.requirement("R66", "R102")
async def test_a_lost_outcome_is_asked_again_and_the_effect_is_once(scene: Scene) -> None:
    scene.hub.lose_outcomes = 1
    party = await scene.open()
    outcome = await party.submit_own(scene.world.session, scene.world.opening())
    assert outcome.code == ""
    assert scene.hub.received == [("wuhan", 1), ("wuhan", 1)]
    assert len(scene.world.entries) == 1


async def test_a_lost_outcome_is_asked_again_after_a_restart(scene: Scene) -> None:
    scene.hub.lose_outcomes = 1
    party = await scene.open()
    task = asyncio.create_task(party.submit_own(scene.world.session, scene.world.opening()))
    await until(lambda: bool(scene.hub.outcomes))
    task.cancel()
    party = await scene.again()
    await until(lambda: not party.outbox.pending())
    assert party.state(scene.world.session).phase is Phase.DRAFT
    await party.submit_own(scene.world.session, c.ProposePlan(plan=scene.world.plan()))
    assert len(scene.world.entries) == 2


@pytest.mark.requirement("R102")
async def test_what_was_put_while_the_hub_was_away_arrives_in_order(scene: Scene) -> None:
    port = scene.hub.port
    await scene.hub.close()
    scene.party = party = await open_party(scene.folder, port)
    await party.start()
    numbers = [await party.relay("elsewhere", f"a.b.{n}", f"booth:{n}") for n in range(200)]
    assert numbers == list(range(1, 201))
    assert not party.connected
    assert party.uplink.trouble
    party = await scene_again(scene, port)
    await until(lambda: not party.outbox.pending())
    assert [n for _, n in scene.hub.received] == numbers
    assert (await party.outcome_of("booth:7")) == f.Outcome(n=8, code="malformed")


async def scene_again(scene: Scene, port: int):
    await scene.party.close()
    from websockets.asyncio.server import serve

    scene.hub._server = await serve(scene.hub._line, "127.0.0.1", port, compression=None)
    return await scene.open()


async def test_no_more_than_the_window_is_on_its_way(scene: Scene) -> None:
    scene.hub.silent = True
    party = await scene.open()
    await until(lambda: party.connected)
    for n in range(uplink.WINDOW + 20):
        await party.relay("s", f"a.b.{n}")
    await asyncio.sleep(0.05)
    assert len(party.uplink._on_the_way) == uplink.WINDOW
    scene.hub.silent = False
    for line in list(scene.hub.lines.values()):
        await line.close()
    await until(lambda: not party.outbox.pending())
    assert [n for _, n in scene.hub.received] == list(range(1, uplink.WINDOW + 21))


async def test_a_hub_of_another_name_gets_no_proof(scene: Scene) -> None:
    scene.hub.name = "evalhub.other"
    party = await scene.open()
    await until(lambda: "evalhub.other" in party.uplink.trouble)
    assert not scene.hub.lines
    scene.hub.name = "evalhub.test"
    await until(lambda: party.connected)


async def test_an_older_copy_of_the_database_stays_off_the_line(scene: Scene) -> None:
    scene.hub.outcomes["wuhan", 4] = f.Outcome(n=4, code="")
    party = await scene.open()
    await until(lambda: "older copy" in party.uplink.trouble)
    assert not party.connected


@pytest.mark.requirement("R39")
async def test_hub_time_follows_the_ticks_and_never_runs_backwards(scene: Scene) -> None:
    party = await scene.open()
    await until(lambda: party.connected)
    await scene.hub.tick(2_000_000_000_000)
    await until(lambda: party.hub_now() >= 2_000_000_000_000)
    await scene.hub.tick(1_000_000_000_000)
    await asyncio.sleep(0.02)
    assert party.hub_now() >= 2_000_000_000_000


async def test_two_processes_on_one_folder_are_refused(scene: Scene) -> None:
    await scene.open()
    with pytest.raises(Refusal, match="already-running"):
        await open_party(scene.folder, scene.hub.port)


KILLED = """
import asyncio, sys
from pathlib import Path
from support.party_end import open_party

async def main():
    party = await open_party(Path(sys.argv[1]), int(sys.argv[2]))
    await party.start()
    n = 0
    while True:
        n += 1
        number = await party.relay("elsewhere", f"a.b.{n}", f"booth:{n}")
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.requirement("R66")
async def test_what_was_promised_survives_kill_dash_nine(scene: Scene) -> None:
    """A real process is killed while it promises; whatever it said it kept is delivered by the next, once."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(scene.folder), str(scene.hub.port),
        stdout=asyncio.subprocess.PIPE, cwd="tests", env={"PYTHONPATH": "."},
    )  # fmt: skip
    async with asyncio.timeout(20):
        assert child.stdout is not None
        for _ in range(30):
            await child.stdout.readline()
        child.kill()
        rest = await child.stdout.read()
        await child.wait()
    promised = 30 + rest.count(b"\n")
    party = await scene.open()
    await until(lambda: not party.outbox.pending())
    assert {n for _, n in scene.hub.received} >= set(range(1, promised + 1))
    assert await party.relay("elsewhere", "again", "booth:1") == 1
    assert await party.outcome_of(f"booth:{promised}") is not None
    assert len(scene.hub.outcomes) in (promised, promised + 1)


async def test_statements_of_the_wrong_key_never_come_from_here(scene: Scene) -> None:
    party = await scene.open()
    await party.submit_own(scene.world.session, scene.world.opening())
    await party.submit_own(scene.world.session, c.ProposePlan(plan=scene.world.plan()))
    by = [event.by for event in scene.world.events]
    assert [(one.kid, one.n) for one in by] == [(scene.identity.signing.kid, 1), (scene.identity.signing.kid, 2)]
