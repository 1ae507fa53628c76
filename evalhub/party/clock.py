"""Time as an argument of the party's shell: the machine's clock, and the hub's clock as heard over the line.

Rules
- Everything takes a ``Clock``; only ``SystemClock`` asks the machine.
- Hub time is the machine's monotonic clock plus an offset heard from ticks. The largest offset of the last ticks is
  the one with the least delay on the way. Hub time never runs backwards here.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Protocol

from evalhub.core.ledger.times import parse_time

SAMPLES = 30  # half a minute of ticks


class Clock(Protocol):
    """Where time comes from; both in whole milliseconds."""

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        ...

    def monotonic(self) -> int:
        """Milliseconds since some moment; never runs backwards."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> int:
        """Milliseconds since the machine started."""
        return time.monotonic_ns() // 1_000_000


class HubTime:
    """The hub's clock, estimated. ``heard`` at each tick; ``now`` in between."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offsets: deque[int] = deque(maxlen=SAMPLES)
        self._last = 0

    def heard(self, at: str) -> None:
        """The hub said it is ``at`` (ledger form). Raises ``Malformed``."""
        self._offsets.append(parse_time(at) - self._clock.monotonic())

    def now(self) -> int | None:
        """Hub time in ms since the epoch; None before the first tick of this process."""
        if not self._offsets:
            return None
        self._last = max(self._last, self._clock.monotonic() + max(self._offsets))
        return self._last
