"""What the hub is told once, at start: one frozen record from one TOML file.

Rules: an unknown key, a missing file or a contradiction is one clear sentence (``SettingsError``). Relative paths are
relative to the file. Without TLS the hub listens on this machine only. Never reads the environment.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from evalhub.core.codec import Record, from_plain
from evalhub.core.errors import Malformed
from evalhub.core.ledger.checkpoint import origin_for
from evalhub.core.rules.plan import Name
from evalhub.core.rules.registration import HUB_LOG
from evalhub.core.sealing.keys import PublicJwk, load_public
from evalhub.core.wire.frames import MAX_FRAME

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HUB_SESSION = HUB_LOG

PartyRole = Literal["centre", "host", "guest", "oversight"]
SESSION_ROLES: dict[PartyRole, frozenset[str]] = {
    "centre": frozenset({"host", "guest"}),
    "host": frozenset({"host"}),
    "guest": frozenset({"guest"}),
    "oversight": frozenset({"oversight"}),
}


class SettingsError(Exception):
    """The hub cannot start as configured; the text is the sentence shown."""


class Party(Record):
    """One party this hub serves. ``role``: "centre" may be host in one session and guest in another.

    ``identity``: its P-256 key, which signs its statements and proves its lines; ``certificate``: common name of its
    client certificate.
    """

    name: Name
    role: PartyRole
    identity: PublicJwk
    certificate: Annotated[str, Meta(min_length=1, max_length=64)]


class Settings(Record):
    """Everything a hub needs to know. ``domain`` begins every ledger's origin and is the hub's name on its lines."""

    data: str
    domain: str
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8443
    database: str = ""
    certificate: str = ""
    key: str = ""
    authority: str = ""
    parties: tuple[Party, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    line_buffer: Annotated[int, Meta(ge=4 * MAX_FRAME)] = 8 * MAX_FRAME  # bytes that may wait for one slow reader

    @property
    def tls(self) -> bool:
        """Whether lines are encrypted and mutually authenticated."""
        return bool(self.certificate)

    @property
    def database_url(self) -> str:
        """The configured database, or SQLite in the data folder."""
        return self.database or f"sqlite:///{Path(self.data) / 'hub.sqlite'}"

    def party(self, name: str) -> Party | None:
        """The party of this name."""
        return next((party for party in self.parties if party.name == name), None)


def load(path: Path) -> Settings:
    """Read and check the file. Raises ``SettingsError``."""
    try:
        plain = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None
    try:
        settings = from_plain(Settings, plain, where="settings")
    except Malformed as error:
        raise SettingsError(f"{path}: {error.reason}") from None
    return check(_resolved(settings, path.parent))


def check(settings: Settings) -> Settings:
    """Refuse contradictions. Raises ``SettingsError``."""
    try:
        origin_for(settings.domain, HUB_SESSION, False)
        for party in settings.parties:
            load_public(party.identity)
    except Malformed as error:
        raise SettingsError(f"settings: {error}") from None
    _check_tls(settings)
    for what in ("name", "identity", "certificate"):
        values = [getattr(party, what) for party in settings.parties]
        if len(set(values)) != len(values):
            raise SettingsError(f"two parties have the same {what}")
    if not settings.database_url.startswith("sqlite:///"):
        raise SettingsError("database: only sqlite:/// URLs are served by this version")
    return settings


def _check_tls(settings: Settings) -> None:
    given = [bool(value) for value in (settings.certificate, settings.key, settings.authority)]
    if any(given) and not all(given):
        raise SettingsError("certificate, key and authority go together")
    if not settings.tls and settings.host not in LOOPBACK:
        raise SettingsError(f"without certificate, key and authority the host must be 127.0.0.1, not {settings.host}")
    for name in ("certificate", "key", "authority"):
        value = getattr(settings, name)
        if value and not Path(value).is_file():
            raise SettingsError(f"{name}: there is no file {value}")


def _resolved(settings: Settings, folder: Path) -> Settings:
    names = ("data", "certificate", "key", "authority")
    found = {name: getattr(settings, name) for name in names}
    paths = {name: str((folder / value).resolve()) for name, value in found.items() if value}
    return msgspec.structs.replace(settings, **paths)
