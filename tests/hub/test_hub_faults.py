"""Crashes, slow readers, altered disks: what was told stays, nothing comes twice, and nothing is repaired silently."""

import socket
import sqlite3

import pytest
from hub_kit import PartyLine, staged

from evalhub.core.rules import commands as c
from evalhub.core.rules import statements
from evalhub.core.rules.state import Phase
from evalhub.core.wire import frames
from evalhub.hub.__main__ import main


def restart(stage):
    """Kill the hub as the power does, start it again, and have every party resume."""
    stage.hub.kill()
    for line in stage.world.lines.values():
        line.socket.close()
    stage.hub.start()
    stage.world.connect(stage.hub.port)


def test_a_session_goes_on_through_crashes_at_every_turn(fresh):
    world = fresh.world
    world.pair()
    restart(fresh)
    world.draw().check_in()
    restart(fresh)
    world.start()
    for seat in list(world.state.seats)[:2]:
        world.seal(seat)
    restart(fresh)
    for seat in list(world.state.seats)[2:]:
        world.seal(seat)
    assert world.state.gate is not None  # the round is closed; its gate is open
    restart(fresh)
    world.settle()
    world.evaluate().conclude().sign()
    assert world.state.phase is Phase.ARCHIVED


def test_killed_before_the_outcome_then_resent_is_taken_once(fresh):
    world = fresh.world.pair()
    line = world.lines["wuhan"]
    statement = world.statement(world.parties["wuhan"].identity, c.CancelSession(reason="理由"))
    for session, code in (("T-unknown-1", "unknown-session"), (world.session, "")):
        n = line.send(session, statement)  # taken or not: nobody reads the answer
        fresh.hub.kill()
        line.close()
        fresh.hub.start()
        line.connect(fresh.hub.port)
        assert line.welcome.last in (n - 1, n)
        line.write(frames.Submit(n=n, session=session, jws=statement))
        assert line.outcome(n).code == code
    line.pump(lambda: line.mirrors[world.session].replayer.state.phase is Phase.CANCELLED)
    entries = line.mirrors[world.session].entries
    assert sum(b'"type":"session_cancelled"' in entry for entry in entries) == 1


def test_an_open_gate_is_asked_for_again(fresh):
    world = fresh.world
    for line in world.lines.values():
        line.cosigns = False
    world.open()
    world.say("wuhan", c.ProposePlan(plan=world.plan()))
    world.say("wedz", c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("K")))
    for name in world.parties:
        world.sync()
        world.say(name, c.FileTrusteeKey(pk=world.parties[name].kem.public))
    for name in world.parties:
        world.sync()
        world.say(name, c.SignRoster(roster=world.state.roster_digest))
    for centre in world.split:
        world.sync()
        world.say(centre, world.freeze(centre))
    for name in world.parties:
        world.sync()
        world._commit(name, 1)
    assert world.state.gate is not None
    for line in world.lines.values():
        line.cosigns = True
    restart(fresh)
    world.pass_gate()
    assert "commit:1" in world.state.gates


def test_a_missing_witness_blocks_the_gate_and_nothing_else(fresh):
    world = fresh.world
    world.lines["oversight"].cosigns = False
    world.open()
    world.say("wuhan", c.ProposePlan(plan=world.plan()))
    world.say("wedz", c.RefusePlan(plan=world.state.plan_digest, reason="理由"))
    world.say("wuhan", c.ProposePlan(plan=world.plan(2)))
    assert world.state.plan is not None
    assert world.state.plan.revision == 2


def test_a_slow_reader_is_dropped_and_resumes_where_it_was(tmp_path):
    stage = staged(tmp_path, line_buffer=4 << 20)
    try:
        world = stage.world.until(Phase.CHECKIN)
        slow = world.lines.pop("oversight")
        slow.socket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        seat = next(iter(world.state.seats), None) or world.seat("wuhan", _member(world))
        said = c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True, detail="x" * 60_000),))
        for _ in range(10):
            for _ in range(20):
                world.booth_say(seat, said)
            if stage.hub.metric('evalhub_byes_total{code="too-slow"}'):
                break
        assert stage.hub.metric('evalhub_byes_total{code="too-slow"}') == 1
        slow.socket.socket.close()
        slow.connect(stage.hub.port)
        slow.pump(lambda: len(slow.mirrors[world.session].entries) == world.state.size)
        assert slow.mirrors[world.session].entries == world.entries
    finally:
        stage.end()


