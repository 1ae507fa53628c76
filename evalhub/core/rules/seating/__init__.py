"""Who sits in which booth: one member at check-in, or many sessions at once; both provable afterwards."""

from evalhub.core.rules.plan import Room
from evalhub.core.rules.seating.booth import (
    Choice,
    Seated,
    SeatStep,
    Vacated,
    check_seating,
    next_booth,
)
from evalhub.core.rules.seating.sessions import (
    Seat,
    SessionSize,
    check_apart,
    check_sessions,
    seat_sessions,
)

__all__ = [
    "Choice",
    "Room",
    "Seat",
    "SeatStep",
    "Seated",
    "SessionSize",
    "Vacated",
    "check_apart",
    "check_seating",
    "check_sessions",
    "next_booth",
    "seat_sessions",
]
