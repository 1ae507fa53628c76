"""Who is who in this network: every party with its role, title and public keys, and the hub's log key.

One JSON file, the same at every party, exchanged when a centre joins and checked out of band. The host opens sessions
from it; a guest and oversight compare a session's first entry with it before they do anything for that session.
"""

from __future__ import annotations

from pathlib import Path

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.checkpoint import origin_for
from evalhub.core.ledger.note import log_verifier
from evalhub.core.rules.commands import OpenSession, PartyEntry
from evalhub.core.rules.plan import Text2
from evalhub.core.sealing.b64 import unb64u

MAX_DIRECTORY = 1 << 20


class Directory(Record):
    """The network as this party knows it. ``log``: the hub's Ed25519 public key, base64url."""

    domain: str
    log: str
    parties: tuple[PartyEntry, ...]

    def opening(self, session: str, title: Text2, rehearsal: bool, names: tuple[str, ...]) -> OpenSession:
        """The host's first statement for a session of these parties. Raises ``Refusal("unknown-party")``."""
        known = {party.name: party for party in self.parties}
        for name in names:
            if name not in known:
                raise Refusal("unknown-party", party=name)
        origin = origin_for(self.domain, session, rehearsal)
        return OpenSession(
            title=title,
            rehearsal=rehearsal,
            origin=origin,
            log=self.log_vkey(origin),
            parties=tuple(known[name] for name in names),
        )

    def log_vkey(self, origin: str) -> str:
        """The vkey of a session's ledger."""
        return log_verifier(origin, unb64u(self.log)).vkey()

    def check(self, session: str, opening: OpenSession) -> None:
        """Raise ``Refusal`` unless a session's first entry names only parties and keys of this directory."""
        for party in opening.parties:
            if party not in self.parties:
                raise Refusal("unknown-party", party=party.name)
        origin = origin_for(self.domain, session, opening.rehearsal)
        if opening.origin != origin:
            raise Refusal("wrong-origin", origin=opening.origin)
        if opening.log != self.log_vkey(origin):
            raise Refusal("wrong-log")


def read_directory(path: Path) -> Directory:
    """The directory file. Raises ``Malformed`` with the path of the first mistake."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Malformed(error.strerror or "cannot be read", str(path)) from None
    if len(data) > MAX_DIRECTORY:
        raise Malformed("too large", str(path))
    return codec.loosely(Directory, data, where=path.name)
