"""``evalhub demo`` says the next step for every phase a session can stand in, early ends included."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.roads import NAMES, road

from evalhub.cli.demo import next_step
from evalhub.cli.texts import Lang, t
from evalhub.core.codec import to_plain
from evalhub.core.rules import commands as c
from evalhub.core.rules.state import State
from evalhub.core.rules.visibility import progress_view

DATA = Path("data")


def said(state: State, lang: Lang = Lang.EN) -> str:
    return next_step(to_plain(progress_view(state)), lang, DATA)


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", NAMES)
def test_every_point_of_the_road_has_a_step(name: str, lang: Lang) -> None:
    state = road(name).state
    assert t(f"phase.{state.phase}", lang) in said(state, lang)


def test_a_stopped_session_says_so_until_its_bundle_is_there() -> None:
    world = road("detailed")
    world.say("oversight", c.StopSession(reason="合成原因"))
    assert "the session has ended (合成原因); keys are being destroyed" in said(world.state)
    world.settle()
    assert "ended early, without a result (合成原因)" in said(world.state)
    assert "without a result" not in said(road("archived").state)


def test_a_session_called_off_before_its_roster_is_over() -> None:
    world = road("requested")
    world.say("wuhan", c.CancelSession(reason="-"))
    assert "called off" in said(world.state)
