"""Passwords and one-time codes: RFC 6238's own numbers, one use a code, full-width digits, whole secrets only."""

from __future__ import annotations

import pytest

from evalhub.core.errors import Malformed
from evalhub.core.sealing import passwords as p

SECRET = b"12345678901234567890"  # RFC 6238, appendix B
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_the_last_six_digits_of_the_rfcs_vectors(seconds: int, code: str) -> None:
    assert p.code_at(SECRET, seconds) == code
    assert p.counter_of(SECRET, code, seconds, after=0) == seconds // 30


def test_a_code_counts_once_and_one_step_of_drift_is_forgiven() -> None:
    code = p.code_at(SECRET, 1_000_000)
    step = p.counter_of(SECRET, code, 1_000_000, after=0)
    assert step is not None
    assert p.counter_of(SECRET, code, 1_000_000, after=step) is None
    assert p.counter_of(SECRET, code, 1_000_000 + 30, after=0) == step
    assert p.counter_of(SECRET, code, 1_000_000 + 90, after=0) is None


def test_full_width_digits_and_spaces_are_read() -> None:
    wide = " ".join(chr(ord(digit) - ord("0") + ord("０")) for digit in p.code_at(SECRET, 59))
    assert p.counter_of(SECRET, wide, 59, after=0) == 1


def test_a_password_is_kept_as_argon2id_and_folded() -> None:
    phc = p.hash_password("ｐassword 1２", bytes(16))
    assert phc.startswith(f"$argon2id$v=19$m={p.MEMORY_KIB},t=1,p=1$")
    assert p.is_password("password 12", phc)
    assert not p.is_password("password 13", phc)
    assert not p.is_password("password 12", "not a PHC string")


def test_the_secret_as_text_is_read_back_and_nothing_else_is() -> None:
    assert p.secret_of(p.secret_text(SECRET)) == SECRET
    for wrong in ("", "A", "GEZDGNBV", "0" * 32, p.secret_text(SECRET) + "A"):
        with pytest.raises(Malformed):
            p.secret_of(wrong)
    assert p.secret_uri(SECRET, "operator", "evalhub wuhan").startswith("otpauth://totp/evalhub%20wuhan:operator?")
