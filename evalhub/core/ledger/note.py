"""Signed notes (c2sp.org/signed-note) with the two signature types used here.

    0x01  Ed25519 over the text: the log's own signature
    0x04  cosignature/v1 (c2sp.org/tlog-cosignature): Ed25519 over a time stamp and the text, by a witness

A line by a key we do not know is ignored; a line by a key we know must verify, or the whole note is
``Broken``. Several lines by one key count once. Base64 has one spelling: text that does not re-encode to
itself is refused. Never trusts a name or a key id alone: the key comes from a policy.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from evalhub.core.errors import Broken, Malformed
from evalhub.core.sealing.notekeys import NoteKey, verify_ed25519

ED25519 = 0x01
COSIGNATURE = 0x04

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NOT_IN_NAMES = re.compile(r"[+\s\x00-\x1f]")

CACHED_IDS = 4096  # keys are few, and each is named in every note

MAX_NOTE = 262_144
MAX_SIGNATURES = 64
MAX_TIMESTAMP = 2**63 - 1


class Signature(Struct, frozen=True):
    """One signature line: key name, 4-byte key id, and the bytes after it (for 0x04: u64be seconds ‖
    signature).
    """

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """``— <name> <base64>`` with its newline."""
        return f"— {self.name} {encode64(self.key_id + self.value)}\n"


class Note(Struct, frozen=True):
    """A text ending in a newline, and its signature lines in order."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """The note as written. Raises ``Malformed`` if it could not be read back."""
        lines = "".join(signature.line() for signature in self.signatures)
        data = f"{self.text}\n{lines}".encode()
        if parse_note(data) != self:
            raise Malformed("text or key name cannot be written as a note")
        return data

    def plus(self, *signatures: Signature) -> Note:
        """The same text with more lines. A line that is already there is not repeated."""
        fresh = [item for item in dict.fromkeys(signatures) if item not in self.signatures]
        return Note(self.text, (*self.signatures, *fresh))


class Verifier(Struct, frozen=True):
    """A known public key: name, signature type, 32 bytes of Ed25519."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ LF ‖ type ‖ key)[:4]."""
        return key_id(self.name, self.algorithm, self.public)

    def vkey(self) -> str:
        """``<name>+<hex key id>+<base64(type ‖ key)>``."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(bytes([self.algorithm]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read a vkey of type 0x01 or 0x04. Raises ``Malformed``."""
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise Malformed("a verifier key is <name>+<key id>+<key>", vkey)
        name, shown, text = parts
        material = decode64(text)
        if len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
            raise Malformed("not an Ed25519 key of type 01 or 04", vkey)
        verifier = cls(_checked_name(name), material[0], material[1:])
        if verifier.key_id.hex() != shown:
            raise Malformed("the key id does not belong to the key", vkey)
        return verifier

    def verify(self, text: str, value: bytes) -> int | None:
        """Check a signature value over ``text``: seconds since the epoch for a cosignature, None for a log
        signature.

        Raises ``Broken``.
        """
        message, timestamp = text.encode(), None
        if self.algorithm == COSIGNATURE:
            timestamp, value = int.from_bytes(value[:8], "big"), value[8:]
            if timestamp > MAX_TIMESTAMP:
                raise Broken(f"cosignature of {self.name}: no such time")
            message = cosigned_message(text, timestamp)
        if len(value) != 64 or not verify_ed25519(self.public, value, message):
            raise Broken(f"the signature of {self.name} does not verify")
        return timestamp


class Verified(Struct, frozen=True):
    """A key whose signature verified, and when it cosigned (seconds since the epoch; None for type 0x01)."""

    verifier: Verifier
    timestamp: int | None


def log_verifier(name: str, public: bytes) -> Verifier:
    """Verifier of a log's own signatures."""
    return Verifier(_checked_name(name), ED25519, public)


def witness_verifier(name: str, public: bytes) -> Verifier:
    """Verifier of a witness's cosignatures."""
    return Verifier(_checked_name(name), COSIGNATURE, public)


