"""How the parties agree to conduct one session: who lets a sheet be taken back, how long it may stand still (F-15).

Part of the plan, so that it is agreed before anybody sits, and the same for all.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record


class Conduct(Record):
    """``unsubmit``: who approves that a member takes its sealed sheet back before the round closes. ``delay_seconds``:
    so long may the start be held up before the procuring entity has to decide; ``fault_seconds``: so long may the
    evaluation stand still before it is sealed for a new committee (S13 arts 20, 21: two hours and four hours; a plan
    may be stricter)."""

    unsubmit: Literal["oversight", "chair", "both"] = "oversight"
    delay_seconds: Annotated[int, Meta(ge=1, le=7_200)] = 7_200
    fault_seconds: Annotated[int, Meta(ge=1, le=14_400)] = 14_400
