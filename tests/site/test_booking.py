"""Booths of real sessions: several share the rooms, none shares a booth; refusing and ending give booths back."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from support.network import running, until

from evalhub.core import codec
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.plan import Room, Window
from evalhub.party.party import Party
from evalhub.party.session_file import read_floor_plan
from evalhub.site import calendar
from evalhub.site.booking import SPARE_ROOMS, Booking
from evalhub.site.calendar import Outage
from evalhub.site.tables import booth_slot

FLOOR = tuple(Room(name=f"K{n}", booths=(f"K{n}-1", f"K{n}-2")) for n in range(1, 6))


async def held(party: Party) -> dict[str, set[str]]:
    """Session → booths it holds in this centre's calendar."""
    query = select(booth_slot.c.session, booth_slot.c.booth).distinct()
    found: dict[str, set[str]] = {}
    for session, booth in await party.database.read(lambda db: db.execute(query).all()):
        found.setdefault(session, set()).add(booth)
    return found


async def test_sessions_share_rooms_and_never_a_booth(tmp_path: Path) -> None:
    async with running(tmp_path) as network:
        one, two, three = (network.session(name) for name in ("S-ONE", "S-TWO", "S-THREE"))
        host, guest = network.party("wuhan"), network.party("wedz")
        await one.script.pair(datetime.now(UTC))
        await two.script.pair(datetime.now(UTC))
        booths = await held(guest)
        assert {name: len(found) for name, found in booths.items()} == dict.fromkeys(
            ("S-ONE", "S-TWO"), 2 + SPARE_ROOMS
        )
        assert not booths["S-ONE"] & booths["S-TWO"]
        window = host.state("S-ONE").the_plan().window
        await close_all_but(host, network.example / "rooms-wuhan.yaml", window, 2)
        with pytest.raises(Refusal) as refused:
            await three.script.pair(datetime.now(UTC))
        assert refused.value.code == "too-few-booths"
        await one.host.do("cancel", {"reason": "采购人撤回"})
        await until(lambda: gone("S-ONE", host, guest))
        await three.script.pair(datetime.now(UTC))
        assert len((await held(host))["S-THREE"]) == 3 + SPARE_ROOMS


async def close_all_but(centre: Party, plan: Path, window: Window, left: int) -> None:
    """Put free booths out of order until only so many are left."""
    floor = read_floor_plan(plan).as_rooms()
    free = await centre.database.read(lambda db: calendar.free(db, floor, window))
    for booth in [booth for room in free for booth in room.booths][left:]:
        outage = Outage(booth=booth, window=window, reason="检修")
        await centre.database.write(partial(calendar.close_booth, outage=outage))


async def gone(session: str, *centres: Party) -> bool:
    return all([session not in await held(centre) for centre in centres])


async def test_a_refused_plan_gives_the_booths_back(tmp_path: Path) -> None:
    async with running(tmp_path) as network:
        sitting = await network.session("S-ONE").open()
        plan = await sitting.script.plan(datetime.now(UTC))
        await sitting.host.do("propose", {"plan": codec.to_plain(plan)})
        await sitting.guest.until(lambda view: view["phase"] == "requested")
        floor = read_floor_plan(network.example / "rooms-wedz.yaml").as_rooms()
        review = await sitting.guest.do("review")
        assert review["booths"] == sum(len(room.booths) for room in floor)
        with pytest.raises(Refusal) as refused:
            await sitting.guest.do("accept", {"plan": "0" * 64})
        assert refused.value.code == "not-the-standing-plan"
        assert await held(network.party("wedz")) == {}
        await sitting.guest.do("refuse", {"plan": review["plan"], "reason": "当日无可用工位"})
        assert await held(network.party("wedz")) == {}
        assert len((await held(network.party("wuhan")))["S-ONE"]) == 3 + SPARE_ROOMS


async def test_only_free_booths_of_this_centre(tmp_path: Path) -> None:
    async with running(tmp_path) as network:
        centre = network.party("wedz")
        booking = Booking(centre, FLOOR, bytes)
        now = centre.clock.now()
        window = Window(opens=format_time(now), closes=format_time(now + 3_600_000))
        with pytest.raises(Refusal) as refused:
            await booking.hold("S-ONE", (Room(name="K1", booths=("K9-1",)),), window)
        assert (refused.value.code, refused.value.detail) == ("booth-unknown", {"booth": "K9-1", "room": "K1"})
        assert await booking.count_free(window) == 10
        await centre.database.write(lambda db: calendar.reserve(db, "S", FLOOR[:3], window))
        assert await booking.count_free(window) == 4
        assert [room.name for room in await booking.suggest(3, window)] == ["K4", "K5"], (
            "too few rooms: all their booths"
        )
        with pytest.raises(Refusal):
            await booking.suggest(5, window)
