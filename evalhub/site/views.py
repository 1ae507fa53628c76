"""What a centre's own page shows beyond the board: its floor plan, its people, its booths and their calls.

    GET /api/centre                     the network, the own floor plan, specialties by code
    GET /api/sessions/{session}/hall    whom to call next and who stands (names masked), booths on line, open calls

Rules
- Names leave this process masked (张*); the reception desk's list with full names is an action of its own.
- Nothing here is known to other centres.
"""

from __future__ import annotations

from aiohttp import web

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.rules.commands import PartyEntry
from evalhub.core.rules.draw import OUTCOMES
from evalhub.core.rules.plan import Text2
from evalhub.party.console import Console
from evalhub.party.notes import notes
from evalhub.party.session_file import FloorPlan
from evalhub.party.specialties import all_codes, name_of
from evalhub.site.booths import BoothDesk
from evalhub.site.call_book import MEANS
from evalhub.site.draw_office import DrawOffice
from evalhub.site.pool.records import Expert


class PartyTitle(Record):
    """A party one may work with."""

    name: str
    role: str
    title: Text2


class Specialty(Record):
    """One listed specialty."""

    code: str
    name: str


class CentreView(Record):
    """What does not change while the process runs. ``outcomes``: the closed list of what may come of a call; ``means``:
    the one of how an expert is reached.
    """

    parties: tuple[PartyTitle, ...]
    rooms: FloorPlan | None
    specialties: tuple[Specialty, ...]
    outcomes: tuple[str, ...]
    means: tuple[str, ...]


class Person(Record):
    """An expert of the own pool, masked. ``settled``: outcome that needs no call; ``notice``: what may be said to a
    candidate; ``seat``: empty until admitted.
    """

    draw: int
    stratum: str
    leaf: str
    name: str
    title: str
    settled: str = ""
    notice: Text2 | None = None
    seat: str = ""


class CallView(Record):
    """A booth's call. ``key`` closes it, as an alert."""

    key: str
    seat: str
    text: str
    at: str
    answered: bool


class Hall(Record):
    """The own centre in one session, now."""

    candidates: tuple[Person, ...]
    members: tuple[Person, ...]
    online: tuple[str, ...]
    calls: tuple[CallView, ...]


class Views:
    """Of one centre."""

    def __init__(self, console: Console, parties: tuple[PartyEntry, ...], rooms: FloorPlan | None,
                 office: DrawOffice, desk: BoothDesk) -> None:  # fmt: skip
        self.console, self.office, self.desk = console, office, desk
        self.centre = CentreView(
            parties=tuple(PartyTitle(name=p.name, role=p.role, title=p.title) for p in parties),
            rooms=rooms,
            specialties=tuple(Specialty(code=code, name=name_of(code)) for code in all_codes()),
            outcomes=OUTCOMES,
            means=MEANS,
        )

    def routes(self) -> list[web.RouteDef]:
        """For the centre's web application."""
        return [web.get("/api/centre", self.about), web.get("/api/sessions/{session}/hall", self.hall)]

    async def about(self, request: web.Request) -> web.Response:
        """The network and the floor plan."""
        await self.console.logins.operator(request)
        return web.json_response(codec.to_plain(self.centre))

    async def hall(self, request: web.Request) -> web.Response:
        """The own centre in one session."""
        await self.console.logins.operator(request)
        session = self.console.session_of(request)
        hall = Hall(
            candidates=await self._candidates(session),
            members=await self._members(session),
            online=self.desk.online(session),
            calls=await self._calls(session),
        )
        return web.json_response(codec.to_plain(hall), headers={"Cache-Control": "no-store"})

    async def _candidates(self, session: str) -> tuple[Person, ...]:
        rows = (await self.office.candidates(session)).candidates
        return tuple(
            Person(draw=row.draw, stratum=row.stratum, leaf=row.leaf, name=masked(row.expert),
                   title=row.expert.title, settled=row.settled, notice=row.notice)
            for row in rows
        )  # fmt: skip

    async def _members(self, session: str) -> tuple[Person, ...]:
        seats = {seat.leaf: seat.seat for seat in self.console.party.state(session).seats.values()}
        rows = (await self.office.members(session)).members
        return tuple(
            Person(draw=0, stratum=row.stratum, leaf=row.leaf, name=masked(row.expert),
                   title=row.expert.title, seat=seats.get(row.leaf, ""))
            for row in rows
        )  # fmt: skip

    async def _calls(self, session: str) -> tuple[CallView, ...]:
        closed = {note.alert for note in await self.console.party.database.read(lambda db: notes(db, session))}
        found = []
        for call in self.desk.calls:
            key = f"call:{call.seat}:{call.at}"
            if call.session == session:
                found.append(CallView(key=key, seat=call.seat, text=call.text, at=call.at, answered=key in closed))
        return tuple(found)


def masked(expert: Expert) -> str:
    """The family name and a star for each other character; of a name of one character only the star."""
    first, rest = expert.name[:1], expert.name[1:]
    return first + "*" * min(len(rest), 2) if rest else "*"
