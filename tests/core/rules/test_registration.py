"""Registrations of pools: what is signed, what is read back, and what is not one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.tree import root_of
from evalhub.core.rules import commands as c
from evalhub.core.rules import draw, registration, statements
from evalhub.core.rules.registration import RegisterPool
from evalhub.core.sealing.jws import read as read_jws
from evalhub.core.sealing.jws import sign
from evalhub.core.sealing.keys import SigningKey

KEY = SigningKey.generate()
POOL = RegisterPool(root=hashlib.sha256(b"pool").hexdigest(), size=571)


def test_what_was_said_is_read_back_and_is_exactly_this():
    text = registration.say(KEY, 3, POOL)
    said = registration.read(text, KEY.public)
    assert (said.kid, said.n, said.pool) == (KEY.kid, 3, POOL)
    body = {"root": POOL.root, "size": 571}
    expected = {"v": 1, "session": "hub", "n": 3, "type": "register_pool", "body": body}
    assert read_jws(text).payload == canonical(expected)


def test_another_key_and_another_signature_are_refused():
    text = registration.say(KEY, 1, POOL)
    with pytest.raises(Refusal, match="unknown-key"):
        registration.read(text, SigningKey.generate().public)
    head, body, _ = text.split(".")
    other = registration.say(KEY, 2, POOL).split(".")[2]
    with pytest.raises(Malformed):
        registration.read(f"{head}.{body}.{other}", KEY.public)


def test_nothing_else_is_a_registration():
    opening = statements.say(KEY, "hub", 1, c.OpenCheckin())
    with pytest.raises(Refusal, match="unknown-session"):
        registration.claimed(opening)
    said = statements.Statement(v=1, session="T-1", n=1, type="register_pool", body=canonical(POOL))
    with pytest.raises(Refusal, match="wrong-session"):
        registration.claimed(sign(KEY, statements.SAY_TYP, canonical(said)))
    text = registration.say(KEY, 1, POOL)
    with pytest.raises(Malformed):
        registration.read(sign(KEY, statements.HELLO_TYP, read_jws(text).payload), KEY.public)


def test_a_registration_is_no_command_of_a_session():
    assert registration.REGISTER_POOL not in c.COMMANDS


@given(st.dictionaries(st.text("ABC123", min_size=1, max_size=5), st.binary(max_size=20), max_size=9), st.binary())
def test_the_root_is_that_of_a_session_but_under_its_own_salt(experts, salt):
    """RFC 6962 over the same leaves: the ledger's tree, written apart, gives the same root."""
    pairs = list(experts.items())
    leaves = sorted(draw.expert_leaf(salt, code, entry) for code, entry in pairs)
    root = registration.registered_root(salt, pairs)
    assert root == registration.registered_root(salt, pairs[::-1]) == root_of(leaves).hex()
    assert not pairs or root != registration.registered_root(salt + b"x", pairs)


def test_an_expert_listed_twice_is_malformed():
    with pytest.raises(Malformed):
        registration.registered_root(bytes(32), [("A", b"{}"), ("A", b"{}")])
