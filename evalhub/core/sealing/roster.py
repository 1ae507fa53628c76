"""The roster: to whom a session seals, and which of them may open together.

    roster = JCS{v:1, session, trustees:[{name, pk}] sorted by name, blind:[[name…]…]}

n = centres + 1 (oversight as reserve) and any n - 1 open: with two centres any 2 of {host, guest, oversight}.
Its digest is printed on tickets, bound into every envelope, and logged before seating.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Malformed
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.keys import PublicJwk, load_public
from evalhub.core.sealing.pieces import Blind, blind_sets

CACHED_ROSTERS = 256  # every envelope of a session is held against the same one

# Zero bytes end both in hashed inputs, so neither may hold one. Names are ASCII, so every sort order agrees.
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
SessionId = Annotated[str, Meta(pattern=r"^[^\x00-\x20\x7f]{1,128}\Z")]


@lru_cache(maxsize=CACHED_ROSTERS)
def _digest(roster: Roster) -> str:
    return b64u(hashlib.sha256(canonical(roster)).digest())


class Trustee(Record, frozen=True, kw_only=True):
    """One who holds pieces: ``name`` as in the session plan, ``pk`` the key that boxes are sealed to."""

    name: Name
    pk: PublicJwk


class Roster(Record, frozen=True, kw_only=True, cache_hash=True):
    """The trustees of one session. ``roster_for`` builds and ``read_roster`` reads it: both check it."""

    v: Literal[1] = 1
    session: SessionId
    trustees: tuple[Trustee, ...]
    blind: Blind

    def digest(self) -> str:
        """base64url of SHA-256 over the canonical bytes."""
        return _digest(self)

    def names(self) -> tuple[str, ...]:
        """The names of the trustees, sorted."""
        return tuple(trustee.name for trustee in self.trustees)


def roster_for(session: str, trustees: Iterable[Trustee]) -> Roster:
    """The roster by which all trustees but one open together. Raises ``Malformed`` like ``read_roster``."""
    ordered = tuple(sorted(trustees, key=lambda trustee: trustee.name))
    names = [trustee.name for trustee in ordered]
    return read_roster(canonical(Roster(session=session, trustees=ordered, blind=blind_sets(names, len(names) - 1))))


def read_roster(data: bytes) -> Roster:
    """A roster from its canonical bytes. Raises ``Malformed`` unless ``roster_for`` would build the same:

    sorted distinct names, distinct valid keys (one key twice is one holder), and at least three
    trustees, since with fewer one of them could open alone.
    """
    roster = decode(Roster, data)
    names = roster.names()
    if list(names) != sorted(names) or len({trustee.pk for trustee in roster.trustees}) != len(names):
        raise Malformed("trustees are sorted by name, each with a key of its own", "$.trustees")
    if roster.blind != blind_sets(names, len(names) - 1):
        raise Malformed("not the rule that all but one trustee open", "$.blind")
    for trustee in roster.trustees:
        load_public(trustee.pk)
    return roster
