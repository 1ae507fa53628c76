"""The first expert to sit down declares a conflict: its seat is vacated, the next leaf of the draw is called."""

from __future__ import annotations

from random import Random

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.demo.scenarios.scenario import Scenario


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return SyntheticExpert(client, choices, conflict=number == 0)


SCENARIO = Scenario(
    name="recusal",
    title=("签到时回避并递补", "recusal at check-in, and its replacement"),
    leaves=("recusal_declared", "seat_vacated", "seat_assigned", "start_approved", "session_archived"),
    expert=_expert,
)
