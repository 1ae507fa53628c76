"""Mutual TLS: the certificate and the identity key must name the same party. Two hubs live in this one process."""

import asyncio
import ssl
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from hub_kit import DOMAIN, Closed, LiveWorld, PartyLine, settings_text, write_log_key
from support.world import PartySim
from websockets.exceptions import WebSocketException

from evalhub.core.sealing.certificates import issue, make_authority
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.hub.app import serving
from evalhub.hub.settings import Party, Settings, load

NOW = datetime.fromtimestamp(time.time(), UTC)
AUTHORITY = make_authority("evalhub test", NOW, 1)


def _pair(folder, name, *, server=False, authority=AUTHORITY, serial=2):
    hosts = ["localhost"] if server else []
    use = {"client": not server, "server": server}
    made = issue(*authority, common_name=name, hosts=hosts, now=NOW, days=1, serial=serial, **use)
    paths = folder / f"{name}-{serial}.crt", folder / f"{name}-{serial}.key"
    for path, data in zip(paths, made, strict=True):
        path.write_bytes(data)
    return [str(path) for path in paths]


def _client(folder, name=None, **options):
    context = ssl.create_default_context(cadata=AUTHORITY[0].decode())
    if name is not None:
        context.load_cert_chain(*_pair(folder, name, serial=7, **options))
    return context


@pytest.fixture
async def hubs(tmp_path):
    """Two hubs, one with TLS, in this process and this loop."""
    parties = [PartySim("wuhan", "host"), PartySim("wedz", "guest")]
    known = tuple(
        Party(name=p.name, role="centre", identity=p.identity.public, certificate=f"{p.name}.centre") for p in parties
    )
    certificate, key = _pair(tmp_path, "hub", server=True)
    (tmp_path / "ca.crt").write_bytes(AUTHORITY[0])
    plain = Settings(data=str(tmp_path / "a"), domain=DOMAIN, port=0, parties=known, log_level="error")
    secure = Settings(
        data=str(tmp_path / "b"), domain=DOMAIN, port=0, parties=known, log_level="error",
        certificate=certificate, key=key, authority=str(tmp_path / "ca.crt"),
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        ports = [(await stack.enter_async_context(serving(one)))[1] for one in (plain, secure)]
        yield parties, ports


async def _connect(line, port, **options):
    return await asyncio.to_thread(line.connect, port, **options)


async def test_nothing_waits_for_the_next_second(tmp_path, monkeypatch):
    """Gates and openings follow at once; the tick only brings what nobody waits for."""
    monkeypatch.setattr("evalhub.hub.hub.TICK_SECONDS", 3600)
    key = NoteKey.generate()
    world = LiveWorld("T-2026-001", key)
    write_log_key(tmp_path / "data", key)
    config = tmp_path / "hub.toml"
    config.write_text(settings_text(list(world.parties.values()), tmp_path / "data", log_level="error"))

    def play(port):
        world.connect(port)
        try:
            world.pair().seed_draw()
        finally:
            world.close()

    async with serving(load(config)) as (_, port):
        await asyncio.to_thread(play, port)
    assert "reveal:1" in world.state.gates


async def test_certificate_and_key_of_one_party_are_welcome(hubs, tmp_path):
    parties, (plain, secure) = hubs
    for port, tls in ((plain, None), (secure, _client(tmp_path, "wuhan.centre"))):
        line = await _connect(PartyLine(parties[0]), port, tls=tls)
        assert line.welcome.last == 0
        await asyncio.to_thread(line.close)


@pytest.mark.requirement("R103")
async def test_another_partys_certificate_is_not(hubs, tmp_path):
    parties, (_, secure) = hubs
    for name in ("wedz.centre", "wuhan", "stranger"):
        line = PartyLine(parties[0])
        with pytest.raises(Closed) as closed:
            await _connect(line, secure, tls=_client(tmp_path, name))
        assert closed.value.bye is not None
        assert closed.value.bye.code == "not-recognised"
        await asyncio.to_thread(line.close)


@pytest.mark.requirement("R103")
async def test_without_a_certificate_of_our_authority_nothing_is_served(hubs, tmp_path):
    parties, (_, secure) = hubs
    other = make_authority("evalhub test", NOW, 9)
    for tls in (_client(tmp_path), _client(tmp_path, "wuhan.centre", authority=other)):
        with pytest.raises((OSError, EOFError, WebSocketException, Closed)):
            await _connect(PartyLine(parties[0]), secure, tls=tls)
