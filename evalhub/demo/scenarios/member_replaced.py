"""A member falls ill while all others have sealed their scores: the next leaf sits down and catches up alone."""

from __future__ import annotations

from evalhub.booth.expert import DONE, SyntheticExpert
from evalhub.core.rules.forms import Form
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.demo.script import OVER, Script


class _Ailing(SyntheticExpert):
    """Gets as far as the detailed evaluation and no further."""

    async def _seal(self, form: Form) -> None:
        if form.stage == "detailed":
            await self.client.until(lambda view: view.phase in DONE)
        else:
            await super()._seal(form)


async def _alongside(script: Script) -> None:
    size = script.project.committee.size

    def one_is_missing(view: dict[str, object]) -> bool:
        seats = [row for row in view["seats"] if row["sealed"]]  # type: ignore[attr-defined]
        return bool(view["phase"] in OVER or (view["stage"] == "detailed" and len(seats) == size - 1))

    view = await script.oversight.until(one_is_missing)
    if view["phase"] == "sealing":
        seat = next(row["seat"] for row in view["seats"] if not row["sealed"])
        await script.replace(seat, "health", "演练：评委突发不适，不能继续评审")


SCENARIO = Scenario(
    name="member-replaced",
    title=("评审中更换评委", "a member is replaced during the evaluation"),
    leaves=(
        "member_removed", "seat_vacated", "seat_assigned", "start_approved", "round_opened", "seal_closed",
        "round_resumed", "sheet_sealed", "result_declared", "session_archived",
    ),
    expert=lambda client, choices, number: (_Ailing if number == 0 else SyntheticExpert)(client, choices),
    alongside=_alongside,
)  # fmt: skip
