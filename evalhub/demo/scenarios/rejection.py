"""One expert fails a bid on a listed ground; the others agree, the majority rejects it, the chair goes on."""

from __future__ import annotations

from random import Random

import msgspec

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.rules.forms import Examination, Form, Mark, Sheet
from evalhub.demo.scenarios.scenario import Scenario


class Objector(SyntheticExpert):
    """Fails the first item of so many bids, the last ones of the form."""

    bids = 1

    def _sheet(self, form: Form) -> Sheet:
        sheet = super()._sheet(form)
        if not isinstance(sheet, Examination):
            return sheet
        out = form.bidders[len(form.bidders) - self.bids :]
        return Examination(marks=tuple(self._failed(form, m) if m.bidder in out else m for m in sheet.marks))

    def _failed(self, form: Form, mark: Mark) -> Mark:
        if mark.item != form.items[0].code:
            return mark
        return msgspec.structs.replace(
            mark,
            passed=False,
            ground=form.grounds[2].code,
            reason="资格证明文件已过有效期",
            evidence="证书载明的有效期早于投标截止日",
            page=12,
        )


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (Objector if number == 0 else SyntheticExpert)(client, choices)


SCENARIO = Scenario(
    name="rejection",
    title=("否决一份投标并表决", "a bid is rejected by the majority"),
    leaves=(
        *("deliberation_opened", "matter_raised", "matter_answered", "matter_decided", "bids_examined"),
        *("deliberation_closed", "round_opened", "result_declared", "session_archived"),
    ),
    expert=_expert,
)
