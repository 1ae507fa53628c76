"""Signed messages: JWS compact, ES256 (RFC 7515, RFC 7518 §3.4), in one spelling only.

    b64u(header) "." b64u(payload) "." b64u(r ‖ s)        header = {"alg":"ES256","kid":thumbprint,"typ":type}

Rules
- The header is exactly the canonical JSON of these three members: no ``crit``, ``jwk``, ``b64``, ``x5c``.
- The caller names the key and the type it expects; nothing in the message selects either.
- Whatever fails after the format is right fails as ``Malformed("signature does not verify")``.
- ECDSA is malleable: whoever holds (r, s) can write (r, n - s). So one payload may have two valid
  texts; identity and idempotence rest on the payload or its digest, never on the bytes of a JWS
  (decision 0011).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Malformed
from evalhub.core.sealing.b64 import b64u, unb64u, unb64u_exactly
from evalhub.core.sealing.keys import SIGNATURE_BYTES, PublicJwk, SigningKey, verify_digest

MAX_HEADER_CHARS = 256
CACHED_HEADERS = 4096

Kid = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
Typ = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.+-]{0,63}\Z")]


class Header(Record, frozen=True, kw_only=True):
    """The protected header, complete."""

    alg: Literal["ES256"] = "ES256"
    kid: Kid
    typ: Typ


class Hashes(NamedTuple):
    """What is hashed of a compact JWS: ``signed``, SHA-256 of everything before the last dot, which is what its
    signature is over; ``name``, lower-case hex SHA-256 of the whole text."""

    signed: bytes
    name: str


class Jws(Struct, frozen=True, kw_only=True):
    """A JWS whose format is right; ``digest`` is the SHA-256 of what ``signature`` is over. Not verified yet."""

    header: Header
    payload: bytes
    signature: bytes
    digest: bytes

    def check(self, public: PublicJwk, typ: str) -> bytes:
        """The payload, if ``public`` signed it as ``typ``. Raises one opaque ``Malformed`` otherwise."""
        expected = self.header.typ == typ and self.header.kid == public.thumbprint()
        if not expected or not verify_digest(public, self.signature, self.digest):
            raise Malformed("signature does not verify")
        return self.payload


def hashes(data: bytes) -> Hashes:
    """Both hashes of a compact JWS in one pass over its bytes. Looks at nothing but its last dot."""
    cut = data.rfind(b".")
    digest = hashlib.sha256(memoryview(data)[: max(cut, 0)])
    signed = digest.digest()
    digest.update(memoryview(data)[max(cut, 0) :])
    return Hashes(signed, digest.hexdigest())


def sign(key: SigningKey, typ: str, payload: bytes) -> str:
    """The compact JWS of ``payload``."""
    head = _header_text(key.kid, typ)
    signed = f"{head}.{b64u(payload)}"
    return f"{signed}.{b64u(key.sign(signed.encode('ascii')))}"


def read(text: str, digest: bytes = b"") -> Jws:
    """Parse without verifying. Raises ``Malformed`` for any other spelling than the canonical one.

    ``digest``: ``hashes(text).signed``, where the caller has it already.
    """
    first, last = text.find("."), text.rfind(".")
    if first == last or text.find(".", first + 1) != last:
        raise Malformed("a compact JWS has three parts")
    if first > MAX_HEADER_CHARS:
        raise Malformed("header too long", "header")
    return Jws(
        header=_header(text[:first]),
        payload=unb64u(text[first + 1 : last], where="payload"),
        signature=unb64u_exactly(SIGNATURE_BYTES, text[last + 1 :], where="signature"),
        digest=digest or hashlib.sha256(text[:last].encode("ascii")).digest(),
    )


def verify(text: str, public: PublicJwk, typ: str) -> bytes:
    """The payload of a JWS that ``public`` signed as ``typ``. Raises ``Malformed``."""
    return read(text).check(public, typ)


@lru_cache(maxsize=CACHED_HEADERS)
def _header(text: str) -> Header:
    return decode(Header, unb64u(text, where="header"), where="header")


@lru_cache(maxsize=CACHED_HEADERS)
def _header_text(kid: str, typ: str) -> str:
    text = b64u(canonical(Header(kid=kid, typ=typ)))
    _header(text)  # what we write, we can read: refuses a type outside the pattern
    return text
