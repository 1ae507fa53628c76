"""The booth lines of a centre, spoken by hand: who is let in, who is not, what ends a line, and that it is told why."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from support.network import CLIENT, Network, RawBooth, Sitting, running, until
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from evalhub.booth.memory import BoothMemory
from evalhub.core.rules import commands as c
from evalhub.core.rules.tickets import roster_print
from evalhub.core.wire import frames as f
from evalhub.site.booths import MAX_TRIES, TRIES_WINDOW_MS

pytestmark = pytest.mark.asyncio(loop_scope="module")
OTHER = "0000-0000-0000"
PASSED = c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True),))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sitting]:
    async with running(tmp_path_factory.mktemp("desk")) as network:
        yield await network.session("S-1").to_tickets()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def taken(sitting: Sitting) -> dict[str, BoothMemory]:
    """Two booths of the host and one of the guest are taken; the last of each stays free."""
    memories = {}
    for seat in (*seats(sitting)[:2], seats(sitting, "wedz")[0]):
        async with RawBooth.dial(sitting.network.booth_url(seat.split("/")[0])) as booth:
            memories[seat] = await sit(sitting, seat, booth)
    return memories


@pytest.fixture
def network(sitting: Sitting) -> Network:
    """The network, its counts of wrong tickets run out."""
    sitting.network.clock.ahead += TRIES_WINDOW_MS
    return sitting.network


def seats(sitting: Sitting, centre: str = "wuhan") -> list[str]:
    return sorted(seat for seat in sitting.tickets if seat.startswith(centre))


def memory(sitting: Sitting, seat: str) -> BoothMemory:
    """A booth's memory with a fresh key that knows its place already."""
    fresh = BoothMemory(client=CLIENT, random=os.urandom)
    fresh.session, fresh.seat = sitting.name, seat
    fresh.roster = sitting.state().roster
    return fresh


async def sit(sitting: Sitting, seat: str, booth: RawBooth) -> BoothMemory:
    """Redeem the seat's ticket on this line."""
    mine = memory(sitting, seat)
    await booth.ask(booth.redemption(mine, sitting.tickets[seat].ticket), f.View)
    return mine


async def said(booth: RawBooth, mine: BoothMemory, number: int, command: c.Command) -> f.Told:
    """Say it as message ``number``; what the hub made of it."""
    await booth.ask(f.Say(id=number, jws=mine.statement(command)), f.Kept)
    return await booth.expect(f.Told)


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


# -- tickets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [str, str.lower, wide, lambda text: f" {text} ".replace("-", "  "), lambda text: text.replace("0", "O")],
    ids=["printed", "lower", "full-width", "blanks", "letter-o"],
)
async def test_a_ticket_shows_its_seat_however_it_is_typed(network: Network, sitting: Sitting, typed: Any) -> None:
    ticket = sitting.tickets[seats(sitting)[0]]
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        seat = await booth.ask(f.Present(ticket=typed(ticket.ticket)), f.Seat)
        assert (seat.session, seat.seat, seat.title_zh) == ("S-1", ticket.seat, "合成项目")
        taken = BoothMemory(client=CLIENT, random=os.urandom)
        assert roster_print(taken.sit(seat).digest()) == ticket.roster
        assert seat.log == sitting.state().log


@pytest.mark.parametrize("typed", [OTHER, "", "ZZZZ", "no ticket at all 评标"])
async def test_a_wrong_ticket_is_unknown_and_the_line_stays(network: Network, sitting: Sitting, typed: str) -> None:
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        refused = await booth.ask(f.Present(ticket=typed), f.Refused)
        assert (refused.code, refused.detail) == ("ticket-unknown", {"seat": "-"})
        await booth.ask(f.Present(ticket=sitting.tickets[seats(sitting)[0]].ticket), f.Seat)


async def test_a_ticket_of_the_other_centre_is_unknown(network: Network, sitting: Sitting) -> None:
    foreign = sitting.tickets[seats(sitting, "wedz")[0]].ticket
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        assert (await booth.ask(f.Present(ticket=foreign), f.Refused)).code == "ticket-unknown"


