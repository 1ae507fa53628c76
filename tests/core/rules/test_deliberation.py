"""Rejections, competition and votes: what members decide together, answer by answer (R53–R55, R70)."""

from __future__ import annotations

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World, failed_mark, small_project

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import forms, grounds, matters, rounds
from evalhub.core.rules.forms import Examination
from evalhub.core.rules.plan import problems
from evalhub.core.rules.state import Phase, Stage

replace = msgspec.structs.replace
Fails = dict[int, list[tuple[str, str]]]


def examined(fails: Fails, *, bidders: int = 4, ground: str = "A51-3", **project: object) -> World:
    """The preliminary examination opened; member number n (by seat) failed these (bidder, item) pairs."""
    wanted = replace(small_project(5, bidders=bidders), **project)
    world = road("preliminary", project=wanted)
    for number, seat in enumerate(sorted(world.state.seats)):
        world.seal(seat, world.examination(fails.get(number, ()), ground))
    world.settle()
    return world


def seats(world: World) -> list[str]:
    return sorted(world.state.seats)


def types(world: World, since: int = 0) -> list[str]:
    return [event.type for event in world.events[since:]]


def valid(world: World) -> tuple[str, ...]:
    return rounds.valid_bidders(world.state)


# -- what is proposed ----------------------------------------------------------------------------------------------


@pytest.mark.requirement("R53")
def test_a_bid_that_nobody_failed_is_valid_and_nobody_has_to_deliberate():
    world = examined({})
    assert (world.state.phase, world.state.round().stage) == (Phase.SEALING, Stage.DETAILED)
    assert "deliberation_opened" not in types(world)
    assert valid(world) == ("B1", "B2", "B3", "B4")


@pytest.mark.requirement("R53", "R54")
def test_one_failed_item_is_a_proposed_rejection_with_ground_evidence_and_page():
    world = examined({2: [("B2", "Q1")]})
    assert world.state.phase is Phase.DELIBERATION
    (matter,) = world.state.matters.values()
    assert (matter.kind, matter.bidder, matter.ground, matter.raised_by) == ("rejection", "B2", "A51-3", "hub")
    (proposal,) = matter.proposals
    assert proposal.member == world.state.aliases[seats(world)[2]]
    assert (proposal.item, proposal.evidence, proposal.page) == ("Q1", "合成证据", 3)
    assert set(matters.waiting(world.state, matter)) == set(seats(world)) - {seats(world)[2]}
    assert not world.state.bids, "nothing is decided before the others have answered"


def test_the_same_ground_is_one_matter_and_another_ground_another():
    world = road("preliminary", project=small_project(5, bidders=4))
    for number, seat in enumerate(seats(world)):
        sheet = world.examination([("B2", "Q1")] if number < 2 else [], "A51-3")
        if number == 2:
            sheet = world.examination([("B2", "Q2"), ("B1", "Q1")], "A51-1")
        world.seal(seat, sheet)
    world.settle()
    found = [(m.code, m.bidder, m.ground, len(m.proposals)) for m in world.state.matters.values()]
    assert found == [("M1", "B1", "A51-1", 1), ("M2", "B2", "A51-1", 1), ("M3", "B2", "A51-3", 2)]
    world.deliberate(lambda seat, matter: "disagree")
    assert valid(world) == ("B1", "B2", "B3", "B4"), "minorities on different grounds do not add up"


@pytest.mark.requirement("R53")
@pytest.mark.parametrize(
    ("project_class", "count", "article"),
    [
        ("works", 7, "第五十一条"),
        ("services", 7, "第五十一条"),
        ("government-goods", 6, "第六十三条"),
        ("government-services", 6, "第六十三条"),
    ],
)
def test_the_list_of_grounds_is_that_of_the_law_the_project_is_under(project_class, count, article):
    listed = grounds.listed(replace(small_project(), project_class=project_class))
    assert len({ground.code for ground in listed}) == count
    assert all(article in ground.article.zh for ground in listed)


