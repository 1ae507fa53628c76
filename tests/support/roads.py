"""Worlds at named points of the straight road, made once and copied; and what a refusal must leave untouched."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from functools import cache

import pytest

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning, report
from evalhub.core.rules.duties import DutyKind, duties
from evalhub.core.rules.events import HUB
from evalhub.core.rules.state import Phase
from support.countersigning import lay_out, signature
from support.world import World

Split = tuple[int, ...]


def _accept_plan(world: World) -> None:
    for number, guest in enumerate(list(world.split)[1:]):
        world.say(guest, c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("KMN"[number])))


def _freeze(world: World) -> None:
    for centre in world.split:
        world.say(centre, world.freeze(centre))


def owed(world: World, *, reserve: bool = False) -> list[tuple[str, object]]:
    """All duties now, oversight's reserve only if asked for."""
    found = [(name, duty) for name in world.parties for duty in duties(world.state, name)]
    return [pair for pair in found if reserve or pair[1].kind is not DutyKind.RESERVE_PIECES]


def _duties(world: World) -> None:
    """Every duty up to the next gate, passing none."""
    while world.state.gate is None and (found := owed(world)):
        world.perform(*found[0])  # type: ignore[arg-type]


def _call(world: World) -> None:
    for centre in world.split:
        world.call(centre)


def _seal(world: World) -> None:
    for seat in list(world.state.seats):
        world.seal(seat)


def _to_summary(world: World) -> None:
    _duties(world)
    world.accept(c.RecordOpening(round=world.state.round().number, sheets=world.opened()), HUB, None)
    world.pass_gate()


def _answer(world: World) -> None:
    for seat in list(world.state.seats):
        world.booth_say(seat, c.SignReport(report=world.state.report, answer="signed"))


def _countersign(world: World) -> None:
    while seat := countersigning.turn(world.state):
        world.booth_say(seat, signature(world, seat))


def _say(who: str, make: Callable[[World], c.Command]) -> Callable[[World], object]:
    return lambda world: world.say(world.host if who == "host" else who, make(world))


STEPS: dict[str, Callable[[World], object]] = {
    "void": lambda world: None,
    "draft": lambda world: world.open(),
    "requested": _say("host", lambda world: c.ProposePlan(plan=world.plan())),
    "confirmed": _accept_plan,
    "drawing": lambda world: world.settle(),
    "frozen": _freeze,
    "commit-gate": _duties,
    "committed": lambda world: world.pass_gate(),
    "escrow-gate": _duties,
    "escrowed": lambda world: world.pass_gate(),
    "reveal-gate": _duties,
    "seeded": lambda world: world.pass_gate(),
    "drawn": _call,
    "checkin": _say("host", lambda world: c.OpenCheckin()),
    "seated": lambda world: world.check_in(),
    "start-pending": _say("host", lambda world: c.RequestStart()),
    "starting": _say("oversight", lambda world: c.ApproveStart()),
    "chair": lambda world: world.pass_gate(),
    "chair-sealed": _seal,
    "chair-opening": lambda world: world.pass_gate(),
    "preliminary": lambda world: world.settle(),
    "detailed": lambda world: world.run_round(),
    "detailed-sealed": _seal,
    "detailed-opening": lambda world: world.pass_gate(),
    "summary": _to_summary,
    "verification": lambda world: world.settle(),
    "report": lambda world: world.conclude(),
    "signing": _say("host", lambda world: c.IssueReport(report=report.report_digest(world.state))),
    "answered": _answer,
    "laid-out": lay_out,
    "closed": _countersign,
    "archived": lambda world: world.settle(),
}
NAMES = tuple(STEPS)


def _one_fails_a_bid(world: World) -> None:
    for number, seat in enumerate(sorted(world.state.seats)):
        world.seal(seat, world.examination([("B2", "Q1")] if number == 0 else []))
    world.settle()


SIDES: dict[str, tuple[str, Callable[[World], object]]] = {  # turnings off the road: from where, and the step
    "deliberation": ("preliminary", _one_fails_a_bid),
    "rollback": ("verification", lambda world: world.say(world.host, c.RequestRollback(to="detailed", reason="-"))),
    "replacing": ("detailed", lambda world: world.remove(sorted(world.state.seats)[0])),
}
OF_PHASE = {  # one point of the road for each phase that can be stood in
    Phase.VOID: "void", Phase.DRAFT: "draft", Phase.REQUESTED: "requested", Phase.CONFIRMED: "confirmed",
    Phase.DRAWING: "drawing", Phase.DRAWN: "drawn", Phase.CHECKIN: "seated", Phase.START_PENDING: "start-pending",
    Phase.STARTING: "starting", Phase.SEALING: "detailed", Phase.SEALED: "detailed-sealed",
    Phase.OPENING: "detailed-opening", Phase.SUMMARY: "summary", Phase.VERIFICATION: "verification",
    Phase.DELIBERATION: "deliberation", Phase.REPORT: "report", Phase.SIGNING: "signing", Phase.CLOSED: "closed",
    Phase.ARCHIVED: "archived", Phase.REPLACING: "replacing", Phase.ROLLBACK: "rollback",
}  # fmt: skip


@cache
def _made(name: str, split: Split, options: tuple[tuple[str, object], ...]) -> World:
    before, step = SIDES[name] if name in SIDES else (NAMES[NAMES.index(name) - 1], STEPS[name])
    world = World(split, **dict(options)) if name == NAMES[0] else copy.deepcopy(_made(before, split, options))  # type: ignore[arg-type]
    step(world)
    return world


@cache
def _aside(name: str, split: Split, options: tuple[tuple[str, object], ...]) -> World:
    point, step = SIDES[name]
    world = copy.deepcopy(_made(point, split, options))
    step(world)
    return world


def road(name: str, split: Split = (3, 2), **options: object) -> World:
    """A world of its own at a point of the straight road, or of a side road."""
    made = _aside if name in SIDES else _made
    return copy.deepcopy(made(name, split, tuple(sorted(options.items()))))


def refuses(world: World, code: str, act: Callable[[], object]) -> Refusal:
    """``act`` is refused with exactly this code and nothing has changed anywhere."""
    before, entries = world.state, len(world.entries)
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code, str(caught.value)
    assert world.state == before
    assert world.replayer.state == before
    assert len(world.entries) == entries
    return caught.value


def malformed(world: World, act: Callable[[], object]) -> Malformed:
    """``act`` is refused for its bytes and nothing has changed anywhere."""
    before, entries = world.state, len(world.entries)
    with pytest.raises(Malformed) as caught:
        act()
    assert (world.state, len(world.entries)) == (before, entries)
    return caught.value


def ticket(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
