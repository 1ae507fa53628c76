"""A record laid out along its entries: the state at any of them is the fold up to it, and every entry proves itself."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bundle import bundle_of
from support.world import World

from evalhub.core.errors import Malformed
from evalhub.core.ledger.tree import leaf_hash, verify_inclusion
from evalhub.core.rules import commands as c
from evalhub.core.rules.session import evolve
from evalhub.core.rules.state import Phase, State
from evalhub.core.rules.visibility import progress_view
from evalhub.core.sealing.b64 import unb64u
from evalhub.replay.timeline import SILENCE_MS, Timeline


@pytest.fixture(scope="module")
def timeline(files):
    return Timeline(files)


@pytest.fixture(scope="module")
def eventful():
    """A session with a room for two, a pause, a long silence, a round closed by order."""
    world = World(rooms=2).until(Phase.SEALING)
    world.say("oversight", c.PauseSession(reason="合成停电"))
    world.time += SILENCE_MS + 60_000
    world.say("oversight", c.ResumeSession(reason="合成恢复"))
    for seat in list(world.state.seats)[:3]:
        world.seal(seat)
    world.say("oversight", c.CloseStage(round=1, reason="合成缺席"))
    return world


@pytest.mark.requirement("R95")
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_state_at_any_cursor_is_the_fold_up_to_it(timeline, whole, data):
    size = data.draw(st.integers(0, len(whole.entries)))
    state = State(session=whole.session)
    for event in whole.events[:size]:
        state = evolve(state, event)
    shown = timeline.at(size)
    assert shown.progress == progress_view(state)
    assert shown.size == state.size == size
    assert shown.chair == state.chair
    rooms = {room.room for room in shown.rooms}
    assert rooms >= {seat.room for seat in state.seats.values()}


def test_no_moment_beyond_the_record(timeline, whole):
    for size in (-1, len(whole.entries) + 1):
        with pytest.raises(IndexError):
            timeline.at(size)
    for seq in (-1, len(whole.entries)):
        with pytest.raises(IndexError):
            timeline.entry(seq)


def test_one_row_an_entry(timeline, whole):
    overview = timeline.overview
    assert [row.seq for row in overview.rows] == list(range(len(whole.entries)))
    assert [row.ms for row in overview.rows] == [event.at for event in whole.events]
    assert set(overview.seats) == set(whole.state.seats)
    assert (overview.end, overview.damage, overview.alerts) == ("archived", None, ())
    sealed = next(row for row in overview.rows if row.type == "sheet_sealed")
    assert (sealed.seat in whole.state.seats, sealed.phase) == (True, "sealing")


def test_every_entry_proves_that_it_is_in_the_tree(timeline, whole):
    for seq, data in enumerate(whole.entries):
        shown = timeline.entry(seq)
        assert unb64u(shown.raw) == data
        assert shown.hash == leaf_hash(data).hex()
        assert shown.root == timeline.overview.root
        proof = [unb64u(step) for step in shown.proof]
        verify_inclusion(seq, shown.size, leaf_hash(data), proof, bytes.fromhex(shown.root))
    assert '"type":"open_session"' in timeline.entry(0).payload


def test_a_receipt_code_finds_its_envelope(timeline, whole):
    seq = next(row.seq for row in timeline.overview.rows if row.type == "sheet_sealed")
    digest = whole.events[seq].content.envelope
    raw = base64.urlsafe_b64decode(digest + "=").hex().upper()
    code = " ".join(raw[at : at + 4] for at in range(0, 16, 4))
    assert timeline.find(code) == (seq,)
    assert timeline.find(code.lower()) == (seq,)
    assert timeline.find(digest[:12]) == (seq,)
    assert timeline.find("0" * 64) == ()
    assert timeline.find(raw[:3]) == ()


def test_what_changed_between_two_moments(timeline, whole):
    opened = next(row.seq for row in timeline.overview.rows if row.type == "round_opened")
    paths = {one.path: (one.before, one.after) for one in timeline.difference(opened, opened + 1)}
    assert paths["phase"] == ("starting", "sealing")
    assert timeline.difference(opened, opened) == ()


def test_alerts_name_what_a_supervisor_must_see(eventful):
    timeline = Timeline(bundle_of(eventful))
    kinds = [alert.kind for alert in timeline.overview.alerts]
    assert sorted(set(kinds)) == ["forced", "pause", "shared", "silence"]
    by_kind = {alert.kind: timeline.overview.rows[alert.seq].type for alert in timeline.overview.alerts}
    assert by_kind == {
        "forced": "stage_closed",
        "pause": "session_paused",
        "shared": "seat_assigned",
        "silence": "session_resumed",
    }
    assert timeline.overview.end == "interrupted"
    assert timeline.at(timeline.size).progress.phase == eventful.state.phase.value


def test_a_damaged_record_is_told_as_far_as_it_holds(files, whole):
    path = next(path for path in files if path.startswith("tile/entries/"))
    data = bytearray(files[path])
    data[files[path].index(whole.entries[50]) + 90] ^= 1
    timeline = Timeline({**files, path: bytes(data)})
    overview = timeline.overview
    assert overview.damage is not None
    assert overview.damage.entry == 50
    assert len(overview.rows) == timeline.size == 50
    assert overview.size == len(whole.entries)
    assert timeline.entry(51).seq == 51


def test_an_unreadable_bundle_of_entries_leaves_nothing_to_tell(files):
    path = next(path for path in files if path.startswith("tile/entries/"))
    timeline = Timeline({**files, path: files[path][:-1]})
    assert (timeline.size, timeline.overview.rows) == (0, ())
    assert timeline.overview.damage is not None
    with pytest.raises(Malformed):
        Timeline({**files, "checkpoint": b"nothing"})
