"""Fewer than three valid bids are left, and the committee finds competition plainly lacking: the session fails."""

from __future__ import annotations

from random import Random

import msgspec

from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.core.rules import commands as c
from evalhub.core.rules.forms import Form, Sheet
from evalhub.core.rules.plan import Project
from evalhub.core.rules.visibility import MatterView
from evalhub.demo.scenarios.rejection import Objector
from evalhub.demo.scenarios.scenario import Scenario


class Strict(Objector):
    """Fails all bids but two."""

    def _sheet(self, form: Form) -> Sheet:
        self.bids = len(form.bidders) - 2
        return super()._sheet(form)


class _Resigned(SyntheticExpert):
    """Agrees to whatever is put, also that competition is lacking."""

    def _position(self, matter: MatterView) -> c.AnswerMatter:
        reason = "两家报价相同且均接近限价，明显缺乏竞争"
        return c.AnswerMatter(matter=matter.code, round=matter.round, answer="agree", reason=reason)


def _expert(client: BoothClient, choices: Random, number: int) -> SyntheticExpert:
    return (Strict if number == 0 else _Resigned)(client, choices)


def tendering(project: Project) -> Project:
    """The same project under tendering law, where the committee judges."""
    return msgspec.structs.replace(project, regime="tendering", min_valid_bids=3)


SCENARIO = Scenario(
    name="too-few-bids-fail",
    title=("有效投标不足三家，认定缺乏竞争", "too few valid bids, and competition is lacking"),
    leaves=("matter_raised", "bids_examined", "matter_raised", "matter_decided", "session_failed", "session_archived"),
    ends="failed",
    project=tendering,
    expert=_expert,
)
