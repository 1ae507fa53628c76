"""Rounds of sealed sheets: sealing, closing, opening, chair and examination."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World, small_project

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.rules import commands as c
from evalhub.core.rules import rounds
from evalhub.core.rules.events import HUB
from evalhub.core.rules.forms import Ballot
from evalhub.core.rules.state import Phase, Stage
from evalhub.core.sealing.b64 import b64u

replace = msgspec.structs.replace


def seats(world: World) -> list[str]:
    return list(world.state.seats)


# -- sealing -----------------------------------------------------------------------------------------------------------

BENT = {
    "wrong-form": [{"round": 1}, {"form": "detailed-9"}, {"form_hash": "0" * 64}],
    "wrong-pad": [{"pad": 4096}, {"pad": 65536}],
    "wrong-client": [{"client": "d" * 64}],
    "wrong-revision": [{"rev": 2, "prev": "A" * 43}, {"rev": 3, "prev": "A" * 43}],
}


@pytest.mark.parametrize(("code", "changes"), [(code, bent) for code, rows in BENT.items() for bent in rows])
def test_an_envelope_is_bound_to_seat_round_form_length_client_and_revision(code, changes):
    world = road("detailed")
    seat = seats(world)[0]
    sheet = canonical(world.sheet(seat))[:4000]
    refuses(world, code, lambda: world.relay(world.envelope(seat, sheet, **changes)))


def test_a_booth_seals_for_its_own_seat_only():
    world = road("detailed")
    first, second = seats(world)[:2]
    key = world.booths[second].key
    world.booths[second].key = world.booths[first].key
    forged = world.envelope(second, world.sheet(second))
    world.booths[second].key = key
    refuses(world, "not-your-seat", lambda: world.relay(forged))


def test_revisions_follow_one_another():
    world = road("detailed")
    seat = seats(world)[0]
    first = world.envelope(seat, world.sheet(seat))
    world.relay(first)
    refuses(world, "wrong-revision", lambda: world.relay(first))
    fork = world.envelope(seat, world.sheet(seat), prev="A" * 43)
    refuses(world, "wrong-revision", lambda: world.relay(fork))
    restart = world.envelope(seat, world.sheet(seat), rev=1, prev=None)
    refuses(world, "wrong-revision", lambda: world.relay(restart))
    skip = world.envelope(seat, world.sheet(seat), rev=3)
    refuses(world, "wrong-revision", lambda: world.relay(skip))
    world.seal(seat)
    assert world.state.round().sealed[seat].context.rev == 2


def test_only_the_highest_revision_is_opened():
    world = road("detailed")
    seat = seats(world)[0]
    for _ in range(3):
        world.seal(seat)
    last = world.booths[seat].kept[3, 3][1].decode()
    for other in seats(world)[1:]:
        world.seal(other)
    world.settle()
    assert world.state.round().opened[seat].sheet == last


def test_an_envelope_of_another_session_or_roster_is_refused():
    world, other = road("detailed"), World((3, 2)).until(Phase.SEALING, Stage.DETAILED)
    seat = seats(world)[0]
    foreign = world.envelope(seat, world.sheet(seat))
    roster = world.state.roster
    try:
        world.state = world.state.with_(roster=other.state.roster)
        foreign = world.envelope(seat, world.sheet(seat))
    finally:
        world.state = world.state.with_(roster=roster)
    refuses(world, "foreign-roster", lambda: world.relay(foreign))
    refuses(world, "unknown-key", lambda: world.relay(other.envelope(seats(other)[0], other.sheet(seats(other)[0]))))


@pytest.mark.requirement("R52")
def test_nothing_is_sealed_after_the_last_seat():
    world = road("detailed-sealed")
    seat = seats(world)[0]
    refuses(world, "wrong-phase", lambda: world.seal(seat, b"{}"))


@pytest.mark.requirement("R52")
def test_the_round_closes_with_the_last_seat_and_names_every_envelope():
    world = road("detailed")
    *others, last = seats(world)
    for seat in others:
        assert [event.type for event in world.seal(seat)] == ["sheet_sealed"]
    events = world.seal(last)
    assert [event.type for event in events] == ["sheet_sealed", "seal_closed"]
    closed = events[1].content
    assert [ref.seat for ref in closed.sheets] == sorted(seats(world))
    assert all(ref.envelope == world.state.round().sealed[ref.seat].digest for ref in closed.sheets)


def test_only_ballots_close_early_and_never_empty():
    world = road("chair")
    close = c.CloseStage(round=1, reason="absent")
    refuses(world, "nothing-sealed", lambda: world.say("oversight", close))
    world.seal(seats(world)[0])
    refuses(world, "wrong-round", lambda: world.say("oversight", replace(close, round=2)))
    refuses(world, "not-yours", lambda: world.say("wuhan", close))
    world.say("oversight", close)
    assert world.state.phase is Phase.SEALED
    world.settle()
    assert world.state.chair
    for name in ("preliminary", "detailed"):
        scoring = road(name)
        scoring.seal(seats(scoring)[0])
        number = scoring.state.round().number
        refuses(scoring, "every-member-scores", lambda w=scoring, n=number: w.say("oversight", replace(close, round=n)))


# -- opening -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R38")
def test_no_piece_before_the_closing_is_countersigned():
    world = road("detailed-sealed")
    refuses(world, "wrong-phase", lambda: world.say("wuhan", world.pieces("wuhan")))
    early = road("detailed")
    early.seal(seats(early)[0])
    refuses(early, "wrong-phase", lambda: early.say("wuhan", replace(early.pieces("wuhan"), sheets="0" * 64)))


def test_pieces_are_for_the_complete_set_and_right():
    world = road("detailed-opening")
    right = world.pieces("wuhan")
    say = lambda command: lambda: world.say("wuhan", command)  # noqa: E731
    refuses(world, "incomplete-set", say(replace(right, pieces=right.pieces[1:])))
    refuses(world, "incomplete-set", say(replace(right, pieces=right.pieces[:1])))
    refuses(world, "incomplete-set", say(replace(right, pieces=right.pieces[::-1])))
    refuses(world, "incomplete-set", say(replace(right, sheets="0" * 64)))
    refuses(world, "wrong-round", say(replace(right, round=2)))
    refuses(world, "wrong-pieces", say(world.pieces("wedz")))
    first, *rest = right.pieces
    swapped = replace(first, pieces=rest[0].pieces)
    refuses(world, "piece-mismatch", say(replace(right, pieces=(swapped, *rest))))
    world.say("wuhan", right)
    refuses(world, "already-released", say(right))


def _trustees(split: tuple[int, ...]) -> list[tuple[str, ...]]:
    names = [*["wuhan", "wedz", "gamma"][: len(split)], "oversight"]
    return list(combinations(names, len(split)))


@pytest.mark.requirement("R38")
@pytest.mark.parametrize(("split", "who"), [(s, who) for s in [(3, 2), (3, 1, 1)] for who in _trustees(s)])
def test_every_allowed_set_of_trustees_opens_and_none_smaller(split, who):
    """All centres, or oversight as the reserve for any one of them."""
    world = road("detailed-opening", split)
    for place, name in enumerate(who):
        record = c.RecordOpening(round=3, sheets=())
        refuses(world, "pieces-missing", lambda record=record: world.accept(record, HUB, None))
        assert not rounds.openable(world.state), f"{place} trustees are enough"
        world.say(name, world.pieces(name))
    assert rounds.openable(world.state)
    world.accept(c.RecordOpening(round=3, sheets=world.opened()), HUB, None)
    world.pass_gate()
    assert world.state.phase is Phase.SUMMARY


def _releases(world: World) -> World:
    for name in world.split:
        world.say(name, world.pieces(name))
    return world


def test_an_opening_is_recorded_once_whole_and_true():
    world = _releases(road("detailed-opening"))
    sheets = world.opened()
    record = lambda sheets, number=3: lambda: world.accept(c.RecordOpening(round=number, sheets=sheets), HUB, None)  # noqa: E731
    refuses(world, "incomplete-set", record(sheets[1:]))
    refuses(world, "incomplete-set", record(sheets[::-1]))
    refuses(world, "wrong-round", record(sheets, 2))
    malformed(world, record((replace(sheets[0], sheet=sheets[1].sheet), *sheets[1:])))
    malformed(world, record((replace(sheets[0], salt=b64u(bytes(32))), *sheets[1:])))
    record(sheets)()
    assert world.state.gate is not None
    refuses(world, "gate-open", record(sheets))


def test_a_sheet_that_does_not_open_is_revealed_again_by_its_booth():
    world = _releases(road("detailed-opening"))
    sheets = list(world.opened())
    good, seat = sheets[0], sheets[0].seat
    sheets[0] = c.OpenedSheet(seat=seat, fault="does not open")
    world.accept(c.RecordOpening(round=3, sheets=tuple(sheets)), HUB, None)
    assert world.state.gate is None
    refuses(world, "wrong-round", lambda: world.accept(c.RecordOpening(round=3, sheets=tuple(sheets)), HUB, None))
    reveal = c.RevealSheet(round=3, salt=good.salt, sheet=good.sheet)
    other = sheets[1].seat
    refuses(world, "nothing-to-reveal", lambda: world.booth_say(other, reveal))
    refuses(world, "nothing-to-reveal", lambda: world.booth_say(seat, replace(reveal, round=2)))
    malformed(world, lambda: world.booth_say(seat, replace(reveal, sheet=sheets[1].sheet)))
    malformed(world, lambda: world.booth_say(seat, replace(reveal, salt=b64u(bytes(32)))))
    world.booth_say(seat, reveal)
    assert world.state.gate is not None
    world.settle()
    assert world.state.phase is Phase.VERIFICATION


def test_a_sheet_off_the_form_cannot_be_recorded_as_opened():
    world = road("detailed")
    first, *others = seats(world)
    world.seal(first, b'{"kind":"scores","scores":[],"totals":[]}')
    for seat in others:
        world.seal(seat)
    world.pass_gate()
    _releases(world)
    error = malformed(world, lambda: world.accept(c.RecordOpening(round=3, sheets=world.opened()), HUB, None))
    assert "missing" in str(error)


# -- chair -------------------------------------------------------------------------------------------------------------


def vote(world: World, choices: Sequence[str]) -> World:
    for seat, choice in zip(seats(world), choices, strict=True):
        world.seal(seat, Ballot(choice=choice))
    world.settle()
    return world


@pytest.mark.requirement("R63")
def test_a_single_leader_is_chair():
    world = vote(road("chair"), ["member-2", "member-2", "member-1", "member-3", "member-2"])
    assert world.state.chair == "member-2"
    assert [(v.member, v.votes) for v in world.state.votes] == [("member-2", 3), ("member-1", 1), ("member-3", 1)]


@pytest.mark.requirement("R63")
def test_a_tie_leads_to_a_runoff_among_the_tied_and_at_last_to_the_lot():
    tie = ["member-4", "member-4", "member-2", "member-2", "member-5"]
    runoff = ["member-4", "member-4", "member-2", "member-2", "member-2"]
    world = vote(road("chair"), tie)
    assert (world.state.chair, world.state.round().candidates) == ("", ("member-2", "member-4"))
    assert vote(world, runoff).state.chair == "member-2"


def tie(world: World, one: str, two: str, votes: int) -> World:
    """Equal votes for two; whoever is left over never votes, and oversight closes the ballot."""
    for seat, choice in zip(seats(world), [one] * votes + [two] * votes, strict=False):
        world.seal(seat, Ballot(choice=choice))
    world.say("oversight", c.CloseStage(round=world.state.round().number, reason="absent"))
    world.settle()
    return world


def test_the_lot_decides_when_the_same_have_tied_twice():
    world = road("chair")
    for number in (1, 2, 3):
        assert (world.state.chair, world.state.round().number) == ("", number)
        tie(world, "member-5", "member-3", 2)
    assert (world.state.chair, world.state.round().stage) == ("member-3", Stage.PRELIMINARY)
    assert report_reasons(world) == ("absent",) * 3


def report_reasons(world: World) -> tuple[str, ...]:
    return tuple(round_.lawfully_closed for round_ in world.state.rounds if round_.lawfully_closed)


def test_the_lowest_number_is_counted_not_spelt():
    world = road("chair", (6, 5), project=small_project(11), rooms=6, pool=12)
    everyone = world.state.round().candidates
    assert everyone[-1] == "member-11"
    vote(world, everyone)
    assert world.state.round().candidates == everyone
    vote(world, everyone)
    assert world.state.chair == "member-1"


def test_a_tie_of_two_and_ten_goes_to_two():
    world = road("chair", (6, 5), project=small_project(11), rooms=6, pool=12)
    for _ in range(3):
        tie(world, "member-10", "member-2", 5)
    assert world.state.chair == "member-2"


def test_a_vote_for_somebody_who_does_not_stand_is_no_sheet():
    world = road("chair")
    with pytest.raises(Malformed):
        rounds.read_sheet(world.form(), canonical(Ballot(choice="member-9")))
