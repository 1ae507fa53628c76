"""Alerts: each raised by a state that really happens, each with a sentence on the page, none on the straight road."""

from __future__ import annotations

import ast
import re

from booth_hand import ROOT
from support.roads import NAMES, road

from evalhub.core.rules import commands as c
from evalhub.core.rules.state import Closing, State
from evalhub.oversight.alerts import alerts

SOURCE = ROOT / "evalhub" / "oversight" / "alerts.py"
TEXT = (ROOT / "evalhub" / "web" / "static" / "oversight" / "text.js").read_text("utf-8")


def codes(state: State, stopped: str = "", later_ms: int = 0) -> set[str]:
    return {alert.code for alert in alerts(state, stopped, state.now + later_ms)}


def test_the_straight_road_raises_nothing_but_gates() -> None:
    for place in NAMES[1:]:
        assert codes(road(place).state) <= {"gate-open"}, place


def test_a_refusal_of_the_plan() -> None:
    world = road("requested")
    world.say("wedz", c.RefusePlan(plan=world.state.plan_digest, reason="工位不足"))
    assert [(a.code, a.place, a.detail) for a in alerts(world.state, "", 0)] == [("plan-refused", "wedz", "工位不足")]


def test_a_pause_shows_its_reason_and_a_new_pause_is_a_new_alert() -> None:
    world = road("detailed")
    keys = []
    for reason in ("断电", "再次断电"):
        world.say("oversight", c.PauseSession(reason=reason))
        found = [alert for alert in alerts(world.state, "", 0) if alert.code == "paused"]
        assert [alert.detail for alert in found] == [reason]
        keys.append(found[0].key)
        world.say("oversight", c.ResumeSession(reason="恢复"))
        world.time += 1000
    assert len(set(keys)) == 2


def test_a_round_over_its_time() -> None:
    state = road("detailed").state
    given = state.the_plan().project.stage_minutes * 60_000
    assert "time-over" not in codes(state, later_ms=given - 60_000)
    assert "time-over" in codes(state, later_ms=given + 60_000)


def test_a_closed_ballot() -> None:
    world = road("chair")
    world.seal(next(iter(world.state.seats)))
    world.say("oversight", c.CloseStage(round=1, reason="两名委员弃权"))
    assert "round-closed" in codes(world.state)


def test_a_ledger_that_stopped_is_red_and_first() -> None:
    world = road("requested")
    world.say("wedz", c.RefusePlan(plan=world.state.plan_digest, reason="工位不足"))
    found = alerts(world.state, "the ledger breaks the rules at 7", 0)
    assert [(alert.level, alert.code) for alert in found] == [("red", "ledger-stopped"), ("amber", "plan-refused")]


def test_a_dissenting_answer() -> None:
    world = road("signing")
    seat = next(iter(world.state.seats))
    world.booth_say(seat, c.SignReport(report=world.state.report, answer="dissent", text="不同意见"))
    assert "dissent" in codes(world.state)


def test_an_early_end_is_red_and_stays_when_it_is_archived() -> None:
    world = road("detailed")
    world.say("oversight", c.PauseSession(reason="停电"))
    world.say("oversight", c.StopSession(reason="无法继续"))
    for _ in range(2):
        found = alerts(world.state, "", 0)
        assert [(alert.level, alert.code, alert.detail) for alert in found] == [("red", "session-failed", "无法继续")]
        world.settle()


def test_a_session_that_was_called_off_needs_no_alert() -> None:
    world = road("requested")
    world.say("wuhan", c.CancelSession(reason="-"))
    assert codes(world.state) == set()


def test_every_code_has_its_sentence_and_no_finding_is_forgotten() -> None:
    made = {
        node.value.value
        for node in ast.walk(ast.parse(SOURCE.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant)
    }
    said = set(re.findall(r'^  "?([a-z-]+)"?: \{', TEXT, re.MULTILINE))
    assert len(made) > 10
    assert made | {"finding-range", "finding-sum", "finding-objective"} <= said
    assert Closing  # findings are closed one by one; their alerts stay until all are
