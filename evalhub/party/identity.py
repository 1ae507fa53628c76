"""The long-term keys of a party, in a folder for their owner only.

    identity.pem   P-256, PKCS #8: signs statements and escrows, and proves the party on the line
    witness.key    Ed25519, one line ``PRIVATE+KEY+<name>+<key id>+<base64(04 ‖ seed)>``: cosigns checkpoints

The witness key's name is ``<domain>/<party>`` (a C2SP key name is a schema-less URL of whoever holds it), and the
party's own name is its last part. Made once by ``create``; ``load`` never makes a key, so that a lost folder is
noticed instead of silently replaced by a stranger. Names and rights of the TLS files are settings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.note import COSIGNATURE, Signature, Verifier, cosign, decode64, encode64, witness_verifier
from evalhub.core.sealing.jws import sign
from evalhub.core.sealing.keys import PublicJwk, SigningKey
from evalhub.core.sealing.notekeys import NoteKey
from evalhub.core.wire.frames import LINE_TYP, LineProof
from evalhub.party import private_files

IDENTITY, WITNESS = "identity.pem", "witness.key"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this party is. Private keys are used here and by those it is handed to, and never shown."""

    name: str
    domain: str
    signing: SigningKey
    note: NoteKey

    @classmethod
    def create(cls, folder: Path, *, name: str, domain: str) -> Self:
        """Make both keys. Raises ``Refusal("keys-exist")`` rather than replace any, ``Malformed`` for a bad name."""
        if not _NAME.fullmatch(name) or not _DOMAIN.fullmatch(domain):
            raise Malformed("a party is <domain>/<name> with a lower-case name", f"{domain}/{name}")
        private_files.make_folder(folder)
        if (folder / IDENTITY).exists() or (folder / WITNESS).exists():
            raise Refusal("keys-exist", folder=folder)
        note = NoteKey.generate()
        private_files.write_new(folder / IDENTITY, SigningKey.generate().to_pem())
        private_files.write_new(folder / WITNESS, _format(f"{domain}/{name}", note))
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read both keys. Raises ``Broken`` saying which file is missing, open to others or damaged."""
        try:
            signing = SigningKey.from_pem(private_files.read(folder / IDENTITY))
        except Malformed as error:
            raise Broken(f"{folder / IDENTITY}: {error.reason}") from None
        try:
            full, note = _parse(private_files.read(folder / WITNESS))
        except Malformed as error:
            raise Broken(f"{folder / WITNESS}: {error.reason}") from None
        domain, _, name = full.rpartition("/")
        return cls(name=name, domain=domain, signing=signing, note=note)

    @property
    def public(self) -> PublicJwk:
        """The identity key's public half, as ``PartyEntry.identity``."""
        return self.signing.public

    @property
    def witness(self) -> Verifier:
        """The witness key's public half; its ``vkey()`` is ``PartyEntry.witness``."""
        return witness_verifier(f"{self.domain}/{self.name}", self.note.public)

    def cosign(self, text: str, seconds: int) -> Signature:
        """This witness's cosignature over a checkpoint text."""
        return cosign(text, self.witness.name, self.note, seconds)

    def prove(self, nonce: str, to: str) -> str:
        """The answer to the challenge of ``to``."""
        return sign(self.signing, LINE_TYP, canonical(LineProof(nonce=nonce, name=self.name, to=to)))


def _format(name: str, note: NoteKey) -> bytes:
    key_id = witness_verifier(name, note.public).key_id.hex()
    return f"PRIVATE+KEY+{name}+{key_id}+{encode64(bytes([COSIGNATURE]) + note.seed)}\n".encode()


def _parse(data: bytes) -> tuple[str, NoteKey]:
    try:
        parts = data.decode("ascii").removesuffix("\n").split("+", 4)
    except UnicodeDecodeError:
        raise Malformed("not a witness key") from None
    if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"] or "/" not in parts[2]:
        raise Malformed("not a witness key")
    material = decode64(parts[4])
    if material[:1] != bytes([COSIGNATURE]):
        raise Malformed("not a key for cosignature/v1")
    note = NoteKey.from_seed(material[1:])
    if witness_verifier(parts[2], note.public).key_id.hex() != parts[3]:
        raise Malformed("the key id does not belong to the key")
    return parts[2], note
