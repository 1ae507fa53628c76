"""No cross-talk: a booth's view is a function of its own inputs until a round's result is out."""

from __future__ import annotations

import copy
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.roads import NAMES, owed, road
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import visibility
from evalhub.core.rules.events import HUB
from evalhub.core.rules.forms import Ballot, Sheet
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import Phase, State

ROUNDS = ("chair", "preliminary", "detailed")
MARKER = Decimal("37.5")  # a score that no price, budget or total of the project contains


def view(world: World, seat: str) -> bytes:
    return canonical(visibility.booth_view(world.state, seat))


# -- non-interference -------------------------------------------------------------------------------------------------


@cache
def prepared(name: str) -> tuple[World, dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """A world before a round; everyone's envelope made in advance; the chain of the one whose input varies, twice."""
    world = road(name)
    victim, *others = world.state.seats
    ready = {seat: world.envelope(seat, world.sheet(seat)) for seat in others}
    return world, ready, chain(world, victim, False), chain(world, victim, True)


def chain(world: World, victim: str, other: bool) -> tuple[str, ...]:
    """Three revisions of one seat, made in a copy; ``other`` ones say something different."""
    copied = copy.deepcopy(world)
    made = []
    for _ in range(3):
        made.append(copied.envelope(victim, different(copied, victim) if other else copied.sheet(victim)))
        copied.relay(made[-1])
    return tuple(made)


def different(world: World, seat: str) -> Sheet:
    form = world.form()
    if form.stage == "chair":
        return Ballot(choice=form.candidates[-1])
    if form.stage == "preliminary":
        return world.examination((b, i.code) for b in form.bidders for i in form.items)
    return world.scores(form, lambda bidder, factor: factor.lowest)


class Watch:
    """What every other booth is sent: its view whenever it changes."""

    def __init__(self, world: World, victim: str) -> None:
        self.world, self.others = world, [seat for seat in world.state.seats if seat != victim]
        self.sent: dict[str, list[bytes]] = {seat: [] for seat in self.others}

    def look(self) -> None:
        for seat in self.others:
            now = view(self.world, seat)
            if not self.sent[seat] or self.sent[seat][-1] != now:
                self.sent[seat].append(now)


def play(
    name: str, *, other: bool, revisions: int, place: int, slow: int, order: tuple[int, ...]
) -> dict[str, list[bytes]]:
    """One round up to the gate before its result. The others act in ``order``; the victim at its own pace."""
    template, ready, plain, changed = prepared(name)
    world = copy.deepcopy(template)
    victim, *others = world.state.seats
    queue = [ready[others[at]] for at in order]
    mine = list((changed if other else plain)[:revisions])
    watch = Watch(world, victim)
    watch.look()
    script = [*queue[:place], *mine[:-1], *queue[place:-1], *mine[-1:], *queue[-1:]]
    if place > len(queue) - 1:
        script = [*queue, *mine]
    for jws in script:
        if jws in mine:
            world.time += slow
        _seal(world, jws)
        watch.look()
        if world.state.gate is not None:
            break
    world.pass_gate()
    watch.look()
    _open(world, watch)
    return watch.sent


def _seal(world: World, jws: str) -> None:
    world.relay(jws)


def _open(world: World, watch: Watch) -> None:
    for party in ("wedz", "oversight"):
        world.say(party, world.pieces(party))
        watch.look()
    world.accept(c.RecordOpening(round=world.state.round().number, sheets=world.opened()), HUB, None)
    watch.look()
    assert world.state.gate is not None
    assert world.state.gate.name.startswith("opened:")


@pytest.mark.requirement("R36")
@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(ROUNDS),
    st.booleans(),
    st.integers(1, 3),
    st.integers(0, 4),
    st.sampled_from([0, 5_000, 3_000_000]),
    st.permutations(range(4)),
)
def test_nothing_a_member_does_in_a_round_shows_at_any_other_booth(name, other, revisions, place, slow, order):
    usual = play(name, other=False, revisions=1, place=0, slow=0, order=tuple(order))
    varied = play(name, other=other, revisions=revisions, place=place, slow=slow, order=tuple(order))
    assert varied == usual


