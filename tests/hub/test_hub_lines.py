"""What may be said on a line, who may say it, and how a line ends."""

import pytest
from hub_kit import DOMAIN, Closed, LiveWorld, PartyLine
from support.world import PartySim

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import statements
from evalhub.core.sealing import jws
from evalhub.core.wire import frames


def _proof(key, name, nonce, to=DOMAIN, typ=frames.LINE_TYP):
    return jws.sign(key, typ, canonical(frames.LineProof(nonce=nonce, name=name, to=to)))


def ended(line, say):
    """What the hub says when the line ends."""
    try:
        say()
        for _ in range(1000):
            line.read()
    except Closed as closed:
        return closed.bye
    finally:
        line.close()
    raise AssertionError("the hub keeps the line")


@pytest.mark.parametrize(
    "proof",
    [
        lambda party, nonce: _proof(PartySim("wuhan", "host").identity, party.name, nonce),
        lambda party, nonce: _proof(party.identity, party.name, "A" * 43),
        lambda party, nonce: _proof(party.identity, party.name, nonce, to="another.hub"),
        lambda party, nonce: _proof(party.identity, "wedz", nonce),
        lambda party, nonce: _proof(party.identity, party.name, nonce, typ=statements.SAY_TYP),
        lambda party, nonce: "no.jws",
    ],
)
def test_a_line_wants_the_identity_key_over_this_challenge(stage, proof):
    party = stage.world.parties["wuhan"]
    line = PartyLine(party)
    bye = ended(line, lambda: line.connect(stage.hub.port, proof=lambda nonce: proof(party, nonce)))
    assert bye.code == "not-recognised"


def test_strangers_learn_no_more_than_impostors(stage):
    line = PartyLine(PartySim("nobody", "host"))
    assert ended(line, lambda: line.connect(stage.hub.port)).code == "not-recognised"


@pytest.mark.parametrize(
    "message",
    ["", "{}", '{"t":"submit","n":1}', '{"jws":"", "n":1,"session":"S","t":"submit"}', '{"t":"hello"}', b"b", "[1.5]"],
)
def test_what_is_no_frame_ends_the_line_and_is_counted(stage, message):
    before = stage.hub.metric('evalhub_byes_total{code="malformed"}')
    line = PartyLine(stage.world.parties["wedz"]).connect(stage.hub.port)
    assert ended(line, lambda: line.socket.send(message)).code == "malformed"
    assert stage.hub.metric('evalhub_byes_total{code="malformed"}') == before + 1


@pytest.mark.parametrize("size", [frames.MAX_FRAME, 3 * frames.MAX_FRAME])
def test_a_frame_too_long_ends_the_line_and_is_counted(stage, size):
    before = stage.hub.metric('evalhub_byes_total{code="malformed"}')
    line = PartyLine(stage.world.parties["wedz"]).connect(stage.hub.port)
    bye = ended(line, lambda: line.write(frames.Submit(n=1, session="S", jws="x" * size)))
    assert bye is None or bye.code == "malformed"  # far above the limit the socket itself is closed
    assert stage.hub.metric('evalhub_byes_total{code="malformed"}') == before + 1


def test_a_second_hello_ends_the_line(stage):
    line = PartyLine(stage.world.parties["wedz"]).connect(stage.hub.port)
    hello = frames.Hello(v=1, party="wedz", proof="", have=())
    assert ended(line, lambda: line.write(hello)).code == "malformed"


def test_a_missing_number_ends_the_line(stage):
    line = PartyLine(stage.world.parties["wedz"]).connect(stage.hub.port)
    last = line.welcome.last
    gap = frames.Submit(n=last + 2, session="S", jws="x")
    assert ended(line, lambda: line.write(gap)).code == "gap"


def test_a_repeated_number_is_answered_with_the_same_bytes(stage):
    world = stage.world.open()
    line = world.lines["wuhan"]
    accepted = line.outcome_texts[line.n]
    size = world.state.size
    line.write(frames.Submit(n=line.n, session=world.session, jws="something else"))
    line.outcomes.clear()
    line.outcome(line.n)
    assert line.outcome_texts[line.n] == accepted
    world.sync()
    assert world.state.size == size


def test_a_refusal_is_an_outcome_and_is_remembered_too(stage):
    line = PartyLine(stage.world.parties["wedz"]).connect(stage.hub.port)
    line.n = line.welcome.last
    first = line.submit("T-unknown", "a.b.c")
    assert first.code in ("malformed", "unknown-session")
    line.write(frames.Submit(n=line.n, session="T-unknown", jws="a.b.c"))
    line.outcomes.clear()
    assert line.outcome(line.n) == first
    line.close()
    again = PartyLine(stage.world.parties["wedz"]).connect(stage.hub.port)
    assert again.welcome.last == line.n


def opening_refused(stage, session, change):
    world = LiveWorld(session, stage.world.log)
    world.parties = stage.world.parties
    line = stage.world.lines["wuhan"]
    statement = statements.say(world.parties["wuhan"].identity, session, 1, change(world.opening()))
    return line.submit(session, statement).code


def _replace(opening, **changes):
    import msgspec

    return msgspec.structs.replace(opening, **changes)


def _party(opening, **changes):
    return _replace(opening, parties=(*opening.parties[:-1], _replace(opening.parties[-1], **changes)))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("wrong-origin", lambda o: _replace(o, origin="evalhub.test/evalhub/other")),
        ("wrong-origin", lambda o: _replace(o, rehearsal=not o.rehearsal)),
        ("wrong-log", lambda o: _replace(o, log=o.parties[0].witness)),
        ("unknown-party", lambda o: _party(o, name="nobody")),
        ("unknown-party", lambda o: _party(o, role="guest")),
        ("unknown-party", lambda o: _party(o, identity=PartySim("x", "host").identity.public)),
        ("wrong-witness", lambda o: _party(o, witness="no key")),
        ("wrong-witness", lambda o: _party(o, witness=o.log)),
        ("wrong-parties", lambda o: _replace(o, parties=o.parties[:-1])),
    ],
)
def test_a_session_opens_only_as_the_hub_knows_its_parties(stage, code, change):
    before = stage.hub.metric("evalhub_sessions")
    assert opening_refused(stage, "T-refused", change) == code
    assert stage.hub.metric("evalhub_sessions") == before


@pytest.mark.parametrize("session", ["hub", "x", "a/b", "", "S" * 60, "T-1\n"])
def test_a_session_has_a_plain_name(stage, session):
    line = stage.world.lines["wuhan"]
    opening = stage.world.opening()
    statement = statements.say(stage.world.parties["wuhan"].identity, session, 1, opening)
    assert line.submit(session, statement).code == "unknown-session"


def test_nobody_speaks_on_anothers_line_nor_in_anothers_session(stage):
    world = stage.world
    if not world.state.size:
        world.open()
    statement = world.statement(world.parties["wuhan"].identity, c.ProposePlan(plan=world.plan()))
    other = PartyLine(world.parties["wedz"]).connect(stage.hub.port)
    other.n = other.welcome.last
    assert other.submit(world.session, statement).code == "not-your-line"
    assert other.submit("T-2026-999", statement).code == "unknown-session"
    other.close()
    assert world.lines["wuhan"].submit(world.session, statement).code == ""