def test_the_law_can_be_named_where_the_class_does_not_tell():
    works = replace(small_project(), project_class="works", regime="government")
    assert grounds.listed(works)[0].code == "A63-1"
    wrong = replace(small_project(7), project_class="government-goods", regime="tendering")
    assert ("regime", "regime-not-class") in [(p.path, p.code) for p in problems(wrong)]


@pytest.mark.requirement("R53")
@pytest.mark.parametrize("bent", [{"ground": ""}, {"ground": "A63-1"}, {"reason": " "}, {"evidence": ""}, {"page": 0}])
def test_no_sheet_rejects_a_bid_without_a_listed_ground_reason_evidence_and_page(bent):
    world = road("preliminary")
    sheet = world.examination([("B2", "Q1")])
    marks = tuple(mark if mark.passed else replace(mark, **bent) for mark in sheet.marks)
    malformed(world, lambda: forms.read_sheet(world.form(), canonical(Examination(marks=marks))))
    forms.read_sheet(world.form(), canonical(sheet))


def test_a_passed_item_names_no_ground():
    world = road("preliminary")
    marks = tuple(replace(failed_mark(m.bidder, m.item), passed=True) for m in world.examination().marks)
    malformed(world, lambda: forms.read_sheet(world.form(), canonical(Examination(marks=marks))))


# -- answers and majority ------------------------------------------------------------------------------------------


@pytest.mark.requirement("R54")
@pytest.mark.parametrize("agreeing", range(5))
def test_more_than_half_of_all_members_reject_and_dissent_is_kept(agreeing):
    """One proposer; ``agreeing`` of the four others agree."""
    world = examined({0: [("B2", "Q1")]})
    for number, seat in enumerate(seats(world)[1:]):
        world.answer(seat, "M1", "agree" if number < agreeing else "disagree", f"理由{number}")
    matter, carried = world.state.matters["M1"], agreeing + 1 >= 3
    assert (matter.outcome, "B2" in valid(world)) == ("carried" if carried else "not-carried", not carried)
    decided = next(event.content for event in world.events if event.type == "matter_decided")
    assert (len(decided.agree), len(decided.disagree)) == (agreeing + 1, 4 - agreeing)
    dissent = [given.reason for given in matters.positions(matter, 1).values() if given.answer == "disagree"]
    assert sorted(dissent) == [f"理由{n}" for n in range(agreeing, 4)]
    bid = next(bid for bid in world.state.bids if bid.bidder == "B2")
    assert (bid.failed, bid.grounds) == ((("Q1",), ("A51-3",)) if carried else ((), ()))


def test_half_of_an_even_committee_is_no_majority():
    assert not _carried(3, 6)
    assert _carried(4, 6)


def _carried(agree: int, members: int) -> bool:
    """The rule on a state of so many members, without the road there."""
    from evalhub.core.rules.state import GivenAnswer, Matter, SeatState, State

    names = [f"wuhan/A{n}-01" for n in range(members)]
    given = {
        s: GivenAnswer(member=f"member-{n}", answer="agree" if n <= agree else "disagree", reason="")
        for n, s in enumerate(names, start=1)
    }
    state = State(
        session="WH-1",
        seats={s: SeatState(seat=s, leaf="", room="", shared=False) for s in names},
        aliases={s: f"member-{n}" for n, s in enumerate(names, start=1)},
        matters={"M1": Matter(code="M1", kind="question", raised_by="hub", answers=(given,))},
    )
    found = matters.due(state)
    assert found is not None
    return bool(getattr(found, "carried"))  # noqa: B009


def test_when_everybody_failed_it_nobody_is_left_to_answer():
    world = examined({n: [("B2", "Q1")] for n in range(5)})
    assert world.state.matters["M1"].outcome == "carried"
    assert valid(world) == ("B1", "B3", "B4")
    assert world.state.phase is Phase.DELIBERATION, "the chair still closes it"


