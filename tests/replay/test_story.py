"""Every event has its sentence in both languages; moments are the live states; explanations add up."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import get_args, get_type_hints

import pytest
from support.world import START, World

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.draw import OUTCOMES
from evalhub.core.rules.events import EVENT_TYPES, HUB, Event
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import Phase, Stage, State
from evalhub.replay.explain import explain
from evalhub.replay.moments import Moments, describe, differences
from evalhub.replay.story import LANGUAGES, beijing, line, parameters, parse_moment, sentences, worded, words


def test_every_event_type_has_a_sentence_in_both_languages():
    assert sentences().keys() == EVENT_TYPES.keys()
    for texts in sentences().values():
        assert tuple(texts) == LANGUAGES
        assert all(texts.values())


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_a_sentence_names_only_what_its_event_has(name):
    kind = EVENT_TYPES[name]
    extra = {"session_opened": {"title"}, "plan_proposed": {"revision"}, "result_declared": {"winner"}}
    fields = {"by", *kind.__struct_fields__, *extra.get(name, set())}
    if "context" in kind.__struct_fields__:
        fields |= {"seat", "round", "rev"}
    for text in sentences()[name].values():
        assert text.format(**dict.fromkeys(fields, "x"))


def test_every_code_that_a_sentence_shows_has_a_word():
    """Of the closed lists: a code added to the rules without a word would be shown raw to a reader."""
    answers = get_args(get_type_hints(c.SignReport)["answer"])
    assert words()["stage"].keys() == {stage.value for stage in Stage}
    assert words()["outcome"].keys() == set(OUTCOMES)
    assert words()["answer"].keys() == set(answers)
    assert all(tuple(word) == LANGUAGES for codes in words().values() for word in codes.values())


def test_codes_are_told_in_words_and_texts_as_they_are():
    assert worded({"gate": "seal:3", "stage": "chair"}, "zh-CN") == {"gate": "签封结束 3", "stage": "推举组长"}
    assert worded({"reason": "chair", "by": "signed"}, "en") == {"reason": "chair", "by": "signed"}


def test_every_gate_of_a_whole_session_has_a_word(whole, told):
    lines = [one for one in told.lines() if one.type == "gate_countersigned"]
    assert lines
    assert all(not re.search(r"[a-z]+:\d|关口 [a-z]", one.zh) for one in lines)


@pytest.fixture(scope="module")
def told(whole):
    return Moments(whole.session, whole.entries, whole.blobs.__getitem__, every=16)


def test_the_story_has_a_line_for_each_entry(told, whole):
    lines = list(told.lines())
    assert [one.seq for one in lines] == list(range(len(whole.entries)))
    assert lines[0].zh.startswith("wuhan 发起评标")
    assert lines[-1].phase == "archived"
    assert lines[0].beijing == "2026-03-20 17:46:40.250"
    assert all("{" not in one.zh + one.en for one in lines)


def test_a_digest_is_shown_by_its_beginning():
    event = Event(at=START, by=HUB, content=c.DeclareResult(result="a" * 64))
    assert parameters(event)["result"] == "a" * 12


@pytest.mark.requirement("R95")
def test_every_moment_is_the_live_state(told, whole):
    state = State(session=whole.session)
    for size, event in enumerate(whole.events):
        assert told.state(size) == state
        state = evolve(state, event)
    assert told.state(told.size) == whole.state
    with pytest.raises(IndexError):
        told.state(told.size + 1)


def test_a_moment_is_found_by_time(told, whole):
    assert told.size_at(0) == 0
    assert told.size_at(whole.time) == told.size
    assert told.size_at(whole.events[3].at) == 4  # all entries of that very time
    assert told.size_at(whole.events[4].at - 1) == 4


def test_times_of_people():
    assert parse_moment("2026-03-20 17:46:40") == START
    assert parse_moment("2026-03-20T09:46:40Z") == START
    assert beijing(START + 7) == "2026-03-20 17:46:40.007"


@pytest.mark.requirement("R95")
def test_two_moments_differ_where_something_happened(told):
    before, after = describe(told.state(112)), describe(told.state(114))
    paths = [one.path for one in differences(before, after)]
    assert "phase" in paths
    assert sum(path.endswith(".answer") for path in paths) == 1
    assert differences(before, before) == ()


def test_seats_show_what_they_did(told, whole):
    sealing = next(size for size, event in enumerate(whole.events) if event.type == "sheet_sealed") + 1
    moment = describe(told.state(sealing))
    assert sum(seat.sealed for seat in moment.seats) == 1
    assert not moment.ranking
    assert describe(told.state(told.size)).ranking == whole.state.ranking


def test_a_broken_record_is_told_as_far_as_it_holds(whole):
    entries = [*whole.entries[:20], whole.entries[21]]
    told = Moments(whole.session, entries, whole.blobs.__getitem__)
    assert told.size == 20
    assert told.broken.entry == 20


def test_an_explanation_adds_up(whole):
    for row in whole.state.ranking:
        found = explain(whole.state, row.bidder)
        mine = next(one for one in found.summary.rows if one.bidder == row.bidder)
        assert sum((part.score for part in mine.parts), mine.price_score) == mine.total == Decimal(row.total)
        assert len(found.scores) == 5 * 2
        assert found.candidate == row.candidate
        assert all(item.passed == 5 for item in found.items)


def test_a_rejected_bid_is_explained_by_its_votes():
    world = World().until(Phase.SEALING).run_round()
    for seat in list(world.state.seats):
        world.seal(seat, world.examination([("B1", "Q1")]))
    world.settle()
    found = explain(world.state, "B1")
    assert not found.valid
    assert (found.items[0].passed, found.items[0].failed) == (0, 5)
    assert found.items[0].reasons == ("合成理由",) * 5
    assert found.summary is None


def test_nothing_is_explained_before_it_is_declared(interrupted):
    for bidder in ("B1", "B9"):
        with pytest.raises(Refusal):
            explain(interrupted.state, bidder)


@pytest.mark.requirement("R95")
def test_a_line_names_its_speaker(whole):
    event = next(event for event in whole.events if event.type == "sheet_sealed")
    assert line(0, event, whole.state).by == event.by.seat
