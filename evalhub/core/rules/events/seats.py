"""Consequences at the seats."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.rules.events.base import Consequence


class SeatAssigned(Consequence):
    """The booth allotted at check-in. ``shared`` warns that rooms were too few to keep members apart."""

    past: ClassVar[str] = "seat_assigned"
    leaf: str
    seat: str
    room: str
    shared: bool


class SeatVacated(Consequence):
    """A member left its seat; ``outcome`` is what the draw records for its leaf, empty if that is recorded already."""

    past: ClassVar[str] = "seat_vacated"
    seat: str
    leaf: str
    outcome: str
