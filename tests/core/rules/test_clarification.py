"""Clarification: asked in writing, vetted, answered in time and signed, shown to all at once, and to nobody before."""

from __future__ import annotations

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World, small_project

from evalhub.core.codec import canonical
from evalhub.core.rules import clarification as cl
from evalhub.core.rules import commands as c
from evalhub.core.rules import visibility
from evalhub.core.rules.bidder_answers import Reply, reply_to, sign_reply
from evalhub.core.rules.events import ClarificationSent
from evalhub.core.rules.plan import BidFile, ClarificationRule, Project
from evalhub.core.rules.state import Clarification, Phase
from evalhub.core.sealing.keys import SigningKey

BIDDER = SigningKey.generate()
OTHER = SigningKey.generate()
PAPER = BidFile(name="答复.pdf", sha256="a" * 64, length=10)
MINUTE = 60_000

pytestmark = pytest.mark.requirement("R56")


def project(**rule: object) -> Project:
    """B1 has a key in the plan, the others have none."""
    plain = small_project()
    keyed = msgspec.structs.replace(plain.bidders[0], key=BIDDER.public)
    return msgspec.structs.replace(
        plain, bidders=(keyed, *plain.bidders[1:]), clarification=ClarificationRule(**rule)  # type: ignore[arg-type]
    )  # fmt: skip


KEYED, WATCHED = project(), project(oversight_vets=True, minutes=10)


def world_at(name: str = "detailed", of: Project = KEYED) -> World:
    return road(name, project=of)


def ask(world: World, place: int = 0, bidder: str = "B1", **more: object) -> Clarification:
    seat = list(world.state.seats)[place]
    world.booth_say(seat, c.AskClarification(bidder=bidder, text="请说明工期如何保证", **more))  # type: ignore[arg-type]
    return latest(world)


def latest(world: World) -> Clarification:
    return list(world.state.clarifications.values())[-1]


def vet(world: World, item: Clarification, party: str = "", **more: object) -> None:
    command = c.VetClarification(clarification=item.code, **{"decision": "approve", **more})  # type: ignore[arg-type]
    world.say(party or world.host, command)


def signed(world: World, item: Clarification, key: SigningKey = BIDDER, **changes: object) -> c.FileAnswer:
    reply = reply_to(cl.notice_of(world.state, world.state.clarifications[item.code]), "按附件执行", None, (PAPER,))
    jws = sign_reply(key, msgspec.structs.replace(reply, **changes))
    return c.FileAnswer(clarification=item.code, answer=jws)


def sent(world: World, **more: object) -> Clarification:
    item = ask(world, **more)  # type: ignore[arg-type]
    vet(world, item)
    return world.state.clarifications[item.code]


def status(world: World, item: Clarification) -> str:
    return world.state.clarifications[item.code].status


def seen(world: World, place: int) -> tuple[visibility.ClarificationView, ...]:
    return visibility.booth_view(world.state, list(world.state.seats)[place]).clarifications


# -- the road ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["preliminary", "detailed"])
def test_a_question_goes_out_once_vetted_and_its_answer_is_shown_to_all(name):
    world = world_at(name)
    item = ask(world)
    assert item.status == "asked"
    vet(world, item, minutes=45)
    out = world.events[-1].content
    assert isinstance(out, ClarificationSent)
    assert (out.bidder, status(world, item)) == ("B1", "sent")
    world.say(world.host, signed(world, item))
    assert status(world, item) == "answered"
    for place in range(5):
        (row,) = seen(world, place)
        assert (row.own, row.text, row.answer, row.signed_by) == (place == 0, item.text, "按附件执行", "key")
        assert row.attachments == (PAPER,)


def test_the_notice_names_no_seat_no_member_and_no_centre():
    world = world_at()
    item = sent(world)
    text = canonical(cl.notice_of(world.state, item)).decode()
    for seat, state in world.state.seats.items():
        for secret in (seat, seat.split("/")[1], state.room, state.leaf, world.state.aliases[seat]):
            assert secret not in text
    assert not any(centre in text for centre in world.split)