@pytest.mark.requirement("R54")
def test_an_answer_is_given_once_by_each_and_not_by_who_proposed():
    world = examined({0: [("B2", "Q1")]})
    proposer, first, *_ = seats(world)
    refuses(world, "matter-answered", lambda: world.answer(proposer, "M1"))
    world.answer(first, "M1")
    refuses(world, "matter-answered", lambda: world.answer(first, "M1", "disagree"))
    refuses(
        world, "no-such-matter", lambda: world.booth_say(first, c.AnswerMatter(matter="M9", round=1, answer="agree"))
    )


@pytest.mark.requirement("R54", "R67")
@pytest.mark.parametrize("answer", ["disagree", "look-again"])
def test_disagreeing_and_sending_back_want_a_reason(answer):
    world = examined({0: [("B2", "Q1")]})
    seat = seats(world)[1]
    refuses(world, "matter-reason-missing", lambda: world.answer(seat, "M1", answer, "  "))
    world.answer(seat, "M1", "agree", "")


@pytest.mark.requirement("R54")
def test_looking_again_sends_it_back_once_and_everybody_answers_again():
    world = examined({0: [("B2", "Q1")]})
    proposer, asking, *others = seats(world)
    world.answer(asking, "M1", "look-again", "第3页有续期证明")
    for seat in others:
        world.answer(seat, "M1", "agree", "")
    matter = world.state.matters["M1"]
    assert (matter.round, matter.outcome, types(world)[-1]) == (2, "", "matter_returned")
    assert matters.waiting(world.state, matter) == tuple(seats(world))
    refuses(world, "no-more-looking", lambda: world.answer(asking, "M1", "look-again"))
    refuses(world, "matter-moved-on", lambda: world.booth_say(
        asking, c.AnswerMatter(matter="M1", round=1, answer="agree")))  # fmt: skip
    refuses(world, "matter-reason-missing", lambda: world.answer(proposer, "M1", "agree", ""))
    world.answer(proposer, "M1", "disagree", "确有续期证明，撤回")
    world.deliberate(lambda seat, matter: "disagree")
    assert world.state.matters["M1"].outcome == "not-carried"
    assert "B2" in valid(world)
    first = matters.positions(world.state.matters["M1"], 1)
    assert [given.reason for given in first.values() if given.answer == "look-again"] == ["第3页有续期证明"]


def test_a_decided_matter_takes_no_answer():
    world = examined({0: [("B2", "Q1")]}).deliberate()
    late = c.AnswerMatter(matter="M1", round=1, answer="agree")
    refuses(world, "matter-moved-on", lambda: world.booth_say(seats(world)[1], late))


# -- competition ---------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R55")
def test_under_tendering_law_the_members_judge_competition_and_go_on():
    world = examined({0: [("B2", "Q1")]}, bidders=3)
    world.deliberate(lambda seat, matter: "agree" if matter.kind == "rejection" else "disagree")
    judged = world.state.matters["M2"]
    assert (judged.kind, judged.outcome, len(valid(world))) == ("competition", "not-carried", 2)
    world.close_deliberation()
    assert world.state.round().stage is Stage.DETAILED
    assert world.form().bidders == ("B1", "B3")


@pytest.mark.requirement("R55")
def test_under_tendering_law_competition_that_is_lacking_fails_the_session():
    world = examined({0: [("B2", "Q1")]}, bidders=3).deliberate()
    assert (world.state.phase, world.state.ending) == (Phase.ARCHIVED, "competition-lacking")


@pytest.mark.requirement("R55")
@pytest.mark.parametrize("answer", ["agree", "disagree"])
def test_judging_competition_wants_reasons_either_way_and_cannot_be_sent_back(answer):
    world = examined({n: [("B2", "Q1")] for n in range(5)}, bidders=3)
    seat = seats(world)[0]
    refuses(world, "matter-reason-missing", lambda: world.answer(seat, "M2", answer, ""))
    refuses(world, "no-more-looking", lambda: world.answer(seat, "M2", "look-again"))


