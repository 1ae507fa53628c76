"""Oversight pauses the detailed evaluation and lets it go on: the clock stops for all, the time is given back."""

from __future__ import annotations

import asyncio
from random import Random

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import DONE, SyntheticExpert
from evalhub.core.rules.forms import Form
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.script import OVER, TAKEN, Script


class _Patient(SyntheticExpert):
    """Writes until the time lost has been given back: the end of the round moves."""

    async def _seal(self, form: Form) -> None:
        if form.stage == "detailed":
            assert self.client.view is not None
            before = self.client.view.deadline
            await self.client.until(lambda view: view.deadline != before or view.phase in DONE)
        await super()._seal(form)


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (_Patient if number == 0 else SyntheticExpert)(client, choices)


async def _alongside(script: Script) -> None:
    """Again if the expert came too late to see the end of its round move."""
    view = await script.oversight.until(lambda view: view["stage"] == "detailed" or view["phase"] in OVER)
    while view["phase"] == "sealing":
        await script.oversight.ensure("pause", {"reason": "演练：核对现场"}, done=TAKEN | {"session-paused"})
        await script.oversight.ensure("resume", {"reason": "演练：已核对"}, done=TAKEN | {"not-paused"})
        await asyncio.sleep(1)
        view = await script.oversight.until(lambda view: True)


SCENARIO = Scenario(
    name="pause",
    title=("评审中暂停并恢复", "pause and resume while scores are being written"),
    leaves=("session_paused", "session_resumed", "sheet_sealed", "result_declared", "session_archived"),
    expert=_expert,
    alongside=_alongside,
)
