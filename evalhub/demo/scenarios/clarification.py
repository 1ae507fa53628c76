"""An expert asks a bidder in writing: first too freely, so that it is returned; amended, vetted by agency and
oversight, answered by the bidder's own signature, read by all before the asker seals."""

from __future__ import annotations

from random import Random

import msgspec

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import DONE, SyntheticExpert
from evalhub.core.rules import commands as c
from evalhub.core.rules.forms import Form
from evalhub.core.rules.plan import ClarificationRule, Project
from evalhub.demo.bidders import HANDLED, Bidders, approve_all, serve
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.script import Script

FREELY = "我在3号工位，请联系13800000000说明工期如何保证。"
PROPERLY = "请说明投标文件中关键节点工期的保证措施。"
_BIDDERS = Bidders()


class _Asker(SyntheticExpert):
    """Asks before it scores, needs the answer, and seals once it has read it."""

    async def _seal(self, form: Form) -> None:
        if form.stage == "detailed":
            await self._ask(form)
        await super()._seal(form)

    async def _ask(self, form: Form) -> None:
        await self.client.say(c.AskClarification(bidder=form.bidders[0], text=FREELY, needed=True))
        view = await self.client.until(
            lambda view: view.phase in DONE or any(row.status == "returned" for row in view.clarifications)
        )
        for row in view.clarifications:
            if row.own and row.status == "returned":
                await self.client.say(c.AmendClarification(clarification=row.code, text=PROPERLY))
        await self.client.until(
            lambda view: view.phase in DONE or any(row.own and row.answer for row in view.clarifications)
        )


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (_Asker if number == 0 else SyntheticExpert)(client, choices)


def _project(project: Project) -> Project:
    return msgspec.structs.replace(_BIDDERS.project(project), clarification=ClarificationRule(oversight_vets=True))


async def _vet(script: Script) -> None:
    """The agency returns a question in which the scan found something, and approves the others."""
    rows = (await script.host.patiently("clarifications"))["questions"]
    found = [row["question"]["code"] for row in rows if row["question"]["status"] == "asked" and row["signs"]]
    for code in found:
        decision = {"clarification": code, "decision": "return", "reason": "请删去工位号和电话号码"}
        await script.host.ensure("vet", decision, done=HANDLED)
    if not found:
        await approve_all(script)


SCENARIO = Scenario(
    name="clarification",
    title=("请投标人澄清", "a bidder is asked to clarify"),
    leaves=(
        "clarification_asked",
        "clarification_vetted",
        "clarification_amended",
        "clarification_sent",
        "clarification_answered",
        "sheet_sealed",
        "seal_closed",
        "result_declared",
        "session_archived",
    ),
    project=_project,
    expert=_expert,
    alongside=lambda script: serve(script, _BIDDERS, _vet),
)
