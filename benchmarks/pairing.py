"""Alternating pairs: how two things are compared on a machine whose speed changes from minute to minute.

A, B, A, B … in short windows; the ratio of each neighbouring pair; the median ratio, and a bootstrap 90 % interval
of it (percentile method, fixed seed). Never compares with a number of another run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the benchmark's table. ``floor`` and ``target``: what the ratio should reach, or stay below."""

    id: str
    what: str
    ratio: float
    low: float
    high: float
    floor: float
    target: float
    higher_is_better: bool = True
    note: str = ""


def ratios(pairs: Sequence[tuple[float, float]]) -> list[float]:
    """Ours by theirs, pair by pair."""
    return [ours / theirs for ours, theirs in pairs]


def interval(values: Sequence[float], seed: int = 1) -> tuple[float, float, float]:
    """(median, low, high): the bootstrap 90 % interval of the median."""
    random = Random(seed)
    medians = sorted(median(random.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return median(values), medians[RESAMPLES // 20], medians[-RESAMPLES // 20]


def row(
    id: str,
    what: str,
    pairs: Sequence[tuple[float, float]],
    *,
    floor: float,
    target: float,
    higher_is_better: bool = True,
    note: str = "",
) -> Row:
    """The row of some pairs (ours, theirs)."""
    middle, low, high = interval(ratios(pairs))
    return Row(id, what, middle, low, high, floor, target, higher_is_better, note)
