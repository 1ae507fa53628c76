"""Commands that bring host and guests to one plan and its trustees to one roster."""

from __future__ import annotations

from typing import ClassVar

from evalhub.core.rules.commands.base import Command, PartyEntry
from evalhub.core.rules.plan import HexDigest, LongText, Plan, Room, Text2
from evalhub.core.sealing.keys import PublicJwk


class OpenSession(Command):
    """The host's first statement. ``log`` is the vkey of the session's ledger; ``origin`` its checkpoint origin."""

    past: ClassVar[str] = "session_opened"
    title: Text2
    rehearsal: bool
    origin: str
    log: str
    parties: tuple[PartyEntry, ...]


class ProposePlan(Command):
    """Host asks the guests for co-operation, or changes what it asked for (then every answer is asked again)."""

    past: ClassVar[str] = "plan_proposed"
    plan: Plan


class AcceptPlan(Command):
    """A guest commits itself to one plan digest and names its rooms and booths."""

    past: ClassVar[str] = "plan_accepted"
    plan: HexDigest
    rooms: tuple[Room, ...]


class RefusePlan(Command):
    """A guest refuses, with a reason; the host may change the plan or cancel."""

    past: ClassVar[str] = "plan_refused"
    plan: HexDigest
    reason: LongText


class CancelSession(Command):
    """The host calls the session off before evaluation has started."""

    past: ClassVar[str] = "session_cancelled"
    reason: LongText


class FileTrusteeKey(Command):
    """A trustee's public key for this session only."""

    past: ClassVar[str] = "trustee_key_filed"
    pk: PublicJwk


class SignRoster(Command):
    """A trustee confirms the complete roster by its digest."""

    past: ClassVar[str] = "roster_signed"
    roster: str
