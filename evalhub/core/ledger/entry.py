"""One ledger entry: its exact bytes, and the blob beside it when its payload is large.

Rules
- An entry is canonical JSON ``{v, seq, at, session, type}`` and exactly one of: ``actor`` + ``body`` (the hub
  speaks), ``actor`` + ``body_blob``, ``jws`` (the sender's own signed message, verbatim), ``jws_blob``. Other
  fields are absent.
- A payload (the bytes of ``body``, or the text of the JWS) above ``INLINE_LIMIT`` lies in a blob, never
  inline; one at or below lies inline, never in a blob. So one payload has one entry.
- ``seq`` equals the leaf index; ``at`` is the hub's clock. That they run on is checked by whoever walks the
  ledger.
- Never verifies a signature and never looks inside ``body``: the rules room does, by ``type``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.times import format_time, parse_time
from evalhub.core.sealing.jws import hashes

MAX_ENTRY = 65_535
"""The largest entry a C2SP entry bundle can hold (a u16 length)."""

INLINE_LIMIT = 4096
"""The largest payload, in bytes, that stays inside its entry."""

Role = Literal["hub", "host", "guest", "oversight", "booth"]
MAX_NAME = 200


class Actor(Record):
    """Who acted: the kind of process, its site, and the seat if a booth."""

    role: Role
    site: str
    seat: str | None = None


class BlobRef(Record):
    """A payload kept beside the ledger: lower-case hex SHA-256 and length in bytes."""

    sha256: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    length: Annotated[int, Meta(gt=INLINE_LIMIT, le=codec.MAX_INTEGER)]


class Entry(Record):
    """The fields of an entry as written; see the module's rules for which go together."""

    seq: Annotated[int, Meta(ge=0, le=codec.MAX_INTEGER)]
    at: str
    session: str
    type: str
    v: Literal[1] = 1
    actor: Actor | UnsetType = UNSET
    body: msgspec.Raw | UnsetType = UNSET
    body_blob: BlobRef | UnsetType = UNSET
    jws: str | UnsetType = UNSET
    jws_blob: BlobRef | UnsetType = UNSET

    def __post_init__(self) -> None:
        if (self.body, self.body_blob, self.jws, self.jws_blob).count(UNSET) != 3:
            raise ValueError("an entry carries exactly one of body, body_blob, jws, jws_blob")
        if (self.actor is UNSET) != (self.body is UNSET and self.body_blob is UNSET):
            raise ValueError("actor goes with a body, and only with a body")
        if not (0 <= self.seq <= codec.MAX_INTEGER and 0 < len(self.session) <= MAX_NAME):
            raise ValueError("seq is a leaf index, and session is not empty")
        if not 0 < len(self.type) <= MAX_NAME:
            raise ValueError("type is not empty")


class LoadedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry read back with its payload: ``body`` bytes with ``actor``, or ``jws`` text; the other two are
    None. ``signed``: SHA-256 of what a JWS is signed over (``jws.hashes``), if it was hashed as a blob; else empty.
    """

    seq: int
    at: str
    ms: int
    session: str
    type: str
    actor: Actor | None
    body: bytes | None
    jws: str | None
    blob: BlobRef | None
    signed: bytes = b""

    @property
    def payload(self) -> bytes:
        """The bytes that were asserted: the body, or the JWS as ASCII."""
        if self.body is not None:
            return self.body
        assert self.jws is not None
        return self.jws.encode("ascii")


_sorted = msgspec.json.Encoder(order="sorted")


def make_entry(
    *,
    seq: int,
    ms: int,
    session: str,
    type: str,  # the field's own name
    actor: Actor | None = None,
    body: bytes | None = None,
    jws: str | None = None,
    name: str = "",
) -> tuple[bytes, dict[str, bytes]]:
    """The bytes of an entry and the blobs to be stored with it (hex SHA-256 → bytes; none or one).

    Give either ``actor`` and ``body`` (canonical JSON bytes from ``codec.canonical``) or ``jws`` (compact).
    ``name``: hex SHA-256 of the JWS, where the caller has hashed it already.
    ``ms`` is the hub's clock in milliseconds since the epoch. Raises ``Malformed``.
    """
    payload = _payload(body, jws)
    ref = None
    if len(payload) > INLINE_LIMIT:
        ref = BlobRef(sha256=name or blob_name(payload), length=len(payload))
    try:
        entry = Entry(
            seq=seq,
            at=format_time(ms),
            session=session,
            type=type,
            actor=actor or UNSET,
            body=UNSET if body is None or ref else msgspec.Raw(body),
            body_blob=UNSET if body is None else ref or UNSET,
            jws=UNSET if jws is None or ref else jws,
            jws_blob=UNSET if jws is None else ref or UNSET,
        )
    except ValueError as error:
        raise Malformed(str(error)) from None
    data = _sorted.encode(entry)
    if len(data) > MAX_ENTRY:
        raise Malformed(f"an entry of {len(data)} bytes is longer than {MAX_ENTRY}")
    return data, {ref.sha256: payload} if ref else {}


def read_entry(data: bytes, fetch: Callable[[str], bytes]) -> LoadedEntry:
    """Read stored bytes; ``fetch`` gives a blob by its hex SHA-256 (KeyError if there is none).

    Raises ``Malformed`` unless the bytes are exactly what ``make_entry`` writes, ``Broken`` if the blob is
    missing or is not the one the entry names.
    """
    if len(data) > MAX_ENTRY:
        raise Malformed(f"an entry of {len(data)} bytes is longer than {MAX_ENTRY}")
    entry = codec.decode(Entry, data)
    ms = parse_time(entry.at)
    body, jws, ref, signed = _payload_of(entry, fetch)
    return LoadedEntry(
        seq=entry.seq,
        at=entry.at,
        ms=ms,
        session=entry.session,
        type=entry.type,
        actor=None if entry.actor is UNSET else entry.actor,
        body=body,
        jws=jws,
        blob=ref,
        signed=signed,
    )


def blob_name(data: bytes) -> str:
    """The name of a blob: lower-case hex SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()


