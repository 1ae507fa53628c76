"""HKDF-SHA256 (RFC 5869) on the standard library alone, so that the rules can use it."""

from __future__ import annotations

import hashlib
import hmac

HASH_BYTES = 32
MAX_BYTES = 255 * HASH_BYTES


def hkdf_sha256(ikm: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """``length`` bytes of key material (1 to 8160). An empty salt stands for 32 zero bytes (RFC 5869 §2.2).

    Raises ``ValueError`` for a length outside that range: the caller's mistake, never a peer's.
    """
    if not 1 <= length <= MAX_BYTES:
        raise ValueError(f"HKDF-SHA256 gives 1 to {MAX_BYTES} bytes, not {length}")
    return _expand(_extract(salt, ikm), info, length)


def _extract(salt: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(HASH_BYTES), ikm, hashlib.sha256)


def _expand(prk: bytes, info: bytes, length: int) -> bytes:
    block, output = b"", b""
    counter = 1
    while len(output) < length:
        block = hmac.digest(prk, block + info + bytes([counter]), hashlib.sha256)
        output += block
        counter += 1
    return output[:length]
