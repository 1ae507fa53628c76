"""Many sessions in the same rooms at once: every booth at most once, members of one committee in different
rooms.

Greedy start (largest committee first, into the rooms with most free booths), then random swaps of two booths'
occupants that keep the rules. The start is exact: it fails only if no seating exists (Gale and Ryser). The
swaps are symmetric and reach every seating, so that their limit is the uniform distribution
(``docs/decisions/0030``).

Rules: the result follows from (rooms, sessions, seed) alone, in any order of the arguments.
Never here: sharing of rooms (a committee with more members than rooms is refused), check-in.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence

from evalhub.core.codec import Record
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.rules.plan import Room

STREAM_LABEL = b"evalhub/seat-sessions/v1\0"
SWAPS_PER_BOOTH = 4  # times log2 of the number of booths
LEAST_SWAPS = 256


class SessionSize(Record):
    """How many members of one session are to be seated at this centre."""

    session: str
    size: int


class Seat(Record):
    """One member (0 … size-1) of one session, and its booth."""

    session: str
    member: int
    room: str
    booth: str


class _Hall:
    """The booths and who sits in them. Session number ``len(sizes)`` means empty; its row of ``sits``
    stays 0.

    Owner of every field: the single call of ``seat_sessions`` that made it.
    """

    def __init__(self, rooms: Sequence[Room], sizes: Sequence[int]) -> None:
        self.nobody = len(sizes)
        self.room_of = [number for number, room in enumerate(rooms) for _ in room.booths]
        self.session_at = [self.nobody] * len(self.room_of)
        self.member_at = [0] * len(self.room_of)
        self.sits = [bytearray(len(rooms)) for _ in range(len(sizes) + 1)]
        self._fill(rooms, sizes)

    def _fill(self, rooms: Sequence[Room], sizes: Sequence[int]) -> None:
        """The greedy start. Raises ``Refusal("no-feasible-seating")``."""
        starts = [0]
        for room in rooms:
            starts.append(starts[-1] + len(room.booths))
        free = [len(room.booths) for room in rooms]
        for session, size in enumerate(sizes):
            chosen = sorted(range(len(rooms)), key=lambda number: (-free[number], number))[:size]
            if len(chosen) < size or any(free[number] == 0 for number in chosen):
                raise Refusal("no-feasible-seating", booths=len(self.room_of), members=sum(sizes))
            for member, number in enumerate(chosen):
                free[number] -= 1
                booth = starts[number] + free[number]
                self.session_at[booth], self.member_at[booth] = session, member
                self.sits[session][number] = 1

    def shuffle(self, draws: Iterator[int], swaps: int) -> None:
        """Exchange the occupants of ``swaps`` random pairs of booths, where the rules still hold
        afterwards."""
        room_of, session_at, member_at = self.room_of, self.session_at, self.member_at
        sits, nobody = self.sits, self.nobody
        for _, one, other in zip(range(swaps), draws, draws, strict=False):
            here, there = room_of[one], room_of[other]
            left, right = session_at[one], session_at[other]
            if here != there and left != right:
                if sits[left][there] or sits[right][here]:
                    continue
                sits[left][here] = sits[right][there] = 0
                sits[left][there] = left != nobody
                sits[right][here] = right != nobody
            session_at[one], session_at[other] = right, left
            member_at[one], member_at[other] = member_at[other], member_at[one]


def seat_sessions(sessions: Sequence[SessionSize], rooms: Sequence[Room], seed: bytes) -> tuple[Seat, ...]:
    """Seat every member of every session; the result ascends by (session, member).

    Raises ``Refusal("no-feasible-seating")`` when no seating obeys the rules, ``Malformed`` for repeated
    names.
    """
    by_name = sorted(rooms, key=lambda room: room.name)
    by_size = sorted(sessions, key=lambda one: (-one.size, one.session))
    _check_names(by_name, by_size)
    hall = _Hall(by_name, [one.size for one in by_size])
    booths = [(room.name, booth) for room in by_name for booth in room.booths]
    swaps = max(LEAST_SWAPS, SWAPS_PER_BOOTH * len(booths) * len(booths).bit_length())
    if booths:
        hall.shuffle(_indexes(seed, len(booths), 2 * swaps), swaps)
    seats = (
        Seat(session=by_size[session].session, member=member, room=room, booth=booth)
        for (room, booth), session, member in zip(booths, hall.session_at, hall.member_at, strict=True)
        if session != hall.nobody
    )
    return tuple(sorted(seats, key=lambda seat: (seat.session, seat.member)))


def check_sessions(sessions: Sequence[SessionSize], rooms: Sequence[Room], seed: bytes, seats: Sequence[Seat]) -> None:
    """Raise ``Broken`` unless the seating obeys the rules and is the one that the seed gives."""
    check_apart(sessions, rooms, seats)
    if seat_sessions(sessions, rooms, seed) != tuple(seats):
        raise Broken("this seating does not follow from its seed")


def check_apart(sessions: Sequence[SessionSize], rooms: Sequence[Room], seats: Sequence[Seat]) -> None:
    """Raise ``Broken`` unless every member sits once, in an own booth that exists, in a room apart."""
    wanted = {(one.session, member) for one in sessions for member in range(one.size)}
    booths = {(room.name, booth) for room in rooms for booth in room.booths}
    members = [(seat.session, seat.member) for seat in seats]
    held = [(seat.room, seat.booth) for seat in seats]
    apart = {(seat.session, seat.room) for seat in seats}
    if set(members) != wanted or len(members) != len(wanted):
        raise Broken("not every member sits exactly once")
    if len(set(held)) != len(held) or not booths.issuperset(held):
        raise Broken("a booth is held twice or does not exist")
    if len(apart) != len(seats):
        raise Broken("two members of one session sit in one room")


def _check_names(rooms: Sequence[Room], sessions: Sequence[SessionSize]) -> None:
    names = [room.name for room in rooms]
    if len(set(names)) != len(names) or any(len(set(room.booths)) != len(room.booths) for room in rooms):
        raise Malformed("a room or booth is named twice", "rooms")
    if len({one.session for one in sessions}) != len(sessions) or any(one.size < 0 for one in sessions):
        raise Malformed("a session is named twice or has a negative size", "sessions")


def _indexes(seed: bytes, bound: int, least: int) -> Iterator[int]:
    """Uniform integers in [0, bound): 32-bit words of SHA-256(label ‖ seed ‖ u32be counter), excess
    rejected."""
    top = 2**32 - 2**32 % bound
    state = hashlib.sha256(STREAM_LABEL + seed)
    counter, given = 0, 0
    while given < least:
        blocks = []
        for number in range(counter, counter + 512):
            block = state.copy()
            block.update(number.to_bytes(4, "big"))
            blocks.append(block.digest())
        counter += 512
        words = struct.unpack(">4096I", b"".join(blocks))
        indexes = [word % bound for word in words if word < top]
        given += len(indexes)
        yield from indexes
