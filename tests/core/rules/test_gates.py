"""Gates: which, where, and that each stands over exactly the entries it is for."""

from __future__ import annotations

import pytest
from support.roads import road

from evalhub.core.rules import gates
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import State

EXPECTED = [
    "commit:1",
    "escrow:1",
    "reveal:1",
    "seating",
    "seal:1",
    "opened:1",
    "seal:2",
    "opened:2",
    "seal:3",
    "opened:3",
]


@pytest.mark.parametrize("split", [(3, 2), (3, 1, 1)])
def test_the_straight_road_has_ten_gates_in_order(split):
    state = road("archived", split).state
    assert list(state.gates) == EXPECTED
    assert list(state.gates.values()) == sorted(state.gates.values())
    assert state.gate is None


def test_a_gate_covers_the_entry_that_made_it_due():
    world, state = road("archived"), State(session="WH-2026-1121-003")
    due_at = {}
    for event in world.events:
        before, state = state.gate, evolve(state, event)
        if state.gate is not None and before is None:
            due_at[state.gate.name] = (state.size, event.type)
            assert state.gate.size == state.size
    assert {name: kind for name, (_, kind) in due_at.items() if ":1" in name or name == "seating"} == {
        "commit:1": "randomness_committed", "escrow:1": "randomness_escrowed", "reveal:1": "randomness_revealed",
        "seating": "start_approved", "seal:1": "seal_closed", "opened:1": "sheets_opened",
    }  # fmt: skip
    assert list(due_at) == EXPECTED


@pytest.mark.parametrize("name", ["draft", "drawing", "frozen", "drawn", "seated", "chair", "summary", "report"])
def test_no_gate_is_due_in_between(name):
    world = road(name)
    assert gates.due(world.state) is None
    assert world.state.gate is None


def test_nothing_follows_at_a_gate():
    for name in ("commit-gate", "starting", "detailed-sealed"):
        world = road(name)
        assert gates.due(world.state) == world.state.gate.name
        assert gates.close(world.state) == world.state
