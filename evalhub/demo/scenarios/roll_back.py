"""The host asks to go back from the detailed evaluation to the preliminary examination; oversight approves."""

from __future__ import annotations

from evalhub.booth.expert import DONE, SyntheticExpert
from evalhub.core.rules.forms import Form
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.script import OVER, TAKEN, Script


class _Slow(SyntheticExpert):
    """Is still writing its scores when the roll-back comes; after a second examination it is as quick as the others."""

    examined = 0

    async def _seal(self, form: Form) -> None:
        if form.stage == "detailed" and self.examined < 2:
            await self.client.until(lambda view: view.round > form.round or view.phase in DONE)
            return
        self.examined += form.stage == "preliminary"
        await super()._seal(form)


async def _alongside(script: Script) -> None:
    view = await script.host.until(lambda view: view["stage"] == "detailed" or view["phase"] in OVER)
    if view["phase"] == "sealing":
        asked = {"to": "preliminary", "reason": "演练：初步评审遗漏一项资格文件"}
        await script.host.ensure("request-rollback", asked, done=TAKEN)
        await script.oversight.until(lambda view: view["phase"] == "rollback")
        await script.oversight.ensure("approve-rollback", {"reason": "演练：同意退回"}, done=TAKEN)


SCENARIO = Scenario(
    name="roll-back",
    title=("退回初步评审", "back to the preliminary examination"),
    leaves=(
        "rollback_requested", "rollback_approved", "rolled_back", "round_opened", "bids_examined", "round_opened",
        "result_declared", "session_archived",
    ),
    expert=lambda client, choices, number: (_Slow if number == 0 else SyntheticExpert)(client, choices),
    alongside=_alongside,
)  # fmt: skip
