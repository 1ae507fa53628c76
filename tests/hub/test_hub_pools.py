"""Pools are registered in the hub's own log, and a session draws only from one registered before it was opened."""

import hashlib
import json

import msgspec
import pytest
from hub_kit import LiveWorld

from evalhub.core.errors import Broken, Refusal
from evalhub.core.ledger.entry import read_entry
from evalhub.core.rules import registration, statements
from evalhub.core.rules.registration import RegisterPool
from evalhub.core.sealing.keys import SigningKey
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.hub.hublog import HubLog


def pool(name):
    return RegisterPool(root=hashlib.sha256(name.encode()).hexdigest(), size=9)


def hub_log(stage):
    entries = json.loads(stage.hub.get("/hub-log/entries"))["entries"]
    return [read_entry(entry["data"].encode(), {}.__getitem__) for entry in entries]


def drawing(stage) -> LiveWorld:
    """Opened, paired, the first draw asked for."""
    stage.world.pair()
    return stage.world


def refused(act):
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def test_the_hub_log_holds_the_statement_verbatim_before_the_session(fresh):
    world = drawing(fresh)
    log = hub_log(fresh)
    assert [entry.type for entry in log] == ["pool_registered", "pool_registered", "session_listed"]
    for entry, centre in zip(log, world.split, strict=False):
        said = registration.read(entry.jws, world.parties[centre].identity.public)
        assert (said.n, said.pool) == (1, world.registration(centre))
        assert entry.actor is None
    world.say("wuhan", world.freeze("wuhan"))
    assert world.state.draw().pools["wuhan"].registered == world.registration("wuhan").root


def test_only_a_root_of_this_centre_from_before_the_opening_may_be_cited(fresh):
    world = drawing(fresh)
    good = world.freeze("wuhan")
    assert world.register("wuhan", 2, pool("changed after the opening")).code == ""
    for root in ("0" * 64, pool("changed after the opening").root, world.registration("wedz").root):
        bent = msgspec.structs.replace(good, registered=root)
        assert refused(lambda bent=bent: world.say("wuhan", bent)) == "pool-not-registered"
    assert world.state.draw().pools == {}
    fresh.hub.kill()
    for line in world.lines.values():
        line.close()
    fresh.hub.start()
    world.connect(fresh.hub.port)
    assert refused(lambda: world.say("wuhan", bent)) == "pool-not-registered"
    world.say("wuhan", good)
    assert hub_log(fresh)[-1].type == "pool_registered"


def test_what_is_no_registration_of_this_party_is_refused_and_leaves_nothing(stage):
    world, before = stage.world, stage.hub.get("/hub-log/checkpoint")
    line, identity = world.lines["wuhan"], world.parties["wuhan"].identity
    other = world.parties["wedz"].identity

    def code(text):
        return line.submit("hub", text).code

    assert code(registration.say(other, 1, pool("a"))) == "unknown-key"
    assert code(registration.say(SigningKey.generate(), 1, pool("a"))) == "unknown-key"
    head, body, _ = registration.say(identity, 1, pool("a")).split(".")
    foreign = registration.say(identity, 1, pool("b")).split(".")[2]
    assert code(f"{head}.{body}.{foreign}") == "malformed"
    assert code("nonsense") == "malformed"
    assert code(statements.say(identity, "hub", 1, world.opening())) == "unknown-session"
    assert world.register("oversight", 1, pool("a")).code == "not-yours"
    assert stage.hub.get("/hub-log/checkpoint") == before


def test_a_registration_is_neither_repeated_nor_reordered(stage):
    world = stage.world
    assert world.register("wedz", 1, pool("first")).code == ""
    size = len(hub_log(stage))
    again = world.register("wedz", 1, pool("first"))
    assert (again.code, again.detail) == ("wrong-counter", {"expected": "2", "got": "1"})
    assert world.register("wedz", 2, pool("first")).code == "already-registered"
    assert world.register("wedz", 5, pool("second")).code == ""
    assert world.register("wedz", 3, pool("third")).code == "wrong-counter"
    assert len(hub_log(stage)) == size + 1


# -- the log read again ------------------------------------------------------------------------------------------------


def registered(key, *pools):
    log = HubLog("evalhub.test", NoteKey.generate())
    rows = []
    for n, one in enumerate(pools, start=1):
        text = registration.say(key, n, one)
        rows.append(log.registering(registration.read(text, key.public), text, 1_000 + n))
    return rows


def load(rows, *identities):
    keys = {key.kid: key.public for key in identities}
    return HubLog("evalhub.test", NoteKey.generate(), rows, keys)


def test_a_stored_registration_is_verified_again():
    key = SigningKey.generate()
    rows = registered(key, pool("a"), pool("b"))
    load(rows, key).listing("T-1", "wuhan", b"first", 2_000)
    name, seq, data, blob = rows[0]
    said = json.loads(data)
    head, body, _ = said["jws"].split(".")
    other = registration.say(key, 1, pool("c")).split(".")[2]
    bent = data.replace(said["jws"].encode(), f"{head}.{body}.{other}".encode())
    with pytest.raises(Broken, match="signature"):
        load([(name, seq, bent, blob), rows[1]], key)
    with pytest.raises(Broken, match="entry of the hub log"):
        load(rows[::-1], key)


def test_a_session_may_cite_what_came_before_its_listing_only():
    key = SigningKey.generate()
    log = load(registered(key, pool("a")), key)
    log.listing("T-1", "wuhan", b"first", 2_000)
    text = registration.say(key, 2, pool("b"))
    log.registering(registration.read(text, key.public), text, 3_000)
    log.listing("T-2", "wuhan", b"first", 4_000)
    before = {
        (session, name): log.registered_before(session, key.kid, pool(name).root)
        for session in ("T-1", "T-2", "T-3")
        for name in "ab"
    }
    assert [found for found, held in before.items() if held] == [("T-1", "a"), ("T-2", "a"), ("T-2", "b")]
    assert not log.registered_before("T-1", SigningKey.generate().kid, pool("a").root)