@pytest.mark.requirement("R36")
def test_a_view_changes_only_by_ones_own_doing():
    sent = play("detailed", other=False, revisions=3, place=2, slow=9, order=(0, 1, 2, 3))
    assert [len(views) for views in sent.values()] == [2, 2, 2, 2], "the open round, and one's own sealing"


def test_an_envelope_that_does_not_open_does_not_show_elsewhere():
    world = road("detailed-opening")
    seats = list(world.state.seats)
    before = [view(world, seat) for seat in seats]
    for name in world.split:
        world.say(name, world.pieces(name))
    sheets = [c.OpenedSheet(seat=s.seat, fault="x") if s.seat == seats[0] else s for s in world.opened()]
    world.accept(c.RecordOpening(round=3, sheets=tuple(sheets)), HUB, None)
    assert [view(world, seat) for seat in seats] == before


# -- what may not occur --------------------------------------------------------------------------------------------


@pytest.mark.requirement("R36")
@pytest.mark.parametrize(
    "name", [name for name in NAMES if NAMES.index("seated") <= NAMES.index(name) < NAMES.index("summary")]
)
def test_a_booth_never_reads_of_another_seat_room_expert_or_the_ledger(name):
    world = road(name)
    for seat, own in world.state.seats.items():
        data = view(world, seat).decode()
        for other, state in world.state.seats.items():
            if other != seat:
                assert other not in data
                assert state.booth_key is None or state.booth_key.thumbprint() not in data
        for room in {state.room for state in world.state.seats.values()} - {own.room}:
            assert f'"{room}"' not in data
            assert f'"{room}-' not in data
        for state in world.state.seats.values():
            assert state.leaf not in data
        for centre in world.split:
            assert centre not in data.replace(seat, "")
        assert f'"{world.state.size}"' not in data
        assert f":{world.state.size}," not in data
        for round_ in world.state.rounds:
            for other, sealed in round_.sealed.items():
                assert other == seat or sealed.digest not in data


def test_the_booth_view_has_no_field_beyond_those_judged():
    """Whoever adds a field must come here and say why it is not another's."""
    own = {"seat", "alias", "declared", "tested", "rev", "envelope", "findings", "answer", "clarifications"}
    own |= {"sign", "countersigned", "unsubmit"}
    of_all = {"session", "rehearsal", "phase", "ended", "paused", "bidders", "round", "form", "deadline"}
    after_opening = {"chair", "votes", "valid", "ranking", "scores", "report"}
    after_opening |= {"matters"}  # proposals of opened sheets, and answers only of rounds that everybody has answered
    by_plan = {"requests"}  # of the chair alone, and only where the plan lets the chair approve them (threat model)
    assert set(visibility.BoothView.__struct_fields__) == own | of_all | after_opening | by_plan


def test_sealed_and_opening_look_like_sealing():
    for name in ("detailed", "detailed-sealed", "detailed-opening"):
        world = road(name)
        assert {visibility.booth_view(world.state, seat).phase for seat in world.state.seats} == {"sealing"}
    assert visibility.booth_view(road("summary").state, next(iter(world.state.seats))).phase == "summary"


@pytest.mark.parametrize("name", ["seated", "detailed", "detailed-sealed", "detailed-opening", "summary", "signing"])
def test_a_booth_sees_that_the_session_was_stopped_and_neither_words_nor_scores(name):
    world = road(name)
    seat = next(iter(world.state.seats))
    assert visibility.booth_view(world.state, seat).ended == ""
    world.say("oversight", c.StopSession(reason="不宜外传的原因"))
    for phase in (Phase.FAILED, Phase.ARCHIVED):
        seen = visibility.booth_view(world.state, seat)
        assert (seen.phase, seen.ended) == (phase, "stopped")
        assert (seen.form, seen.round, seen.rev, seen.ranking, seen.findings) == (None, 0, 0, (), ())
        assert "不宜外传的原因" not in view(world, seat).decode()
        assert visibility.progress_view(world.state).failure == "不宜外传的原因"
        world.settle()


def test_a_session_that_ran_its_course_has_no_early_end():
    world = road("archived")
    seen = visibility.booth_view(world.state, next(iter(world.state.seats)))
    assert (seen.phase, seen.ended, len(seen.ranking)) == ("archived", "", 3)