async def test_five_wrong_tickets_in_a_minute_close_the_door_for_the_address(
    network: Network, sitting: Sitting
) -> None:
    good = sitting.tickets[seats(sitting)[0]].ticket
    for _ in range(MAX_TRIES):  # each on a line of its own: the address counts
        async with RawBooth.dial(network.booth_url("wuhan")) as booth:
            assert (await booth.ask(f.Present(ticket=OTHER), f.Refused)).code == "ticket-unknown"
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        for typed in (OTHER, good):  # not even looked up
            refused = await booth.ask(f.Present(ticket=typed), f.Refused)
            assert refused.code == "too-many-tries"
            assert 45 <= int(refused.detail["wait_seconds"]) <= 60
        network.clock.ahead += int(refused.detail["wait_seconds"]) * 1000
        await booth.ask(f.Present(ticket=good), f.Seat)
    async with RawBooth.dial(network.booth_url("wedz")) as booth:  # the other centre counts for itself
        assert (await booth.ask(f.Present(ticket=OTHER), f.Refused)).code == "ticket-unknown"


# -- redemption and resumption ---------------------------------------------------------------------------------------


@pytest.mark.requirement("R33")
async def test_a_ticket_is_redeemed_once(network: Network, sitting: Sitting, taken: dict[str, BoothMemory]) -> None:
    seat = seats(sitting)[0]
    ticket = sitting.tickets[seat].ticket
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        refused = await booth.ask(booth.redemption(memory(sitting, seat), ticket), f.Refused)
        assert (refused.code, refused.detail) == ("ticket-used", {"seat": seat})
        again = await booth.ask(booth.redemption(taken[seat], ticket), f.View)  # its answer was lost: it goes on
        assert f'"seat":"{seat}"' in again.view
        assert sitting.state().seats[seat].booth_key == taken[seat].key.public


async def test_a_known_key_without_its_proof_does_not_get_in(
    network: Network, sitting: Sitting, taken: dict[str, BoothMemory]
) -> None:
    """A used ticket lies about and the booth's public key is in every ledger: together they are worth nothing."""
    seat = seats(sitting)[0]
    ticket = sitting.tickets[seat].ticket
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        proof = booth.redemption(memory(sitting, seat), ticket).proof
        key = taken[seat].key.public
        await booth.send(f.Redeem(ticket=ticket, booth_key=key, client=CLIENT, proof=proof))
        assert await booth.rest() == [f.Bye(code="malformed", reason="signature does not verify")]


async def test_a_proof_for_another_ticket_is_refused(
    network: Network, sitting: Sitting, taken: dict[str, BoothMemory]
) -> None:
    free, other = seats(sitting)[2], seats(sitting)[0]
    tickets = sitting.tickets
    for seat, mine in ((free, memory(sitting, free)), (other, taken[other])):
        async with RawBooth.dial(network.booth_url("wuhan")) as booth:
            proof = booth.redemption(mine, tickets[seats(sitting)[1]].ticket).proof
            frame = f.Redeem(ticket=tickets[seat].ticket, booth_key=mine.key.public, client=CLIENT, proof=proof)
            await booth.send(frame)
            assert (await booth.receive()).code == "malformed"
    assert not sitting.state().seats[free].redeemed


async def test_a_key_that_has_a_seat_gets_no_second(
    network: Network, sitting: Sitting, taken: dict[str, BoothMemory]
) -> None:
    first, second = seats(sitting, "wedz")
    async with RawBooth.dial(network.booth_url("wedz")) as booth:
        greedy = memory(sitting, second)
        greedy.key = taken[first].key
        refused = await booth.ask(booth.redemption(greedy, sitting.tickets[second].ticket), f.Refused)
        assert refused.code == "key-in-use"


async def test_a_booth_resumes_with_its_key(network: Network, taken: dict[str, BoothMemory]) -> None:
    mine = next(iter(taken.values()))
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        view = await booth.ask(booth.resumption(mine), f.View)
        assert f'"seat":"{mine.seat}"' in view.view


@pytest.mark.parametrize(
    ("bend", "reason"),
    [
        ("key", "signature does not verify"),
        ("seat", "signature does not verify"),
        ("nonce", "proof: the proof answers another challenge"),
        ("site", "proof: the proof answers another challenge"),
    ],
)
async def test_a_resumption_that_proves_nothing_ends_the_line(
    network: Network, taken: dict[str, BoothMemory], bend: str, reason: str
) -> None:
    mine, other = list(taken.values())[:2]
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        frame = {
            "key": lambda: booth.resumption(other, seat=mine.seat),
            "seat": lambda: msgspec.structs.replace(booth.resumption(mine), seat=other.seat),
            "nonce": lambda: booth.resumption(mine, nonce="A" * 43),
            "site": lambda: booth.resumption(mine, to="wedz"),
        }[bend]()
        await booth.send(frame)
        assert await booth.rest() == [f.Bye(code="malformed", reason=reason)]


