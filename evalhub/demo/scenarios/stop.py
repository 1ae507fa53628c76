"""Oversight stops the session in the detailed evaluation: what is sealed stays sealed, keys are destroyed, archived."""

from __future__ import annotations

from evalhub.booth.expert import DONE, SyntheticExpert
from evalhub.core.rules.forms import Form
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.script import OVER, TAKEN, Script


class Undecided(SyntheticExpert):
    """Never comes to an end with its scores."""

    async def _seal(self, form: Form) -> None:
        if form.stage == "detailed":
            await self.client.until(lambda view: view.phase in DONE)
        else:
            await super()._seal(form)


async def _alongside(script: Script) -> None:
    view = await script.oversight.until(lambda view: view["stage"] == "detailed" or view["phase"] in OVER)
    if view["phase"] == "sealing":
        await script.oversight.ensure("stop", {"reason": "演练：评审室断电，无法继续"}, done=TAKEN)


SCENARIO = Scenario(
    name="stop",
    title=("监督叫停", "stopped by oversight"),
    leaves=("session_stopped", "trustee_key_destroyed", "session_archived"),
    ends="stopped",
    expert=lambda client, choices, _: Undecided(client, choices),
    alongside=_alongside,
)