@lru_cache(maxsize=CACHED_IDS)
def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """SHA-256(name ‖ LF ‖ type ‖ key)[:4] (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:4]


def sign_note(text: str, name: str, key: NoteKey) -> Signature:
    """The log's signature over ``text``."""
    return Signature(_checked_name(name), key_id(name, ED25519, key.public), key.sign(text.encode()))


def cosign(text: str, name: str, key: NoteKey, timestamp: int) -> Signature:
    """A witness's cosignature over ``text``; ``timestamp`` in seconds since the epoch."""
    if not 0 <= timestamp <= MAX_TIMESTAMP:
        raise Malformed("no such time")
    value = timestamp.to_bytes(8, "big") + key.sign(cosigned_message(text, timestamp))
    return Signature(_checked_name(name), key_id(name, COSIGNATURE, key.public), value)


def cosigned_message(text: str, timestamp: int) -> bytes:
    """What a witness signs: header line, time line, the whole note text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def parse_note(data: bytes) -> Note:
    """Read a note. Raises ``Malformed``; verifies nothing."""
    text = _printable(data)
    cut = text.rfind("\n\n")
    if cut < 0:
        raise Malformed("a note is a text, an empty line and signatures")
    return Note(text[: cut + 1], parse_signatures(text[cut + 2 :].encode()))


def parse_signatures(data: bytes) -> tuple[Signature, ...]:
    """Read signature lines alone, as a witness answers them. Raises ``Malformed``; verifies nothing."""
    *lines, end = _printable(data).split("\n")
    if end or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise Malformed(f"a note has 1 to {MAX_SIGNATURES} signature lines, each ending in a newline")
    return tuple(_parse_line(line) for line in lines)


def verify_note(note: Note, verifiers: Iterable[Verifier]) -> list[Verified]:
    """Which of the known keys signed, in the order given; each once, with its earliest line.

    Raises ``Broken`` if a line by a known key does not verify. An empty list means: signed by nobody we know.
    """
    return [item for verifier in verifiers if (item := _verified(note, verifier))]


def encode64(data: bytes) -> str:
    """Base64 (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Base64 in its one spelling. Raises ``Malformed``."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed("not base64", text[:80]) from None
    if encode64(data) != text:
        raise Malformed("not the one spelling of base64", text[:80])
    return data


def decode_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Lines of base64, one 32-byte hash each, as proofs write them. Raises ``Malformed``."""
    hashes = tuple(decode64(line) for line in lines)
    if any(len(item) != 32 for item in hashes):
        raise Malformed("a hash in a proof is 32 bytes")
    return hashes


def decimal(text: str) -> int:
    """ASCII decimal without leading zeroes, below 2^63. Raises ``Malformed``."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or (text[0] == "0" and text != "0"):
        raise Malformed("not a plain decimal number", text[:80])
    value = int(text)
    if value >= 2**63:
        raise Malformed("the number is too large", text)
    return value


def _verified(note: Note, verifier: Verifier) -> Verified | None:
    wanted = (verifier.name, verifier.key_id)
    mine = [item for item in note.signatures if (item.name, item.key_id) == wanted]
    times = [verifier.verify(note.text, item.value) for item in mine]
    return Verified(verifier, times[0]) if times else None


def _parse_line(line: str) -> Signature:
    mark, _, rest = line.partition(" ")
    name, _, text = rest.partition(" ")
    if mark != "—":
        raise Malformed("a signature line begins with an em dash", line[:80])
    data = decode64(text)
    if len(data) < 5:
        raise Malformed("a signature has a key id and at least one byte", line[:80])
    return Signature(_checked_name(name), data[:4], data[4:])


def _printable(data: bytes) -> str:
    if len(data) > MAX_NOTE:
        raise Malformed(f"a note of {len(data)} bytes is longer than {MAX_NOTE}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a note is UTF-8") from None
    if _CONTROL.search(text):
        raise Malformed("a note has no control characters but newlines")
    return text


def _checked_name(name: str) -> str:
    if not name or _NOT_IN_NAMES.search(name):
        raise Malformed("a key name is not empty and has neither spaces nor a plus", name[:80])
    return name
