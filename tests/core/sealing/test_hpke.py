"""HPKE: the reference is held to the published vectors, then both implementations to each other."""

import pytest
import sealing_reference as reference
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from sealing_vectors import kem_key, load

from evalhub.core.errors import Malformed
from evalhub.core.sealing import hpke
from evalhub.core.sealing.b64 import b64u, unb64u

VECTORS = load("hpke")["vectors"]
TRUSTEE = load("envelope")["trustees"]["host"]
EPHEMERAL = unb64u(load("envelope")["ephemeral"]["host"]["d"])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"aead {vector['aead_id']}")
def test_the_reference_follows_rfc_9180(vector: dict) -> None:
    raw = {name: bytes.fromhex(text) for name, text in vector.items() if name not in ("source", "aead_id")}
    assert reference.encap(raw["pkRm"], raw["skEm"]) == (raw["shared_secret"], raw["enc"])
    assert reference.decap(raw["enc"], raw["skRm"]) == raw["shared_secret"]
    key, nonce = reference.key_schedule(raw["shared_secret"], raw["info"], vector["aead_id"])
    assert (key, nonce) == (raw["key"], raw["base_nonce"])
    assert AESGCM(key).encrypt(nonce, raw["pt"], raw["aad"]) == raw["ct"]


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=90), st.binary(max_size=80))
def test_each_opens_what_the_other_sealed(info: bytes, plain: bytes) -> None:
    key, scalar = kem_key(TRUSTEE), unb64u(TRUSTEE["d"])
    ours = hpke.seal_base(key.public, info, plain)
    assert len(ours) == len(plain) + hpke.OVERHEAD_BYTES
    assert reference.hpke_open(scalar, info, ours) == plain
    recipient = b"\4" + unb64u(key.public.x) + unb64u(key.public.y)
    assert hpke.open_base(key, info, reference.hpke_seal(recipient, EPHEMERAL, info, plain)) == plain


def test_published_boxes_open() -> None:
    """The suite of the sealed sheet on the CFRG key pair; the ciphertext is made with an empty aad."""
    vector = VECTORS[1]
    key = kem_key({"d": b64u(bytes.fromhex(vector["skRm"]))})
    info, plain = bytes.fromhex(vector["info"]), bytes.fromhex(vector["pt"])
    published = AESGCM(bytes.fromhex(vector["key"]))
    box = bytes.fromhex(vector["enc"]) + published.encrypt(bytes.fromhex(vector["base_nonce"]), plain, b"")
    assert hpke.open_base(key, info, box) == plain


def test_everything_wrong_fails_alike() -> None:
    key, stranger = kem_key(TRUSTEE), kem_key(load("envelope")["trustees"]["guest"])
    box = hpke.seal_base(key.public, b"info", b"plain")
    wrong = [(stranger, b"info", box), (key, b"other", box), (key, b"info", b""), (key, b"info", box[:64])]
    wrong += [(key, b"info", box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :]) for at in range(len(box))]
    for holder, info, sealed in wrong:
        with pytest.raises(Malformed) as caught:
            hpke.open_base(holder, info, sealed)
        assert str(caught.value) == "does not open"
