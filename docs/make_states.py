"""Writes ``docs/states.md`` from the one table (``phases.TABLE``) and from sessions that are really run.

Arrows are never drawn by hand: scripts drive sessions down the straight road and down its turnings, and every change of
phase that happens becomes an arrow. The access table is ``TABLE`` itself.

    python docs/make_states.py          rewrite docs/states.md
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.roads import road  # noqa: E402
from support.world import World, small_project  # noqa: E402

from evalhub.core.rules import commands as c  # noqa: E402
from evalhub.core.rules import concluding, drawing, result  # noqa: E402
from evalhub.core.rules.events import GROUNDS  # noqa: E402
from evalhub.core.rules.phases import TABLE  # noqa: E402
from evalhub.core.rules.session import evolve  # noqa: E402
from evalhub.core.rules.state import Phase, State  # noqa: E402

TARGET = ROOT / "docs" / "states.md"
ROLES: tuple[c.Role, ...] = ("hub", "host", "guest", "oversight", "booth")
Move = tuple[Phase, str, Phase]
ORDER = list(Phase)


def moves(world: World) -> set[Move]:
    """Every change of phase in a session, with the event that made it. Time alone never makes one."""
    state, found = State(session=world.session), set()
    for event in world.events:
        after = evolve(state, event)
        if after.phase is not state.phase:
            found.add((state.phase, event.type, after.phase))
        state = after
    return found


def _second_draw() -> World:
    """The guest's list runs dry, first while drawing and then at check-in."""
    world = road("seeded", pool=3)
    world.call("wuhan")
    world.call("wedz", lambda centre, leaf: "declined")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    world.parties["wedz"].pool = ("a" * 64, "b" * 64)
    world.seed_draw().call("wedz")
    world.say("wuhan", c.OpenCheckin())
    world.seat("wedz", next(iter(drawing.members(world.state, "wedz"))), conflict="B1")
    world.say("oversight", c.OrderDraw(draw=3, reason="-"))
    return world


def _refused_start() -> World:
    world = road("start-pending")
    world.say("oversight", c.RefuseStart(reason="-"))
    return world


def _failed() -> World:
    world = road("preliminary")
    for seat in list(world.state.seats):
        world.seal(seat, world.examination((b, "Q1") for b in world.form().bidders))
    world.settle()
    return world


def _deliberated(judgement: str) -> World:
    """One member fails a bid, the others agree, and competition is judged."""
    world = road("preliminary")
    for number, seat in enumerate(list(world.state.seats)):
        world.seal(seat, world.examination([("B1", "Q1")] if number == 0 else []))
    world.settle()
    return world.deliberate(lambda seat, matter: "agree" if matter.kind == "rejection" else judgement)


def _lacking() -> World:
    return _deliberated("agree")


def _going_on() -> World:
    return _deliberated("disagree").close_deliberation()


def _ended() -> World:
    world = _deliberated("disagree")
    world.say("oversight", c.EndDeliberation(reason="-"))
    return world


def _corrected() -> World:
    world = road("detailed")
    for number, seat in enumerate(list(world.state.seats)):
        sheet = world.scores(world.form(), lambda b, f, n=number: f.highest + (1 if (n, b) == (0, "B1") else 0))
        world.seal(seat, sheet)
    world.settle()
    for finding in world.state.findings or ():
        for seat in finding.seats:
            before = result.scores_of(world.state)[seat][finding.bidder, finding.factor]
            right = next(f.highest for f in world.project.factors if f.code == finding.factor)
            world.booth_say(seat, c.CorrectItem(
                finding=finding.code, ground=GROUNDS[finding.kind], bidder=finding.bidder, factor=finding.factor,
                before=before, after=right, reason="-",
            ))  # fmt: skip
    world.say("wuhan", c.ConcludeVerification())
    world.settle()
    return world


def _cancelled(name: str) -> Callable[[], World]:
    def script() -> World:
        world = road(name)
        world.say("wuhan", c.CancelSession(reason="-"))
        world.settle()
        return world

    return script


def _stopped(name: str) -> Callable[[], World]:
    def script() -> World:
        world = road(name)
        world.say("oversight", c.StopSession(reason="-"))
        world.settle()
        return world

    return script


def _stopped_between_rounds() -> World:
    """Between an opening and the next round a session stands only while it is paused."""
    world = road("chair-opening")
    for name in world.split:
        world.say(name, world.pieces(name))
    world._open_if_due()
    world.say("oversight", c.PauseSession(reason="-"))
    world.pass_gate()
    world.say("oversight", c.StopSession(reason="-"))
    return world


def _removed(name: str) -> Callable[[], World]:
    def script() -> World:
        world = road(name)
        return world.remove(sorted(world.state.seats)[0])

    return script


def _replaced() -> World:
    world = road("verification")
    world.replace(sorted(world.state.seats)[0])
    world.run_round()
    return world.evaluate().explain().conclude().sign()


