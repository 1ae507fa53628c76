"""What a scenario is: how its project and people differ from the straight road, and what the ledger must then hold.

Rules
- A scenario changes only what people write and decide: project, session file, experts, what operators and oversight do
  besides the straight road. Never the rules, never a process.
- ``leaves`` are entry types the ledger has to hold, in this order, other entries between them; so a scenario that did
  not happen cannot pass for one that did.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.rules.plan import Project
from evalhub.demo.script import Script
from evalhub.party.session_file import SessionSetup
from evalhub.replay.findings import End

T = TypeVar("T")

Sitting = Callable[[BoothClient, Random, int], SyntheticExpert]
"""Who sits down: the booth, its choices, and how many sat down before it (0, 1, 2 …)."""

Alongside = Callable[[Script], Awaitable[None]]
"""What operators and oversight do besides the straight road; cancelled when the session is over."""


def _same(value: T) -> T:
    return value


def _ordinary(client: BoothClient, choices: Random, _: int) -> SyntheticExpert:
    return SyntheticExpert(client, choices)


async def _nothing(_: Script) -> None:
    return


@dataclass(frozen=True)
class Scenario:
    """One road. ``ends``: how the verifier has to find it ended."""

    name: str
    title: tuple[str, str]  # Chinese, English
    leaves: tuple[str, ...]
    ends: End = "archived"
    project: Callable[[Project], Project] = _same
    setup: Callable[[SessionSetup], SessionSetup] = _same
    expert: Sitting = _ordinary
    alongside: Alongside = _nothing


def unmet(scenario: Scenario, types: Iterable[str], end: End) -> str:
    """What the ledger lacks of the scenario: the first of its leaves that ``types`` does not hold in order, or its end;
    empty if it took this road.
    """
    rest = iter(types)
    lacking = next((leaf for leaf in scenario.leaves if leaf not in rest), "")
    return lacking or ("" if end == scenario.ends else scenario.ends)
