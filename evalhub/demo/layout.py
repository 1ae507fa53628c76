"""The data folder of a demo or rehearsal: private CA, keys, settings of every process, tokens, pools.

    DIR/demo.json            what was laid out: addresses, tokens (0600); made last, so that half a layout is noticed
    DIR/ca/ DIR/directory.json
    DIR/hub/                 hub.toml, certificate, log key, database
    DIR/<party>/             site.toml, certificate, keys/, database, rooms.yaml

Laid out once; later starts find it and go on. Times and randomness are arguments of ``lay_out``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

from evalhub.core import codec
from evalhub.core.codec import Record
from evalhub.core.errors import Malformed
from evalhub.core.rules.commands import PartyEntry
from evalhub.core.rules.plan import Text2
from evalhub.core.rules.tickets import ticket_text
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.certificates import issue, make_authority
from evalhub.core.sealing.passwords import SALT_BYTES, SECRET_BYTES, hash_password, secret_text
from evalhub.hub.keys import log_key
from evalhub.party.database import Database
from evalhub.party.directory import Directory
from evalhub.party.identity import Identity
from evalhub.party.private_files import make_folder, write_new
from evalhub.party.session_file import CentreSetup, SessionSetup, read_session
from evalhub.site.pool.check import read_pool
from evalhub.site.pool.store import replace_pool

DOMAIN = "evalhub.localhost"
LOCAL = "127.0.0.1"
CERTIFICATE_DAYS = 30
Role = Literal["host", "guest", "oversight"]


class PartyInfo(Record):
    """One party's process: where its console listens, and the operator's credentials (demo credentials, made here).

    ``token`` is for scripts; ``password`` and ``totp`` (base32) are for people at the page.
    """

    name: str
    role: Role
    title: Text2
    port: int
    token: str
    password: str = ""
    totp: str = ""


class DemoInfo(Record):
    """Everything a person or script needs to use the demo."""

    domain: str
    example: str
    hub_port: int
    parties: tuple[PartyInfo, ...]

    def party(self, name: str) -> PartyInfo:
        """One party by name or role. Raises ``Malformed`` naming those there are."""
        for party in self.parties:
            if name in (party.name, party.role):
                return party
        raise Malformed(f"no such party; there are {', '.join(p.name for p in self.parties)}", name)


@dataclass(frozen=True)
class Source:
    """What chance and time the layout uses."""

    now: datetime
    random: Callable[[int], bytes]

    def serial(self) -> int:
        """A certificate serial number (RFC 5280 §4.1.2.2)."""
        return int.from_bytes(self.random(16), "big") >> 1 | 1


@dataclass(frozen=True)
class Authority:
    """The demo's own CA."""

    certificate: bytes
    key: bytes


def read_info(data: Path) -> DemoInfo | None:
    """What was laid out in ``data``; None if nothing was. Raises ``Malformed`` for a damaged file."""
    path = data / "demo.json"
    if not path.exists():
        if data.exists() and any(data.iterdir()):
            raise Malformed("is not empty and not a demo folder; choose another with --data", str(data))
        return None
    try:
        return codec.loosely(DemoInfo, path.read_bytes(), where=str(path))
    except OSError as error:
        raise Malformed(error.strerror or "cannot be read", str(path)) from None


def lay_out(
    data: Path, example: Path, port_base: int, source: Source, *, hub_host: str = LOCAL, listen: str = LOCAL
) -> DemoInfo:
    """Make the folder for the session described in ``example``; the hub listens on ``port_base``, parties behind it.

    ``hub_host``: how parties reach the hub; ``listen``: the address every process binds.
    """
    setup = read_session(example / "session.yaml")
    make_folder(data)
    authority = Authority(*make_authority("evalhub demo CA", source.now, source.serial()))
    make_folder(data / "ca")
    write_new(data / "ca" / "authority.pem", authority.certificate)
    people = _parties(setup, port_base, source)
    identities = {party.name: _keys(data / party.name, party.name) for party in people}
    make_folder(data / "hub")
    hub_log = log_key(data / "hub", source.random)
    directory = Directory(
        domain=DOMAIN,
        log=b64u(hub_log.public),
        parties=tuple(_entry(party, identities[party.name]) for party in people),
    )
    write_new(data / "directory.json", codec.canonical(directory))
    for name in ("hub", *(party.name for party in people)):
        _certificates(data / name, name, authority, source, hub_host)
    _hub_settings(data, people, identities, port_base, listen)
    for party in people:
        where = {"hub": f"wss://{hub_host}:{port_base}/line", "host": listen}
        centre = _centre(setup, party.name)
        if centre is not None:
            write_new(data / party.name / "rooms.yaml", (example / centre.rooms).read_bytes())
        _party_settings(data, party, where, _account(party, source), rooms=centre is not None)
    info = DemoInfo(domain=DOMAIN, example=str(example.resolve()), hub_port=port_base, parties=people)
    write_new(data / "demo.json", codec.canonical(info))
    return info


