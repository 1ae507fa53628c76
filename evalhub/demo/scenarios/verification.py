"""One expert gives a bid nothing: warnings follow; it points out a colleague's score as well, then corrects its own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.rules import commands as c
from evalhub.core.rules.forms import Score
from evalhub.core.rules.plan import Factor
from evalhub.core.rules.visibility import BoothView, FindingView, MemberScore
from evalhub.demo.scenarios.scenario import Scenario


class _Harsh(SyntheticExpert):
    """Gives the first bid of the form the lowest score it can, and regrets it by one step."""

    _spoken = False

    def _score(self, bidder: str, factor: Factor) -> Score:
        assert self.client.view is not None
        if factor.kind == "subjective" and bidder == self.client.view.valid[0]:
            return Score(bidder=bidder, factor=factor.code, score=factor.lowest)
        return super()._score(bidder, factor)

    async def _close(self, finding: FindingView) -> None:
        if not self._spoken:
            assert self.client.view is not None
            await self.client.say(self._pointed_out(self.client.view))
            self._spoken = True
        await super()._close(finding)

    def _better(self, finding: FindingView) -> Decimal | None:
        factor = self._factors.get(finding.factor)
        if factor is not None and finding.kind == "deviation":
            return Decimal(finding.own) + (factor.step if finding.direction == "low" else -factor.step)
        return super()._better(finding)

    def _pointed_out(self, view: BoothView) -> c.RaiseFinding:
        """The first judged score of a colleague that is above the mean of all the others."""
        found = next(row for row in view.scores if row.member != view.alias and self._is_high(view, row))
        return c.RaiseFinding(
            bidder=found.bidder,
            factor=found.factor,
            member=found.member,
            direction="high",
            reason="演练：与投标文件对应内容不符，请复核",
        )

    def _is_high(self, view: BoothView, row: MemberScore) -> bool:
        if self._factors[row.factor].kind != "subjective":
            return False
        others = list(_others(view, row))
        return Decimal(row.score) * len(others) > sum(others)


def _others(view: BoothView, row: MemberScore) -> Iterator[Decimal]:
    for one in view.scores:
        if (one.bidder, one.factor) == (row.bidder, row.factor) and one.member != row.member:
            yield Decimal(one.score)


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (_Harsh if number == 0 else SyntheticExpert)(client, choices)


SCENARIO = Scenario(
    name="verification",
    title=("复核：偏离提示、提出畸高、更正", "verification: a warning, a finding of a member, a correction"),
    leaves=(
        "findings_raised",
        "finding_raised",
        "item_corrected",
        "verification_concluded",
        "result_declared",
        "report_issued",
        "session_archived",
    ),
    expert=_expert,
)
