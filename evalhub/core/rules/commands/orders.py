"""Orders of oversight, and what the hub records of a gate."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from evalhub.core.rules.commands.base import Command
from evalhub.core.rules.plan import LongText, ShortText


class PauseSession(Command):
    """Oversight stops the clock for all."""

    past: ClassVar[str] = "session_paused"
    reason: LongText


class ResumeSession(Command):
    """Oversight lets the session go on; the time lost is given back."""

    past: ClassVar[str] = "session_resumed"
    reason: LongText


class AcceptDelay(Command):
    """The start was held up for longer than the plan's limit: the host states that the procuring entity wants to go on
    all the same. (If it does not, the host calls the session off.)"""

    past: ClassVar[str] = "delay_accepted"
    reason: LongText


class StopSession(Command):
    """Oversight ends a session that cannot lawfully go on (a sheet that no key opens, a committee that cannot be
    completed: 87号令 art 49). What is sealed stays sealed: the keys are destroyed, then it is archived. With the ground
    ``committee-incomplete`` all opinions are void and a new committee evaluates, in a session that follows this one;
    with ``fault-too-long`` the same, after a standstill beyond the plan's limit."""

    past: ClassVar[str] = "session_stopped"
    reason: LongText
    ground: Literal["order", "committee-incomplete", "fault-too-long"] = "order"


class RecordGate(Command):
    """*hub*: the checkpoint of ``size`` entries, countersigned by the full quorum, that a gate waited for."""

    past: ClassVar[str] = "gate_countersigned"
    gate: ShortText
    size: Annotated[int, Meta(ge=1)]
    note: str
