"""Seating: apart, exclusive, replayable, and uniform over all feasible seatings (counted by brute force)."""

import hashlib
from collections import Counter
from itertools import combinations, permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.rules.seating import (
    Choice,
    Room,
    Seat,
    Seated,
    SessionSize,
    Vacated,
    check_apart,
    check_seating,
    check_sessions,
    next_booth,
    seat_sessions,
)


def hall(*sizes):
    """Rooms A, B, … with booths A1, A2, …"""
    return [
        Room(name=name, booths=tuple(f"{name}{number}" for number in range(1, size + 1)))
        for name, size in zip("ABCDEFGH", sizes, strict=False)
    ]


def token(*parts):
    return hashlib.sha256(repr(parts).encode()).digest()


def seat_all(rooms, members, key, used=()):
    """Check in one after the other; returns the logged steps."""
    steps, taken, held = [], [], set(used)
    for number in range(members):
        drawn = token(key, number)
        choice = next_booth(rooms, taken=taken, used=held, remaining=members - number, token=drawn)
        steps.append(Seated(token=drawn.hex(), remaining=members - number, choice=choice, busy=tuple(sorted(used))))
        taken.append(choice.room)
        held.add(choice.booth)
    return steps


def chi_square(found, cells, expected):
    return sum((found[cell] - expected) ** 2 / expected for cell in cells)


# --- one booth at check-in -----------------------------------------------------------------------------------


@pytest.mark.requirement("R34")
def test_the_whole_seating_is_uniform():
    """Rooms of 3, 1 and 2 booths, 2 members: 22 ordered seatings. A naive draw over free booths fails this."""
    rooms = hall(3, 1, 2)
    booths = [(room.name, booth) for room in rooms for booth in room.booths]
    cells = [(a[1], b[1]) for a, b in permutations(booths, 2) if a[0] != b[0]]
    assert len(cells) == 22
    found = Counter(tuple(step.choice.booth for step in seat_all(rooms, 2, key)) for key in range(6600))
    assert set(found) == set(cells)
    assert chi_square(found, cells, 300) < 46.80  # 21 degrees of freedom, 0.1 %


def test_as_many_members_as_rooms_uniform_too():
    """The narrowest case: everybody's room decides the others'. 2 x 1 x 3 booths x 3! orders = 36 seatings."""
    rooms = hall(2, 1, 3)
    found = Counter(tuple(step.choice.booth for step in seat_all(rooms, 3, key)) for key in range(7200))
    assert len(found) == 36
    assert chi_square(found, found, 200) < 66.62  # 35 degrees of freedom, 0.1 %


@pytest.mark.requirement("R35")
@settings(max_examples=150, deadline=None)
@given(sizes=st.lists(st.integers(0, 4), min_size=1, max_size=6), key=st.integers(), data=st.data())
def test_apart_whenever_rooms_suffice(sizes, key, data):
    rooms = [room for room in hall(*sizes) if room.booths]
    members = data.draw(st.integers(0, len(rooms)))
    steps = seat_all(rooms, members, key)
    assert len({step.choice.room for step in steps}) == members
    assert not any(step.choice.shared for step in steps)
    check_seating(rooms, steps)


@pytest.mark.requirement("R35")
@settings(max_examples=100, deadline=None)
@given(sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3), key=st.integers())
def test_with_too_few_rooms_they_fill_evenly_and_say_so(sizes, key):
    rooms = hall(*sizes)
    steps = seat_all(rooms, sum(sizes), key)
    rooms_used = [step.choice.room for step in steps]
    assert len({step.choice.booth for step in steps}) == sum(sizes)
    assert [step.choice.shared for step in steps] == [name in rooms_used[:i] for i, name in enumerate(rooms_used)]
    with pytest.raises(Refusal, match="no-free-booth"):
        next_booth(rooms, taken=rooms_used, used={s.choice.booth for s in steps}, remaining=1, token=b"t")


def test_sharing_is_uniform_over_the_least_loaded_rooms():
    rooms = hall(3, 2, 4)
    found = Counter(
        next_booth(rooms, taken=["A", "B", "C", "C"], used={"A1"}, remaining=1, token=token(key)).booth
        for key in range(4000)
    )
    assert set(found) == {"A2", "A3", "B1", "B2"}
    assert chi_square(found, found, 1000) < 16.27  # 3 degrees of freedom, 0.1 %


def test_the_order_of_the_plan_decides_nothing():
    rooms = hall(3, 2, 4)
    turned = [Room(name=room.name, booths=room.booths[::-1]) for room in reversed(rooms)]
    for key in range(20):
        given_ = {"taken": ["A"], "used": ["A1", "B2"], "remaining": 2, "token": token(key)}
        assert next_booth(rooms, **given_) == next_booth(turned, **given_)


def test_senseless_input():
    with pytest.raises(Malformed):
        next_booth(hall(2), taken=(), used=(), remaining=0, token=b"t")
    with pytest.raises(Malformed):
        next_booth([*hall(2), Room(name="B", booths=("A1",))], taken=(), used=(), remaining=1, token=b"t")


