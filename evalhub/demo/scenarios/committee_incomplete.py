"""A member leaves its post and no lawful committee can be had any more: stopped, sealed, archived."""

from __future__ import annotations

from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.scenarios.stop import Undecided
from evalhub.demo.script import OVER, TAKEN, Script


async def _alongside(script: Script) -> None:
    view = await script.oversight.until(lambda view: view["stage"] == "detailed" or view["phase"] in OVER)
    if view["phase"] != "sealing":
        return
    seat = view["seats"][0]["seat"]
    gone = {"seat": seat, "ground": "left-post", "reason": "演练：评委擅自离场"}
    await script.oversight.ensure("remove-member", gone, done=TAKEN | {"already-removed", "not-your-seat"})
    await script.oversight.until(lambda view: view["phase"] == "replacing" or view["phase"] in OVER)
    stop = {"reason": "演练：无法补足评标委员会，封存，另行组建", "ground": "committee-incomplete"}
    await script.oversight.ensure("stop", stop, done=TAKEN)


SCENARIO = Scenario(
    name="committee-incomplete",
    title=("评标委员会无法补足", "the committee cannot be completed"),
    leaves=("member_removed", "seat_vacated", "session_stopped", "trustee_key_destroyed", "session_archived"),
    ends="stopped",
    expert=lambda client, choices, _: Undecided(client, choices),
    alongside=_alongside,
)
