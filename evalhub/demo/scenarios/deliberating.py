"""A synthetic expert that answers matters as it was told to; the chair closes the deliberation when it may."""

from __future__ import annotations

from random import Random

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.codec import canonical
from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.visibility import BoothView

NOT_YET = frozenset(
    {"wrong-phase", "session-paused", "matters-open", "answers-awaited", "matter-moved-on", "matter-answered"}
)


class Deliberating(SyntheticExpert):
    """``agrees``: whether it agrees to every rejection that is put to it."""

    def __init__(self, client: BoothClient, rng: Random, *, agrees: bool) -> None:
        super().__init__(client, rng)
        self.agrees = agrees
        self._tried = b""  # what the chair saw when it last tried to close: it tries again when that has changed

    def _has_work(self, view: BoothView) -> bool:
        return self._has_matter(view) or super()._has_work(view)

    def _has_matter(self, view: BoothView) -> bool:
        if view.phase != "deliberation" or view.paused:
            return False
        return any(row.waits for row in view.matters) or self._may_close(view)

    def _may_close(self, view: BoothView) -> bool:
        chairs = bool(view.chair) and view.chair == view.alias
        return chairs and all(row.outcome for row in view.matters) and canonical(view) != self._tried

    async def _work(self, view: BoothView) -> None:
        if not self._has_matter(view):
            await super()._work(view)
            return
        try:
            for row in view.matters:
                if row.waits:
                    await self._answer(row.code, row.round)
            if self._may_close(view):
                self._tried = canonical(view)
                await self.client.say(c.CloseDeliberation())
        except Refusal as refusal:
            if refusal.code not in NOT_YET:
                raise

    async def _answer(self, matter: str, number: int) -> None:
        answer = c.AnswerMatter(
            matter=matter,
            round=number,
            answer="agree" if self.agrees else "disagree",
            reason="说明与证据不足以证明其报价合理" if self.agrees else "说明与证据可以采信",
        )
        await self.client.say(answer)
        await self.client.until(
            lambda view: not any(row.code == matter and row.round == number and row.waits for row in view.matters)
        )
