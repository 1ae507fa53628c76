"""A centre or oversight that knows other keys than a session's first entry names does nothing for that session."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from support.network import OTHERS, Network, running, until

from evalhub.core.codec import canonical
from evalhub.core.errors import Refusal
from evalhub.core.sealing.keys import SigningKey
from evalhub.party.directory import read_directory

pytestmark = pytest.mark.asyncio(loop_scope="module")
OPENING = {"title": {"zh": "合成", "en": "synthetic"}, "rehearsal": True, "others": OTHERS}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Network]:
    """Guest and oversight were told, out of band, another key of the host than the host uses."""
    async with running(tmp_path_factory.mktemp("keys"), parties=("wuhan",)) as network:
        directory = read_directory(network.data / "directory.json")
        parties = tuple(
            msgspec.structs.replace(entry, identity=SigningKey.generate().public) if entry.name == "wuhan" else entry
            for entry in directory.parties
        )
        (network.data / "older.json").write_bytes(canonical(msgspec.structs.replace(directory, parties=parties)))
        for name in OTHERS:
            path = network.data / name / "site.toml"
            path.write_text(path.read_text("utf-8").replace("../directory.json", "../older.json"), "utf-8")
            await network.start(name)
        yield network


async def test_the_session_is_refused_said_and_left_alone(network: Network) -> None:
    sitting = network.session("S-1")
    await sitting.host.do("open", OPENING)
    for name in OTHERS:
        await until(lambda: "ledger-refused" in network.log(name))  # noqa: B023
        assert "unknown-party (party=wuhan)" in network.log(name)
        assert network.party(name).sessions() == ()
        assert "breaks the rules at 0" in network.party(name).mirror.followed("S-1").stopped
    assert sitting.state().size == 1  # nobody cosigned, filed a key or answered
    await sitting.host.do("propose", {"plan": await sitting.plan()})
    for desk, action, params in (
        (sitting.guest, "accept", {"plan": sitting.state().plan_digest}),
        (sitting.oversight, "pause", {"reason": "试"}),
    ):
        view = await desk.view()
        assert view is not None
        assert (view["phase"], view["size"], view["actions"]) == ("void", 0, [])
        with pytest.raises(Refusal):
            await desk.do(action, params)
    assert sitting.state().phase == "requested"


async def test_once_the_keys_are_exchanged_new_sessions_run_and_the_refused_one_stays_refused(
    network: Network,
) -> None:
    for name in OTHERS:
        await network.stop(name)
        path = network.data / name / "site.toml"
        path.write_text(path.read_text("utf-8").replace("../older.json", "../directory.json"), "utf-8")
        await network.start(name)
    await network.session("S-2").to_draw()
    for name in OTHERS:
        assert network.party(name).sessions() == ("S-2",)