def test_the_answer_is_bound_to_the_notice_that_went_out():
    world = world_at()
    item = sent(world)
    assert item.notice == cl.notice_of(world.state, item).digest()
    other = sent(world, place=1)
    refuses(world, "answer-to-another", lambda: world.say(world.host, signed(world, item, notice=other.notice)))
    refuses(world, "answer-to-another", lambda: world.say(world.host, signed(world, item, bidder="B2")))
    malformed(world, lambda: world.say(world.host, signed(world, item, OTHER)))


def test_without_a_key_in_the_plan_the_host_files_the_signed_document_and_it_is_marked():
    world = world_at()
    item = sent(world, bidder="B2")
    bare = c.FileAnswer(clarification=item.code, text="如下")
    refuses(world, "answer-no-document", lambda: world.say(world.host, bare))
    refuses(world, "answer-no-document", lambda: world.say(world.host, signed(world, item)))
    world.say(world.host, msgspec.structs.replace(bare, document=PAPER))
    assert seen(world, 3)[0].signed_by == "document"


def test_where_the_plan_has_a_key_nothing_else_stands_for_its_signature():
    world = world_at()
    item = sent(world)
    paper = c.FileAnswer(clarification=item.code, text="如下", document=PAPER)
    refuses(world, "answer-unsigned", lambda: world.say(world.host, paper))
    both = msgspec.structs.replace(signed(world, item), text="另外")
    refuses(world, "answer-unsigned", lambda: world.say(world.host, both))


def test_only_a_price_confirmation_is_confirmed():
    world = world_at()
    item = sent(world)
    refuses(world, "nothing-to-confirm", lambda: world.say(world.host, signed(world, item, confirmed=True)))


# -- vetting -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R57")
def test_where_the_plan_says_so_oversight_vets_too_and_in_any_order():
    for order in (("wuhan", "oversight"), ("oversight", "wuhan")):
        world = world_at(of=WATCHED)
        item = ask(world)
        vet(world, item, order[0])
        assert status(world, item) == "asked"
        refuses(world, "already-vetted", lambda w=world, i=item, o=order[0]: vet(w, i, o))
        vet(world, item, order[1])
        assert status(world, item) == "sent"
        assert world.state.clarifications[item.code].minutes == 10


@pytest.mark.requirement("R57")
def test_otherwise_oversight_does_not_vet_and_no_guest_ever_does():
    world = world_at()
    item = ask(world)
    refuses(world, "oversight-does-not-vet", lambda: vet(world, item, "oversight"))
    refuses(world, "not-yours", lambda: vet(world, item, "wedz"))


def test_a_returned_question_is_amended_by_its_asker_and_vetted_anew_by_all():
    world = world_at(of=WATCHED)
    first, second = list(world.state.seats)[:2]
    item = ask(world)
    vet(world, item, "oversight")
    refuses(world, "vetting-reason-missing", lambda: vet(world, item, decision="return", reason=" "))
    vet(world, item, decision="return", reason="请勿作引导性提问")
    assert seen(world, 0)[0].reason == "请勿作引导性提问"
    refuses(world, "clarification-moved-on", lambda: vet(world, item))
    amend = c.AmendClarification(clarification=item.code, text="请说明工期安排")
    refuses(world, "no-such-clarification", lambda: world.booth_say(second, amend))
    blank = msgspec.structs.replace(amend, text=" ")
    refuses(world, "clarification-empty", lambda: world.booth_say(first, blank))
    world.booth_say(first, amend)
    refuses(world, "clarification-moved-on", lambda: world.booth_say(first, amend))
    vet(world, item)
    assert status(world, item) == "asked", "oversight has not seen the new text"
    vet(world, item, "oversight")
    assert cl.notice_of(world.state, world.state.clarifications[item.code]).text == "请说明工期安排"