def test_a_replacement_gets_the_open_room_but_never_the_old_booth():
    rooms = hall(2, 2)
    first, second = seat_all(rooms, 2, "k")
    gone = first.choice
    steps = [first, second, Vacated(booth=gone.booth)]
    held = {gone.booth, second.choice.booth}
    again = next_booth(rooms, taken=[second.choice.room], used=held, remaining=1, token=b"new")
    assert again.room == gone.room
    assert again.booth != gone.booth
    check_seating(rooms, [*steps, Seated(token=b"new".hex(), remaining=1, choice=again)])


def other_booth(step):
    return Choice(room=step.choice.room, booth="A1" if step.choice.booth != "A1" else "A2", shared=False)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda steps: [Seated(token=steps[0].token, remaining=2, choice=other_booth(steps[0])), steps[1]],
        lambda steps: [steps[0], steps[0]],
        lambda steps: [Seated(token="no hex", remaining=2, choice=steps[0].choice)],
        lambda steps: [Seated(token=steps[0].token, remaining=0, choice=steps[0].choice)],
        lambda steps: [Vacated(booth="A1")],
        lambda steps: [*steps, Vacated(booth=steps[0].choice.booth), Vacated(booth=steps[0].choice.booth)],
        lambda steps: [msgspec.structs.replace(step, busy=(step.choice.booth,)) for step in steps],
    ],
)
def test_a_false_record_of_check_ins_is_found(spoil):
    rooms = hall(3, 2)
    steps = seat_all(rooms, 2, "k")
    check_seating(rooms, steps)
    with pytest.raises(Broken):
        check_seating(rooms, spoil(steps))


# --- many sessions -------------------------------------------------------------------------------------------


def sessions_of(*sizes):
    return [SessionSize(session=f"S{number}", size=size) for number, size in enumerate(sizes)]


def feasible(rooms, sessions):
    """Every seating that obeys the rules, by trying all: the booths of all members in order."""
    booths = [(room.name, booth) for room in rooms for booth in room.booths]
    members = [one.session for one in sessions for _ in range(one.size)]
    for places in permutations(booths, len(members)):
        pairs = list(zip(members, places, strict=True))
        if all(a[1][0] != b[1][0] for a, b in combinations(pairs, 2) if a[0] == b[0]):
            yield tuple(booth for _, booth in places)


@pytest.mark.parametrize(
    ("sizes", "committees", "limit"),
    [((2, 2, 1), (2, 2), 123.6), ((2, 2), (2, 1), 37.7), ((1, 1, 1), (2, 1), 20.5)],
)
def test_many_sessions_are_seated_uniformly(sizes, committees, limit):
    """χ² over all feasible seatings (80, 16 and 6 of them) at the 0.1 % limit."""
    rooms, sessions = hall(*sizes), sessions_of(*committees)
    cells = list(feasible(rooms, sessions))
    found = Counter(
        tuple(seat.booth for seat in seat_sessions(sessions, rooms, token(key))) for key in range(30 * len(cells))
    )
    assert set(found) <= set(cells)
    assert chi_square(found, cells, 30) < limit


@settings(max_examples=150, deadline=None)
@given(
    sizes=st.lists(st.integers(0, 3), min_size=1, max_size=4),
    committees=st.lists(st.integers(0, 3), max_size=3),
    key=st.integers(),
)
def test_refused_only_when_no_seating_exists(sizes, committees, key):
    rooms, sessions = hall(*sizes), sessions_of(*committees)
    possible = sum(committees) <= sum(sizes) and next(iter(feasible(rooms, sessions)), None) is not None
    if possible:
        check_apart(sessions, rooms, seat_sessions(sessions, rooms, token(key)))
    else:
        with pytest.raises(Refusal, match="no-feasible-seating"):
            seat_sessions(sessions, rooms, token(key))


def test_two_hundred_sessions_in_nearly_full_rooms():
    rooms = [Room(name=f"R{r:02}", booths=tuple(f"{r:02}-{b:02}" for b in range(25))) for r in range(59)]
    sessions = [SessionSize(session=f"S{number:03}", size=7) for number in range(200)]
    seats = seat_sessions(sessions, rooms, b"seed")
    check_sessions(sessions, rooms, b"seed", seats)
    assert seats == seat_sessions(sessions[::-1], rooms[::-1], b"seed")
    assert seats != seat_sessions(sessions, rooms, b"another seed")


def test_a_false_seating_of_many_sessions_is_found():
    rooms, sessions = hall(2, 2), sessions_of(2, 1)
    seats = seat_sessions(sessions, rooms, b"seed")
    moved = (Seat(session="S0", member=0, room="A", booth="A1"), Seat(session="S0", member=1, room="A", booth="A2"))
    for wrong in (seats[:-1], (*seats, seats[0]), (*moved, seats[2])):
        with pytest.raises(Broken):
            check_apart(sessions, rooms, wrong)
    with pytest.raises(Broken, match="does not exist"):
        check_apart(sessions, rooms, (*seats[:2], Seat(session="S1", member=0, room="B", booth="B9")))
    with pytest.raises(Broken, match="seed"):
        check_sessions(sessions, rooms, b"a quite different seed", seats)


def test_names_are_given_once():
    with pytest.raises(Malformed):
        seat_sessions(sessions_of(1), [*hall(1), *hall(1)], b"s")
    with pytest.raises(Malformed):
        seat_sessions(sessions_of(1) * 2, hall(2), b"s")
