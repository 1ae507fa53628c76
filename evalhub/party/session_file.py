"""How a session is set up, in files: ``session.yaml`` (who is host and guest, who brings which experts, when)
and one ``rooms-<centre>.yaml`` a centre (its own floor plan, numbered by itself).

A session file names other files by plain names beside itself. Times are hours from the moment the session is
opened, so that an example stays usable. Used by rehearsal and demo; in service the same facts come from the
operators' console.
Raises ``SessionMistakes`` (all of them) or ``Malformed`` (unreadable).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from msgspec import Meta

from evalhub.core.codec import Record, from_plain
from evalhub.core.errors import EvalhubError
from evalhub.core.rules.conduct import Conduct
from evalhub.core.rules.plan import (
    Code,
    Name,
    Plan,
    Problem,
    Project,
    Room,
    Share,
    Stratum,
    Text2,
    Window,
    room_problems,
)
from evalhub.core.rules.working_days import WorkCalendar, calendar_problems
from evalhub.party.placeholders import besides, open_places
from evalhub.party.plain_files import read_plain
from evalhub.party.specialties import is_known
from evalhub.party.structure import structural_problems

FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Hours = Annotated[int, Meta(ge=-24, le=240)]
Centimetres = Annotated[int, Meta(ge=50, le=2000)]


class CentreSetup(Record):
    """One centre: its name code, its name shown, its files, and the strata it draws from its own pool."""

    name: Name
    title: Text2
    pool: FileName
    rooms: FileName
    strata: tuple[Stratum, ...]


class OversightSetup(Record):
    """The supervision body."""

    name: Name
    title: Text2


class RelativeWindow(Record):
    """The evaluation window, in whole hours from the opening of the session."""

    opens_in_hours: Hours
    closes_in_hours: Hours


class SessionSetup(Record):
    """One session: the project file, the host, the guests in order, oversight, the window, the days that are worked."""

    project: FileName
    host: CentreSetup
    guests: tuple[CentreSetup, ...]
    oversight: OversightSetup
    window: RelativeWindow
    calendar: WorkCalendar = WorkCalendar()
    conduct: Conduct = Conduct()

    def centres(self) -> tuple[CentreSetup, ...]:
        """The host, then each guest."""
        return (self.host, *self.guests)


class BoothSetup(Record):
    """One booth: number, and what the centre says of it. Inside width x depth x height in centimetres."""

    name: Code
    width_cm: Centimetres = 150
    depth_cm: Centimetres = 150
    height_cm: Centimetres = 230
    camera: bool = True
    step_free: bool = False


class RoomSetup(Record):
    """One evaluation room."""

    name: Code
    title: Text2
    booths: tuple[BoothSetup, ...]

    def numbers(self) -> tuple[str, ...]:
        """The booth numbers, in the order of the file."""
        return tuple(booth.name for booth in self.booths)


class FloorPlan(Record):
    """All rooms of one centre."""

    centre: Name
    rooms: tuple[RoomSetup, ...]

    def as_rooms(self) -> tuple[Room, ...]:
        """The rooms as a plan names them: numbers only."""
        return tuple(Room(name=room.name, booths=room.numbers()) for room in self.rooms)


class SessionMistakes(EvalhubError):
    """The file was read and cannot be used. ``problems`` in file order."""

    def __init__(self, found: tuple[Problem, ...]) -> None:
        self.problems = found
        super().__init__(f"{len(found)} mistakes, first at {found[0].path}: {found[0].code}")


T = TypeVar("T", bound=Record)


def read_session(path: Path) -> SessionSetup:
    """The session file at ``path``."""
    setup = _read(SessionSetup, path)
    _raise(tuple(_session_problems(setup)))
    return setup


def read_floor_plan(path: Path) -> FloorPlan:
    """The floor plan at ``path``."""
    plan = _read(FloorPlan, path)
    _raise(tuple(room_problems(plan.as_rooms(), "rooms")))
    return plan


def plan_of(setup: SessionSetup, project: Project, host_rooms: FloorPlan, window: Window) -> Plan:
    """The host's first proposal. Check it with ``plan.plan_problems``."""
    shares = tuple(Share(centre=centre.name, strata=centre.strata) for centre in setup.centres())
    rooms = host_rooms.as_rooms()
    return Plan(revision=1, project=project, shares=shares, host_rooms=rooms, window=window, calendar=setup.calendar,
                conduct=setup.conduct)  # fmt: skip


def _read(kind: type[T], path: Path) -> T:
    plain = read_plain(path)
    places = tuple(open_places(plain))
    _raise((*places, *besides(structural_problems(kind, plain), places)))
    return from_plain(kind, plain)


def _raise(found: tuple[Problem, ...]) -> None:
    if found:
        raise SessionMistakes(found)


def _session_problems(setup: SessionSetup) -> Iterator[Problem]:
    if not setup.guests:
        yield Problem(path="guests", code="no-guest")
    names = [centre.name for centre in setup.centres()] + [setup.oversight.name]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(path="*.name", code="duplicate", found=name)
    for centre in setup.centres():
        for index, stratum in enumerate(centre.strata):
            if not is_known(stratum.specialty):
                where = f"{centre.name}.strata[{index}].specialty"
                yield Problem(path=where, code="unknown-specialty", found=stratum.specialty)
    if setup.window.closes_in_hours <= setup.window.opens_in_hours:
        yield Problem(path="window", code="window-empty")
    yield from calendar_problems(setup.calendar, "calendar")
