"""P8: seating 200 sessions of 7 members in rooms 95 % full, against a plain greedy start with random swaps.

The baseline is what one would write first: sets of sessions by room, Mersenne Twister, the same greedy start and the
same number of swaps, and no proof afterwards. Ours draws its swaps from a seed that anybody can re-run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from random import Random

from benchmarks.pairing import Row, row
from evalhub.core.rules.plan import Room
from evalhub.core.rules.seating import SessionSize, check_apart, seat_sessions
from evalhub.core.rules.seating.sessions import SWAPS_PER_BOOTH

PAIRS = 15
SESSIONS, MEMBERS, BOOTHS = 200, 7, 7  # booths a room
ROOMS = round(SESSIONS * MEMBERS / 0.95 / BOOTHS)


def run(quick: bool) -> list[Row]:
    """One row. ``quick``: fewer pairs."""
    rooms = [_room(number) for number in range(ROOMS)]
    sessions = [SessionSize(session=f"S-{number:03d}", size=MEMBERS) for number in range(SESSIONS)]
    check_apart(sessions, rooms, seat_sessions(sessions, rooms, bytes(32)))
    _check(_plain(sessions, rooms, Random(0)))
    pairs = []
    for number in range(9 if quick else PAIRS):
        seed, random = number.to_bytes(32, "big"), Random(number)
        ours = _seconds(partial(seat_sessions, sessions, rooms, seed))
        theirs = _seconds(partial(_plain, sessions, rooms, random))
        pairs.append((ours, theirs))
    full = SESSIONS * MEMBERS / (ROOMS * BOOTHS)
    what = f"seat {SESSIONS} × {MEMBERS}, rooms {full:.0%} full ÷ plain swaps (time)"
    return [row("P8", what, pairs, floor=2.0, target=1.5, higher_is_better=False)]


def _room(number: int) -> Room:
    name = f"R{number:03d}"
    return Room(name=name, booths=tuple(f"{name}-{booth:02d}" for booth in range(BOOTHS)))


def _plain(sessions: list[SessionSize], rooms: list[Room], random: Random) -> list[list[str | None]]:
    """Who sits where: for each room its booths' sessions, None for an empty booth."""
    seated: list[list[str | None]] = [[] for _ in rooms]
    for one in sorted(sessions, key=lambda session: -session.size):
        for number in sorted(range(len(rooms)), key=lambda number: len(seated[number]))[: one.size]:
            seated[number].append(one.session)
    for room, booths in zip(rooms, seated, strict=True):
        booths.extend([None] * (len(room.booths) - len(booths)))
    places = [(number, booth) for number, booths in enumerate(seated) for booth in range(len(booths))]
    for _ in range(SWAPS_PER_BOOTH * len(places) * len(places).bit_length()):
        (here, mine), (there, other) = random.choice(places), random.choice(places)
        left, right = seated[here][mine], seated[there][other]
        if here != there and ((left and left in seated[there]) or (right and right in seated[here])):
            continue
        seated[here][mine], seated[there][other] = right, left
    return seated


def _check(seated: list[list[str | None]]) -> None:
    for booths in seated:
        held = [session for session in booths if session]
        if len(set(held)) != len(held):
            raise AssertionError("the baseline seats a session twice in one room")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
