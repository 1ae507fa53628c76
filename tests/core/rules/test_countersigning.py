"""Signatures in the report's PDF: one layout, one after the other, by the booth's own key, or passed over in time."""

from __future__ import annotations

import msgspec
import pytest
from support.countersigning import SOME_PDF, countersign, lay_out, layout, signature
from support.roads import refuses, road
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules import countersigning, report, visibility
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.keys import SigningKey

MINUTE = 60_000


def changed(command: c.Command, **changes: object) -> c.Command:
    return msgspec.structs.replace(command, **changes)


def answering(*answers: str) -> World:
    """Members answer in the order of their aliases; "deem": oversight records agreement."""
    world = road("signing")
    seats = sorted(world.state.seats, key=lambda seat: world.state.aliases[seat])
    for seat, answer in zip(seats, answers, strict=True):
        if answer == "deem":
            world.say("oversight", c.DeemAgreed(seat=seat, reason="离席"))
        else:
            text = "不同意排名" if answer == "dissent" else ""
            world.booth_say(seat, c.SignReport(report=world.state.report, answer=answer, text=text))
    return world


def pass_over(world: World, seat: str) -> None:
    world.time = world.state.turn_at + countersigning.PASS_AFTER
    world.say("oversight", c.PassOver(seat=seat, reason="工位故障"))


def test_nobody_lays_out_before_the_last_answer():
    world = road("signing")
    empty = c.LayOutReport(pdf="0" * 64, length=1, authority="MA", certificates=())
    refuses(world, "answers-missing", lambda: world.say("wuhan", empty))


@pytest.mark.requirement("R77")
def test_each_signs_once_in_the_order_of_the_aliases_and_the_last_closes_the_session():
    world = lay_out(road("answered"))
    order = countersigning.signers(world.state)
    assert [world.state.aliases[seat] for seat in order] == [f"member-{n}" for n in range(1, 6)]
    refuses(world, "not-your-turn", lambda: world.booth_say(order[1], signature(world, order[1])))
    for number, seat in enumerate(order):
        assert countersigning.turn(world.state) == seat
        began = world.state.turn_at
        events = world.booth_say(seat, signature(world, seat))
        assert world.state.signatures[number].at == began
    assert [event.type for event in events] == ["report_countersigned", "signing_closed"]
    assert world.state.phase is Phase.CLOSED
    again = signature(world, order[0])
    refuses(world, "wrong-phase", lambda: world.booth_say(order[0], again))


def test_dissenters_sign_and_those_deemed_to_agree_do_not():
    world = lay_out(answering("signed", "dissent", "refused", "deem", "signed"))
    assert [world.state.aliases[seat] for seat in countersigning.signers(world.state)] == [
        "member-1", "member-2", "member-5"
    ]  # fmt: skip
    countersigned = 0
    while seat := countersigning.turn(world.state):
        world.booth_say(seat, signature(world, seat))
        countersigned += 1
    assert (countersigned, world.state.phase) == (3, Phase.CLOSED)


def test_where_nobody_signs_there_is_nothing_to_lay_out():
    world = answering(*["refused"] * 5)
    assert (world.state.phase, world.state.layouts) == (Phase.CLOSED, {})


def test_no_turn_begins_until_all_centres_have_the_same_pdf():
    world = road("answered")
    world.say("wuhan", layout(world, "wuhan"))
    assert countersigning.turn(world.state) == ""
    world.say("wedz", layout(world, "wedz", b"another PDF"))
    assert countersigning.agreed(world.state) is None
    seat = countersigning.signers(world.state)[0]
    refuses(world, "not-your-turn", lambda: world.booth_say(seat, signature(world, seat)))
    world.say("wedz", layout(world, "wedz"))
    assert countersigning.turn(world.state) == seat
    refuses(world, "already-laid-out", lambda: world.say("wedz", layout(world, "wedz", b"another PDF")))


def test_a_layout_is_the_centres_own_and_certifies_its_own_signers():
    world = road("answered")
    good = layout(world, "wuhan")
    refuses(world, "not-yours", lambda: world.say("oversight", good))
    refuses(world, "certify-every-signer", lambda: world.say("wedz", good))
    refuses(
        world, "certify-every-signer", lambda: world.say("wuhan", changed(good, certificates=good.certificates[1:]))
    )
    first, second, *rest = good.certificates
    swapped = (changed(first, seat=second.seat), changed(second, seat=first.seat), *rest)
    refuses(world, "bad-certificate", lambda: world.say("wuhan", changed(good, certificates=swapped)))
    theirs = layout(world, "wedz").authority
    refuses(world, "bad-certificate", lambda: world.say("wuhan", changed(good, authority=theirs)))
    garbage = (changed(first, certificate="MQ"), second, *rest)
    refuses(world, "bad-certificate", lambda: world.say("wuhan", changed(good, certificates=garbage)))


