"""The board: each cell of role × action × phase is the rules' own; next steps can be taken; no score too early."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from random import Random
from typing import Any, cast

import pytest
from support.attempts import MAKERS
from support.repository import ROOT
from support.roads import NAMES, OF_PHASE, road

from evalhub.core.codec import canonical
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By
from evalhub.core.rules.phases import TABLE, check
from evalhub.core.rules.state import Phase, State
from evalhub.oversight import orders
from evalhub.party import vetting
from evalhub.party.board import board, next_step, open_actions
from evalhub.party.console import Action
from evalhub.party.party import Party
from evalhub.site.app import Centre, draw_actions, reception_actions
from evalhub.site.booths import BoothDesk
from guest_site import acceptance
from host_site import clarifying, concluding, convening

STATIC = ROOT / "evalhub" / "web" / "static"
NOBODY = cast(Party, None)  # actions are only listed here, never run


def actions(role: str) -> tuple[Action, ...]:
    """What the page of this role may ever ask for."""
    if role == "oversight":
        return (*orders.actions(NOBODY), *vetting.actions(NOBODY))
    centre = Centre(**{one.name: cast(Any, None) for one in fields(Centre)})
    own: tuple[Action, ...] = acceptance.actions(centre)
    if role == "host":
        own = (*convening.actions(centre), *concluding.actions(centre), *clarifying.actions(centre))
    of_any = (*draw_actions(centre), *reception_actions(centre, cast(BoothDesk, None)))
    return (*of_any, *own)


@cache
def names() -> dict[str, str]:
    """A party of each role."""
    state = road("draft").state
    return {party.role: name for name, party in state.parties.items()}


@cache
def examples() -> dict[type[c.Command], c.Command]:
    """One command of each kind but envelopes, which no page sends; the table looks at nothing but the kind."""
    world, chance = road("detailed"), Random(1)
    return {kind: make(world, chance) for kind, make in MAKERS.items()}


def refused(state: State, kind: type[c.Command], role: c.Role) -> str:
    """What the rules say to a command of this kind, before they look at its content."""
    try:
        check(state, examples()[kind], By(role=role, site=names()[role]))
    except Refusal as refusal:
        return refusal.code
    return ""


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("role", ["host", "guest", "oversight"])
def test_every_cell_of_role_action_and_phase(role: c.Role, phase: Phase, paused: bool) -> None:
    state = road("draft").state.with_(phase=phase, paused_since=1 if paused else None)
    table = {action.name: action.command for action in actions(role)}
    shown = open_actions(state, names()[role], table)
    assert shown == [name for name, kind in table.items() if kind and not refused(state, kind, role)]


@pytest.mark.parametrize("role", ["host", "guest", "oversight"])
def test_every_action_stands_for_a_command_its_role_may_give_at_some_time(role: c.Role) -> None:
    for action in actions(role):
        assert action.command is None or role in TABLE[action.command].by, action.name


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("place", NAMES[1:])
@pytest.mark.parametrize("role", ["host", "guest", "oversight"])
def test_the_next_step_can_be_taken_and_is_said_in_words(role: str, place: str, paused: bool) -> None:
    state = road(place).state
    state = state.with_(paused_since=state.now) if paused else state
    step = next_step(state, names()[role])
    page = "oversight" if role == "oversight" else "operator"
    said = set(re.findall(r'^  "?([a-z-]+)"?: \{', (STATIC / page / "text.js").read_text("utf-8"), re.MULTILINE))
    assert (step if step.startswith("wait-") else f"do-{step}") in said, step
    if not step.startswith("wait-") and step not in ("watch", "download-bundle"):
        table = {action.name: action.command for action in actions(role)}
        assert step in open_actions(state, names()[role], table)


def test_the_road_is_walked_by_next_steps() -> None:
    """At every standstill of the road, some party is told to do something."""
    walked = {place: {next_step(road(place).state, name) for name in names().values()} for place in NAMES[1:]}
    assert walked["requested"] == {"wait-guests", "accept", "watch"}
    assert walked["seeded"] == {"record-outcome", "watch"}
    assert walked["seated"] == {"request-start", "wait-host", "watch"}
    assert walked["start-pending"] == {"wait-approval", "approve-start"}
    assert walked["verification"] == {"conclude-verification", "wait-host", "watch"}
    assert walked["archived"] == {"download-bundle"}


@pytest.mark.parametrize(("place", "by", "command"), [
    ("detailed", "oversight", c.StopSession(reason="-")), ("drawn", "wuhan", c.CancelSession(reason="-")),
])  # fmt: skip
def test_an_early_end_waits_for_its_archive_and_then_has_one(place: str, by: str, command: c.Command) -> None:
    world = road(place)
    world.say(by, command)
    steps = {role: next_step(world.state, name) for role, name in names().items()}
    assert steps == {"host": "wait-archive", "guest": "wait-archive", "oversight": "watch"}
    world.settle()
    assert {next_step(world.state, name) for name in names().values()} == {"download-bundle"}


def test_a_session_called_off_before_its_roster_has_nothing_to_wait_for() -> None:
    world = road("requested")
    world.say("wuhan", c.CancelSession(reason="-"))
    assert {next_step(world.state, name) for name in names().values()} == {"download-bundle"}


@pytest.mark.requirement("R38", "R92")
@pytest.mark.parametrize("phase", list(OF_PHASE))
def test_no_score_before_the_result_is_declared(phase: Phase) -> None:
    if phase is Phase.VOID:
        return
    state = road(OF_PHASE[phase]).state
    for name in names().values():
        shown = board(state, name)
        if state.ranking:
            assert len(shown.scores) > 10
        else:
            assert shown.scores == ()
            assert shown.progress.ranking == ()
            opened = [sheet for round_ in state.rounds for sheet in round_.opened.values() if "scores" in sheet.sheet]
            assert all(sheet.salt.encode() not in canonical(shown) for sheet in opened)


def test_a_refused_plan_is_shown_with_its_reason_and_is_the_hosts_turn() -> None:
    world = road("requested")
    guest = names()["guest"]
    world.say(guest, c.RefusePlan(plan=world.state.plan_digest, reason="工位不足"))
    shown = board(world.state, names()["host"])
    assert shown.next == "propose"
    assert [(party.answer, party.reason) for party in shown.parties if party.name == guest] == [("refused", "工位不足")]


@pytest.mark.requirement("R92", "R97")
def test_anomalies_are_for_oversight_alone_and_only_after_the_declaration() -> None:
    for place in NAMES[1:]:
        state = road(place).state
        shown = {role: board(state, name).anomalies is not None for role, name in names().items()}
        assert shown == {"host": False, "guest": False, "oversight": bool(state.ranking)}, place
    assert road("verification").state.ranking
