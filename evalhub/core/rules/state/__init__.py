"""The state of one session: a fold of its events and nothing else. Frozen; every change is a copy.

Collections keyed by name are dicts that nobody mutates after construction (``put`` makes the changed copy).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from evalhub.core.rules.state.clarification import Clarification, Vetting
from evalhub.core.rules.state.matters import GivenAnswer, Matter
from evalhub.core.rules.state.parts import (
    Acceptance,
    Admission,
    Answer,
    Closing,
    Correction,
    Draw,
    Freeze,
    Gate,
    Layout,
    Outcome,
    Part,
    PdfSignature,
    Principal,
    Removal,
    Representative,
    RollbackRequest,
    Round,
    Sealed,
    SeatState,
    Unsubmit,
)
from evalhub.core.rules.state.phase import Phase, Stage
from evalhub.core.rules.state.session import State

K = TypeVar("K")
V = TypeVar("V")


def put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """A copy of the mapping with one key set."""
    return {**mapping, key: value}


def drop(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    """A copy of the mapping without one key."""
    return {k: v for k, v in mapping.items() if k != key}


__all__ = [
    "Acceptance",
    "Admission",
    "Answer",
    "Clarification",
    "Closing",
    "Correction",
    "Draw",
    "Freeze",
    "Gate",
    "GivenAnswer",
    "Layout",
    "Matter",
    "Outcome",
    "Part",
    "PdfSignature",
    "Phase",
    "Principal",
    "Removal",
    "Representative",
    "RollbackRequest",
    "Round",
    "Sealed",
    "SeatState",
    "Stage",
    "State",
    "Unsubmit",
    "Vetting",
    "drop",
    "put",
]
