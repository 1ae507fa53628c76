"""Base64url without padding (RFC 4648 §5, RFC 7515 §2): one byte string, one text.

A text is accepted only if encoding its bytes again gives the same text. Without that rule the unused
low bits of the last character, padding or stray white space would give one signature several spellings.
"""

from __future__ import annotations

from pybase64 import b64decode, b64encode_as_string

from evalhub.core.errors import Malformed

_URL = b"-_"
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PADDING = ("", "", "==", "=")  # by length modulo 4; a remainder of 1 is no base64
_SPARE = {2: frozenset("AQgw"), 3: frozenset("AEIMQUYcgkosw048")}  # last characters that leave no bit unused


def b64u(data: bytes) -> str:
    """Bytes as base64url text without ``=``."""
    return b64encode_as_string(data, _URL).rstrip("=")


def unb64u(text: str, *, where: str = "") -> bytes:
    """The bytes of a base64url text. Raises ``Malformed`` unless ``b64u`` of the result is the same text."""
    used = len(text) % 4
    if "+" in text or "/" in text or "=" in text:
        raise Malformed("not base64url", where)
    try:  # with ``validate`` the decoder knows no white space either
        data: bytes = b64decode(text + _PADDING[used], _URL, validate=True)
    except ValueError:
        raise Malformed("not base64url", where) from None
    if used and text[-1] not in _SPARE[used]:
        raise Malformed("not canonical base64url", where)
    return data


def unb64u_exactly(length: int, text: str, *, where: str = "") -> bytes:
    """Like ``unb64u``; also refuses any other length than ``length`` bytes."""
    data = unb64u(text, where=where)
    if len(data) != length:
        raise Malformed(f"{len(data)} bytes instead of {length}", where)
    return data


def check_b64u(length: int, text: str, *, where: str = "") -> None:
    """Raise ``Malformed`` unless ``text`` is the base64url of some ``length`` bytes. Decodes nothing: it is cheap."""
    used = len(text) % 4
    if len(text) != length_b64u(length):
        raise Malformed(f"{len(text)} characters are not base64url of {length} bytes", where)
    if not is_b64u(text):
        raise Malformed("not base64url", where)
    if used and text[-1] not in _SPARE[used]:
        raise Malformed("not canonical base64url", where)


def is_b64u(text: str) -> bool:
    """Whether there are only characters of base64url in it."""
    return not text.encode("utf-8", "replace").translate(None, _ALPHABET)


def length_b64u(length: int) -> int:
    """How many characters the base64url of ``length`` bytes has."""
    return (4 * length + 2) // 3
