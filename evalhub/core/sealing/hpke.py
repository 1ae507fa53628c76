"""HPKE, base mode, single shot, empty aad (RFC 9180 §6.1).

Suite: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. A box is ``enc ‖ ct``: the ephemeral point,
uncompressed (65 bytes), then ciphertext and tag.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from evalhub.core.errors import Malformed
from evalhub.core.sealing.keys import KemKey, PublicJwk, load_public

ENC_BYTES = 65
TAG_BYTES = 16
OVERHEAD_BYTES = ENC_BYTES + TAG_BYTES

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal_base(public: PublicJwk, info: bytes, plaintext: bytes) -> bytes:
    """A box for ``public``, ``OVERHEAD_BYTES`` longer than the plaintext; the ephemeral key is fresh."""
    return _SUITE.encrypt(plaintext, load_public(public), info)


def open_base(key: KemKey, info: bytes, box: bytes) -> bytes:
    """The plaintext of a box. Raises ``Malformed`` in one opaque way, whatever was wrong."""
    try:
        return _SUITE.decrypt(box, key.private, info)
    except (InvalidTag, ValueError):
        raise Malformed("does not open") from None
