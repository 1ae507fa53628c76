"""Ed25519 keys (RFC 8032), which sign the notes of the ledger.

Names, key ids and signature lines are the ledger room's; here only the bytes of keys and signatures.
"""

from __future__ import annotations

from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evalhub.core.errors import Malformed

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64


class NoteKey:
    """A private Ed25519 key. ``seed`` is the secret; ``public`` its 32 public bytes."""

    __slots__ = ("_key", "_public")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._public = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> Self:
        """A new key, from the entropy of ``cryptography``."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of a 32-byte seed. Raises ``Malformed`` for another length."""
        if len(seed) != SEED_BYTES:
            raise Malformed(f"a seed has {SEED_BYTES} bytes")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def seed(self) -> bytes:
        """The secret 32 bytes (RFC 8032 calls them the private key)."""
        return self._key.private_bytes_raw()

    @property
    def public(self) -> bytes:
        """The 32 public bytes."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature; deterministic."""
        return self._key.sign(message)


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` is by ``public`` over ``message``. What has a wrong form is no match."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
