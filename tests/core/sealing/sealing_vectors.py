"""The vector files of the sealing room, and keys made from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from evalhub.core.sealing.b64 import unb64u
from evalhub.core.sealing.keys import KemKey, SigningKey

FOLDER = Path(__file__).parents[2] / "vectors" / "sealing"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _scalar(jwk: dict[str, str]) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64u(jwk["d"]), "big"), ec.SECP256R1())


def kem_key(jwk: dict[str, str]) -> KemKey:
    return KemKey(_scalar(jwk))


def signing_key(jwk: dict[str, str]) -> SigningKey:
    return SigningKey(_scalar(jwk))
