"""Passwords and one-time codes of people: Argon2id (RFC 9106) as PHC strings, TOTP (RFC 6238).

Salt, secret and time are arguments. Text is folded by NFKC first (NIST SP 800-63B §5.1.1.2), so that full-width digits
of an input method are digits. Never here: accounts, counting of failures.
"""

from __future__ import annotations

import base64
import binascii
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from evalhub.core.errors import Malformed

SALT_BYTES = 16
SECRET_BYTES = 20  # RFC 4226 §4, R6
MEMORY_KIB = 47_104
STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1  # steps a telephone's clock may be off, each way (RFC 6238 §5.2)


def hash_password(password: str, salt: bytes) -> str:
    """The PHC string of a password. ``salt``: 16 bytes of chance."""
    argon = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=MEMORY_KIB)
    return argon.derive_phc_encoded(_folded(password))


def is_password(password: str, phc: str) -> bool:
    """Whether ``phc`` was made of this password."""
    try:
        Argon2id.verify_phc_encoded(_folded(password), phc)
    except (InvalidKey, ValueError):
        return False
    return True


def code_at(secret: bytes, seconds: int) -> str:
    """The six digits shown at this moment. ``seconds`` since the epoch."""
    return _totp(secret).generate(seconds).decode()


def counter_of(secret: bytes, code: str, seconds: int, after: int) -> int | None:
    """The step for which ``code`` is right, if it is near now and later than ``after``: a code counts once."""
    typed = "".join(unicodedata.normalize("NFKC", code).split())
    now = seconds // STEP_SECONDS
    near = [step for step in range(now - DRIFT, now + DRIFT + 1) if step > after and step >= 0]
    return next((step for step in near if code_at(secret, step * STEP_SECONDS) == typed), None)


def secret_text(secret: bytes) -> str:
    """The secret as people type it into their telephone: base32 without padding (RFC 4648 §6)."""
    return base64.b32encode(secret).decode().rstrip("=")


def secret_of(text: str) -> bytes:
    """The inverse of ``secret_text``. Raises ``Malformed``."""
    try:
        secret = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise Malformed("is not base32", "totp") from None
    if len(secret) != SECRET_BYTES:
        raise Malformed(f"is not of {SECRET_BYTES} bytes", "totp")
    return secret


def secret_uri(secret: bytes, account: str, issuer: str) -> str:
    """The ``otpauth`` address that telephones understand."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - HMAC-SHA1 is what every telephone speaks


def _folded(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode()
