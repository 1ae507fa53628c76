"""What those who vet are warned of: every handle of this session, and the names a party holds itself."""

from __future__ import annotations

import pytest
from support.roads import road

from evalhub.party.vetting import signs


@pytest.mark.requirement("R56")
def test_every_handle_of_the_session_is_a_sign():
    state = road("detailed").state
    for seat, sitting in state.seats.items():
        for word, kind in ((seat, "seat"), (seat.partition("/")[2], "seat"), (state.aliases[seat], "member")):
            (sign,) = signs(state, f"请{word}答", ())
            assert (sign.kind, sign.text) == (kind, word)
        assert [sign.kind for sign in signs(state, f"请{sitting.room}答", ())] == ["room"]


def test_names_are_those_the_party_holds():
    state = road("detailed").state
    assert signs(state, "合成甲问", ()) == ()
    assert [sign.kind for sign in signs(state, "合 成甲问", ("合成甲",))] == ["name"]