def test_a_refused_or_withdrawn_question_is_asked_of_nobody():
    world = world_at()
    refused, withdrawn = ask(world), ask(world, 1)
    vet(world, refused, decision="refuse", reason="超出招标文件范围")
    seat = list(world.state.seats)[1]
    world.booth_say(seat, c.WithdrawClarification(clarification=withdrawn.code))
    for item in (refused, withdrawn):
        refuses(world, "clarification-moved-on", lambda i=item: vet(world, i))
    assert [row.status for row in seen(world, 0)] == ["refused"]
    assert seen(world, 2) == ()


def test_what_cannot_be_asked():
    world = world_at()
    refuses(world, "unknown-bidder", lambda: ask(world, bidder="B9"))
    seat = next(iter(world.state.seats))
    blank = c.AskClarification(bidder="B1", text=" \n")
    refuses(world, "clarification-empty", lambda: world.booth_say(seat, blank))
    refuses(world, "low-bid-too-late", lambda: ask(world, kind="abnormally-low"))
    chair = world_at("chair")
    refuses(chair, "wrong-phase", lambda: ask(chair))


def test_a_bid_is_doubted_once():
    world = world_at("preliminary")
    item = ask(world, kind="abnormally-low")
    refuses(world, "low-bid-asked", lambda: ask(world, 1, kind="abnormally-low"))
    vet(world, item, decision="refuse", reason="依据不足")
    assert ask(world, 1, kind="abnormally-low").status == "asked"


@pytest.mark.requirement("R62")
def test_whoever_is_asked_about_a_low_price_has_half_an_hour_at_least():
    world = world_at("preliminary")
    item = ask(world, kind="abnormally-low")
    refuses(world, "too-little-time", lambda: vet(world, item, minutes=29))
    vet(world, item)
    assert world.state.clarifications[item.code].minutes == 30


# -- time ----------------------------------------------------------------------------------------------------------


def test_a_late_answer_is_kept_as_late_and_shown_to_nobody_who_scores():
    world = world_at()
    item = sent(world)
    world.time += 30 * MINUTE
    world.say(world.host, signed(world, item))
    assert status(world, item) == "late"
    assert world.state.clarifications[item.code].answer == "按附件执行"
    (own,) = seen(world, 0)
    assert (own.status, own.answer) == ("late", "")
    assert seen(world, 1) == ()
    refuses(world, "clarification-moved-on", lambda: world.say(world.host, signed(world, item)))


def test_pauses_are_given_back_to_the_bidder():
    world = world_at()
    item = sent(world)
    world.say("oversight", c.PauseSession(reason="断电"))
    world.time += 40 * MINUTE
    world.say("oversight", c.ResumeSession(reason="恢复"))
    world.time += 29 * MINUTE
    world.say(world.host, signed(world, item))
    assert status(world, item) == "answered"


def test_a_pause_before_it_went_out_is_not_given_back():
    world = world_at()
    world.say("oversight", c.PauseSession(reason="断电"))
    world.time += 40 * MINUTE
    world.say("oversight", c.ResumeSession(reason="恢复"))
    item = sent(world)
    world.time += 31 * MINUTE
    world.say(world.host, signed(world, item))
    assert status(world, item) == "late"


def test_that_no_answer_came_is_recorded_after_the_deadline_only():
    world = world_at()
    item = sent(world)
    close = c.CloseClarification(clarification=item.code)
    refuses(world, "deadline-not-reached", lambda: world.say(world.host, close))
    world.time += 31 * MINUTE
    world.say(world.host, close)
    assert status(world, item) == "lapsed"
    refuses(world, "clarification-moved-on", lambda: world.say(world.host, signed(world, item)))


# -- rounds --------------------------------------------------------------------------------------------------------


def seal_all(world: World) -> None:
    for seat in list(world.state.seats):
        world.seal(seat)