def _payload(body: bytes | None, jws: str | None) -> bytes:
    """The bytes that are asserted, checked for their form."""
    if body is not None and jws is None:
        return _check_body(body)
    if jws is not None and body is None:
        return _jws_bytes(jws)
    raise Malformed("an entry is made from a body or from a JWS")


def _payload_of(entry: Entry, fetch: Callable[[str], bytes]) -> tuple[bytes | None, str | None, BlobRef | None, bytes]:
    """(body, jws, blob, signed) of an entry, the payload fetched, checked and in its right place."""
    if isinstance(entry.body, msgspec.Raw):
        return _inline(_check_body(bytes(entry.body))), None, None, b""
    if isinstance(entry.body_blob, BlobRef):
        return _check_body(_fetched(entry, entry.body_blob, fetch)[0]), None, entry.body_blob, b""
    if isinstance(entry.jws, str):
        _inline(_jws_bytes(entry.jws))
        return None, entry.jws, None, b""
    assert isinstance(entry.jws_blob, BlobRef)
    data, signed = _fetched(entry, entry.jws_blob, fetch)
    return None, _jws_text(data), entry.jws_blob, signed


def _inline(payload: bytes) -> bytes:
    if len(payload) > INLINE_LIMIT:
        raise Malformed(f"a payload of {len(payload)} bytes must be a blob")
    return payload


def _fetched(entry: Entry, ref: BlobRef, fetch: Callable[[str], bytes]) -> tuple[bytes, bytes]:
    """The blob an entry names, and the SHA-256 of its part before the last dot."""
    try:
        data = fetch(ref.sha256)
    except KeyError:
        raise Broken(f"blob {ref.sha256} is missing", entry.seq) from None
    found = hashes(data)
    if len(data) != ref.length or found.name != ref.sha256:
        raise Broken(f"blob {ref.sha256} is not the one that was recorded", entry.seq)
    return data, found.signed


def _check_body(body: bytes) -> bytes:
    """One body, one text. The profile's finer points (floats, depth) are the codec's and are checked on
    reading.
    """
    try:
        same = _sorted.encode(msgspec.json.decode(body)) == body
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(str(error), "body") from None
    if not same or body[:1] != b"{":
        raise Malformed("not a JSON object in canonical form", "body")
    return body


def _jws_bytes(jws: str) -> bytes:
    if not jws.isascii() or not _three_parts(jws):
        raise Malformed("not a compact JWS", "jws")
    return jws.encode("ascii")


def _jws_text(data: bytes) -> str:
    jws = data.decode("latin-1")
    if not jws.isascii() or not _three_parts(jws):
        raise Malformed("not a compact JWS", "jws")
    return jws


def _three_parts(jws: str) -> bool:
    """Two dots. (``find`` runs at the speed of memory; ``count`` and ``split`` look at each character.)"""
    first = jws.find(".")
    last = jws.rfind(".")
    return first != last and jws.find(".", first + 1) == last
