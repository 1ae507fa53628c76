"""Which booths a centre brings into a session: held in its calendar before it commits itself, given back afterwards.

A centre does not offer its whole floor: one booth in each of a few rooms more than it has members, chosen by chance
among the free ones, so that several sessions share the rooms and nobody can tell a member's booth from the plan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from evalhub.core.errors import Refusal
from evalhub.core.rules.plan import Room, Window
from evalhub.core.rules.state import Phase
from evalhub.party.party import Party
from evalhub.site import calendar

SPARE_ROOMS = 2
T = TypeVar("T")
OVER = frozenset({Phase.ARCHIVED, Phase.FAILED, Phase.CANCELLED})


@dataclass
class Booking:
    """Of one centre. ``floor``: all its rooms; ``random``: source of chance."""

    party: Party
    floor: tuple[Room, ...]
    random: Callable[[int], bytes]
    _tasks: set[asyncio.Task[int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.party.on_change(self._give_back)

    async def suggest(self, seats: int, window: Window) -> tuple[Room, ...]:
        """Rooms for so many members. Raises ``Refusal("too-few-booths")`` when not enough booths are free."""
        free = await self.party.database.read(lambda db: calendar.free(db, self.floor, window))
        apart = [Room(name=room.name, booths=self._some(room.booths, 1)) for room in free]
        # one booth a room, as members sit apart; with too few rooms everything that is free
        chosen = self._some(apart, seats + SPARE_ROOMS) if len(free) >= seats else free
        if (offered := sum(len(room.booths) for room in chosen)) < seats:
            raise Refusal("too-few-booths", wanted=seats, offered=offered)
        return tuple(sorted(chosen, key=lambda room: room.name))

    async def hold(self, session: str, rooms: Sequence[Room], window: Window) -> None:
        """Reserve these booths for the session, in place of any it held. Raises ``Refusal("booth-taken")``."""
        known = {(room.name, booth) for room in self.floor for booth in room.booths}
        for room in rooms:
            for booth in room.booths:
                if (room.name, booth) not in known:
                    raise Refusal("booth-unknown", booth=booth, room=room.name)
        await self.party.database.write(lambda db: calendar.reserve(db, session, rooms, window))

    async def let_go(self, session: str) -> int:
        """Give back whatever the session holds; how many slots that was."""
        return await self.party.database.write(lambda db: calendar.release(db, session))

    async def count_free(self, window: Window) -> int:
        """How many booths are free all through a window; all that others are ever told."""
        free = await self.party.database.read(lambda db: calendar.free(db, self.floor, window))
        return sum(len(room.booths) for room in free)

    def _give_back(self, session: str) -> None:
        """A session that is over needs no booths."""
        if self.party.state(session).phase in OVER:
            task = asyncio.get_running_loop().create_task(self.let_go(session))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _some(self, things: Sequence[T], most: int) -> tuple[T, ...]:
        """Up to ``most`` of them, every choice equally likely: the smallest of fresh random keys."""
        keyed = sorted((self.random(16), index) for index in range(len(things)))
        return tuple(things[index] for index in sorted(index for _, index in keyed[:most]))
