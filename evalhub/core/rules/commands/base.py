"""What all commands are made of: the base class, names of seats, parties, key pieces."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules.plan import Name, Text2
from evalhub.core.sealing.keys import PublicJwk

Role = Literal["hub", "host", "guest", "oversight", "booth"]
SeatId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}/[A-Za-z0-9._-]{1,32}$")]
B64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+$", max_length=400_000)]
Number = Annotated[int, Meta(ge=1, le=9999)]


class Command(Record):
    """Base of all commands; ``past`` is the type of the ledger entry it becomes."""

    past: ClassVar[str] = ""


class PartyEntry(Record):
    """A party of the session: its role, its identity key (P-256) and its witness key (C2SP vkey)."""

    name: Name
    role: Literal["host", "guest", "oversight"]
    title: Text2
    identity: PublicJwk
    witness: str


class Piece(Record):
    """One key piece: its index in the roster's blind sets and 32 bytes base64url."""

    index: Annotated[int, Meta(ge=0, le=255)]
    value: B64
