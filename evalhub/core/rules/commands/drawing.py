"""Commands of the draw: freeze, commit, escrow, reveal, outcomes (``sealing`` §3)."""

from __future__ import annotations

from typing import ClassVar, Literal

from evalhub.core.codec import Record
from evalhub.core.rules.commands.base import B64, Command, Number, Piece
from evalhub.core.rules.plan import Code, HexDigest, LongText, Name
from evalhub.core.sealing.envelope import Context


class StratumLeaves(Record):
    """Indexes into the frozen pool's leaves of those eligible for one stratum, ascending."""

    code: Code
    leaves: tuple[int, ...]


class FreezePool(Command):
    """A centre fixes its pool for a draw: opaque leaves (lower-case hex, sorted), RFC 6962 root over them.

    ``registered``: the root in the hub log of the complete pool that this one is a filter of (``registration.py``).
    """

    past: ClassVar[str] = "pool_frozen"
    draw: Number
    request: HexDigest
    registered: HexDigest
    root: HexDigest
    leaves: tuple[HexDigest, ...]
    strata: tuple[StratumLeaves, ...]


class CommitRandomness(Command):
    """Commitment to this party's contribution to a draw."""

    past: ClassVar[str] = "randomness_committed"
    draw: Number
    commit: str


class EscrowRandomness(Command):
    """The contribution sealed to the trustees, so that refusing to reveal cannot abort (made from an envelope)."""

    past: ClassVar[str] = "randomness_escrowed"
    envelope: str
    context: Context


class RevealRandomness(Command):
    """The contribution itself, 32 bytes base64url."""

    past: ClassVar[str] = "randomness_revealed"
    draw: Number
    r: B64


class CallEscrow(Command):
    """Oversight has the trustees open the escrow of a party that does not reveal."""

    past: ClassVar[str] = "escrow_called"
    draw: Number
    missing: Name
    reason: LongText


class ReleaseEscrow(Command):
    """A trustee's pieces of one escrowed contribution."""

    past: ClassVar[str] = "escrow_released"
    draw: Number
    missing: Name
    pieces: tuple[Piece, ...]


class RecordRecovery(Command):
    """*hub*: the contribution opened from escrow with the released pieces."""

    past: ClassVar[str] = "randomness_recovered"
    draw: Number
    missing: Name
    r: B64


class RecordOutcome(Command):
    """What came of calling the next leaf, or why an accepted one falls out again before the start."""

    past: ClassVar[str] = "outcome_recorded"
    draw: Number
    stratum: Code
    leaf: HexDigest
    outcome: str


class DesignateRepresentative(Command):
    """The host names a representative of the procuring entity: an opaque leaf, and the SHA-256 of the letter that
    appoints it. Who it is stays at the host."""

    past: ClassVar[str] = "representative_designated"
    leaf: HexDigest
    letter: HexDigest


class WithdrawRepresentative(Command):
    """A representative does not come, or leaves before the start; the procuring entity names another."""

    past: ClassVar[str] = "representative_withdrawn"
    leaf: HexDigest
    outcome: Literal["unreachable", "declined", "late", "withdrawn"]


class OrderDraw(Command):
    """Oversight orders a further draw after one was exhausted; all contribute afresh."""

    past: ClassVar[str] = "draw_ordered"
    draw: Number
    reason: LongText
