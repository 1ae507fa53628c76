"""Fewer than three valid bids are left, and the committee finds that they still compete: the evaluation goes on."""

from __future__ import annotations

from random import Random

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.scenarios.too_few_bids import Strict, tendering


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (Strict if number == 0 else SyntheticExpert)(client, choices)


SCENARIO = Scenario(
    name="competition-goes-on",
    title=("有效投标不足三家，认定仍有竞争", "too few valid bids, and competition is found"),
    leaves=(
        *("matter_raised", "bids_examined", "matter_raised", "matter_decided", "deliberation_closed", "round_opened"),
        *("result_declared", "session_archived"),
    ),
    project=tendering,
    expert=_expert,
)
