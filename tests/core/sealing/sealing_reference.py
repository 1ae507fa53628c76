"""A second writer of sealed sheets, from RFC 9180 and the format alone: it imports nothing of evalhub.

It takes every random value as an argument, the ephemeral keys of HPKE included, so a whole envelope is
reproducible to the byte. ``tests/vectors/sealing/envelope.json`` was made with it, and the tests hold both
writers against each other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

P256 = ec.SECP256R1()
KEM_ID, KDF_ID = 0x0010, 0x0001
AES_128_GCM, AES_256_GCM = 0x0001, 0x0002
KEY_BYTES = {AES_128_GCM: 16, AES_256_GCM: 32}


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def jcs(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def private(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(scalar, "big"), P256)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def jwk(scalar: bytes) -> dict[str, str]:
    raw = point(private(scalar).public_key())
    return {"crv": "P-256", "kty": "EC", "x": b64(raw[1:33]), "y": b64(raw[33:])}


def thumbprint(public: dict[str, str]) -> str:
    return b64(sha(jcs(public)))


def extract(salt: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), ikm, "sha256")


def expand(prk: bytes, info: bytes, length: int) -> bytes:
    out, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        out += block
    return out[:length]


def labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return extract(salt, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


def shared_secret(dh: bytes, enc: bytes, recipient: bytes) -> bytes:
    """RFC 9180 §4.1, ExtractAndExpand of DHKEM(P-256, HKDF-SHA256)."""
    suite = b"KEM" + KEM_ID.to_bytes(2, "big")
    prk = labeled_extract(suite, b"", b"eae_prk", dh)
    return labeled_expand(suite, prk, b"shared_secret", enc + recipient, 32)


def key_schedule(shared: bytes, info: bytes, aead: int) -> tuple[bytes, bytes]:
    """RFC 9180 §5.1 in base mode: (key, base nonce)."""
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (KEM_ID, KDF_ID, aead))
    context = b"\0" + labeled_extract(suite, b"", b"psk_id_hash", b"") + labeled_extract(suite, b"", b"info_hash", info)
    secret = labeled_extract(suite, shared, b"secret", b"")
    return (
        labeled_expand(suite, secret, b"key", context, KEY_BYTES[aead]),
        labeled_expand(suite, secret, b"base_nonce", context, 12),
    )


def encap(recipient: bytes, ephemeral: bytes) -> tuple[bytes, bytes]:
    """(shared secret, enc) for the public point ``recipient`` with the ephemeral scalar."""
    key = private(ephemeral)
    enc = point(key.public_key())
    dh = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(P256, recipient))
    return shared_secret(dh, enc, recipient), enc


def decap(enc: bytes, scalar: bytes) -> bytes:
    key = private(scalar)
    dh = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(P256, enc))
    return shared_secret(dh, enc, point(key.public_key()))


def hpke_seal(recipient: bytes, ephemeral: bytes, info: bytes, plain: bytes) -> bytes:
    shared, enc = encap(recipient, ephemeral)
    key, nonce = key_schedule(shared, info, AES_256_GCM)
    return enc + AESGCM(key).encrypt(nonce, plain, b"")


def hpke_open(scalar: bytes, info: bytes, box: bytes) -> bytes:
    key, nonce = key_schedule(decap(box[:65], scalar), info, AES_256_GCM)
    return AESGCM(key).decrypt(nonce, box[65:], b"")


def xor(pieces: list[bytes]) -> bytes:
    out = bytes(32)
    for piece in pieces:
        out = bytes(a ^ b for a, b in zip(out, piece, strict=True))
    return out


def context(request: dict, roster: dict, booth: bytes, salt: bytes, sheet: bytes, pieces: list[bytes]) -> dict:
    session = request["session"].encode()
    return {
        **request,
        "v": 1,
        "booth_key": thumbprint(jwk(booth)),
        "roster": b64(sha(jcs(roster))),
        "sheet": b64(sha(b"evalhub/sheet/v1\0" + salt + sheet)),
        "pieces": [
            b64(sha(b"evalhub/piece/v1\0" + session + b"\0" + bytes([j]) + piece)) for j, piece in enumerate(pieces)
        ],
    }


def padded(salt: bytes, sheet: bytes, pad: int) -> bytes:
    return salt + len(sheet).to_bytes(4, "big") + sheet + bytes(pad - len(sheet))


def content(ctx: bytes, pieces: list[bytes], plain: bytes) -> bytes:
    okm = expand(extract(sha(ctx), xor(pieces)), b"evalhub/content/v1", 44)
    return AESGCM(okm[:32]).encrypt(okm[32:], plain, ctx)


def holding(name: str, roster: dict) -> list[int]:
    return [j for j, blind in enumerate(roster["blind"]) if name not in blind]


def box_info(name: str, ctx: bytes) -> bytes:
    return b"evalhub/box/v1\0" + name.encode() + b"\0" + sha(ctx)


def box_plain(indices: list[int], pieces: list[bytes]) -> bytes:
    return b"".join(bytes([j]) + pieces[j] for j in indices)


def boxes(ctx: bytes, roster: dict, pieces: list[bytes], ephemerals: dict[str, bytes]) -> dict[str, bytes]:
    out = {}
    for trustee in roster["trustees"]:
        name, public = trustee["name"], trustee["pk"]
        recipient = b"\4" + unb64(public["x"]) + unb64(public["y"])
        plain = box_plain(holding(name, roster), pieces)
        out[name] = hpke_seal(recipient, ephemerals[name], box_info(name, ctx), plain)
    return out


def envelope(ctx: bytes, ct: bytes, made: dict[str, bytes]) -> bytes:
    return jcs({"boxes": {name: b64(box) for name, box in made.items()}, "ct": b64(ct), "ctx": b64(ctx)})


def signature(scalar: bytes, data: bytes) -> bytes:
    r, s = decode_dss_signature(private(scalar).sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def jws(scalar: bytes, payload: bytes, header: bytes | None = None, typ: str = "evalhub-seal+jws") -> str:
    header = header or jcs({"alg": "ES256", "kid": thumbprint(jwk(scalar)), "typ": typ})
    signed = f"{b64(header)}.{b64(payload)}"
    return f"{signed}.{b64(signature(scalar, signed.encode()))}"
