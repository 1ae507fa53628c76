"""Strict compact JWS. The refusals are in tests/vectors/sealing/refused.json, stages read and verify."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealing_vectors import load

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.sealing import jws
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.keys import SigningKey

KEY = SigningKey.generate()
TYP = "evalhub-test+jws"


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_round_trip(payload: bytes) -> None:
    text = jws.sign(KEY, TYP, payload)
    assert jws.verify(text, KEY.public, TYP) == payload
    read = jws.read(text)
    assert (read.header.kid, read.header.typ, read.payload) == (KEY.kid, TYP, payload)


def test_header_is_canonical_json() -> None:
    head = unb64u(jws.sign(KEY, TYP, b"").split(".")[0])
    assert head == f'{{"alg":"ES256","kid":"{KEY.kid}","typ":"{TYP}"}}'.encode()


def test_every_changed_character_is_refused() -> None:
    text = jws.sign(KEY, TYP, b'{"a":1}')
    for at, was in enumerate(text):
        for now in {"A", "B", "_", ".", "=", " ", "é"} - {was}:
            with pytest.raises(Malformed):
                jws.verify(text[:at] + now + text[at + 1 :], KEY.public, TYP)


def test_everything_wrong_with_the_signature_fails_alike() -> None:
    text = jws.sign(KEY, TYP, b"x")
    head, body, signature = text.split(".")
    flipped = b64u(bytes([unb64u(signature)[0] ^ 1]) + unb64u(signature)[1:])
    attempts = [
        (text, SigningKey.generate().public, TYP),
        (text, KEY.public, "evalhub-other+jws"),
        (f"{head}.{body}.{flipped}", KEY.public, TYP),
        (f"{head}.{b64u(b'y')}.{signature}", KEY.public, TYP),
    ]
    for attempt, public, typ in attempts:
        with pytest.raises(Malformed) as caught:
            jws.verify(attempt, public, typ)
        assert str(caught.value) == "signature does not verify"


def test_the_kid_is_the_thumbprint_of_the_key_that_verifies() -> None:
    """A good signature under a foreign kid is refused: the record would point at someone else."""
    header = jws.Header(kid=SigningKey.generate().kid, typ=TYP)
    signed = f"{b64u(canonical(header))}.{b64u(b'x')}"
    text = f"{signed}.{b64u(KEY.sign(signed.encode()))}"
    assert jws.read(text).header == header
    with pytest.raises(Malformed, match="does not verify"):
        jws.verify(text, KEY.public, TYP)


def test_a_header_names_a_key_and_a_type() -> None:
    bare = load("jws")["rfc7515_a3"]["jws"]
    with pytest.raises(Malformed, match="kid"):
        jws.read(bare)


@pytest.mark.parametrize("typ", ["", "JWT", "a b", "a\n", "x" * 65])
def test_a_type_outside_the_pattern_is_not_signed(typ: str) -> None:
    with pytest.raises(Malformed):
        jws.sign(KEY, typ, b"")


def test_a_long_header_is_refused_before_it_is_decoded() -> None:
    head = b64u(json.dumps({"alg": "ES256", "kid": "A" * 300, "typ": TYP}).encode())
    with pytest.raises(Malformed, match="too long"):
        jws.read(f"{head}..{b64u(bytes(64))}")
