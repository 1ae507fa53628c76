"""P-256 keys: ECDSA to sign (booths, sites, trustees) and ECDH to receive boxes (trustees).

Rules
- A public key travels as a JWK (RFC 7517, RFC 7518 §6.2) and is named by its thumbprint (RFC 7638).
- A point that is not on the curve is ``Malformed`` wherever a public key is first used.
- Signing is deterministic (RFC 6979): no chance is needed to sign.
- A private key is never shown: no ``repr``, no copy into a record; the only way out is ``to_pem``.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Malformed
from evalhub.core.sealing.b64 import b64u, unb64u_exactly

COORDINATE_BYTES = 32
SIGNATURE_BYTES = 64
CACHED_KEYS = 4096  # a large session has some hundred booths; a loaded key costs about 1 kB

_ECDSA_OF_DIGEST = ec.ECDSA(Prehashed(hashes.SHA256()))
_ECDSA_DETERMINISTIC = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)


class PublicJwk(Record, frozen=True, kw_only=True, cache_hash=True):
    """A P-256 public key as a JWK; ``x`` and ``y`` are base64url of 32 bytes each, big-endian."""

    crv: Literal["P-256"] = "P-256"
    kty: Literal["EC"] = "EC"
    x: str
    y: str

    def thumbprint(self) -> str:
        """RFC 7638: base64url of SHA-256 over the canonical JSON of the members. The ``kid`` of the key."""
        return _thumbprint(self)


@lru_cache(maxsize=CACHED_KEYS)
def _thumbprint(jwk: PublicJwk) -> str:
    return b64u(hashlib.sha256(canonical(jwk)).digest())


@lru_cache(maxsize=CACHED_KEYS)
def load_public(jwk: PublicJwk) -> ec.EllipticCurvePublicKey:
    """The key object of a JWK. Raises ``Malformed`` when the point is not on P-256."""
    x = unb64u_exactly(COORDINATE_BYTES, jwk.x, where="x")
    y = unb64u_exactly(COORDINATE_BYTES, jwk.y, where="y")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        raise Malformed("the point is not on P-256") from None


def verify_signature(public: PublicJwk, signature: bytes, data: bytes) -> bool:
    """Whether ``signature`` (r ‖ s, 32 bytes each, RFC 7518 §3.4) is ES256 by ``public`` over ``data``.

    Both (r, s) and (r, n - s) verify; WebCrypto makes either. The bytes of a signature are never an identity.
    """
    return verify_digest(public, signature, hashlib.sha256(data).digest())


def verify_digest(public: PublicJwk, signature: bytes, digest: bytes) -> bool:
    """Like ``verify_signature``, where the caller has the SHA-256 of what was signed."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r = int.from_bytes(signature[:COORDINATE_BYTES], "big")
    s = int.from_bytes(signature[COORDINATE_BYTES:], "big")
    try:
        load_public(public).verify(encode_dss_signature(r, s), digest, _ECDSA_OF_DIGEST)
    except InvalidSignature:
        return False
    return True


class _PrivateKey:
    """What both kinds of P-256 private key share."""

    __slots__ = ("_key", "_public")

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self._public = _jwk_of(key.public_key())

    @classmethod
    def generate(cls) -> Self:
        """A new key, from the entropy of ``cryptography``."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read an unencrypted PKCS #8 key. Raises ``Malformed`` unless it is a P-256 private key."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise Malformed("not an unencrypted private key in PEM") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise Malformed("not a P-256 private key")
        return cls(key)

    def to_pem(self) -> bytes:
        """The key as unencrypted PKCS #8; protecting the file is the caller's task."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def public(self) -> PublicJwk:
        """The public half."""
        return self._public

    @property
    def kid(self) -> str:
        """The thumbprint of the public half."""
        return self._public.thumbprint()


class SigningKey(_PrivateKey):
    """A P-256 key that signs ES256 (RFC 7518 §3.4)."""

    __slots__ = ()

    def sign(self, data: bytes) -> bytes:
        """r ‖ s, 64 bytes, deterministic (RFC 6979)."""
        r, s = decode_dss_signature(self._key.sign(data, _ECDSA_DETERMINISTIC))
        return r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")


class KemKey(_PrivateKey):
    """A P-256 key that receives HPKE boxes. A kind of its own, so that no key both signs and decrypts."""

    __slots__ = ()

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        """The key object, for ``hpke.open_base`` only."""
        return self._key


def _jwk_of(key: ec.EllipticCurvePublicKey) -> PublicJwk:
    point = key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return PublicJwk(x=b64u(point[1 : 1 + COORDINATE_BYTES]), y=b64u(point[1 + COORDINATE_BYTES :]))