def test_a_round_waits_for_no_question_unless_its_asker_needs_it():
    world = world_at()
    sent(world)
    seal_all(world)
    assert world.state.phase is Phase.SEALED


def test_a_needed_question_holds_the_round_until_the_asker_has_sealed_after_the_answer():
    world = world_at()
    item = sent(world, needed=True)
    seal_all(world)
    assert world.state.phase is Phase.SEALING
    world.say(world.host, signed(world, item))
    assert world.state.phase is Phase.SEALING, "everybody may still make use of the answer"
    world.seal(list(world.state.seats)[1])
    assert world.state.phase is Phase.SEALING
    world.seal(next(iter(world.state.seats)))
    assert world.state.phase is Phase.SEALED


@pytest.mark.parametrize("way", ["refused", "withdrawn"])
def test_nothing_waits_for_a_question_that_is_not_asked(way):
    world = world_at()
    item = ask(world, needed=True)
    seal_all(world)
    assert world.state.phase is Phase.SEALING
    if way == "refused":
        vet(world, item, decision="refuse", reason="超出范围")
    else:
        world.booth_say(next(iter(world.state.seats)), c.WithdrawClarification(clarification=item.code))
    assert world.state.phase is Phase.SEALED


def test_an_answer_may_come_while_the_round_is_opened_and_in_the_next_one():
    world = world_at("preliminary")
    item = sent(world)
    world.run_round()
    assert world.state.round().stage.value == "detailed"
    world.say(world.host, signed(world, item))
    assert seen(world, 4)[0].answer == "按附件执行"


def test_a_bid_that_is_out_is_asked_nothing():
    from evalhub.core.rules.events import ExaminedBid

    world = world_at()
    world.state = world.replayer.state = world.state.with_(
        bids=(ExaminedBid(bidder="B1", failed=("Q1",), grounds=("A51-3",), valid=False), *world.state.bids[1:])
    )
    refuses(world, "unknown-bidder", lambda: ask(world))


# -- no cross-talk -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R36")
def test_until_it_is_answered_a_question_shows_at_no_other_booth():
    world = world_at()
    others = list(world.state.seats)[1:]
    before = [canonical(visibility.booth_view(world.state, seat)) for seat in others]
    item = ask(world, needed=True)
    for act in (
        lambda: vet(world, item, decision="return", reason="请改"),
        lambda: world.booth_say(
            next(iter(world.state.seats)), c.AmendClarification(clarification=item.code, text="请说明")
        ),
        lambda: vet(world, item),
        lambda: None,
    ):
        assert [canonical(visibility.booth_view(world.state, seat)) for seat in others] == before
        act()
    world.say(world.host, signed(world, item))
    assert [canonical(visibility.booth_view(world.state, seat)) for seat in others] != before


@pytest.mark.requirement("R36")
def test_a_code_tells_neither_number_nor_order():
    world = world_at()
    codes = [ask(world, place).code for place in range(5)]
    assert len(set(codes)) == 5
    assert all(len(code) == 9 and code.startswith("C") for code in codes)
    third = world.state.clarifications[codes[2]]
    vet(world, third)
    world.say(world.host, signed(world, third))
    assert [row.code for row in seen(world, 0)] == [codes[2], codes[0]]
    assert [row.code for row in seen(world, 1)] == [codes[2], codes[1]]


def test_those_who_vet_do_not_learn_who_asked():
    world = world_at()
    ask(world)
    (row,) = visibility.progress_view(world.state).clarifications
    text = canonical(row).decode()
    assert row.text == "请说明工期如何保证"
    assert not any(word in text for word in [*world.state.seats, *world.state.aliases.values()])


def test_a_reply_is_read_back_as_it_was_signed():
    world = world_at()
    item = sent(world)
    reply = reply_to(cl.notice_of(world.state, item), "同意", None, ())
    assert isinstance(reply, Reply)
    assert reply.notice == item.notice
