"""Consequences of pairing and draw."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.codec import Record
from evalhub.core.rules.events.base import Consequence
from evalhub.core.rules.plan import Stratum


class PlanAgreed(Consequence):
    """Host proposed, every guest accepted. ``agreement`` is the digest every later message stands on."""

    past: ClassVar[str] = "plan_agreed"
    agreement: str


class RosterCompleted(Consequence):
    """Every trustee filed its key and signed the roster."""

    past: ClassVar[str] = "roster_completed"
    roster: str


class DrawRequest(Record):
    """What one centre is to draw."""

    centre: str
    strata: tuple[Stratum, ...]


class DrawOpened(Consequence):
    """A numbered draw begins: one request for each centre concerned."""

    past: ClassVar[str] = "draw_opened"
    draw: int
    requests: tuple[DrawRequest, ...]


class DrawSeeded(Consequence):
    """All contributions are known. ``seed`` and ``transcript`` digest as ``sealing`` §3 has them, hex."""

    past: ClassVar[str] = "draw_seeded"
    draw: int
    seed: str
    transcript: str


class DrawExhausted(Consequence):
    """No leaf is left in a stratum that needs one; a further draw wants oversight's order."""

    past: ClassVar[str] = "draw_exhausted"
    draw: int
    centre: str
    stratum: str


class CommitteeFormed(Consequence):
    """Every stratum of every centre has its members."""

    past: ClassVar[str] = "committee_formed"
