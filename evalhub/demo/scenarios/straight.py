"""Everybody does what is expected: from the request to the archive without a turn."""

from __future__ import annotations

from evalhub.demo.scenarios.scenario import Scenario

SCENARIO = Scenario(
    name="straight",
    title=("顺利完成", "the straight road"),
    leaves=("session_opened", "start_approved", "result_declared", "report_issued", "session_archived"),
)
