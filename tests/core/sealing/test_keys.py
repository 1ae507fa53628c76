"""P-256 keys: JWK, thumbprint, PEM, signatures."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sealing_vectors import load, signing_key

from evalhub.core.codec import canonical, decode
from evalhub.core.errors import Malformed
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.keys import KemKey, PublicJwk, SigningKey, load_public, verify_signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF


@pytest.mark.parametrize("vector", load("jws")["thumbprints"], ids=lambda vector: vector["source"])
def test_thumbprint(vector: dict) -> None:
    members = vector["members"]
    assert b64u(hashlib.sha256(canonical(members)).digest()) == vector["thumbprint"]
    if members["kty"] == "EC":
        assert PublicJwk(x=members["x"], y=members["y"]).thumbprint() == vector["thumbprint"]


def test_rfc_7515_a3_signature_verifies() -> None:
    vector = load("jws")["rfc7515_a3"]
    public = decode(PublicJwk, canonical(vector["public"]))
    signed, _, signature = vector["jws"].rpartition(".")
    assert verify_signature(public, unb64u(signature), signed.encode())
    assert not verify_signature(public, unb64u(signature), signed.encode() + b"x")
    assert signing_key(vector).public == public


def test_signing_is_deterministic_and_bound_to_key_and_data() -> None:
    key, other = SigningKey.generate(), SigningKey.generate()
    signature = key.sign(b"data")
    assert signature == key.sign(b"data")
    assert len(signature) == 64
    assert verify_signature(key.public, signature, b"data")
    assert not verify_signature(key.public, signature, b"datum")
    assert not verify_signature(other.public, signature, b"data")


def test_the_other_half_of_a_malleable_signature_verifies_too() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"data")
    mirrored = signature[:32] + (ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    assert mirrored != signature
    assert verify_signature(key.public, mirrored, b"data")


def test_a_longer_spelling_of_a_good_signature_does_not_verify() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"data")
    assert not verify_signature(key.public, signature[:32] + b"\0" + signature[32:], b"data")


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65), b"\xff" * 64])
def test_nonsense_does_not_verify(signature: bytes) -> None:
    assert not verify_signature(SigningKey.generate().public, signature, b"data")


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (1, 1),
        (0, 0),
        (FIELD, 1),  # not a field element
        (2**256 - 1, 2**256 - 1),
    ],
)
def test_points_off_the_curve_are_malformed(x: int, y: int) -> None:
    jwk = PublicJwk(x=b64u(x.to_bytes(32, "big")), y=b64u(y.to_bytes(32, "big")))
    with pytest.raises(Malformed, match="not on P-256"):
        load_public(jwk)


def test_coordinates_have_32_bytes() -> None:
    good = SigningKey.generate().public
    for jwk in (PublicJwk(x=good.x + "AA", y=good.y), PublicJwk(x=good.x, y=good.y[:-2])):
        with pytest.raises(Malformed):
            load_public(jwk)


def test_another_kind_of_key_is_no_jwk_of_ours() -> None:
    plain = {"crv": "P-384", "kty": "EC", "x": "AA", "y": "AA"}
    for wrong in (plain, plain | {"crv": "P-256", "kty": "OKP"}, plain | {"crv": "P-256", "d": "AA"}):
        with pytest.raises(Malformed):
            decode(PublicJwk, canonical(wrong))


@pytest.mark.parametrize("kind", [SigningKey, KemKey])
def test_pem_round_trip(kind: type[SigningKey | KemKey]) -> None:
    key = kind.generate()
    again = kind.from_pem(key.to_pem())
    assert again.public == key.public
    assert again.kid == key.public.thumbprint()
    assert again.to_pem() == key.to_pem()


def test_pem_of_something_else_is_malformed() -> None:
    pem = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for wrong in (
        b"",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ec.generate_private_key(ec.SECP384R1()).private_bytes(*pem),
        ed25519.Ed25519PrivateKey.generate().private_bytes(*pem),
    ):
        with pytest.raises(Malformed):
            SigningKey.from_pem(wrong)


def test_no_private_key_in_its_repr() -> None:
    key = SigningKey.generate()
    assert key.to_pem().splitlines()[1].decode() not in repr(key)
    assert not hasattr(key, "__dict__")