def test_a_signature_is_by_the_booths_key_over_attributes_of_the_agreed_pdf():
    world = lay_out(road("answered"))
    seat = countersigning.turn(world.state)
    good = signature(world, seat)
    refuses(world, "wrong-report", lambda: world.booth_say(seat, changed(good, pdf="0" * 64)))
    refuses(world, "bad-signature", lambda: world.booth_say(seat, changed(good, attributes=b64u(b"\x31\x03xyz"))))
    other = b64u(SigningKey.generate().sign(b"\x31\x03any"))
    refuses(world, "bad-signature", lambda: world.booth_say(seat, changed(good, signature=other)))
    key = world.booths[seat].key
    for data in (b"eyJhbGciOiJFUzI1NiJ9.e30", b"", b"\x31" + b"x" * countersigning.MAX_ATTRIBUTES):
        bad = changed(good, attributes=b64u(data) or "AA", signature=b64u(key.sign(data)))
        refuses(world, "bad-signature", lambda bad=bad: world.booth_say(seat, bad))
    world.booth_say(seat, good)


def test_oversight_passes_over_whose_turn_it_is_and_not_before_the_time():
    world = lay_out(road("answered"))
    first, second, *_ = countersigning.signers(world.state)
    early = c.PassOver(seat=first, reason="工位故障")
    refused = refuses(world, "too-early", lambda: world.say("oversight", early))
    assert refused.detail["until"].endswith("Z")
    world.time = world.state.turn_at + countersigning.PASS_AFTER
    refuses(world, "not-yours", lambda: world.say("wuhan", early))
    refuses(world, "not-your-turn", lambda: world.say("oversight", c.PassOver(seat=second, reason="工位故障")))
    refuses(world, "no-signature-owed", lambda: world.say("oversight", c.PassOver(seat="wuhan/Z9-09", reason="-")))
    world.say("oversight", early)
    assert countersigning.turn(world.state) == second
    assert world.state.answers[first].answer == "signed", "the answer stands"
    refuses(world, "no-signature-owed", lambda: world.say("oversight", early))
    refuses(world, "too-early", lambda: world.say("oversight", c.PassOver(seat=second, reason="工位故障")))


def test_a_pause_gives_its_time_back():
    world = lay_out(road("answered"))
    seat = countersigning.turn(world.state)
    world.say("oversight", c.PauseSession(reason="断电"))
    world.time += 5 * MINUTE
    world.say("oversight", c.ResumeSession(reason="恢复"))
    world.time = world.state.turn_at + countersigning.PASS_AFTER
    refuses(world, "too-early", lambda: world.say("oversight", c.PassOver(seat=seat, reason="-")))
    world.time += 5 * MINUTE
    world.say("oversight", c.PassOver(seat=seat, reason="-"))


def test_a_report_that_no_centre_can_lay_out_does_not_hold_the_session_for_ever():
    world = road("answered")
    for seat in reversed(countersigning.signers(world.state)):
        pass_over(world, seat)
    assert world.state.phase is Phase.CLOSED
    assert (world.state.signatures, len(world.state.passed_over)) == ((), 5)
    world.settle()
    assert world.state.phase is Phase.ARCHIVED


def test_the_answer_of_a_pause_during_signing_does_not_change_the_report():
    world = road("answered")
    issued = world.state.report
    world.say("oversight", c.PauseSession(reason="断电"))
    world.time += 5 * MINUTE
    world.say("oversight", c.ResumeSession(reason="恢复"))
    assert report.report_digest(world.state) == issued


def test_a_booth_sees_only_that_it_is_its_turn():
    world = road("answered")
    assert {visibility.booth_view(world.state, seat).sign for seat in world.state.seats} == {""}
    lay_out(world)
    agreed = countersigning.agreed(world.state)
    assert agreed is not None
    first, second, third, *_ = countersigning.signers(world.state)
    assert visibility.booth_view(world.state, first).sign == agreed.pdf
    before = visibility.booth_view(world.state, third)
    assert before.sign == ""
    world.booth_say(first, signature(world, first))
    assert visibility.booth_view(world.state, third) == before, "who signed before it does not show"
    assert visibility.booth_view(world.state, first).countersigned
    assert visibility.booth_view(world.state, second).sign == agreed.pdf
    assert visibility.progress_view(world.state).unsigned[0] == second


def test_the_whole_of_it_replays():
    world = road("answered")
    events = countersign(world)
    assert events[-1].type == "signing_closed"
    assert world.replayer.state == world.state
    assert len(SOME_PDF) == world.state.layouts["wuhan"].length