@pytest.mark.requirement("R55")
def test_under_government_procurement_fewer_than_three_fail_by_law():
    seven = dict(project_class="government-services", regime="class")
    world = examined({0: [("B2", "Q1")]}, bidders=3, ground="A63-3", **seven).deliberate()
    assert (world.state.phase, world.state.ending) == (Phase.ARCHIVED, "too-few-valid-bids")
    assert [m.kind for m in world.state.matters.values()] == ["rejection"], "nobody is asked"
    assert types(world)[-5:] == ["session_failed", *["trustee_key_destroyed"] * 3, "session_archived"]


@pytest.mark.requirement("R55")
def test_without_any_valid_bid_nobody_is_asked_under_any_law():
    world = examined({n: [(b, "Q1") for b in ("B1", "B2", "B3")] for n in range(5)}, bidders=3)
    assert (world.state.phase, world.state.ending) == (Phase.ARCHIVED, "too-few-valid-bids")


def test_bids_left_that_cannot_be_priced_fail_the_session_before_anybody_scores():
    """Three of four bids lie above the ceiling and the fourth is rejected: no price score can ever be computed."""
    from decimal import Decimal

    world = examined({n: [("B1", "Q1")] for n in range(5)}, ceiling=Decimal(910_000))
    assert (world.state.phase, world.state.failure) == (Phase.ARCHIVED, "price-no-valid-bid")


# -- votes, and the end --------------------------------------------------------------------------------------------


@pytest.mark.requirement("R70")
def test_the_chair_puts_a_question_to_a_recorded_vote():
    world = examined({0: [("B2", "Q1")]})
    chair = world.chair()
    other = next(seat for seat in seats(world) if seat != chair)
    question = c.PutQuestion(text="是否需要请投标人澄清？")
    refuses(world, "not-the-chair", lambda: world.booth_say(other, question))
    refuses(world, "question-empty", lambda: world.booth_say(chair, c.PutQuestion(text=" ")))
    world.booth_say(chair, question)
    assert (world.state.matters["M2"].text, world.state.matters["M2"].raised_by) == (question.text, world.state.chair)
    votes = dict(zip(seats(world), ["agree", "agree", "disagree", "disagree", "disagree"], strict=True))
    for seat, vote in votes.items():
        world.answer(seat, "M2", vote, "")
    assert world.state.matters["M2"].outcome == "not-carried"
    assert world.state.matters["M1"].outcome == "", "the vote decides nothing else"


@pytest.mark.requirement("R70")
def test_the_chair_closes_when_nothing_is_open():
    world = examined({0: [("B2", "Q1")]})
    chair = world.chair()
    refuses(world, "matters-open", lambda: world.booth_say(chair, c.CloseDeliberation()))
    refuses(world, "matters-open", lambda: world.say("oversight", c.EndDeliberation(reason="-")))
    world.deliberate()
    other = next(seat for seat in seats(world) if seat != chair)
    refuses(world, "not-the-chair", lambda: world.booth_say(other, c.CloseDeliberation()))
    world.close_deliberation()
    assert (world.state.phase, world.state.round().stage) == (Phase.SEALING, Stage.DETAILED)


def test_oversight_may_end_it_where_the_chair_does_not():
    world = examined({0: [("B2", "Q1")]}).deliberate()
    world.say("oversight", c.EndDeliberation(reason="组长离席"))
    assert world.state.round().stage is Stage.DETAILED


def test_a_plan_may_want_a_deliberation_always():
    world = examined({}, deliberation="always")
    assert (world.state.phase, len(world.state.bids)) == (Phase.DELIBERATION, 4)
    world.close_deliberation()
    assert world.state.round().stage is Stage.DETAILED


def test_nothing_is_answered_while_the_session_is_paused():
    world = examined({0: [("B2", "Q1")]})
    world.say("oversight", c.PauseSession(reason="-"))
    refuses(world, "session-paused", lambda: world.answer(seats(world)[1], "M1"))
    world.say("oversight", c.ResumeSession(reason="-"))
    world.deliberate().close_deliberation()
    assert world.state.round().stage is Stage.DETAILED
