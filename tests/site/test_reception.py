"""The reception desk: who is admitted, what is printed, and how long a ticket is worth anything."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from support.network import CLIENT, RawBooth, Sitting, running, until

from evalhub.booth.memory import BoothMemory
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import parse_time
from evalhub.core.rules.tickets import normalise_ticket, roster_print, ticket_digest
from evalhub.core.wire import frames as f
from evalhub.site.reception import TICKET_LIFE_MS, PrintedTicket

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sitting]:
    async with running(tmp_path_factory.mktemp("reception")) as network:
        yield await network.session("S-1").to_checkin()


async def leaves(sitting: Sitting) -> list[str]:
    return [member["leaf"] for member in (await sitting.host.do("members"))["members"]]


async def redeem(sitting: Sitting, ticket: PrintedTicket) -> f.View | f.Refused:
    """What the site answers to a fresh booth with this ticket."""
    memory = BoothMemory(client=CLIENT, random=os.urandom)
    memory.session, memory.seat, memory.roster = ticket.session, ticket.seat, sitting.state().roster
    async with RawBooth.dial(sitting.network.booth_url("wuhan")) as booth:
        await booth.send(booth.redemption(memory, ticket.ticket))
        return await booth.receive()


async def test_a_member_is_admitted_once_and_gets_what_the_booth_will_compare(sitting: Sitting) -> None:
    leaf = (await leaves(sitting))[0]
    before = sitting.network.party("wuhan").hub_now()
    ticket = PrintedTicket(**await sitting.host.do("admit", {"leaf": leaf}))
    sitting.tickets[ticket.seat] = ticket
    state = sitting.state()
    seat = state.seats[ticket.seat]
    assert (seat.leaf, seat.room, seat.shared) == (leaf, ticket.room, ticket.shared_room)
    assert seat.ticket == ticket_digest("wuhan", ticket.ticket)
    assert ticket.roster == roster_print(state.roster_digest)
    assert before + TICKET_LIFE_MS <= parse_time(ticket.expires) <= before + TICKET_LIFE_MS + 60_000
    with pytest.raises(Refusal) as refused:
        await sitting.host.do("admit", {"leaf": leaf})
    assert refused.value.code == "already-admitted"


async def test_strangers_and_members_of_the_other_centre_are_not_admitted(sitting: Sitting) -> None:
    theirs = (await sitting.guest.do("members"))["members"][0]["leaf"]
    for leaf in ("0" * 64, theirs):
        with pytest.raises(Refusal) as refused:
            await sitting.host.do("admit", {"leaf": leaf})
        assert (refused.value.code, refused.value.detail) == ("not-a-member", {"leaf": leaf})


async def test_a_second_print_makes_the_first_worthless(sitting: Sitting) -> None:
    (old,) = sitting.tickets.values()
    new = PrintedTicket(**await sitting.host.do("reprint-ticket", {"seat": old.seat}))
    assert (new.seat, new.room, new.roster) == (old.seat, old.room, old.roster)
    refused = await redeem(sitting, old)
    assert isinstance(refused, f.Refused)
    assert (refused.code, refused.detail) == ("ticket-unknown", {"seat": old.seat})
    assert isinstance(await redeem(sitting, new), f.View)
    with pytest.raises(Refusal) as late:
        await sitting.host.do("reprint-ticket", {"seat": old.seat})
    assert (late.value.code, late.value.detail) == ("ticket-used", {"seat": old.seat})


@pytest.mark.parametrize("seat", ["wuhan/A9-9", "wedz/K1-1", "", "wuhan"])
async def test_only_an_own_seat_gets_a_ticket(sitting: Sitting, seat: str) -> None:
    with pytest.raises(Refusal) as refused:
        await sitting.host.do("reprint-ticket", {"seat": seat})
    assert refused.value.code == "not-your-seat"


async def test_a_ticket_nobody_redeemed_in_time_is_worth_nothing_until_printed_again(sitting: Sitting) -> None:
    leaf = (await leaves(sitting))[1]
    old = PrintedTicket(**await sitting.host.do("admit", {"leaf": leaf}))
    network = sitting.network
    network.hub_ahead += TICKET_LIFE_MS + 60_000
    await until(lambda: network.party("wuhan").hub_now() > parse_time(old.expires))
    refused = await redeem(sitting, old)
    assert isinstance(refused, f.Refused)
    assert (refused.code, refused.detail) == ("ticket-expired", {"expires": old.expires})
    new = PrintedTicket(**await sitting.host.do("reprint-ticket", {"seat": old.seat}))
    assert parse_time(new.expires) > parse_time(old.expires)
    assert isinstance(await redeem(sitting, new), f.View)


async def test_a_ticket_never_outlives_the_window(sitting: Sitting) -> None:
    closes = sitting.state().plan.window.closes
    leaf = (await leaves(sitting))[2]
    network = sitting.network
    network.hub_ahead += parse_time(closes) - network.party("wuhan").hub_now() - TICKET_LIFE_MS // 2
    await until(lambda: network.party("wuhan").hub_now() > parse_time(closes) - TICKET_LIFE_MS)
    ticket = PrintedTicket(**await sitting.host.do("admit", {"leaf": leaf}))
    assert ticket.expires == closes


async def test_a_ticket_is_printed_and_nowhere_else(sitting: Sitting) -> None:
    """Neither database nor log of any party holds the text of a ticket, only its digest."""
    (ticket,) = sitting.tickets.values()
    held = b"".join(file.read_bytes() for file in sitting.network.data.rglob("*") if file.is_file())
    logs = "".join(log.getvalue() for log in sitting.network.logs.values())
    assert ticket_digest("wuhan", ticket.ticket).encode() in held
    for text in (ticket.ticket, normalise_ticket(ticket.ticket)):
        assert text.encode() not in held
        assert text not in logs
