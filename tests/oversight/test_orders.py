"""Oversight's orders over its own console: each lawful once, refused with the rules' code at any other time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from support.network import Sitting, running, until

from evalhub.core.errors import Refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")
REASON = {"reason": "合成理由"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sitting]:
    async with running(tmp_path_factory.mktemp("orders")) as network:
        one = await network.session("S-1").to_draw()
        await until(lambda: one.state("oversight").draw().seed != "")  # nothing more follows by itself
        yield one


async def refusal(sitting: Sitting, action: str, params: dict[str, object]) -> str:
    with pytest.raises(Refusal) as refused:
        await sitting.oversight.do(action, params)
    return refused.value.code


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("approve-start", {}, "wrong-phase"),
        ("refuse-start", REASON, "wrong-phase"),
        ("end-deliberation", REASON, "wrong-phase"),
        ("resume", REASON, "not-paused"),
        ("order-draw", REASON, "draw-not-exhausted"),
        ("call-escrow", REASON | {"missing": "wuhan"}, "nothing-to-call"),
        ("call-escrow", REASON | {"missing": "nobody"}, "nothing-to-call"),
        ("deem-agreed", REASON | {"seat": "wuhan/A11-1"}, "wrong-phase"),
        ("release-reserve", {}, "nothing-owed"),
        ("pause", {}, "malformed"),
        ("pause", {"reason": ""}, "malformed"),
    ],
)
async def test_an_order_out_of_its_time_is_refused(
    sitting: Sitting, action: str, params: dict[str, object], code: str
) -> None:
    size = sitting.state("oversight").size
    assert await refusal(sitting, action, params) == code
    assert sitting.state("oversight").size == size


async def test_what_is_about_a_draw_or_round_is_refused_before_there_is_one(sitting: Sitting) -> None:
    assert await refusal(sitting, "close-stage", REASON) == "wrong-phase"
    early = await sitting.network.session("S-0").open()
    for action, params in (("close-stage", REASON), ("call-escrow", REASON | {"missing": "wuhan"})):
        assert await refusal(early, action, params) == "wrong-phase"
    with pytest.raises(Refusal) as refused:
        await early.host.do("issue-report")
    assert refused.value.code == "wrong-phase"


@pytest.mark.requirement("R93", "R94")
async def test_a_pause_stops_every_party_and_says_why(sitting: Sitting) -> None:
    await sitting.oversight.do("pause", REASON)
    assert await refusal(sitting, "pause", REASON) == "session-paused"
    for desk in (sitting.host, sitting.guest):
        await until(lambda: sitting.state(desk.name).paused_since is not None)  # noqa: B023
        view = await desk.view()
        assert view is not None
        assert view["paused"] == REASON["reason"]
        leaf = (await desk.do("candidates"))["candidates"][0]["leaf"]
        with pytest.raises(Refusal) as refused:
            await desk.do("record-outcome", {"leaf": leaf, "outcome": "accepted"})
        assert (refused.value.code, refused.value.detail) == ("session-paused", REASON)
    await sitting.oversight.do("resume", REASON)
    view = await sitting.oversight.view()
    assert view is not None
    assert view["paused"] == ""
    assert await refusal(sitting, "resume", REASON) == "not-paused"
    leaf = (await sitting.host.do("candidates"))["candidates"][0]["leaf"]
    await sitting.host.do("record-outcome", {"leaf": leaf, "outcome": "accepted"})


async def test_a_refused_start_goes_back_to_check_in_and_an_approved_one_begins(sitting: Sitting) -> None:
    await sitting.script.draw()
    await sitting.script.open_doors()
    await sitting.script.admit()
    with pytest.raises(Refusal) as early:
        await sitting.host.patiently("request-start")
    assert early.value.code == "seats-not-ready"
    async with sitting.seated():
        await sitting.host.patiently("request-start")
        await sitting.oversight.until(lambda view: view["phase"] == "start_pending")
        await sitting.oversight.do("refuse-start", REASON)
        await sitting.host.until(lambda view: view["phase"] == "checkin")
        await sitting.script.start()
        view = await sitting.host.until(lambda view: view["phase"] == "sealing")
        assert view["stage"] == "chair"
