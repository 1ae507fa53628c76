"""HKDF against RFC 5869 and against the one of ``cryptography``."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st
from sealing_vectors import load

from evalhub.core.sealing.kdf import MAX_BYTES, hkdf_sha256


@pytest.mark.parametrize("vector", load("hkdf")["vectors"], ids=lambda vector: vector["source"])
def test_rfc_5869(vector: dict) -> None:
    ikm, salt, info = (bytes.fromhex(vector[name]) for name in ("ikm", "salt", "info"))
    assert hkdf_sha256(ikm, salt, info, vector["length"]).hex() == vector["okm"]


@settings(max_examples=40)
@given(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=70), st.integers(1, 200))
def test_same_as_the_library(ikm: bytes, salt: bytes, info: bytes, length: int) -> None:
    expected = HKDF(hashes.SHA256(), length, salt, info).derive(ikm)
    assert hkdf_sha256(ikm, salt, info, length) == expected


@pytest.mark.parametrize("length", [-1, 0, MAX_BYTES + 1])
def test_length_outside_the_range(length: int) -> None:
    with pytest.raises(ValueError, match="1 to 8160"):
        hkdf_sha256(b"k", b"", b"", length)
    assert len(hkdf_sha256(b"k", b"", b"", MAX_BYTES)) == MAX_BYTES