def test_nobody_without_a_seat_has_a_view():
    with pytest.raises(KeyError):
        visibility.booth_view(road("detailed").state, "wuhan/A9-09")


# -- progress ----------------------------------------------------------------------------------------------------------


def _marked() -> World:
    world = road("detailed")
    for seat in list(world.state.seats):
        world.seal(seat, world.scores(world.form(), lambda b, f: MARKER if f.code == "T1" else Decimal(5)))
    return world


@pytest.mark.requirement("R38", "R92")
def test_progress_has_no_score_before_the_opening():
    world = _marked()
    world.pass_gate()
    while found := owed(world):
        assert b"37.5" not in canonical(visibility.progress_view(world.state))
        world.perform(*found[0])
    assert b"37.5" not in canonical(visibility.progress_view(world.state))
    world.settle()
    assert any(Decimal(row.total) > 42 for row in visibility.progress_view(world.state).ranking)


@pytest.mark.requirement("R91")
def test_progress_shows_who_sealed_and_never_which_revision():
    world = road("detailed")
    seat = next(iter(world.state.seats))
    world.seal(seat)
    once = visibility.progress_view(world.state)
    assert [row.seat for row in once.seats if row.sealed] == [seat]
    world.seal(seat)
    assert visibility.progress_view(world.state).seats == once.seats


def test_views_and_duties_never_fail_between_any_two_entries():
    from evalhub.core.rules.duties import duties

    world = road("archived", (3, 1, 1))
    state = State(session=world.session)
    for event in world.events:
        state = evolve(state, event)
        canonical(visibility.progress_view(state))
        for seat in state.seats:
            canonical(visibility.booth_view(state, seat))
        for party in world.parties:
            duties(state, party)


def test_only_those_concerned_see_a_finding_and_only_their_own_score():
    world = road("detailed")
    seats = list(world.state.seats)
    for number, seat in enumerate(seats):
        give = Decimal("60.5") if number == 1 else MARKER
        world.seal(seat, world.scores(world.form(), lambda b, f, g=give: g if f.code == "T1" else Decimal(5)))
    world.settle()
    assert world.state.phase is Phase.VERIFICATION
    for seat in seats:
        found = visibility.booth_view(world.state, seat).findings
        ranges = [row.own for row in found if row.kind == "range"]
        assert ranges == (["60.5"] * 3 if seat == seats[1] else [])
        assert bool(found) == (seat == seats[1])
    assert visibility.progress_view(world.state).open_findings == 6, "each of the three also deviates"


# -- matters -----------------------------------------------------------------------------------------------------------


def _deliberating() -> World:
    world = road("preliminary")
    for number, seat in enumerate(sorted(world.state.seats)):
        world.seal(seat, world.examination([("B2", "Q1")] if number == 0 else []))
    world.settle()
    assert world.state.phase is Phase.DELIBERATION
    return world


@pytest.mark.requirement("R36", "R54")
@settings(max_examples=15, deadline=None)
@given(st.permutations(range(1, 4)), st.lists(st.sampled_from(["agree", "disagree", "look-again"]), min_size=4))
def test_no_answer_shows_at_any_other_booth_before_everybody_has_answered(order, answers):
    """The last one to answer sees exactly what it saw before the first one did; nor does a board say how."""
    world = _deliberating()
    seats = sorted(world.state.seats)
    last = seats[4]
    before = view(world, last)
    for at in order:
        world.answer(seats[at], "M1", answers[at], "此处只写给大家同时看")
        assert view(world, last) == before
        assert b"\xe6\xad\xa4\xe5\xa4\x84" not in canonical(visibility.progress_view(world.state))
        (row,) = visibility.progress_view(world.state).matters
        assert (row.outcome, row.agree, row.disagree) == ("", 0, 0)
    assert row.waiting == (last,)
    world.answer(last, "M1", answers[0], "此处只写给大家同时看")
    shown = visibility.booth_view(world.state, last).matters[0].rounds[0]
    assert len(shown) == 5
    assert [row.member for row in shown] == [f"member-{n}" for n in range(1, 6)]