async def test_a_recorded_resumption_opens_no_second_line(network: Network, taken: dict[str, BoothMemory]) -> None:
    mine = next(iter(taken.values()))
    async with RawBooth.dial(network.booth_url("wuhan")) as booth, RawBooth.dial(network.booth_url("wuhan")) as other:
        frame = booth.resumption(mine)
        await booth.ask(frame, f.View)
        await other.send(frame)
        assert [bye.code for bye in await other.rest()] == ["malformed"]


async def test_only_a_redeemed_seat_is_resumed(network: Network, sitting: Sitting) -> None:
    free = memory(sitting, seats(sitting)[2])
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        for seat, session in ((free.seat, "S-1"), ("wuhan/A9-9", "S-1"), (free.seat, "S-9")):
            free.session = session
            refused = await booth.ask(booth.resumption(free, seat=seat), f.Refused)
            assert (refused.code, refused.detail) == ("not-your-seat", {"seat": seat})


@pytest.mark.requirement("R33")
async def test_a_line_belongs_to_one_booth(network: Network, taken: dict[str, BoothMemory]) -> None:
    mine, other = list(taken.values())[:2]
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        await booth.ask(booth.resumption(mine), f.View)
        await booth.send(booth.resumption(other))
        assert [bye.code for bye in await booth.rest() if isinstance(bye, f.Bye)] == ["malformed"]


# -- what a booth says -----------------------------------------------------------------------------------------------


async def test_a_message_of_another_key_ends_the_line(network: Network, taken: dict[str, BoothMemory]) -> None:
    mine, other = list(taken.values())[:2]
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        await booth.ask(booth.resumption(mine), f.View)
        await booth.send(f.Say(id=1, jws=other.statement(PASSED)))
        (bye,) = [frame for frame in await booth.rest() if isinstance(frame, f.Bye)]
        assert bye == f.Bye(code="malformed", reason="jws: signed by another key than this booth's")


async def test_who_has_no_seat_says_nothing(network: Network, taken: dict[str, BoothMemory]) -> None:
    mine = next(iter(taken.values()))
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        refused = await booth.ask(f.Say(id=1, jws=mine.statement(PASSED)), f.Refused)
        assert (refused.code, refused.detail) == ("not-your-seat", {"seat": "-"})
        await booth.ask(booth.resumption(mine), f.View)


@pytest.mark.parametrize("bound", [False, True], ids=["stranger", "booth"])
@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("评标", "frame: JSON is malformed"),
        ('{"t":"shout"}', "Invalid value 'shout'"),
        ('{"seat":"x","t":"seat"}', "Invalid value 'seat'"),
        ('{"t":"help","text":"","x":1}', "unknown field `x`"),
        ('{"t":"help", "text":""}', "not the canonical form"),
        (b'{"t":"help","text":""}', "text frames only"),
        ('{"t":"help","text":"' + "a" * f.MAX_FRAME + '"}', f"is longer than {f.MAX_FRAME}"),
        ('{"t":"help","text":"' + "a" * 3 * f.MAX_FRAME + '"}', None),
    ],
    ids=["garbage", "unknown-kind", "site-frame", "unknown-field", "spelling", "binary", "long", "far-too-long"],
)
async def test_what_is_no_frame_ends_the_line_with_a_reason(
    network: Network, taken: dict[str, BoothMemory], bound: bool, message: str | bytes, reason: str | None
) -> None:
    before = network.log("wuhan").count("booth-frame-refused")
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        if bound:
            await booth.ask(booth.resumption(next(iter(taken.values()))), f.View)
        with contextlib.suppress(ConnectionClosed):  # cut off in the middle of the longest
            await booth.line.send(message)
        byes = [frame for frame in await booth.rest() if isinstance(frame, f.Bye)]
        if reason is None:
            assert booth.line.close_code == CloseCode.MESSAGE_TOO_BIG
        else:
            assert [bye.code for bye in byes] == ["malformed"]
            assert reason in byes[0].reason
    await until(lambda: network.log("wuhan").count("booth-frame-refused") == before + 1)


