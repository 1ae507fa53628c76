"""A member takes its sealed scores back, with oversight's approval, and seals again before the round closes."""

from __future__ import annotations

import asyncio
from random import Random

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import DONE, SyntheticExpert
from evalhub.core.rules import commands as c
from evalhub.core.rules.forms import Form
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.script import OVER, TAKEN, Script

_AGAIN: dict[str, asyncio.Event] = {}  # by session: the sheet was sealed again


def _again(client: BoothClient) -> asyncio.Event:
    return _AGAIN.setdefault(client.memory.session, asyncio.Event())


class _Careful(SyntheticExpert):
    """Seals its scores, finds that it overlooked something, asks for its sheet, and seals again."""

    async def _seal(self, form: Form) -> None:
        await super()._seal(form)
        if form.stage == "detailed":
            await self.client.say(c.RequestUnsubmit(round=form.round, reason="漏看一份业绩证明，申请撤回重评"))
            await self.client.until(lambda view: view.unsubmit == "approved" or view.phase in DONE)
            await self.client.seal(form, self._sheet(form))
            _again(self.client).set()


class _Late(SyntheticExpert):
    """Is the last to seal its scores."""

    async def _seal(self, form: Form) -> None:
        if form.stage == "detailed":
            await _again(self.client).wait()
        await super()._seal(form)


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (_Careful if number == 0 else _Late if number == 1 else SyntheticExpert)(client, choices)


async def _alongside(script: Script) -> None:
    """Oversight lets go whatever is asked for."""
    while (await script.oversight.until(lambda view: True))["phase"] not in OVER:
        for row in (await script.oversight.page()).get("board", {}).get("requests", []):
            answer = {"seat": row["seat"], "approve": True, "reason": "演练：理由成立"}
            await script.oversight.ensure("decide-unsubmit", answer, done=TAKEN | {"no-such-request"})
        await asyncio.sleep(0.05)


SCENARIO = Scenario(
    name="unsubmit",
    title=("签封后申请撤回重评", "a sealed sheet is taken back and sealed again"),
    leaves=("unsubmit_requested", "unsubmit_decided", "sheet_sealed", "result_declared", "session_archived"),
    expert=_expert,
    alongside=_alongside,
)
