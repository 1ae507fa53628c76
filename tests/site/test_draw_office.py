"""A centre's draw office over its console: who may be called, what needs no call, and what never leaves the centre."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from support.network import Row, Sitting, running, until

from evalhub.core.errors import Refusal

pytestmark = pytest.mark.asyncio(loop_scope="module")
UNIT = "合成单位（武汉）设计院"
SAME = "合成单位(武汉)设计院"  # the same unit, typed in another way
TWINS: list[Row] = [("WEDZ-001", UNIT, "A0401;A0801"), ("WEDZ-002", SAME, "A0401;A0801")]
THIRD: Row = ("WEDZ-003", "合成单位三", "A0801")
STRATA = [
    "{code: design, specialty: A0401, need: 1, reserves: 0}",
    "{code: construction, specialty: A0801, need: 1, reserves: 0}",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sitting]:
    """A guest with three experts for two strata, two of them of one unit; the draw is seeded."""
    folder = tmp_path_factory.mktemp("draw")
    async with running(folder, pools={"wedz": [*TWINS, THIRD]}, strata={"wedz": STRATA}) as network:
        yield await network.session("S-1").to_draw()


async def refusal(sitting: Sitting, desk: str, action: str, params: dict[str, object]) -> tuple[str, dict[str, str]]:
    with pytest.raises(Refusal) as refused:
        await sitting.script.desks[desk].do(action, params)
    return refused.value.code, refused.value.detail


async def candidates(sitting: Sitting, desk: str) -> dict[str, dict[str, object]]:
    """Candidate by stratum."""
    found = (await sitting.script.desks[desk].do("candidates"))["candidates"]
    return {row["stratum"]: row for row in found}


async def test_before_the_draw_nobody_is_asked(sitting: Sitting) -> None:
    other = await sitting.network.session("S-2").open()
    assert await refusal(other, "wuhan", "freeze-pool", {}) == ("not-asked", {"party": "wuhan"})
    assert (await other.host.do("candidates"))["candidates"] == []
    assert (await other.host.do("members"))["members"] == []


async def test_a_pool_is_frozen_once(sitting: Sitting) -> None:
    assert await refusal(sitting, "wuhan", "freeze-pool", {}) == ("already-frozen", {"party": "wuhan"})


async def test_only_the_next_own_leaf_is_called(sitting: Sitting) -> None:
    own = (await candidates(sitting, "wuhan"))["design"]["leaf"]
    theirs = (await candidates(sitting, "wedz"))["design"]["leaf"]
    order = sitting.state().draw().orders["wuhan", "design"]
    assert order[0] == own
    for leaf in (order[1], theirs, "0" * 64):
        said = await refusal(sitting, "wuhan", "record-outcome", {"leaf": leaf, "outcome": "accepted"})
        assert said == ("not-the-next-leaf", {"next": "-"})
    for outcome, code in (("perhaps", "unknown-outcome"), ("late", "never-accepted")):
        assert (await refusal(sitting, "wuhan", "record-outcome", {"leaf": own, "outcome": outcome}))[0] == code


@pytest.mark.requirement("R106")
async def test_names_are_seen_at_their_own_centre_only(sitting: Sitting) -> None:
    assert {row["expert"]["name"] for row in (await candidates(sitting, "wedz")).values()} <= {
        "合成专家WEDZ-001",
        "合成专家WEDZ-002",
        "合成专家WEDZ-003",
    }
    for desk in (sitting.host, sitting.oversight):
        text = str(await desk.view())
        assert "WEDZ-0" not in text
        assert UNIT not in text
    assert (await refusal(sitting, "oversight", "candidates", {}))[0] == "http-404"
    folders = [sitting.network.data / name for name in ("hub", "wuhan", "oversight")]
    held = b"".join(file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file())
    assert b"WEDZ-0" not in held
    assert b"WUHAN-0" in held


@pytest.mark.requirement("R20")
async def test_a_member_and_a_members_unit_need_no_call_and_cannot_accept(sitting: Sitting) -> None:
    first = await candidates(sitting, "wedz")
    assert {row["settled"] for row in first.values()} == {""}
    if first["construction"]["expert"]["id"] == THIRD[0]:  # of another unit; does not want to this time
        await sitting.guest.do("record-outcome", {"leaf": first["construction"]["leaf"], "outcome": "declined"})
        first = await candidates(sitting, "wedz")
    member, other = first["design"]["leaf"], first["construction"]["leaf"]
    await sitting.guest.do("record-outcome", {"leaf": member, "outcome": "accepted"})
    expected = "recused:already-member" if other == member else "same-unit"
    assert (await candidates(sitting, "wedz"))["construction"]["settled"] == expected
    said = await refusal(sitting, "wedz", "record-outcome", {"leaf": other, "outcome": "accepted"})
    assert said == ("outcome-settled", {"outcome": expected})  # was asked before the other accepted
    seen = []
    while rows := await candidates(sitting, "wedz"):
        seen.append(rows["construction"]["settled"])
        outcome = {"leaf": rows["construction"]["leaf"], "outcome": seen[-1] or "declined"}
        await sitting.guest.do("record-outcome", outcome)
    assert sorted(filter(None, seen)) == ["recused:already-member", "same-unit"]
    assert ("wedz", "construction") in sitting.state("wedz").draw().exhausted


@pytest.mark.requirement("R14", "R16")
async def test_the_call_book_has_everybody_notified_when_and_how(sitting: Sitting) -> None:
    """Of the calls before this test: in order, with conditions and answers; at the own centre only."""
    book = await sitting.guest.do("call-book")
    assert [(row["code"], row["specialty"], row["need"]) for row in book["conditions"]] == [
        ("design", "A0401", 1),
        ("construction", "A0801", 1),
    ]
    logged = [(one.leaf, one.outcome) for one in sitting.state("wedz").draw().outcomes["wedz"]]
    assert [(line["leaf"], line["outcome"]) for line in book["lines"]] == logged
    for line in book["lines"]:
        asked = line["outcome"] in ("accepted", "declined")
        assert line["means"] == ("telephone" if asked else "none")
        assert line["expert"]["name"].startswith("合成专家WEDZ")
        assert (line["operator"], line["at"][:2]) == ("operator", "20")
    assert (await refusal(sitting, "oversight", "call-book", {}))[0] == "http-404"


@pytest.mark.requirement("R17")
async def test_an_expert_is_told_time_and_place_and_nothing_of_the_project(sitting: Sitting) -> None:
    state = sitting.state()
    project = state.the_plan().project
    (row, *_) = (await candidates(sitting, "wuhan")).values()
    for text in row["notice"].values():
        assert state.parties["wuhan"].title.zh in text or state.parties["wuhan"].title.en in text
        secret = [project.title.zh, project.title.en, state.session, *(b.name for b in project.bidders), "wedz"]
        assert not [word for word in secret if word in text]


async def test_a_further_draw_needs_exhausted_lists_an_order_and_fresh_contributions(sitting: Sitting) -> None:
    for desk in ("wuhan", "wedz"):  # only oversight has this action
        assert (await refusal(sitting, desk, "order-draw", {"reason": "名单用尽"}))[0] == "http-404"
    early = await refusal(sitting, "oversight", "order-draw", {"reason": "名单用尽"})
    assert early == ("draw-not-exhausted", {})  # the host still has people to call
    await sitting.script.call(sitting.host)
    assert sitting.state().phase == "drawing"
    await until(lambda: sitting.state("oversight").size == sitting.state().size)
    await sitting.oversight.do("order-draw", {"reason": "名单用尽"})

    await until(lambda: len(sitting.state().draws) == len(sitting.state("wedz").draws) == 2)
    assert await refusal(sitting, "wuhan", "freeze-pool", {}) == ("not-asked", {"party": "wuhan"})
    await sitting.guest.do("freeze-pool")
    await until(lambda: sitting.state("wedz").draw().seed)

    one, two = sitting.state("wedz").draws
    assert one.seed != two.seed
    assert one.reveals.keys() == two.reveals.keys() == {"wuhan", "wedz", "oversight"}
    assert all(one.reveals[name] != two.reveals[name] for name in one.reveals)
    assert [(stratum.code, stratum.need) for stratum in two.requests["wedz"]] == [("construction", 1)]
    leaves = [draw.pools["wedz"].strata["construction"] for draw in (one, two)]
    assert leaves[0] == leaves[1]  # one person is one leaf in every draw of a session

    while rows := await candidates(sitting, "wedz"):
        outcome = rows["construction"]["settled"] or "accepted"
        assert (outcome == "accepted") is (rows["construction"]["expert"]["id"] == "WEDZ-003")
        await sitting.guest.do("record-outcome", {"leaf": rows["construction"]["leaf"], "outcome": outcome})
    await until(lambda: sitting.state().phase == "drawn")
    members = (await sitting.guest.do("members"))["members"]
    assert {row["stratum"]: row["expert"]["id"] for row in members}["construction"] == "WEDZ-003"
