"""One-time tickets: twelve characters of Crockford's base 32 in three groups of four, 60 bits of chance.

The alphabet has no I, L, O, U; what people type instead is read as what it looks like. Only the digest is stored or
logged. The printed ticket also carries the first 16 bytes of the roster's digest, so that a booth notices when the hub
offers it other trustees than the centre printed.
"""

from __future__ import annotations

import hashlib
import unicodedata

from evalhub.core.errors import Malformed
from evalhub.core.sealing.b64 import unb64u

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTERS = 12
BITS = 5 * CHARACTERS
LABEL = b"evalhub/ticket/v1\0"
_LOOKALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def ticket_text(chance: bytes) -> str:
    """A ticket ``XXXX-XXXX-XXXX`` from 8 bytes of chance (the highest 4 bits are not used)."""
    if len(chance) != 8:
        raise Malformed("a ticket is made from 8 bytes", "ticket")
    number = int.from_bytes(chance, "big") & ((1 << BITS) - 1)
    digits = "".join(ALPHABET[(number >> shift) & 31] for shift in range(BITS - 5, -1, -5))
    return "-".join(digits[start : start + 4] for start in range(0, CHARACTERS, 4))


def normalise_ticket(typed: str) -> str:
    """What was typed, as twelve characters. Full width, lower case, blanks and look-alikes are forgiven."""
    text = unicodedata.normalize("NFKC", typed).strip().upper().translate(_LOOKALIKE)
    if len(text) != CHARACTERS or any(char not in ALPHABET for char in text):
        raise Malformed(f"a ticket has {CHARACTERS} characters of {ALPHABET}", "ticket")
    return text


def ticket_digest(site: str, typed: str) -> str:
    """SHA-256 (hex) of a ticket, bound to the centre that issued it."""
    return hashlib.sha256(LABEL + site.encode() + b"\0" + normalise_ticket(typed).encode()).hexdigest()


def roster_print(roster_digest: str) -> str:
    """The first 16 bytes of a roster's digest as printed: eight groups of four hexadecimal digits."""
    digits = unb64u(roster_digest)[:16].hex().upper()
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))
