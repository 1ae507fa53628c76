"""Canonical base64url."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Malformed
from evalhub.core.sealing.b64 import b64u, check_b64u, unb64u, unb64u_exactly


@given(st.binary(max_size=80))
def test_every_byte_string_has_one_text(data: bytes) -> None:
    assert unb64u(b64u(data)) == data
    assert "=" not in b64u(data)


@given(st.text(alphabet="AB-_+/=9 \n合", max_size=9))
def test_what_is_accepted_is_what_encoding_gives(text: str) -> None:
    try:
        data = unb64u(text)
    except Malformed:
        return
    assert b64u(data) == text


ODD = ("\\u0041" * 4, "\\/" * 4, "AAA\n", "AA==", "AA+/", '"AA"', "A", "é")
LONG = [f"{'A' * 1000}{middle}{'A' * 1000}" for middle in ODD] + ["A" * 2001 + "B", "A" * 2002 + "B"]


@pytest.mark.parametrize(
    "text",
    ["A", "AB", "AA=", "AA==", "A+AA", "A/AA", "AA AA", "AA\n", "é", "合合", "AAB", "A===", "\ud800AAA", *LONG],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        unb64u(text)


@given(st.integers(0, 9), st.text(alphabet="AB-_Qg+/=9 \n合", max_size=9))
def test_checking_accepts_what_decoding_does(length: int, text: str) -> None:
    assert _accepts(check_b64u, length, text) == _accepts(unb64u_exactly, length, text)


def _accepts(read: Callable[[int, str], object], length: int, text: str) -> bool:
    try:
        read(length, text)
    except Malformed:
        return False
    return True


def test_length_is_checked() -> None:
    assert unb64u_exactly(2, "AAA") == b"\0\0"
    with pytest.raises(Malformed, match="2 bytes instead of 3"):
        unb64u_exactly(3, "AAA", where="x")
