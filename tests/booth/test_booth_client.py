"""The headless booth against a real centre: what makes it stop, and that breaks lose and double nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from support.network import Network, Sitting, ready, running, until

from evalhub.booth.client import BoothClient
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.forms import Ballot

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Network]:
    async with running(tmp_path_factory.mktemp("booth")) as network:
        yield network


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(network: Network) -> Sitting:
    return await network.session("S-1").to_tickets()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def booths(sitting: Sitting) -> AsyncIterator[dict[str, BoothClient]]:
    """Everybody is seated and the chair is being voted for."""
    async with AsyncExitStack() as stack:
        for seat in sorted(sitting.tickets, reverse=True):
            await stack.enter_async_context(sitting.booth(seat))
        await asyncio.gather(*(ready(client) for client in sitting.booths.values()))
        await sitting.script.start()
        yield sitting.booths


async def fails(client: BoothClient) -> Refusal:
    """Why this booth gives up for good."""
    async with client:
        with pytest.raises(Refusal) as refused:
            await asyncio.wait_for(client.until(lambda view: True), 10)
    assert client.failure is refused.value
    return refused.value


async def test_another_roster_than_the_printed_one_stops_the_booth(sitting: Sitting) -> None:
    seat = next(iter(sitting.tickets))
    said: list[str] = []
    client = sitting.booth(seat, printed="0000 " * 7 + "0000")
    client.notice = said.append
    refusal = await fails(client)
    assert refusal.code == "roster-not-printed"
    assert said == [str(refusal)]
    assert not sitting.state().seats[seat].redeemed  # it did not sign anything
    del sitting.booths[seat]


async def test_a_wrong_ticket_stops_the_booth(sitting: Sitting) -> None:
    seat = next(iter(sitting.tickets))
    assert (await fails(sitting.booth(seat, ticket="0000-0000-0000"))).code == "ticket-unknown"
    del sitting.booths[seat]


async def test_a_sheet_that_does_not_fit_its_pad_never_leaves_the_booth(booths: dict[str, BoothClient]) -> None:
    client = next(iter(booths.values()))
    view = await client.until(lambda view: view.form is not None)
    assert view.form is not None
    with pytest.raises(Refusal) as refused:
        await client.seal(view.form, Ballot(choice="长" * view.form.pad()))
    assert refused.value.code in ("sheet-too-long", "wrong-form")
    assert (client.memory.unanswered, client.memory.chains) == ({}, {})


@pytest.mark.requirement("R66")
async def test_a_line_cut_in_the_middle_of_sealing_seals_exactly_once(
    sitting: Sitting, booths: dict[str, BoothClient]
) -> None:
    client = next(iter(booths.values()))
    view = await client.until(lambda view: view.form is not None)
    assert view.form is not None
    for revision in (1, 2, 3):
        sealing = asyncio.create_task(client.seal(view.form, Ballot(choice=view.form.candidates[0])))
        await asyncio.sleep(0.004 * revision)  # before, at and after the site has kept it
        await client.drop()
        digest = await asyncio.wait_for(sealing, 10)
        shown = await client.until(lambda view: view.rev == revision)  # noqa: B023
        assert shown.envelope == digest
        assert sitting.state().round().sealed[client.memory.seat].context.rev == revision


@pytest.mark.requirement("R66")
async def test_a_booth_works_on_while_its_site_is_restarted(
    network: Network, sitting: Sitting, booths: dict[str, BoothClient]
) -> None:
    client = list(booths.values())[1]
    view = await client.until(lambda view: view.form is not None)
    assert view.form is not None
    centre = client.memory.seat.split("/")[0]
    await network.stop(centre)
    sealing = asyncio.create_task(client.seal(view.form, Ballot(choice=view.form.candidates[0])))
    await asyncio.sleep(0.2)
    assert not sealing.done()
    await network.start(centre)
    digest = await asyncio.wait_for(sealing, 15)
    assert sitting.state(centre).round().sealed[client.memory.seat].digest == digest
    assert client.failure is None


async def test_a_booth_is_told_what_happened_while_the_hub_was_away(
    network: Network, sitting: Sitting, booths: dict[str, BoothClient]
) -> None:
    client = list(booths.values())[2]
    view = await client.until(lambda view: view.form is not None)
    assert view.form is not None
    await network.stop_hub()
    sealing = asyncio.create_task(client.seal(view.form, Ballot(choice=view.form.candidates[0])))
    await until(lambda: any(s.ref for s in network.party(client.memory.seat.split("/")[0]).outbox.pending()))
    await client.drop()  # kept at the centre; the hub never heard of it
    await network.start_hub()
    digest = await asyncio.wait_for(sealing, 20)
    await client.until(lambda view: view.envelope == digest)


async def test_a_paused_session_refuses_and_a_resumed_one_goes_on(
    sitting: Sitting, booths: dict[str, BoothClient]
) -> None:
    client = list(booths.values())[3]
    view = await client.until(lambda view: view.form is not None)
    assert view.form is not None
    await sitting.oversight.patiently("pause", {"reason": "停电"})
    await client.until(lambda view: view.paused)
    with pytest.raises(Refusal) as refused:
        await client.say(c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True),)))
    assert refused.value.code in ("session-paused", "wrong-phase")
    with pytest.raises(Refusal) as refused:
        await client.seal(view.form, Ballot(choice=view.form.candidates[0]))
    assert (refused.value.code, refused.value.detail) == ("session-paused", {"reason": "停电"})
    await sitting.oversight.do("resume", {"reason": "来电"})
    await client.until(lambda view: not view.paused)
    await client.seal(view.form, Ballot(choice=view.form.candidates[0]))
