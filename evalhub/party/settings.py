"""What a party's process must be told: who it is, where its folder is, where the hub is. Read once, passed down.

    folder/keys/         identity (``identity.py``), 0700
    folder/party.sqlite  outbox, mirror, witness heads, evidence (``tables.py``)
    folder/party.lock    held while a process runs on this folder

Never read from module globals; two parties can run in one test.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from evalhub.core.codec import RecordMeta
from evalhub.core.errors import Malformed

DATABASE = "party.sqlite"  # in the data folder


class TlsFiles(msgspec.Struct, metaclass=RecordMeta):
    """PEM files of the mutual TLS line: the session CA, and this party's certificate with its key."""

    authority: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """TLS 1.3, the hub checked against the CA. Raises ``Malformed`` naming what cannot be read."""
        try:
            context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(self.authority))
            context.load_cert_chain(str(self.certificate), str(self.key))
        except (OSError, ssl.SSLError) as error:
            raise Malformed(f"the TLS files cannot be used: {error}", str(self.certificate.parent)) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context


class PartySettings(msgspec.Struct, metaclass=RecordMeta):
    """``hub``: URL of the hub line (``wss://…``, or ``ws://`` on this machine); ``hub_name``: the name with which the
    hub challenges. ``reserve_after``: seconds after which a reserve trustee (oversight) releases its pieces unasked
    when the centres have not; None: only on command.
    """

    folder: Path
    hub: str
    hub_name: str
    tls: TlsFiles | None = None
    reserve_after: int | None = None
    keys_folder: Path | None = None

    @property
    def keys(self) -> Path:
        """The key folder."""
        return self.keys_folder or self.folder / "keys"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / DATABASE

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.folder / "party.lock"

    def api(self, path: str) -> str:
        """URL of ``path`` on the hub's own port (https beside wss)."""
        parts = urlsplit(self.hub)
        return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}{path}"

    def check(self) -> None:
        """Raise ``Malformed`` for a line without TLS to another machine, or wss without its files."""
        parts = urlsplit(self.hub)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise Malformed(f"{self.hub} is not a ws or wss URL", "hub")
        if parts.scheme == "ws" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            raise Malformed("a line to another machine must be wss", "hub")
        if parts.scheme == "wss" and self.tls is None:
            raise Malformed("a wss line needs the TLS files", "tls")
