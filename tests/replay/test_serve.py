"""What the replay page can ask for, and what it cannot."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import TestClient, TestServer

from evalhub.core.codec import decode
from evalhub.replay.serve import application
from evalhub.replay.timeline import Overview, Shown, Snapshot, Timeline


@pytest.fixture(scope="module")
def timeline(files):
    return Timeline(files)


@pytest.fixture
async def client(timeline):
    async with TestClient(TestServer(application(timeline))) as client:
        yield client


async def test_the_record_at_a_glance_and_at_a_moment(client, timeline):
    assert decode(Overview, await (await client.get("/replay/api/timeline")).read()) == timeline.overview
    assert decode(Snapshot, await (await client.get("/replay/api/at/70")).read()) == timeline.at(70)
    assert decode(Shown, await (await client.get("/replay/api/entry/70")).read()) == timeline.entry(70)
    changed = await (await client.get("/replay/api/difference/60/70")).json()
    assert {one["path"] for one in changed} == {one.path for one in timeline.difference(60, 70)}
    assert await (await client.get("/replay/api/find", params={"code": "zzzz"})).json() == []


@pytest.mark.parametrize(
    "path", ["at/99999", "entry/99999", "difference/1/99999", "at/x", "at/-1", "entry/9999999999999", "nothing"]
)
async def test_no_such_moment(client, path):
    assert (await client.get(f"/replay/api/{path}")).status == 404


async def test_the_pack_is_every_file(client, files):
    pack = await (await client.get("/replay/api/pack")).read()
    found, at = {}, 0
    while at < len(pack):
        name = int.from_bytes(pack[at : at + 4], "big")
        length = int.from_bytes(pack[at + 4 + name : at + 8 + name], "big")
        found[pack[at + 4 : at + 4 + name].decode()] = pack[at + 8 + name : at + 8 + name + length]
        at += 8 + name + length
    assert found == files


async def test_files_are_data_to_be_kept_and_nothing_beside_them_is_there(client, files):
    answer = await client.get("/replay/bundle/checkpoint")
    assert await answer.read() == files["checkpoint"]
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.content_type == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("nothing", "../pyproject.toml", "%2e%2e/pyproject.toml", "/etc/passwd"):
        assert (await client.get(f"/replay/bundle/{path}")).status == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "10.0.0.1"])
async def test_only_this_machine_by_its_own_name(client, host):
    assert (await client.get("/replay/api/timeline", headers={"Host": host})).status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_changed(client, method):
    for path in ("timeline", "at/3", "pack"):
        assert (await client.request(method, f"/replay/api/{path}")).status == 405


async def test_a_browser_is_told_to_keep_nothing(client):
    for path in ("timeline", "at/3", "entry/3", "find", "pack"):
        headers = (await client.get(f"/replay/api/{path}")).headers
        assert (headers["Cache-Control"], headers["Cross-Origin-Resource-Policy"]) == ("no-store", "same-origin")
