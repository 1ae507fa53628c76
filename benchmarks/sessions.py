"""Sessions for the benchmarks of the hub: made in memory by the real rules, with what their booths will say prepared.

``write_hub`` leaves a data folder as a hub would have left it after so many sessions.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests")]

from support.world import PartySim, World  # noqa: E402

from evalhub.core.codec import canonical  # noqa: E402
from evalhub.core.rules import commands as c  # noqa: E402
from evalhub.core.rules import statements  # noqa: E402
from evalhub.core.rules.state import Phase, State  # noqa: E402
from evalhub.core.sealing import jws  # noqa: E402
from evalhub.core.sealing.b64 import b64u  # noqa: E402
from evalhub.core.sealing.envelope import SEAL_TYP, envelope_digest, read_envelope  # noqa: E402
from evalhub.core.sealing.keys import PublicJwk  # noqa: E402
from evalhub.core.sealing.notekeys import NoteKey  # noqa: E402
from evalhub.core.wire import frames  # noqa: E402
from evalhub.hub.hublog import HubLog  # noqa: E402
from evalhub.hub.store import Store, Write  # noqa: E402

DOMAIN = "evalhub.test"


class BenchWorld(World):
    """A world of two centres of its own and an oversight it shares with all others."""

    def __init__(self, number: int, log: NoteKey, oversight: PartySim) -> None:
        super().__init__((3, 2))
        self.session = f"BENCH-{number:04d}"
        self.state = State(session=self.session)
        self.replayer = type(self.replayer)(self.session)
        self.log = log
        names = [f"c{number:04d}{letter}" for letter in "ab"]
        roles: list[Any] = ["host", "guest"]
        self.parties = {name: PartySim(name, role) for name, role in zip(names, roles, strict=True)}
        self.parties["oversight"] = oversight
        self.split = dict(zip(names, (3, 2), strict=True))

    def booth_of(self, centre: str) -> str:
        return next(seat for seat in self.booths if seat.startswith(centre + "/"))


@dataclass
class Script:
    """What one centre's line will say: prepared submissions, and the key that signed them."""

    party: str
    key: PublicJwk
    submits: list[bytes] = field(default_factory=list)


def sealed_script(world: BenchWorld, centre: str, count: int) -> Script:
    """A chain of revisions. Boxes and ciphertext are those of one real envelope: the hub cannot look inside."""
    seat = world.booth_of(centre)
    key = world.booths[seat].key
    _, envelope, context = read_envelope(world.envelope(seat, world.sheet(seat)))
    script, previous = Script(centre, key.public), None
    for rev in range(1, count + 1):
        context = msgspec.structs.replace(context, rev=rev, prev=previous)
        payload = canonical(msgspec.structs.replace(envelope, ctx=b64u(canonical(context))))
        previous = envelope_digest(payload)
        text = jws.sign(key, SEAL_TYP, payload)
        script.submits.append(frames.write(frames.Submit(n=rev, session=world.session, jws=text)).encode())
    return script


def stated_script(world: BenchWorld, centre: str, count: int) -> Script:
    """Self-tests of about 1 KiB each, which a booth may repeat."""
    seat = world.booth_of(centre)
    key = world.booths[seat].key
    said = c.ReportSelfTest(checks=(c.SelfTestCheck(name="client", passed=True, detail="x" * 330),))
    script, first = Script(centre, key.public), world.state.counters[key.kid]
    for n in range(1, count + 1):
        text = statements.say(key, world.session, first + n, said)
        script.submits.append(frames.write(frames.Submit(n=n, session=world.session, jws=text)).encode())
    return script


def make_worlds(count: int, phase: Phase, log: NoteKey) -> list[BenchWorld]:
    """So many sessions in this phase."""
    oversight = PartySim("oversight", "oversight")
    worlds = [BenchWorld(number, log, oversight) for number in range(count)]
    for world in worlds:
        world.until(phase)
        if phase is Phase.CHECKIN and not world.booths:
            world.check_in()
    return worlds


# -- a hub that has run before -----------------------------------------------------------------------------------------


def write_hub(folder: Path, worlds: list[BenchWorld], log: NoteKey) -> Path:
    """A data folder as the hub would have left it, and its settings file."""
    data = folder / "hub"
    data.mkdir()
    key = data / "log.key"
    key.touch(0o600)
    key.write_text(log.seed.hex() + "\n")
    store = Store(f"sqlite:///{data / 'hub.sqlite'}")
    store.start(lambda call, *args: call(*args), lambda group: None, lambda error: None)
    hublog = HubLog(DOMAIN, log)
    for world in worlds:
        rows = [(world.session, seq, entry, _blob(entry, world.blobs)) for seq, entry in enumerate(world.entries)]
        listing = hublog.listing(world.session, world.host, world.entries[0], world.state.now)
        store.append(Write(rows=(*rows, listing)))
    store.close()
    config = folder / "hub.toml"
    config.write_text(_settings(data, worlds))
    return config


def _blob(entry: bytes, blobs: dict[str, bytes]) -> bytes | None:
    said = json.loads(entry)
    ref = said.get("jws_blob") or said.get("body_blob")
    return blobs[ref["sha256"]] if ref else None


def _settings(data: Path, worlds: list[BenchWorld]) -> str:
    lines = [f'data = "{data}"', f'domain = "{DOMAIN}"', "port = 0", 'log_level = "warning"']
    parties = {party.name: party for world in worlds for party in world.parties.values()}
    for party in parties.values():
        role, jwk = ("oversight" if party.role == "oversight" else "centre"), party.identity.public
        lines += ["[[parties]]", f'name = "{party.name}"', f'role = "{role}"', f'certificate = "{party.name}"']
        lines += [f'identity = {{crv = "P-256", kty = "EC", x = "{jwk.x}", y = "{jwk.y}"}}']
    return "\n".join(lines) + "\n"