async def import_pools(data: Path, info: DemoInfo, at: str) -> dict[str, int]:
    """Import each centre's example pool into its own database; sizes by centre. Before the processes start."""
    example = Path(info.example)
    sizes = {}
    for centre in read_session(example / "session.yaml").centres():
        pool = read_pool(example / centre.pool)
        database = await Database.open(data / centre.name / "party.sqlite")
        try:
            await database.write(partial(replace_pool, pool=pool, at=at, source=centre.pool))
        finally:
            await database.close()
        sizes[centre.name] = len(pool.experts)
    return sizes


def free_ports(count: int) -> int:
    """A base from which ``count`` ports in a row are free on this machine just now."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            base = int(probe.getsockname()[1])
        if base + count < 65_536 and all(_is_free(base + offset) for offset in range(count)):
            return base
    raise Malformed("no free ports in a row on this machine", "ports")


def require_free(base: int, count: int) -> None:
    """Raise ``Malformed`` for the first port that is in use. Before a layout: afterwards its ports are settled."""
    for port in range(base, base + count):
        if not _is_free(port):
            raise Malformed("this port is in use; choose others with --port-base", f"{LOCAL}:{port}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _parties(setup: SessionSetup, port_base: int, source: Source) -> tuple[PartyInfo, ...]:
    rows: list[tuple[str, Role, Text2]] = [(setup.host.name, "host", setup.host.title)]
    rows += [(guest.name, "guest", guest.title) for guest in setup.guests]
    rows.append((setup.oversight.name, "oversight", setup.oversight.title))
    return tuple(
        PartyInfo(
            name=name,
            role=role,
            title=title,
            port=port_base + number,
            token=base64.urlsafe_b64encode(source.random(24)).decode(),
            password=ticket_text(source.random(8)),
            totp=secret_text(source.random(SECRET_BYTES)),
        )
        for number, (name, role, title) in enumerate(rows, start=1)
    )


def _centre(setup: SessionSetup, name: str) -> CentreSetup | None:
    return next((centre for centre in setup.centres() if centre.name == name), None)


def _keys(folder: Path, name: str) -> Identity:
    make_folder(folder)
    return Identity.create(folder / "keys", name=name, domain=DOMAIN)


def _entry(party: PartyInfo, identity: Identity) -> PartyEntry:
    return PartyEntry(
        name=party.name,
        role=party.role,
        title=party.title,
        identity=identity.public,
        witness=identity.witness.vkey(),
    )


def _certificates(folder: Path, name: str, authority: Authority, source: Source, hub_host: str) -> None:
    certificate, key = issue(
        authority.certificate,
        authority.key,
        common_name=name,
        hosts=tuple(dict.fromkeys((LOCAL, "localhost", hub_host))),
        client=name != "hub",
        server=True,
        now=source.now,
        days=CERTIFICATE_DAYS,
        serial=source.serial(),
    )
    write_new(folder / "certificate.pem", certificate)
    write_new(folder / "certificate.key", key)


def _hub_settings(
    data: Path, people: tuple[PartyInfo, ...], identities: dict[str, Identity], port: int, listen: str
) -> None:
    settings: dict[str, object] = {
        "data": ".",
        "domain": DOMAIN,
        "host": listen,
        "port": port,
        "certificate": "certificate.pem",
        "key": "certificate.key",
        "authority": "../ca/authority.pem",
    }
    tables: list[dict[str, object]] = [
        {
            "name": party.name,
            "role": party.role,
            "certificate": party.name,
            "identity": codec.to_plain(identities[party.name].public),
        }
        for party in people
    ]
    _write_toml(data / "hub" / "hub.toml", settings, "parties", tables)


def _account(party: PartyInfo, source: Source) -> dict[str, object]:
    """One name for a script's token and a person's login."""
    return {
        "name": "operator",
        "token_sha256": hashlib.sha256(party.token.encode()).hexdigest(),
        "password": hash_password(party.password, source.random(SALT_BYTES)),
        "totp": party.totp,
    }


def _party_settings(
    data: Path, party: PartyInfo, where: dict[str, str], account: dict[str, object], *, rooms: bool
) -> None:
    settings: dict[str, object] = {
        **where,
        "hub_name": DOMAIN,
        "folder": ".",
        "directory": "../directory.json",
        "port": party.port,
        "authority": "../ca/authority.pem",
        "certificate": "certificate.pem",
        "key": "certificate.key",
    }
    if rooms:
        settings["rooms"] = "rooms.yaml"
    _write_toml(data / party.name / "site.toml", settings, "accounts", [account])


def _write_toml(path: Path, settings: dict[str, object], table: str, rows: list[dict[str, object]]) -> None:
    """TOML of flat settings and one array of tables. JSON strings, numbers and inline tables are TOML's own."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
    for row in rows:
        lines += ["", f"[[{table}]]"]
        for key, value in row.items():
            lines.append(f"{key} = {_inline(value) if isinstance(value, dict) else json.dumps(value)}")
    write_new(path, ("\n".join(lines) + "\n").encode())


def _inline(value: dict[str, object]) -> str:
    return "{ " + ", ".join(f"{key} = {json.dumps(item)}" for key, item in value.items()) + " }"
