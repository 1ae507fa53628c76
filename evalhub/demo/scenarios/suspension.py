"""The evaluation stands still beyond the plan's limit: it cannot be resumed, only stopped for a new committee."""

from __future__ import annotations

import asyncio

import msgspec

from evalhub.core.errors import Refusal
from evalhub.core.rules.conduct import Conduct
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.scenarios.stop import Undecided
from evalhub.demo.script import OVER, TAKEN, Script

LIMIT_SECONDS = 1


async def _alongside(script: Script) -> None:
    """Tries to resume once the clock says that it is too late; the rules know only one way on."""
    view = await script.oversight.until(lambda view: view["stage"] == "detailed" or view["phase"] in OVER)
    if view["phase"] != "sealing":
        return
    await script.oversight.ensure("pause", {"reason": "演练：主场断电"}, done=TAKEN | {"session-paused"})
    while True:
        board = (await script.oversight.page()).get("board", {})
        if any(clock["exceeded"] for clock in board.get("clocks", [])):
            break
        await asyncio.sleep(0.05)
    try:
        await script.oversight.patiently("resume", {"reason": "演练：供电恢复"})
    except Refusal as refusal:
        if refusal.code != "fault-too-long":
            raise
    stop = {"reason": "演练：中断超过时限，封存，另行组建评标委员会", "ground": "fault-too-long"}
    await script.oversight.ensure("stop", stop, done=TAKEN)


SCENARIO = Scenario(
    name="suspension",
    title=("中断超时，封存另组委员会", "a standstill beyond its limit"),
    leaves=("session_paused", "session_stopped", "trustee_key_destroyed", "session_archived"),
    ends="stopped",
    setup=lambda setup: msgspec.structs.replace(setup, conduct=Conduct(fault_seconds=LIMIT_SECONDS)),
    expert=lambda client, choices, _: Undecided(client, choices),
    alongside=_alongside,
)
