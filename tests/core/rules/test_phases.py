"""Default deny: every role, command and phase, one cell each; and the page in docs that shows them."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from support.attempts import MAKERS
from support.roads import OF_PHASE, road

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By
from evalhub.core.rules.phases import TABLE, check
from evalhub.core.rules.session import decide
from evalhub.core.rules.state import Phase, State

ROLES: tuple[c.Role, ...] = ("hub", "host", "guest", "oversight", "booth")
DOCS = Path(__file__).parents[3] / "docs"


def test_every_command_has_a_row_and_every_row_a_command():
    assert set(TABLE) == set(c.COMMANDS.values())
    assert all(row.by and row.phases for row in TABLE.values())


def test_the_makers_reach_every_command_but_envelopes():
    assert set(MAKERS) == set(c.COMMANDS.values()) - c.ENVELOPES


@pytest.mark.requirement("R78")
def test_nothing_happens_after_the_end():
    assert [kind for kind, row in TABLE.items() if Phase.ARCHIVED in row.phases] == []
    for phase in (Phase.FAILED, Phase.CANCELLED):
        assert [kind for kind, row in TABLE.items() if phase in row.phases] == [c.DestroyKey]


def test_only_the_hub_records_and_nobody_else_may():
    for kind, row in TABLE.items():
        assert (row.by == {"hub"}) is (kind in c.HUB_COMMANDS)


def test_booths_never_share_a_command_with_parties():
    for row in TABLE.values():
        assert "booth" not in row.by or row.by == {"booth"}


class _Any(c.Command):
    """A command without a row."""


def test_a_command_without_a_row_does_not_exist():
    with pytest.raises(KeyError):
        check(State(session="WH-1", phase=Phase.DRAFT), _Any(), By(role="host", site="wuhan"))


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("role", ROLES)
def test_every_cell(role, phase):
    """Each command in each phase by each role, running and paused."""
    for paused in (False, True):
        state = State(session="WH-1", phase=phase, paused_since=1 if paused else None)
        for kind, row in TABLE.items():
            expected = None
            if role not in row.by:
                expected = "not-yours"
            elif phase not in row.phases:
                expected = "wrong-phase"
            elif paused and not row.while_paused:
                expected = "session-paused"
            assert _refusal(state, kind, role) == expected, kind.__name__


@cache
def _examples() -> dict[type[c.Command], c.Command]:
    """One command of each kind; the table looks at nothing but the kind."""
    world, chance = road("detailed"), Random(1)
    sealed = {type(event.content): event.content for event in world.events if type(event.content) in c.ENVELOPES}
    return {**sealed, **{kind: make(world, chance) for kind, make in MAKERS.items()}}


def _refusal(state: State, kind: type[c.Command], role: c.Role) -> str | None:
    try:
        check(state, _examples()[kind], By(role=role, site="x"))
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("phase", list(OF_PHASE))
def test_decide_asks_the_table_first(phase):
    """In a real session of each phase: what the table denies is denied with its code, whatever else is wrong."""
    world, chance = road(OF_PHASE[phase]), Random(1)
    assert world.state.phase is phase
    for kind, make in MAKERS.items():
        command = make(world, chance)
        for role in ROLES:
            by = By(role=role, site="wuhan", seat="wuhan/A1-01", kid="k", n=1)
            denied = role not in TABLE[kind].by or phase not in TABLE[kind].phases
            try:
                decide(world.state, command, by, world.time)
                code = None
            except Refusal as refusal:
                code = refusal.code
            except Malformed:
                code = "malformed"
            assert (code in ("not-yours", "wrong-phase")) is denied, (kind.__name__, role, code)


# -- the page ----------------------------------------------------------------------------------------------------------


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_states", DOCS / "make_states.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_generator_makes():
    made = _maker().render()
    assert (DOCS / "states.md").read_text(encoding="utf-8") == made, "run: python docs/make_states.py"


def test_every_phase_but_void_is_entered_on_the_page():
    entered = {target for _, _, target in _maker().all_moves()}
    assert entered == set(Phase) - {Phase.VOID}