async def test_a_newer_line_of_a_booth_ends_the_older(network: Network, taken: dict[str, BoothMemory]) -> None:
    mine = next(iter(taken.values()))
    async with RawBooth.dial(network.booth_url("wuhan")) as older, RawBooth.dial(network.booth_url("wuhan")) as newer:
        await older.ask(older.resumption(mine), f.View)
        await newer.ask(newer.resumption(mine), f.View)
        assert await older.rest() == [f.Bye(code="replaced", reason="a newer connection of this booth took over")]
        told = await said(newer, mine, 1, PASSED)
        assert told.code == ""
    assert "booth-line-replaced" in network.log("wuhan")


async def test_a_message_repeated_on_a_newer_line_is_one_message(
    network: Network, sitting: Sitting, taken: dict[str, BoothMemory]
) -> None:
    mine = next(iter(taken.values()))
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        await booth.ask(booth.resumption(mine), f.View)
        for _ in range(2):  # its counter is used up after the first: only a repetition is accepted
            assert await said(booth, mine, 1, PASSED) == f.Told(id=1, code="", detail={}, receipt="")
        size = sitting.state().size
        other = await said(booth, mine, 2, PASSED)
        assert (other.code, sitting.state().size) == ("wrong-counter", size)


async def test_a_call_for_staff_reaches_the_own_centre_for_its_own_session(
    network: Network, sitting: Sitting, taken: dict[str, BoothMemory]
) -> None:
    mine = next(iter(taken.values()))
    other = await network.session("S-2").open()
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        await booth.ask(booth.resumption(mine), f.View)
        await booth.send(f.Help(text="椅子坏了"))
        await booth.ask(f.Say(id=1, jws=mine.statement(PASSED)), f.Kept)  # frames are taken in order
    calls = (await sitting.host.do("calls"))["calls"]
    assert [(seat, text) for seat, text, _ in calls] == [(mine.seat, "椅子坏了")]
    assert (await other.host.do("calls"))["calls"] == []
    assert (await sitting.guest.do("calls"))["calls"] == []


async def test_a_booth_that_does_not_read_keeps_nobody_waiting(network: Network, sitting: Sitting) -> None:
    ticket = sitting.tickets[seats(sitting)[2]].ticket
    count = 600
    with socket.socket() as narrow:
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.setblocking(False)
        await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", network.info.party("wuhan").port))
        async with connect(network.booth_url("wuhan"), sock=narrow, max_queue=1, compression=None) as deaf:
            for _ in range(count):
                await asyncio.wait_for(deaf.send(f.write(f.Present(ticket=ticket))), 5)
            async with asyncio.timeout(3), RawBooth.dial(network.booth_url("wuhan")) as booth:
                await booth.ask(f.Present(ticket=ticket), f.Seat)
            answers = 0
            while answers < count:
                answers += isinstance(f.from_site(await asyncio.wait_for(deaf.recv(), 5)), f.Seat)


# -- the end of a seat -----------------------------------------------------------------------------------------------


async def test_a_vacated_seat_ends_its_line_and_its_ticket(network: Network, sitting: Sitting) -> None:
    seat = seats(sitting)[2]
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        mine = await sit(sitting, seat, booth)
        answers = tuple(
            c.BidderAnswer(bidder=b.code, conflict=b.code == "B1", reason="亲属" if b.code == "B1" else "")
            for b in sitting.script.project.bidders
        )
        await booth.send(f.Say(id=1, jws=mine.statement(c.DeclareRecusal(answers=answers, discipline=True))))
        ended = [frame for frame in await booth.rest() if not isinstance(frame, f.View)]
        assert ended[-1] == f.Refused(code="seat-vacated", detail={"seat": seat})
        assert {type(frame) for frame in ended[:-1]} <= {f.Kept, f.Told}
    assert seat not in sitting.state().seats
    ticket = sitting.tickets[seat].ticket
    async with RawBooth.dial(network.booth_url("wuhan")) as booth:
        for frame in (f.Present(ticket=ticket), booth.redemption(mine, ticket)):
            assert (await booth.ask(frame, f.Refused)).code == "ticket-unknown"
        assert (await booth.ask(booth.resumption(mine), f.Refused)).code == "not-your-seat"
