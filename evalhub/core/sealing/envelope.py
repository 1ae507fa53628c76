"""The sealed sheet: what a booth writes once, and only enough trustees together can read.

    ctx   = JCS{v, session, round, form, form_hash, seat, booth_key, client, rev, prev, pad,
                roster, sheet, pieces}
    K, N  = HKDF-SHA256(ikm = XOR of the pieces, salt = SHA-256(ctx), info = "evalhub/content/v1", 44 bytes)
    ct    = AES-256-GCM(K, N, salt32 ‖ u32be length ‖ sheet ‖ zeros up to pad, aad = ctx)
    box_t = HPKE(pk_t, info = "evalhub/box/v1\\0" ‖ name ‖ 0x00 ‖ SHA-256(ctx),
                 concat(u8 j ‖ piece j, for each j held by t, ascending))        as enc ‖ ct
    env   = JCS{boxes:{name: b64u}, ct: b64u, ctx: b64u}
            sent as JWS, typ "evalhub-seal+jws", signed by the booth key

Rules
- ``ctx`` is hashed and authenticated as the bytes received; it is never serialised again.
- The length of everything is fixed by ``pad`` and the roster, so it says nothing about the sheet.
- What is wrong with public bytes is said in detail; what needs a secret fails in one opaque way,
  ``Malformed("does not open")``.
- Replay and rollback (rev, prev, phase, seat) are the session's to judge; here only rev 1 ⇔ no prev.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Malformed
from evalhub.core.sealing import hpke
from evalhub.core.sealing.b64 import b64u, check_b64u, is_b64u, length_b64u, unb64u
from evalhub.core.sealing.jws import Jws, read, sign
from evalhub.core.sealing.kdf import hkdf_sha256
from evalhub.core.sealing.keys import KemKey, SigningKey
from evalhub.core.sealing.pieces import MAX_PIECES, PIECE_BYTES, combine, held_by, piece_digest
from evalhub.core.sealing.roster import CACHED_ROSTERS, Name, Roster, Trustee, read_roster, roster_for

__all__ = [
    "SEAL_TYP",
    "Context",
    "Envelope",
    "Roster",
    "SealRequest",
    "Trustee",
    "check_envelope",
    "envelope_digest",
    "envelope_of",
    "open_box",
    "open_envelope",
    "pad_for",
    "read_context",
    "read_envelope",
    "read_roster",
    "roster_for",
    "seal",
    "seal_material",
    "sheet_commitment",
]

SEAL_TYP = "evalhub-seal+jws"
SALT_BYTES = 32
LENGTH_BYTES = 4
PAD_STEP = 4096
MAX_PAD = 2**24
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
KEY_BYTES, NONCE_BYTES = 32, 12
ENTRY_BYTES = 1 + PIECE_BYTES

# Every envelope has a context, so its characters are looked at all at once (``_check_characters``) and not by patterns.
Text = Annotated[str, Meta(min_length=1, max_length=256)]  # no control character
Session = Annotated[str, Meta(min_length=1, max_length=128)]  # neither control character nor space, as ``SessionId``
Digest = Annotated[str, Meta(min_length=43, max_length=43)]  # base64url
Count = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Context(Record, frozen=True, kw_only=True):
    """What an envelope is bound to, in the clear. Digests are base64url of SHA-256; ``pad`` is in bytes."""

    v: Literal[1] = 1
    session: Session
    round: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    form: Text
    form_hash: Text
    seat: Text
    booth_key: Digest
    client: Text
    rev: Count
    prev: Digest | None
    pad: Annotated[int, Meta(ge=1, le=MAX_PAD)]
    roster: Digest
    sheet: Digest
    pieces: Annotated[tuple[Digest, ...], Meta(min_length=1, max_length=MAX_PIECES)]


class Envelope(Record, frozen=True, kw_only=True):
    """The payload of the JWS: ``boxes`` by trustee, ``ct``, and the bytes of a ``Context``; all base64url."""

    boxes: dict[Name, str]
    ct: str
    ctx: str


@dataclass(frozen=True, slots=True)
class SealRequest:
    """What the one who seals says of the sheet; the rest of ``Context`` is computed.

    ``prev`` is the ``envelope_digest`` of revision ``rev`` - 1, or None for the first.
    """

    session: str
    round: int
    form: str
    form_hash: str
    seat: str
    client: str
    rev: int
    prev: str | None
    pad: int


def pad_for(largest: int) -> int:
    """The pad of a form whose largest legal sheet has ``largest`` bytes: rounded up to 4 KiB."""
    return max(1, -(-largest // PAD_STEP)) * PAD_STEP


def seal_material(roster: Roster, random: Callable[[int], bytes]) -> tuple[bytes, tuple[bytes, ...]]:
    """Fresh (salt, pieces) for one ``seal``, from a source such as ``os.urandom``. Never use them twice."""
    return random(SALT_BYTES), tuple(random(PIECE_BYTES) for _ in roster.blind)


def sheet_commitment(salt: bytes, sheet: bytes) -> str:
    """base64url of SHA-256("evalhub/sheet/v1\\0" ‖ salt ‖ sheet). A re-revealed pair must match it."""
    if len(salt) != SALT_BYTES:  # a salt of free length could be shifted into the sheet
        raise Malformed(f"a salt has {SALT_BYTES} bytes")
    return b64u(hashlib.sha256(b"evalhub/sheet/v1\0" + salt + sheet).digest())


def envelope_digest(payload: bytes) -> str:
    """base64url of SHA-256 over the envelope (the JWS payload): its identity, and ``prev`` of the next."""
    return b64u(hashlib.sha256(payload).digest())


def seal(
    request: SealRequest,
    sheet: bytes,
    roster: Roster,
    key: SigningKey,
    *,
    salt: bytes,
    pieces: Sequence[bytes],
) -> str:
    """The JWS of ``sheet`` sealed to ``roster``, signed by ``key``. ``seal_material`` makes salt and pieces.

    Raises ``Malformed`` when the sheet exceeds ``request.pad``, or request and roster do not fit each other.
    """
    if request.session != roster.session:
        raise Malformed("the roster is of another session")
    if len(pieces) != len(roster.blind):
        raise Malformed(f"{len(pieces)} pieces for {len(roster.blind)} blind sets")
    if len(sheet) > request.pad:
        raise Malformed(f"the sheet has {len(sheet)} bytes, more than the pad of {request.pad}")
    commitment = sheet_commitment(salt, sheet)
    ctx = canonical(_context(request, commitment, roster, key.kid, pieces))
    read_context(ctx)  # what we seal, others can read: refuses a request outside the format
    filled = salt + len(sheet).to_bytes(LENGTH_BYTES, "big") + sheet.ljust(request.pad, b"\0")
    ct = _encrypt(ctx, pieces, filled)
    return sign(key, SEAL_TYP, canonical(Envelope(boxes=_boxes(roster, ctx, pieces), ct=b64u(ct), ctx=b64u(ctx))))


def read_context(data: bytes) -> Context:
    """A context from its canonical bytes. Raises ``Malformed``."""
    context = decode(Context, data, where="ctx")
    if (context.rev == 1) != (context.prev is None):
        raise Malformed("the first revision, and only it, has no predecessor", "ctx.prev")
    _check_characters(context, data)
    return context


def _check_characters(context: Context, data: bytes) -> None:
    """Canonical JSON writes a control character as an escape, or as itself if it is 0x7f: most need no closer look."""
    if b"\\" in data or b"\x7f" in data:
        for name in ("session", "form", "form_hash", "seat", "client"):
            if _CONTROL.search(getattr(context, name)):
                raise Malformed("a control character", f"ctx.{name}")
    if " " in context.session:
        raise Malformed("a session is named without spaces", "ctx.session")
    digests = "".join((context.booth_key, context.prev or "", context.roster, context.sheet, *context.pieces))
    if not is_b64u(digests):
        raise Malformed("a digest is base64url", "ctx")


def read_envelope(text: str) -> tuple[Jws, Envelope, Context]:
    """Everything about a sealed sheet that can be checked without its roster. The signature is not verified.

    Verify with ``jws.check(booth key, SEAL_TYP)`` and then ``check_envelope``. Raises ``Malformed``.
    """
    jws = read(text)
    return jws, *envelope_of(jws)


def envelope_of(jws: Jws) -> tuple[Envelope, Context]:
    """Like ``read_envelope``, of a message that has been parsed already."""
    if jws.header.typ != SEAL_TYP:
        raise Malformed(f"not a sealed sheet but {jws.header.typ}")
    envelope = decode(Envelope, jws.payload, where="envelope")
    context = read_context(unb64u(envelope.ctx, where="ctx"))
    if jws.header.kid != context.booth_key:
        raise Malformed("signed by another key than the one it is bound to", "ctx.booth_key")
    check_b64u(_ciphertext_bytes(context), envelope.ct, where="ct")
    if not envelope.boxes:
        raise Malformed("no box", "boxes")
    for name, box in envelope.boxes.items():
        _check_box_form(box, len(context.pieces), f"boxes.{name}")
    return envelope, context


def check_envelope(context: Context, envelope: Envelope, roster: Roster, digest: str = "") -> None:
    """What needs the roster: same session and digest, and a box of the right size for each trustee.

    ``digest``: the roster's, where the caller has it already. Raises ``Malformed``.
    """
    if context.session != roster.session or context.roster != (digest or roster.digest()):
        raise Malformed("sealed to another roster", "ctx.roster")
    if len(context.pieces) != len(roster.blind):
        raise Malformed(f"{len(context.pieces)} pieces for {len(roster.blind)} blind sets", "ctx.pieces")
    lengths = _box_lengths(roster)
    if envelope.boxes.keys() != lengths.keys():
        raise Malformed("one box for each trustee", "boxes")
    for name, box in envelope.boxes.items():
        if len(box) != lengths[name]:
            raise Malformed("not a box of all the pieces that this trustee holds", f"boxes.{name}")


def open_box(kem: KemKey, name: str, envelope: Envelope, roster: Roster) -> dict[int, bytes]:
    """The pieces in the box of trustee ``name``, each checked against its digest in the context.

    Raises ``Malformed``: in detail if envelope and roster do not fit, opaquely if the box does not open.
    """
    ctx = unb64u(envelope.ctx, where="ctx")
    context = read_context(ctx)
    check_envelope(context, envelope, roster)
    held = held_by(name, roster.blind)
    plain = hpke.open_base(kem, _box_info(name, ctx), unb64u(envelope.boxes[name]))
    pieces = {plain[at]: plain[at + 1 : at + ENTRY_BYTES] for at in range(0, len(plain), ENTRY_BYTES)}
    if tuple(pieces) != held or not _match(context, pieces):
        raise Malformed("does not open")
    return pieces


def open_envelope(envelope: Envelope, pieces: Mapping[int, bytes]) -> tuple[bytes, bytes]:
    """(salt, sheet), given every piece by index. Raises ``Malformed("does not open")`` unless all is right:

    the set of pieces, the digest of each, the tag, the length, the padding, the commitment to the sheet.
    """
    ctx = unb64u(envelope.ctx, where="ctx")
    context = read_context(ctx)
    if set(pieces) != set(range(len(context.pieces))) or not _match(context, pieces):
        raise Malformed("does not open")
    salt, sheet = _unpad(context, _decrypt(ctx, tuple(pieces.values()), unb64u(envelope.ct, where="ct")))
    if not hmac.compare_digest(sheet_commitment(salt, sheet), context.sheet):
        raise Malformed("does not open")
    return salt, sheet


def _context(request: SealRequest, commitment: str, roster: Roster, booth_key: str, pieces: Sequence[bytes]) -> Context:
    return Context(
        session=request.session,
        round=request.round,
        form=request.form,
        form_hash=request.form_hash,
        seat=request.seat,
        booth_key=booth_key,
        client=request.client,
        rev=request.rev,
        prev=request.prev,
        pad=request.pad,
        roster=roster.digest(),
        sheet=commitment,
        pieces=tuple(piece_digest(request.session, j, piece) for j, piece in enumerate(pieces)),
    )


def _boxes(roster: Roster, ctx: bytes, pieces: Sequence[bytes]) -> dict[str, str]:
    boxes = {}
    for trustee in roster.trustees:
        plain = b"".join(bytes([j]) + pieces[j] for j in held_by(trustee.name, roster.blind))
        boxes[trustee.name] = b64u(hpke.seal_base(trustee.pk, _box_info(trustee.name, ctx), plain))
    return boxes


def _box_info(name: str, ctx: bytes) -> bytes:
    return b"evalhub/box/v1\0" + name.encode() + b"\0" + hashlib.sha256(ctx).digest()


def _content_key(ctx: bytes, pieces: Sequence[bytes]) -> tuple[AESGCM, bytes]:
    okm = hkdf_sha256(combine(pieces), hashlib.sha256(ctx).digest(), b"evalhub/content/v1", KEY_BYTES + NONCE_BYTES)
    return AESGCM(okm[:KEY_BYTES]), okm[KEY_BYTES:]


def _encrypt(ctx: bytes, pieces: Sequence[bytes], plain: bytes) -> bytes:
    cipher, nonce = _content_key(ctx, pieces)
    return cipher.encrypt(nonce, plain, ctx)


def _decrypt(ctx: bytes, pieces: Sequence[bytes], ciphertext: bytes) -> bytes:
    cipher, nonce = _content_key(ctx, pieces)
    try:
        return cipher.decrypt(nonce, ciphertext, ctx)
    except (InvalidTag, ValueError):
        raise Malformed("does not open") from None


def _unpad(context: Context, plain: bytes) -> tuple[bytes, bytes]:
    salt, body = plain[:SALT_BYTES], plain[SALT_BYTES + LENGTH_BYTES :]
    length = int.from_bytes(plain[SALT_BYTES : SALT_BYTES + LENGTH_BYTES], "big")
    if len(body) != context.pad or length > context.pad or any(body[length:]):
        raise Malformed("does not open")
    return salt, body[:length]


def _match(context: Context, pieces: Mapping[int, bytes]) -> bool:
    return all(
        len(piece) == PIECE_BYTES and piece_digest(context.session, j, piece) == context.pieces[j]
        for j, piece in pieces.items()
    )


def _ciphertext_bytes(context: Context) -> int:
    return SALT_BYTES + LENGTH_BYTES + context.pad + hpke.TAG_BYTES


@lru_cache(maxsize=CACHED_ROSTERS)
def _box_lengths(roster: Roster) -> dict[str, int]:
    """Characters of each trustee's box: a box holds all the pieces that its trustee does."""
    held = {name: len(held_by(name, roster.blind)) for name in roster.names()}
    return {name: length_b64u(hpke.OVERHEAD_BYTES + count * ENTRY_BYTES) for name, count in held.items()}


def _check_box_form(box: str, pieces: int, where: str) -> None:
    size = 3 * len(box) // 4
    check_b64u(size, box, where=where)
    count, rest = divmod(size - hpke.OVERHEAD_BYTES, ENTRY_BYTES)
    if rest or not 1 <= count <= pieces:
        raise Malformed(f"{size} bytes do not hold a whole number of pieces", where)
