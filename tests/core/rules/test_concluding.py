"""Result, verification, report, signatures, keys, archive."""

from __future__ import annotations

import msgspec
import pytest
from support.countersigning import countersign
from support.roads import refuses, road
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules import report, result
from evalhub.core.rules.state import Phase

replace = msgspec.structs.replace


def computed(world: World) -> c.DeclareResult:
    return c.DeclareResult(result=result.compute(world.state).digest())


# -- result ------------------------------------------------------------------------------------------------------------


def test_each_centre_declares_once_and_nothing_is_declared_alone():
    world = road("summary", (3, 1, 1))
    world.say("wuhan", computed(world))
    refuses(world, "already-computed", lambda: world.say("wuhan", computed(world)))
    refuses(world, "not-yours", lambda: world.say("oversight", computed(world)))
    world.say("wedz", computed(world))
    assert (world.state.phase, world.state.result, world.state.ranking) == (Phase.SUMMARY, "", ())
    events = world.say("gamma", computed(world))
    assert [event.type for event in events] == ["result_computed", "result_declared", "findings_raised"]
    assert [row.rank for row in world.state.ranking] == [1, 2, 3]


def test_a_disputed_result_declares_nothing_and_is_computed_again():
    world = road("summary")
    world.say("wuhan", computed(world))
    events = world.say("wedz", c.DeclareResult(result="0" * 64))
    assert [event.type for event in events] == ["result_computed", "result_disputed"]
    assert (world.state.phase, world.state.results, world.state.result) == (Phase.SUMMARY, {}, "")
    world.settle()
    assert world.state.phase is Phase.VERIFICATION
    assert [row.centre for row in report.build(world.state).disputes] == ["wedz", "wuhan"]


@pytest.mark.requirement("R60", "R73")
def test_a_wrong_result_that_all_centres_state_alike_is_disputed_too():
    world = road("summary")
    for centre in world.split:
        world.say(centre, c.DeclareResult(result="0" * 64))
    assert world.state.phase is Phase.SUMMARY
    assert len(world.state.disputes) == 1


# -- report and signatures ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("R78")
def test_the_report_is_what_the_ledger_gives():
    world = road("report")
    refuses(world, "wrong-report", lambda: world.say("wuhan", c.IssueReport(report="0" * 64)))
    digest = report.report_digest(world.state)
    assert digest == report.report_digest(world.replayer.state)
    refuses(world, "not-yours", lambda: world.say("wedz", c.IssueReport(report=digest)))
    world.say("wuhan", c.IssueReport(report=digest))
    built = report.build(world.state)
    assert [member.chair for member in built.members].count(True) == 1
    assert {sheet.round for sheet in built.sheets} == {2, 3}, "ballots stay secret"


@pytest.mark.requirement("R77")
def test_four_answers_and_no_fifth():
    world = road("signing")
    seats, digest = list(world.state.seats), world.state.report
    answer = c.SignReport(report=digest, answer="signed")
    wrong = replace(answer, report="0" * 64)
    refuses(world, "wrong-report", lambda: world.booth_say(seats[0], wrong))
    silent = replace(answer, answer="dissent", text=" ")
    refuses(world, "reason-missing", lambda: world.booth_say(seats[1], silent))
    world.booth_say(seats[0], answer)
    refuses(world, "already-answered", lambda: world.booth_say(seats[0], answer))
    world.booth_say(seats[1], replace(answer, answer="dissent", text="不同意排名"))
    world.booth_say(seats[2], replace(answer, answer="refused"))
    deem = c.DeemAgreed(seat=seats[3], reason="离席")
    refuses(world, "not-yours", lambda: world.say("wuhan", deem))
    refuses(world, "not-your-seat", lambda: world.say("oversight", replace(deem, seat="wuhan/Z9-09")))
    refuses(world, "already-answered", lambda: world.say("oversight", replace(deem, seat=seats[0])))
    world.say("oversight", deem)
    refuses(world, "already-answered", lambda: world.booth_say(seats[3], answer))
    assert world.state.phase is Phase.SIGNING
    assert [event.type for event in world.booth_say(seats[4], answer)] == ["report_answered"]
    events = countersign(world)
    assert [event.type for event in events] == ["report_countersigned", "signing_closed"]
    closed = events[1].content
    assert (closed.signed, closed.dissenting, closed.deemed) == (2, 1, 2)
    assert world.state.answers[seats[1]].text == "不同意排名"


# -- keys and archive --------------------------------------------------------------------------------------------------


def test_each_trustee_destroys_the_key_it_filed_once():
    world = road("closed")
    mine, theirs = (c.DestroyKey(pk=world.parties[name].kem.public) for name in ("wuhan", "wedz"))
    refuses(world, "not-the-filed-key", lambda: world.say("wuhan", theirs))
    world.say("wuhan", mine)
    refuses(world, "already-destroyed", lambda: world.say("wuhan", mine))
    world.say("wedz", theirs)
    assert world.state.phase is Phase.CLOSED
    last = c.DestroyKey(pk=world.parties["oversight"].kem.public)
    events = world.say("oversight", last)
    assert [event.type for event in events] == ["trustee_key_destroyed", "session_archived"]


@pytest.mark.parametrize("split", [(3, 2), (3, 1, 1)])
def test_the_last_entry_counts_the_archive(split):
    world = road("archived", split)
    content = world.events[-1].content
    escrows, sheets = len(world.parties), 15
    assert (content.entries, content.envelopes) == (len(world.entries), escrows + sheets)
    refuses(world, "wrong-phase", lambda: world.say("oversight", c.PauseSession(reason="-")))
