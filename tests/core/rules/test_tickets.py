"""Tickets: one spelling is printed, many are understood, only the digest is kept."""

from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Malformed
from evalhub.core.rules.tickets import (
    ALPHABET,
    normalise_ticket,
    roster_print,
    ticket_digest,
    ticket_text,
)
from evalhub.core.sealing.b64 import b64u

CHANCE = st.binary(min_size=8, max_size=8)
PRINTED = re.compile(r"^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$")


def wide(text: str) -> str:
    """As an input method for Chinese types it: full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else "\u3000" for char in text)


@given(CHANCE)
def test_a_ticket_is_twelve_characters_in_three_groups(chance: bytes) -> None:
    text = ticket_text(chance)
    assert PRINTED.match(text)
    assert normalise_ticket(text) == text.replace("-", "")


def test_a_ticket_is_its_number_in_base_32_and_leaves_the_top_four_bits() -> None:
    assert ticket_text(bytes(8)) == "0000-0000-0000"
    assert ticket_text(b"\xff" * 8) == "ZZZZ-ZZZZ-ZZZZ"
    assert ticket_text(b"\xf0" + bytes(6) + b"\x21") == "0000-0000-0011"
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(CHANCE, st.data())
def test_every_usual_way_of_typing_is_the_same_ticket(chance: bytes, data: st.DataObject) -> None:
    text = ticket_text(chance)
    typed = text.lower() if data.draw(st.booleans()) else text
    zero, one = data.draw(st.sampled_from("0Oo")), data.draw(st.sampled_from("1IiLl"))
    typed = typed.replace("0", zero).replace("1", one)
    typed = typed.replace("-", data.draw(st.sampled_from(["-", "", " ", " - "])))
    typed = f"  {typed}\t" if data.draw(st.booleans()) else typed
    typed = wide(typed.strip()) if data.draw(st.booleans()) else typed
    assert ticket_digest("wuhan", typed) == ticket_digest("wuhan", text)


@pytest.mark.parametrize(
    "typed", ["", "0000-0000-000", "0000-0000-00000", "0000-0000-000U", "0000-0000-000é", "𝟘" * 13]
)
def test_what_is_no_ticket_is_malformed(typed: str) -> None:
    with pytest.raises(Malformed, match="a ticket has 12 characters"):
        ticket_digest("wuhan", typed)


def test_u_is_not_read_as_v() -> None:
    with pytest.raises(Malformed):
        normalise_ticket("UUUU-UUUU-UUUU")


@pytest.mark.parametrize("length", [0, 7, 9])
def test_chance_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Malformed, match="8 bytes"):
        ticket_text(bytes(length))


def test_the_digest_is_bound_to_the_centre() -> None:
    expected = hashlib.sha256(b"evalhub/ticket/v1\0wuhan\x00000000000000").hexdigest()
    assert ticket_digest("wuhan", "0000-0000-0000") == expected
    assert ticket_digest("wedz", "0000-0000-0000") != expected


@given(CHANCE, CHANCE)
def test_different_tickets_have_different_digests(one: bytes, other: bytes) -> None:
    same = ticket_text(one) == ticket_text(other)
    assert (ticket_digest("wuhan", ticket_text(one)) == ticket_digest("wuhan", ticket_text(other))) is same


def test_the_roster_print_is_the_first_half_of_the_digest() -> None:
    digest = bytes(range(32))
    assert roster_print(b64u(digest)) == "0001 0203 0405 0607 0809 0A0B 0C0D 0E0F"
    assert roster_print(b64u(digest[:16] + bytes(16))) == roster_print(b64u(digest))
    assert roster_print(b64u(b"\1" + digest[1:])) != roster_print(b64u(digest))


def test_full_width_is_what_the_helper_says() -> None:
    assert unicodedata.normalize("NFKC", wide("A1-Z")) == "A1-Z"
