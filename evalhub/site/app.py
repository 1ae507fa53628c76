"""The web application of a centre: the operators' console, the booth lines. Host and guest add their own actions."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules import commands as c
from evalhub.core.rules.plan import Code, HexDigest, Name, Room, Text2, Window
from evalhub.core.rules.statements import Operator
from evalhub.party import seat_actions
from evalhub.party.console import Action, Console, Nothing
from evalhub.party.directory import Directory, read_directory
from evalhub.party.logins import Logins
from evalhub.party.party import Party
from evalhub.party.process import ProcessSettings, Routes
from evalhub.party.session_file import FloorPlan, read_floor_plan
from evalhub.site import calendar
from evalhub.site.booking import Booking
from evalhub.site.booths import BoothDesk
from evalhub.site.calendar import Outage, Utilisation
from evalhub.site.call_book import Means
from evalhub.site.draw_office import DrawOffice
from evalhub.site.reception import Reception
from evalhub.site.registrar import Registrar
from evalhub.site.signing import SigningRoom
from evalhub.site.views import Views
from evalhub.web.pages import routes


@dataclass(frozen=True)
class Centre:
    """The parts of one centre that its actions use."""

    party: Party
    directory: Directory
    office: DrawOffice
    reception: Reception
    registrar: Registrar
    booking: Booking
    rooms: FloorPlan | None


class OutcomeOf(Record):
    """Result of calling one leaf, and how the expert was reached."""

    leaf: HexDigest
    outcome: str
    means: Means = "telephone"


class LeafOnly(Record):
    """One member."""

    leaf: HexDigest


class SeatOnly(Record):
    """One seat."""

    seat: str


class Needed(Record):
    """Booths wanted for so many members in a window."""

    seats: Annotated[int, Meta(ge=1, le=99)]
    window: Window


class FreeRooms(Record):
    """Rooms that can be brought into a session, and how many booths are free in all."""

    rooms: tuple[Room, ...]
    free: int


class Schedule(Record):
    """Utilisation by room and hour."""

    rows: tuple[Utilisation, ...]


class WindowOnly(Record):
    """A window."""

    window: Window


class Reopening(Record):
    """A booth that works again within a window."""

    booth: Code
    window: Window


class CallList(Record):
    """Booths that asked for staff, latest last."""

    calls: tuple[tuple[str, str, str], ...]


class PlaceFacts(Record):
    """What a centre tells its own pages: who it is."""

    name: Name
    title: Text2


async def build(
    party: Party,
    settings: ProcessSettings,
    logins: Logins,
    base: Path,
    own: Callable[[Centre], tuple[Action, ...]],
) -> Routes:
    """Routes of a centre; ``own`` gives the actions of its kind."""
    office = DrawOffice(party, os.urandom)
    reception = Reception(party, os.urandom)
    registrar = Registrar(party, os.urandom)
    party.accompany(registrar.run)
    signing = SigningRoom(party)
    party.accompany(signing.run)
    desk = BoothDesk(party, reception, signing, random=os.urandom, tick_ms=settings.tick_ms)
    rooms = read_floor_plan(base / settings.rooms) if settings.rooms else None
    directory = read_directory(base / settings.directory)
    centre = Centre(
        party=party,
        directory=directory,
        office=office,
        reception=reception,
        registrar=registrar,
        booking=Booking(party, rooms.as_rooms() if rooms else (), os.urandom),
        rooms=rooms,
    )
    console = Console(
        party,
        logins,
        (*draw_actions(centre), *reception_actions(centre, desk), *calendar_actions(centre), *own(centre)),
    )
    views = Views(console, directory.parties, rooms, office, desk)
    return [*console.routes(), *views.routes(), *booth_routes(party, directory, desk), *operator_routes(party)]


def operator_routes(party: Party) -> list[web.RouteDef]:
    """The operators' page, and the way to it."""

    def blocked(report: str) -> None:
        party.logger.warning("page-blocked-something", page="operator", report=report)

    async def forward(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/operator/")

    return [web.get("/", forward), *routes("operator", on_report=blocked)]


def booth_routes(party: Party, directory: Directory, desk: BoothDesk) -> list[web.RouteDef]:
    """The booth page, and the line it speaks."""

    def blocked(report: str) -> None:
        party.logger.warning("page-blocked-something", page="booth", report=report)

    own = next(entry for entry in directory.parties if entry.name == party.name)
    facts = PlaceFacts(name=own.name, title=own.title)
    return [web.get("/booth/line", desk.handle), *routes("booth", facts=facts, on_report=blocked)]


def calendar_actions(centre: Centre) -> tuple[Action, ...]:
    """The booth calendar. None of these is about a session, so they are open in every phase."""
    booking, database = centre.booking, centre.party.database

    async def rooms(_: str, params: Needed, __: Operator) -> Record:
        chosen = await booking.suggest(params.seats, params.window)
        return FreeRooms(rooms=chosen, free=await booking.count_free(params.window))

    async def schedule(_: str, params: WindowOnly, __: Operator) -> Record:
        rows = await database.read(lambda db: calendar.utilisation(db, booking.floor, params.window))
        return Schedule(rows=rows)

    async def close_booth(_: str, params: Outage, __: Operator) -> None:
        await database.write(lambda db: calendar.close_booth(db, params))

    async def reopen_booth(_: str, params: Reopening, __: Operator) -> None:
        await database.write(lambda db: calendar.reopen_booth(db, params.booth, params.window))

    return (
        Action("suggest-rooms", None, Needed, rooms),
        Action("schedule", None, WindowOnly, schedule),
        Action("close-booth", None, Outage, close_booth),
        Action("reopen-booth", None, Reopening, reopen_booth),
    )


def draw_actions(centre: Centre) -> tuple[Action, ...]:
    """The draw office."""
    office = centre.office

    async def freeze(session: str, _: Nothing, operator: Operator) -> None:
        await office.freeze(session, operator)

    async def pool(_: str, __: Nothing, ___: Operator) -> Record:
        return await centre.registrar.view()

    async def secrets(session: str, _: Nothing, __: Operator) -> Record:
        return await office.secrets(session)

    async def candidates(session: str, _: Nothing, __: Operator) -> Record:
        return await office.candidates(session)

    async def record(session: str, params: OutcomeOf, operator: Operator) -> None:
        await office.record(session, params.leaf, params.outcome, params.means, operator)

    async def book(session: str, _: Nothing, __: Operator) -> Record:
        return await office.calls(session)

    async def members(session: str, _: Nothing, __: Operator) -> Record:
        return await office.members(session)

    return (
        Action("freeze-pool", c.FreezePool, Nothing, freeze),
        Action("pool", None, Nothing, pool),
        Action("draw-secrets", None, Nothing, secrets),
        Action("candidates", c.RecordOutcome, Nothing, candidates),
        Action("record-outcome", c.RecordOutcome, OutcomeOf, record),
        Action("call-book", None, Nothing, book),
        Action("members", None, Nothing, members),
    )


def reception_actions(centre: Centre, desk: BoothDesk) -> tuple[Action, ...]:
    """The reception desk and the booths."""
    reception = centre.reception

    async def admit(session: str, params: LeafOnly, operator: Operator) -> Record:
        return await reception.admit(session, params.leaf, operator)

    async def reprint(session: str, params: SeatOnly, operator: Operator) -> Record:
        return await reception.issue(session, params.seat, operator)

    async def calls(session: str, _: Nothing, __: Operator) -> Record:
        own = centre.party.state(session).session
        return CallList(calls=tuple((call.seat, call.text, call.at) for call in desk.calls if call.session == own))

    return (
        Action("admit", c.AdmitExpert, LeafOnly, admit),
        Action("reprint-ticket", c.IssueTicket, SeatOnly, reprint),
        *seat_actions.actions(centre.party),
        Action("calls", None, Nothing, calls),
    )