def _member(world):
    from evalhub.core.rules import drawing

    return drawing.members(world.state, "wuhan")[0]


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A stopped hub with a session in its database."""
    stage = staged(tmp_path_factory.mktemp("stored"))
    world = stage.world.pair()
    mirror = world.lines["wedz"].mirrors[world.session]
    world._until(lambda: mirror.head.size == world.state.size)  # the hub has signed all of it
    stage.hub.stop()
    world.close()
    return stage


def _altered(stage, tmp_path, capsys, statement):
    """The exit code and words of a hub that starts on an altered copy."""
    data = tmp_path / "data"
    data.mkdir()
    for name in ("hub.sqlite", "log.key"):
        (data / name).write_bytes((stage.data / name).read_bytes())
    (data / "log.key").chmod(0o600)
    with sqlite3.connect(data / "hub.sqlite") as connection:
        for one in statement.split(";"):
            connection.execute(one)
    connection.close()
    config = tmp_path / "hub.toml"
    config.write_text(stage.hub.config.read_text().replace(str(stage.data), str(data)))
    return _exit_code(config), capsys.readouterr().err


def _exit_code(config):
    """Of a hub on a port that is taken: had it believed its database, it would end with 2 instead of serving."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config.write_text(config.read_text().replace("port = 0", f"port = {taken.getsockname()[1]}"))
        return main(["--config", str(config)])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entry SET data = replace(data, 'wuhan', 'wuham') WHERE session != 'hub' AND seq = 0", "entry 0"),
        ("UPDATE entry SET data = replace(data, '\"v\":1', '\"v\":2') WHERE session != 'hub' AND seq = 5", "entry 5"),
        ("DELETE FROM entry WHERE session != 'hub' AND seq = 3", "entry 3"),
        ("DELETE FROM entry WHERE session != 'hub'", "missing"),
        ("DELETE FROM entry WHERE session = 'hub'", "not listed"),
        ("UPDATE entry SET blob = 'x' WHERE session != 'hub' AND seq = 0", "entry 0"),
        ("UPDATE entry SET blob = x'78' WHERE session != 'hub' AND seq = 0", "entry 0"),
        ("DELETE FROM entry WHERE session != 'hub' AND seq > 5", "this hub signed"),
        (
            "DELETE FROM entry WHERE session != 'hub' AND seq = (SELECT max(seq) FROM entry WHERE session != 'hub')",
            "entry",
        ),
    ],
)
def test_an_altered_database_is_refused_with_the_place(stored, tmp_path, capsys, statement, said):
    code, words = _altered(stored, tmp_path, capsys, statement)
    assert code == 3
    assert said in words
    assert words.count("\n") == 1


def test_a_file_that_is_no_database_is_refused(stored, tmp_path, capsys):
    data = tmp_path / "data"
    data.mkdir()
    (data / "hub.sqlite").write_bytes(b"not a database" * 1000)
    config = tmp_path / "hub.toml"
    config.write_text(stored.hub.config.read_text().replace(str(stored.data), str(data)))
    assert _exit_code(config) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_a_witness_that_holds_another_tree_is_an_alarm_and_no_cosignature(fresh):
    world = fresh.world
    line = world.lines["wedz"]
    line.cosigns = False
    world.open()
    line.pump(lambda: bool(line.requests))
    line.write(frames.WitnessReply(session=world.session, status=422, body="a fork\n"))
    line.write(frames.WitnessReply(session="T-nobody", status=200, body="x\n"))
    line.write(frames.WitnessReply(session=world.session, status=200, body="unasked\n"))
    assert line.submit("T-unknown-1", "x").code == "malformed"  # the line stays
    assert "witness-refused" in fresh.hub.stop()


def test_statements_of_a_killed_line_do_not_block_its_successor(fresh):
    world = fresh.world.open()
    party = world.parties["wuhan"]
    old = world.lines["wuhan"]
    statement = statements.say(party.identity, world.session, 2, c.ProposePlan(plan=world.plan()))
    n = old.send(world.session, statement)
    old.socket.socket.close()
    new = PartyLine(party, n=n).connect(fresh.hub.port)
    new.write(frames.Submit(n=n, session=world.session, jws=statement))
    assert new.outcome(n).code == ""
