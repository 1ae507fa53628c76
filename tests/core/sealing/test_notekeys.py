"""Ed25519 against RFC 8032."""

import pytest
from sealing_vectors import load

from evalhub.core.errors import Malformed
from evalhub.core.sealing.notekeys import NoteKey, verify_ed25519


@pytest.mark.parametrize("vector", load("ed25519")["vectors"], ids=lambda vector: vector["message"] or "empty")
def test_rfc_8032(vector: dict) -> None:
    seed, public, message, signature = (
        bytes.fromhex(vector[name]) for name in ("seed", "public", "message", "signature")
    )
    key = NoteKey.from_seed(seed)
    assert (key.seed, key.public, key.sign(message)) == (seed, public, signature)
    assert verify_ed25519(public, signature, message)
    assert not verify_ed25519(public, signature, message + b"x")


def test_what_has_a_wrong_form_does_not_verify() -> None:
    key = NoteKey.generate()
    signature = key.sign(b"note")
    assert not verify_ed25519(NoteKey.generate().public, signature, b"note")
    assert not verify_ed25519(key.public[:-1], signature, b"note")
    assert not verify_ed25519(key.public, signature[:-1], b"note")
    assert not verify_ed25519(b"\xff" * 32, signature, b"note")
    with pytest.raises(Malformed):
        NoteKey.from_seed(bytes(31))
