"""Where a session can stand: its phases, and the stages of sealed sheets."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Where the session stands. The order is the straight road; in ``replacing`` all wait for a new member of the
    committee, in ``rollback`` for oversight's word, and failed and cancelled are its two other ends."""

    VOID = "void"
    DRAFT = "draft"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DRAWING = "drawing"
    DRAWN = "drawn"
    CHECKIN = "checkin"
    START_PENDING = "start_pending"
    STARTING = "starting"
    REPLACING = "replacing"
    SEALING = "sealing"
    SEALED = "sealed"
    OPENING = "opening"
    OPENED = "opened"
    DELIBERATION = "deliberation"
    SUMMARY = "summary"
    VERIFICATION = "verification"
    ROLLBACK = "rollback"
    REPORT = "report"
    SIGNING = "signing"
    CLOSED = "closed"
    ARCHIVED = "archived"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """The rounds of sealed sheets, in order. A ballot may need several rounds."""

    CHAIR = "chair"
    PRELIMINARY = "preliminary"
    DETAILED = "detailed"
