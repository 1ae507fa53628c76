"""The booth of one member at check-in: by chance, provable afterwards, one member a room (R34, R35).

Each booth is drawn in proportion to the number of ways the rest of the committee can still be seated, so that
the whole seating is exactly uniform over the feasible ones (counted in integers, ``docs/decisions/0030``).

Rules
- A room holds two members of one committee only when its rooms are too few; then ``shared`` says so, and the
  least-loaded rooms come first.
- An index is drawn without modulo bias from a stream fixed by the token; the order of the plan decides
  nothing.

Never here: chance of its own (``token`` is an argument), anything another booth may see.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Sequence

from evalhub.core.codec import Record
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.rules.plan import Room

TOKEN_LABEL = b"evalhub/seat/v1\0"


class Choice(Record):
    """The booth drawn. ``shared``: another member of the committee already sits in that room."""

    room: str
    booth: str
    shared: bool


class Seated(Record, tag="seated"):
    """A logged check-in. ``token``: lower-case hex; ``busy``: booths that others held at that moment."""

    token: str
    remaining: int
    choice: Choice
    busy: tuple[str, ...] = ()


class Vacated(Record, tag="vacated"):
    """A logged departure before the start. The room is open to the committee again, the booth is not."""

    booth: str


SeatStep = Seated | Vacated


def next_booth(
    rooms: Sequence[Room], *, taken: Collection[str], used: Collection[str], remaining: int, token: bytes
) -> Choice:
    """Draw the booth of the member now checking in at a centre.

    ``taken``: the rooms where members of this committee sit, one entry a member; ``used``: booths that are
    not free; ``remaining``: members still to be seated here, this one included; ``token``: bytes nobody
    could predict, used once. A centre numbers each booth once, whatever the room. Raises
    ``Refusal("no-free-booth")`` when none is free, ``Malformed`` for a booth numbered twice or for
    ``remaining`` below one.
    """
    if remaining < 1:
        raise Malformed("remaining counts the member now checking in", "remaining")
    free = _free(rooms, frozenset(used))
    load = Counter(taken)
    empty = [room for room in free if not load[room.name]]
    if len(empty) >= remaining:
        return _spread(empty, remaining, token)
    return _crowd(free, load, token)


def check_seating(rooms: Sequence[Room], steps: Sequence[SeatStep]) -> None:
    """Re-run a centre's logged check-ins of one session in order; raise ``Broken`` at the first that
    differs."""
    rooms_of: dict[str, str] = {}
    used: set[str] = set()
    tokens: set[str] = set()
    for index, step in enumerate(steps):
        if isinstance(step, Vacated):
            if rooms_of.pop(step.booth, None) is None:
                raise Broken(f"seat step {index}: vacates a booth that nobody holds")
            continue
        if step.token in tokens:
            raise Broken(f"seat step {index}: token used before")
        _check_step(rooms, tuple(rooms_of.values()), used | set(step.busy), step, index)
        tokens.add(step.token)
        used.add(step.choice.booth)
        rooms_of[step.choice.booth] = step.choice.room


def _check_step(rooms: Sequence[Room], taken: tuple[str, ...], used: Collection[str], step: Seated, index: int) -> None:
    try:
        token = bytes.fromhex(step.token)
        again = next_booth(rooms, taken=taken, used=used, remaining=step.remaining, token=token)
    except (Refusal, Malformed, ValueError) as error:
        raise Broken(f"seat step {index}: {error}") from None
    if again != step.choice:
        raise Broken(f"seat step {index}: drew {again.room}/{again.booth}, logged otherwise")


def _free(rooms: Sequence[Room], used: Collection[str]) -> list[Room]:
    """Rooms that have a free booth, by name, with these booths by name."""
    booths = [booth for room in rooms for booth in room.booths]
    if len(set(booths)) != len(booths):
        raise Malformed("a booth is numbered twice in one centre", "rooms")
    free = (
        Room(name=room.name, booths=tuple(booth for booth in sorted(room.booths) if booth not in used))
        for room in sorted(rooms, key=lambda room: room.name)
    )
    return [room for room in free if room.booths]


def _spread(rooms: Sequence[Room], remaining: int, token: bytes) -> Choice:
    """Every booth of a room weighs as many as there are ways to seat the others in the other rooms."""
    counts = [len(room.booths) for room in rooms]
    weights = _ways_without(counts, remaining - 1)
    number = _below(token, sum(count * weight for count, weight in zip(counts, weights, strict=True)))
    for room, weight in zip(rooms, weights, strict=True):
        if number < len(room.booths) * weight:
            return Choice(room=room.name, booth=room.booths[number // weight], shared=False)
        number -= len(room.booths) * weight
    raise AssertionError("the number lies below the sum of all weights")


def _ways_without(counts: Sequence[int], others: int) -> list[int]:
    """For each room: the elementary symmetric polynomial of degree ``others`` in the counts of all other
    rooms.

    That is the number of ways to give ``others`` unlabelled members a booth each, in different rooms.
    """
    whole = [1] + [0] * others
    for count in counts:
        for degree in range(others, 0, -1):
            whole[degree] += whole[degree - 1] * count
    return [_divided(whole, count) for count in counts]


def _divided(whole: Sequence[int], count: int) -> int:
    """The last coefficient of the generating polynomial divided by (1 + count·x)."""
    ways = 0
    for coefficient in whole:
        ways = coefficient - ways * count
    return ways


def _crowd(rooms: Sequence[Room], load: Counter[str], token: bytes) -> Choice:
    """Too few rooms: any free booth of the rooms that hold the fewest members of this committee."""
    if not rooms:
        raise Refusal("no-free-booth")
    least = min(load[room.name] for room in rooms)
    booths = [(room.name, booth) for room in rooms if load[room.name] == least for booth in room.booths]
    name, booth = booths[_below(token, len(booths))]
    return Choice(room=name, booth=booth, shared=least > 0)


def _below(token: bytes, bound: int) -> int:
    """A uniform integer in [0, bound): bits of HMAC-SHA256(token, label ‖ u32be counter …), rejecting the
    excess."""
    bits = (bound - 1).bit_length()
    if bits == 0:
        return 0
    counter, number = 0, bound
    while number >= bound:
        blocks = b""
        while len(blocks) * 8 < bits:
            blocks += hmac.digest(token, TOKEN_LABEL + counter.to_bytes(4, "big"), hashlib.sha256)
            counter += 1
        number = int.from_bytes(blocks, "big") >> (len(blocks) * 8 - bits)
    return number