def _rolled_back() -> World:
    world = road("report")
    world.say(world.host, c.RequestRollback(to="preliminary", reason="-"))
    world.say("oversight", c.ApproveRollback(reason="-"))
    return world


def _not_rolled_back(name: str) -> Callable[[], World]:
    def script() -> World:
        world = road(name)
        world.say(world.host, c.RequestRollback(to="detailed", reason="-"))
        world.say("oversight", c.RefuseRollback(reason="-"))
        return world

    return script


def _removed_before_the_start() -> World:
    world = road("starting")
    world.remove(sorted(world.state.seats)[0])
    world.pass_gate()
    return world


def _redrawn() -> World:
    """Nobody is left to call when a member has gone: a further draw, and back."""
    world = road("detailed", reserves=0)
    seat = sorted(world.state.seats)[0]
    centre = seat.split("/")[0]
    world.remove(seat)
    world.call(centre, lambda _, leaf: "declined")
    world.say("oversight", c.OrderDraw(draw=2, reason="-"))
    world.seed_draw()
    world.call(centre)
    return world


BEFORE_START = ("draft", "requested", "confirmed", "drawing", "drawn", "seated", "start-pending")
TO_REMOVE = ("start-pending", "detailed", "summary", "verification", "report", "signing")
TO_STOP = (
    "rollback",
    "drawing", "drawn", "seated", "start-pending", "starting", "detailed", "detailed-sealed", "detailed-opening",
    "replacing", "summary", "verification", "report", "signing",
)  # fmt: skip
SCRIPTS: tuple[Callable[[], World], ...] = (
    lambda: road("archived"),
    lambda: road("archived", (3, 1, 1), project=small_project(5, bidders=4)),
    _second_draw, _refused_start, _failed, _lacking, _going_on, _ended, _corrected, *map(_cancelled, BEFORE_START),
    *map(_stopped, TO_STOP), _stopped_between_rounds, _replaced, _removed_before_the_start, _redrawn,
    *map(_removed, TO_REMOVE),
    _rolled_back, *map(_not_rolled_back, ("detailed", "summary", "verification", "report")),
)  # fmt: skip


@cache
def _worlds() -> tuple[World, ...]:
    return tuple(script() for script in SCRIPTS)


def all_moves() -> list[Move]:
    """The arrows, in the order of the road."""
    found: set[Move] = set().union(*map(moves, _worlds()))
    return sorted(found, key=lambda move: (ORDER.index(move[0]), ORDER.index(move[2]), move[1]))


def _from(event: str) -> str:
    """The phases that one event has left."""
    return " ".join(source.value for source, said, _ in all_moves() if said == event)


def _picture() -> list[str]:
    arrows = [move for move in all_moves() if move[1] not in ("session_cancelled", "session_stopped")]
    lines = ["stateDiagram-v2", "    [*] --> void"]
    lines += [f"    {source.value} --> {target.value}: {event}" for source, event, target in arrows]
    ends = {world.state.phase for world in _worlds() if concluding.over(world.state)}
    return [*lines, *(f"    {phase.value} --> [*]" for phase in ORDER if phase in ends)]


def _access() -> list[str]:
    lines = ["| command | becomes | " + " | ".join(ROLES) + " | phases | while paused |"]
    lines.append("|---|---|" + "---|" * (len(ROLES) + 2))
    for kind, row in TABLE.items():
        who = " | ".join("yes" if role in row.by else "" for role in ROLES)
        phases = " ".join(phase.value for phase in ORDER if phase in row.phases)
        paused = "yes" if row.while_paused else ""
        lines.append(f"| `{c.NAMES[kind]}` | `{kind.past}` | {who} | {phases} | {paused} |")
    return lines


def render() -> str:
    """The whole page."""
    return "\n".join([
        "# States of a session",
        "",
        "Made by `docs/make_states.py` from the table in `evalhub/core/rules/phases.py` and from sessions run for it;",
        "a test holds this page to it. Do not edit.",
        "",
        "## Phases",
        "",
        "An arrow is an event of the ledger that changed the phase in a session that was run. Two more are not drawn:",
        "",
        f"- to `cancelled`, by the host's `session_cancelled`, from: {_from('session_cancelled')};",
        "- to `failed`, by oversight's `session_stopped`, also in a pause and at a gate, from: "
        f"{_from('session_stopped')}.",
        "",
        "Whoever filed a key destroys it when the session is closed, has failed or is cancelled; then it is archived.",
        "A session cancelled before its roster was complete has nothing to archive and ends there.",
        "",
        "```mermaid",
        *_picture(),
        "```",
        "",
        "## Who may do what, and when",
        "",
        "A command without a row does not exist. A row allows only those with a yes, only in these phases, and while",
        "the session is paused only if the last column says so. Each command has further rules of its own.",
        "",
        *_access(),
        "",
    ])  # fmt: skip


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
