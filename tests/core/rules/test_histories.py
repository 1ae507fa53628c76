"""Random histories: from any point of the road, anybody tries anything; laws of the state hold throughout."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.attempts import MAKERS, advance, attempt, seal_attempt
from support.roads import NAMES, SIDES, road
from support.world import World

from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import deliberation, drawing, matters, result, rounds
from evalhub.core.rules.draw import Standing
from evalhub.core.rules.phases import TABLE
from evalhub.core.rules.road import done
from evalhub.core.rules.session import decide, evolve
from evalhub.core.rules.state import Draw, Phase, State

POINTS = [*NAMES, *SIDES]
KINDS = sorted(MAKERS, key=lambda kind: kind.__name__)

STOPS = {
    c.CancelSession,
    c.StopSession,
    c.PauseSession,
    c.ResumeSession,
    c.RecordGate,
}  # tried, but seldom: they end or hold things up


def lawful(state: State, before: State) -> None:
    """The laws that hold in every state that can be reached."""
    assert state.now >= before.now
    assert state.size > before.size
    for kid, n in before.counters.items():
        assert state.counters[kid] >= n
    if state.plan is None or not state.draws:
        return
    _committee(state)
    _booths(state)
    gone = {removal.seat for removal in state.removals}
    for round_ in state.rounds:
        active = round_.number == state.active
        assert active or round_.opened or round_.void or round_.interrupted, "over before the next one begins"
        assert set(round_.sealed) <= set(state.seats) | (gone if round_.closed else set())
        assert round_.void or round_.opened or set(round_.sealed) <= rounds.participants(state, round_)
        assert not round_.released or f"seal:{round_.number}" in state.gates, "no piece before the gate"
        assert not round_.opened or set(round_.opened) == set(round_.sealed), "all sheets or none"
        assert not round_.opened or round_.released
    draw = state.draw()
    assert not draw.reveals or f"escrow:{draw.number}" in state.gates
    assert not draw.escrows or f"commit:{draw.number}" in state.gates
    assert not draw.seed or f"reveal:{draw.number}" in state.gates
    if state.result and state.phase is not Phase.SUMMARY:
        assert set(state.results.values()) == {state.result}
    assert not state.ranking or state.result
    assert not state.ranking or set(result.sheets_of(state)) >= set(state.seats), "every member counts"
    assert state.phase is not Phase.SUMMARY or road_done(state)
    assert bool(state.failure) is bool(state.ending)
    assert (state.phase in (Phase.FAILED, Phase.CANCELLED)) <= bool(state.ending)
    assert not state.destroyed or state.ending or state.phase in (Phase.CLOSED, Phase.ARCHIVED)
    assert state.phase is not Phase.ARCHIVED or state.destroyed == set(state.parties)
    _matters(state)
    for centre in state.centres():
        for leaf in drawing.members(state, centre):
            assert not drawing.recusal(state, centre, leaf), "nobody sits who was recused"
    for drawn in state.draws:
        assert drawn.standings == _standings(drawn), "what is kept is what order and outcomes give"
        assert drawn.members == _members(drawn)


def _standings(draw: Draw) -> dict[tuple[str, str], Standing]:
    """Who stands in every stratum of a seeded draw, the plain way."""
    asked = [(centre, stratum) for centre, strata in draw.requests.items() for stratum in strata] if draw.seed else []
    return {(centre, stratum.code): drawing.plain_standing(draw, centre, stratum) for centre, stratum in asked}


def _members(draw: Draw) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for (centre, code), standing in _standings(draw).items():
        found.setdefault(centre, {}).update(dict.fromkeys(standing.members, code))
    return found


def road_done(state: State) -> bool:
    """Through every stage, but for members who have just been removed."""
    return done(state) or any(seat.unfit for seat in state.seats.values())


def _committee(state: State) -> None:
    everyone: Counter[str] = Counter()
    for centre in state.centres():
        members = drawing.members(state, centre)
        assert len(members) <= state.the_plan().share_of(centre).seats()
        everyone.update(list(members))
    assert not everyone or max(everyone.values()) == 1


def _matters(state: State) -> None:
    """Every bid that is out was voted out; nothing was decided over the head of a member."""
    still = matters.open_matters(state)
    assert not still or state.phase in (Phase.DELIBERATION, Phase.ROLLBACK) or state.ending
    for matter in matters.standing(state):
        assert matter.round <= matters.MOST_ROUNDS
        for number in range(1, matter.round + (1 if matter.outcome else 0)):
            assert len(matters.positions(matter, number)) == len(state.seats)
        if matter.outcome:
            last = matters.positions(matter, matter.round).values()
            agreed = sum(given.answer == "agree" for given in last)
            assert (matter.outcome == "carried") is (2 * agreed > len(state.seats))
    carried = {(m.bidder, m.ground) for m in matters.of_kind(state, "rejection") if m.outcome == "carried"}
    if deliberation.settled(state):
        assert {(bid.bidder, ground) for bid in state.bids for ground in bid.grounds} == carried
    assert all(bid.valid is not bool(bid.grounds) for bid in state.bids)


def _booths(state: State) -> None:
    seats = list(state.seats.values())
    assert len(seats) <= state.the_plan().project.committee.size
    assert len({seat.leaf for seat in seats}) == len(seats)
    assert set(state.seats) <= state.used_booths
    settled = state.phase not in (Phase.DRAWING, Phase.DRAWN)
    for seat in seats:
        centre = seat.seat.split("/")[0]
        assert not settled or seat.leaf in drawing.members(state, centre)
        alone = [s.room for s in seats if s.seat.startswith(f"{centre}/")].count(seat.room) == 1
        assert alone or any(s.shared for s in seats if s.room == seat.room)
    for key in state.keys.values():
        assert key.by.role != "booth" or key.by.seat in state.seats


def step(world: World, chance: Random) -> bool:
    """One attempt; True if it was taken. Nothing but a refusal may come of it, and then nothing has changed."""
    before, entries = world.state, len(world.entries)
    actors = [*world.parties, *world.state.seats, "hub"]
    now = [kind for kind in KINDS if world.state.phase in TABLE[kind].phases]
    if chance.random() < 0.9:
        now = [kind for kind in now if kind not in STOPS]
    if world.state.paused_since is not None and chance.random() < 0.5:
        now = [c.ResumeSession]
    kind = chance.choice(now if now and chance.random() < 0.8 else KINDS)
    fitting = [actor for actor in actors if _role(world, actor) in TABLE[kind].by]
    actor = chance.choice(fitting if fitting and chance.random() < 0.8 else actors)
    try:
        luck = chance.random()
        if luck < 0.2:
            advance(world)
        elif luck < 0.35:
            seal_attempt(world, chance.choice([*world.state.seats, "wuhan/Z9-09"]), chance)
        else:
            attempt(world, actor, kind, chance)
    except (Refusal, Malformed):
        assert world.state == before
        assert world.replayer.state == before
        assert len(world.entries) == entries
        return False
    if world.state.size > before.size:
        lawful(world.state, before)
        return True
    return False


def _role(world: World, actor: str) -> str:
    return world.parties[actor].role if actor in world.parties else "hub" if actor == "hub" else "booth"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([*NAMES, *SIDES]),
    st.sampled_from([(3, 2), (3, 1, 1)]),
    st.sampled_from([2, 4]),
    st.integers(0, 2**32),
)
def test_any_history_is_refused_or_lawful(name, split, rooms, seed):
    world, chance = road(name, split, pool=5, rooms=rooms), Random(seed)
    start = len(world.events)
    for _ in range(20):
        step(world, chance)
    state = State(session=world.session)
    for event in world.events:
        state = evolve(state, event)
    assert state == world.state == world.replayer.state
    if len(world.events) > start:
        _same_decision(world, start)


def _same_decision(world: World, start: int) -> None:
    """``decide`` is a function: the first new event, decided again from the same state, gives the same again."""
    state = State(session=world.session)
    for event in world.events[:start]:
        state = evolve(state, event)
    first = world.events[start]
    assert isinstance(first.content, c.Command)
    once, twice = (decide(state, first.content, first.by, first.at) for _ in range(2))
    assert once == twice == tuple(world.events[start : start + len(once)])


def test_histories_do_get_somewhere():
    """Guards the property above against only ever being refused."""
    taken: Counter[str] = Counter()
    for number, name in enumerate([*NAMES, *SIDES]):
        world, chance = road(name, pool=5, rooms=4), Random(number)
        for _ in range(20):
            size = len(world.events)
            if step(world, chance):
                taken.update(event.type for event in world.events[size:])
    assert len(taken) > 30, taken
