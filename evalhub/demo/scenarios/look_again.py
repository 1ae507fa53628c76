"""A member asks to look again: the rejection goes back with the reason, and its proposer withdraws it."""

from __future__ import annotations

from random import Random

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.rules import commands as c
from evalhub.core.rules.visibility import MatterView
from evalhub.demo.scenarios.rejection import Objector
from evalhub.demo.scenarios.scenario import Scenario


def _said(matter: MatterView, answer: c.MatterAnswer, reason: str) -> c.AnswerMatter:
    return c.AnswerMatter(matter=matter.code, round=matter.round, answer=answer, reason=reason)


class _Proposer(Objector):
    """Withdraws in the second round."""

    def _position(self, matter: MatterView) -> c.AnswerMatter:
        return _said(matter, "disagree", "经复核，续期证明在附件中，撤回否决意见")


class _Doubter(SyntheticExpert):
    """Asks for another look, once."""

    def _position(self, matter: MatterView) -> c.AnswerMatter:
        if matter.look:
            return _said(matter, "look-again", "附件第三部分载有续期证明，请核对")
        return _said(matter, "disagree", "续期证明有效")


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (_Proposer if number == 0 else _Doubter)(client, choices)


SCENARIO = Scenario(
    name="look-again",
    title=("否决意见退回复核", "a proposed rejection is looked at again"),
    leaves=(
        *("matter_raised", "matter_answered", "matter_returned", "matter_answered", "matter_decided", "bids_examined"),
        *("deliberation_closed", "result_declared", "session_archived"),
    ),
    expert=_expert,
)
