"""Commands about a member who can no longer sit: removal with its ground (条例 art 48; 87号令 art 49)."""

from __future__ import annotations

from typing import ClassVar, Literal

from evalhub.core.rules.commands.base import Command, SeatId
from evalhub.core.rules.plan import LongText

UnfitGround = Literal["conflict", "left-post", "health", "misconduct"]
"""Why a member goes: a conflict was found, it left its post, illness or the like, it broke the discipline."""


class RemoveMember(Command):
    """The member's own centre or oversight states that it can no longer sit, and why. Its key speaks no more; the seat
    is vacated as soon as no gate and no opening is under way."""

    past: ClassVar[str] = "member_removed"
    seat: SeatId
    ground: UnfitGround
    reason: LongText
