"""Gates: points where every party must hold and countersign the ledger before anything else happens (``sealing`` §1).

A gate is due by the state alone and is closed over the ledger as it stands then. The hub records the countersigned
checkpoint; only a note of at least that size passes.
"""

from __future__ import annotations

from evalhub.core.errors import Refusal
from evalhub.core.rules import checkin, drawing, replacing, road, rounds
from evalhub.core.rules import commands as c
from evalhub.core.rules.events import By
from evalhub.core.rules.state import Gate, Phase, Stage, State, put


def due(state: State) -> str | None:
    """Name of the gate this state has reached and not passed, if any."""
    if state.phase is Phase.DRAWING and state.draws:
        return _draw_gate(state)
    if state.phase is Phase.STARTING:
        return _unless_passed(state, "seating")
    if state.phase is Phase.REPLACING and checkin.all_ready(state):
        return _unless_passed(state, replacing.seating_gate(state))
    if state.phase is Phase.SEALED:
        return _unless_passed(state, f"seal:{state.round().number}")
    if state.phase is Phase.OPENING and rounds.fully_opened(state):
        return _unless_passed(state, f"opened:{state.round().number}")
    return None


def _draw_gate(state: State) -> str | None:
    draw, everyone = state.draw(), set(drawing.contributors(state))
    steps = (("commit", draw.commits), ("escrow", draw.escrows), ("reveal", draw.reveals))
    for name, done in steps:
        if set(done) == everyone and f"{name}:{draw.number}" not in state.gates:
            return f"{name}:{draw.number}"
    return None


def _unless_passed(state: State, gate: str) -> str | None:
    return None if gate in state.gates else gate


def may_record(state: State, command: c.RecordGate, _: By) -> None:
    """The open gate, over everything it stands for and nothing that is not yet in the ledger."""
    if state.gate is None or command.gate != state.gate.name:
        raise Refusal("no-such-gate", gate=command.gate)
    if not state.gate.size <= command.size <= state.size:
        raise Refusal("gate-too-small", size=command.size, needed=state.gate.size)


def recorded(state: State, command: c.RecordGate, _: By) -> State:
    """The way on is open."""
    state = state.with_(gate=None, gates=put(state.gates, command.gate, command.size), gate_root=_root(command.note))
    if command.gate.startswith("seal:"):
        return state.with_(phase=Phase.OPENING)
    if command.gate.startswith("opened:"):
        last = state.round().stage is Stage.DETAILED and road.done(state)
        return state.with_(phase=Phase.SUMMARY if last else Phase.OPENED)
    return state


def _root(note: str) -> str:
    """The root in the gate's checkpoint, b64 as written there; empty if the note is no checkpoint (a hub that lies is
    found out by whoever checks the note itself)."""
    lines = note.split("\n")
    return lines[2] if len(lines) > 2 else ""


def close(state: State) -> State:
    """Shut the gate if one is due; called after every event."""
    name = due(state)
    if name is None or (state.gate is not None and state.gate.name == name):
        return state
    return state.with_(gate=Gate(name=name, size=state.size))
