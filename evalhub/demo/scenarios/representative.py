"""The procuring entity names a representative: not drawn, otherwise a member like any other."""

from __future__ import annotations

import msgspec

from evalhub.core.rules.plan import Project
from evalhub.demo.examples import resized
from evalhub.demo.scenarios.scenario import Scenario
from evalhub.party.session_file import SessionSetup


def _project(project: Project) -> Project:
    committee = msgspec.structs.replace(project.committee, representatives=1)
    return msgspec.structs.replace(project, committee=committee)


def _setup(setup: SessionSetup) -> SessionSetup:
    drawn = sum(stratum.need for stratum in setup.host.strata)
    return msgspec.structs.replace(setup, host=resized(setup.host, drawn - 1))


SCENARIO = Scenario(
    name="representative",
    title=("招标人代表参加评审", "a representative of the procuring entity sits on the committee"),
    leaves=("representative_designated", "committee_formed", "chair_elected", "result_declared", "session_archived"),
    project=_project,
    setup=_setup,
)
