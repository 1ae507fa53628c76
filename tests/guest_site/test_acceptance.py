"""A guest's answer: it reviews what is asked, then binds itself to exactly that plan, or refuses it with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from support.network import Network, Sitting, running, until

from evalhub.core.errors import Refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Network]:
    async with running(tmp_path_factory.mktemp("guest")) as network:
        for desk in network.session("S-0").script.centres():
            if hasattr(desk, "registered"):
                await desk.registered()
        yield network


async def proposed(network: Network, name: str) -> Sitting:
    sitting = await network.session(name).open()
    await sitting.host.do("propose", {"plan": await sitting.plan()})
    await until(lambda: sitting.state("wedz").plan)
    return sitting


async def refusal(sitting: Sitting, action: str, params: dict[str, object]) -> str:
    with pytest.raises(Refusal) as refused:
        await sitting.guest.do(action, params)
    return refused.value.code


async def test_nothing_is_reviewed_before_it_is_proposed(network: Network) -> None:
    sitting = await network.session("S-1").open()
    assert await refusal(sitting, "review", {}) == "no-plan"
    assert await refusal(sitting, "accept", {"plan": "0" * 64}) in ("no-plan", "wrong-phase")


async def test_a_review_counts_what_the_own_pool_and_rooms_can_give(network: Network) -> None:
    sitting = await proposed(network, "S-2")
    review = await sitting.guest.do("review")
    assert review["plan"] == sitting.state("wedz").plan_digest
    assert [(row["stratum"]["code"], row["eligible"]) for row in review["supply"]] == [("design", 9)]
    assert review["booths"] == 40


async def test_only_the_standing_plan_is_answered_and_only_once(network: Network) -> None:
    sitting = await proposed(network, "S-3")
    assert await refusal(sitting, "accept", {"plan": "0" * 64}) == "not-the-standing-plan"
    assert await refusal(sitting, "refuse", {"plan": "0" * 64, "reason": "不行"}) == "not-the-standing-plan"
    few = [{"name": "K11", "booths": ["K11-1"]}]
    digest = sitting.state("wedz").plan_digest
    assert await refusal(sitting, "accept", {"plan": digest, "rooms": few}) == "too-few-booths"
    await sitting.guest.do("accept", {"plan": digest})
    await until(lambda: sitting.state().phase == "drawing")
    assert await refusal(sitting, "accept", {"plan": digest}) == "wrong-phase"
    assert await refusal(sitting, "refuse", {"plan": digest, "reason": "迟了"}) == "wrong-phase"


@pytest.mark.requirement("R2")
async def test_a_refusal_carries_its_reason_to_the_host_who_may_change_or_cancel(network: Network) -> None:
    sitting = await proposed(network, "S-4")
    digest = sitting.state("wedz").plan_digest
    assert await refusal(sitting, "refuse", {"plan": digest, "reason": ""}) == "malformed"
    await sitting.guest.do("refuse", {"plan": digest, "reason": "当日评标室已满"})
    await until(lambda: sitting.state().acceptances["wedz"].reason == "当日评标室已满")
    plan = await sitting.plan()
    with pytest.raises(Refusal) as same:
        await sitting.host.do("propose", {"plan": plan})
    assert same.value.code == "wrong-revision"
    await sitting.host.do("propose", {"plan": plan | {"revision": 2}})
    await until(lambda: sitting.state("wedz").plan.revision == 2)
    await sitting.guest.do("accept", {"plan": sitting.state("wedz").plan_digest})
    await sitting.host.patiently("cancel", {"reason": "项目终止"})
    await until(lambda: all(sitting.state(name).phase == "cancelled" for name in ("wedz", "oversight")))
