"""Replay: every prefix equals the live state; every bent ledger is found at its entry."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.roads import road
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken
from evalhub.core.ledger.entry import Actor, make_entry, read_entry
from evalhub.core.ledger.times import format_time
from evalhub.core.rules.journal import Replayer
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import State


def replay(world: World, entries: list[bytes]) -> Replayer:
    replayer = Replayer(world.session)
    for data in entries:
        replayer.feed(data, world.blobs.__getitem__)
    return replayer


def _reseq(data: bytes, seq: int) -> bytes:
    return canonical({**msgspec.json.decode(data), "seq": seq})


@pytest.mark.parametrize("split", [(3, 2), (3, 1, 1)])
def test_replay_equals_live_at_every_prefix(split):
    world, replayer = road("archived", split), Replayer("WH-2026-1121-003")
    state = State(session=world.session)
    for data, event in zip(world.entries, world.events, strict=True):
        assert replayer.feed(data, world.blobs.__getitem__) == event
        state = evolve(state, event)
        assert replayer.state == state
    assert replayer.settled
    assert state == world.state


def _break(replayer: Replayer, world: World, data: bytes) -> Broken | None:
    try:
        replayer.feed(data, world.blobs.__getitem__)
    except Broken as error:
        return error
    return None


def bent(world: World, index: int, bend: Callable[[list[bytes]], list[bytes]]) -> int | None:
    """The entry at which replay stops, None if it does not."""
    entries = bend(list(world.entries))
    replayer = Replayer(world.session)
    for number, data in enumerate(entries):
        before, found = replayer.state, _break(replayer, world, data)
        if found is not None:
            assert (replayer.state, found.entry) == (before, number)
            return number
    return None if replayer.settled and len(entries) == len(world.entries) else len(entries)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_nothing_is_left_out_repeated_or_reordered(data):
    world = road("archived")
    size = len(world.entries)
    index = data.draw(st.integers(0, size - 2))
    how = data.draw(st.sampled_from(["drop", "repeat", "swap"]))

    def bend(entries: list[bytes]) -> list[bytes]:
        if how == "drop":
            del entries[index]
        elif how == "repeat":
            entries.insert(index + 1, entries[index])
        else:
            entries[index], entries[index + 1] = entries[index + 1], entries[index]
        return [_reseq(entry, seq) for seq, entry in enumerate(entries)]

    where = bent(world, index, bend)
    if how != "swap" or not _commute(world, index):
        assert where is not None
        assert where >= index


def _commute(world: World, index: int) -> bool:
    """Two independent statements may lawfully stand in either order while their times do."""
    first, second = (read_entry(world.entries[i], world.blobs.__getitem__) for i in (index, index + 1))
    return first.ms == second.ms


def test_swapped_times_run_backwards():
    world = road("archived")
    pairs = [i for i in range(len(world.events) - 1) if world.events[i].at < world.events[i + 1].at]

    def swap(entries: list[bytes]) -> list[bytes]:
        at = pairs[3]
        entries[at], entries[at + 1] = entries[at + 1], entries[at]
        return [_reseq(entry, seq) for seq, entry in enumerate(entries)]

    assert bent(world, pairs[3], swap) in (pairs[3], pairs[3] + 1)


@pytest.mark.parametrize("field", ["seq", "session", "type", "at"])
def test_every_member_of_an_entry_is_held_to(field):
    world = road("chair")
    values = {"seq": 5, "session": "WH-2026-1121-004", "type": "session_paused", "at": "2020-01-01T00:00:00.000Z"}
    for index in (3, len(world.entries) - 1):

        def bend(entries: list[bytes], index: int = index) -> list[bytes]:
            entries[index] = canonical({**msgspec.json.decode(entries[index]), field: values[field]})
            return entries

        assert bent(world, index, bend) == index


def _consequences(world: World) -> list[int]:
    return [i for i, event in enumerate(world.events) if event.by.role == "hub"]


def test_the_hub_cannot_change_a_consequence():
    world = road("archived")
    tried = 0
    for index in _consequences(world):
        raw = msgspec.json.decode(world.entries[index])
        if raw["type"] in ("gate_countersigned", "sheets_opened") or "body" not in raw:
            continue
        for name, value in raw["body"].items():
            if isinstance(value, int) and not isinstance(value, bool):
                lie = {**raw["body"], name: value + 1}
            elif isinstance(value, str):
                lie = {**raw["body"], name: value + "x"}
            else:
                continue

            def bend(entries: list[bytes], index: int = index, raw: dict = raw, lie: dict = lie) -> list[bytes]:
                entries[index] = canonical({**raw, "body": lie})
                return entries

            assert bent(world, index, bend) == index, raw["type"]
            tried += 1
    assert tried > 20


def test_the_hub_cannot_speak_for_anybody_or_under_another_name():
    world = road("chair")
    seq, ms = len(world.entries), world.state.now
    body = canonical({"reason": "-"})
    for role, site, kind in [("hub", "hub", "session_paused"), ("oversight", "oversight", "session_paused"),
                             ("hub", "hub", "no_such_type"), ("hub", "hub", "chair_elected")]:  # fmt: skip
        data, _ = make_entry(
            seq=seq, ms=ms, session=world.session, type=kind, actor=Actor(role=role, site=site), body=body
        )
        with pytest.raises(Broken) as caught:
            world.replayer.feed(data, world.blobs.__getitem__)
        assert caught.value.entry == seq


def test_a_consequence_of_the_wrong_actor_is_broken():
    world = road("archived")
    index = next(i for i in _consequences(world) if world.events[i].type == "plan_agreed")
    raw = msgspec.json.decode(world.entries[index])

    def bend(entries: list[bytes]) -> list[bytes]:
        entries[index] = canonical({**raw, "actor": {"role": "host", "site": "wuhan"}})
        return entries

    assert bent(world, index, bend) == index


def test_a_ledger_that_stops_before_a_consequence_is_not_settled():
    world = road("archived")
    index = next(i for i in _consequences(world) if world.events[i].type == "plan_agreed")
    assert not replay(world, world.entries[:index]).settled
    assert replay(world, world.entries[: index + 1]).settled


def test_a_consequence_has_the_time_of_what_caused_it():
    world = road("archived")
    index = next(i for i in _consequences(world) if world.events[i].type == "plan_agreed")
    raw = msgspec.json.decode(world.entries[index])

    def bend(entries: list[bytes]) -> list[bytes]:
        entries[index] = canonical({**raw, "at": format_time(world.events[index].at + 1)})
        return entries

    assert bent(world, index, bend) == index
