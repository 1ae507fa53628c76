"""Where the ledger stood when the last sheet was opened: the checkpoint that every party countersigned at that gate.

The report cannot name the root of the ledger that holds the report; it names the last root everyone signed before it.
"""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules.state import State


class Anchor(Record):
    """A countersigned checkpoint: the gate, how many entries it covers, their root (b64, as in the checkpoint)."""

    origin: str
    gate: str
    size: int
    root: str


def anchor(state: State) -> Anchor:
    """The last gate that was passed."""
    gate, size = list(state.gates.items())[-1]
    return Anchor(origin=state.origin, gate=gate, size=size, root=state.gate_root)
