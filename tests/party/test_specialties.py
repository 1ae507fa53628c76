"""The national classification and who counts for what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.party.specialties import all_codes, covers, is_known, name_of

CODES = st.sampled_from(all_codes())


def test_the_standard_is_whole():
    codes = all_codes()
    assert len(codes) == len(set(codes)) == 347
    assert {code[0] for code in codes} == {"A", "B", "C"}
    assert (name_of("A"), name_of("A04"), name_of("A0401")) == ("工程类", "设计", "建筑工程")


@given(CODES)
def test_every_code_has_its_parent(code):
    if len(code) > 1:
        assert is_known(code[:-2])
        assert covers(code[:-2], code)
        assert not covers(code, code[:-2])
    assert covers(code, code)


@pytest.mark.parametrize("code", ["", "D", "A0", "A99", "A0499", "a0401", "A04011", "A0401xx", "A9999012", "A040１01"])
def test_unknown_codes(code):
    assert not is_known(code)
    assert not covers("A", code)
    assert not covers(code, "A0401")
    with pytest.raises(KeyError):
        name_of(code)


def test_level_four_stands_under_its_parent():
    assert is_known("A040103")
    assert name_of("A040103") == "建筑工程"
    assert covers("A0401", "A040103")
    assert covers("A040103", "A040103")
    assert not covers("A040103", "A0401")
    assert not covers("A0402", "A040103")
