"""The hub: orders every event of a session, keeps the ledger, relays sealed frames, is the clock.

It can delay or drop, and witnesses see that it did; it cannot read a sheet, invent a statement or rewrite the past.
``run(settings)`` starts one and serves until it is told to stop; ``python -m evalhub.hub --config FILE`` does the same.
"""

from __future__ import annotations

from evalhub.hub.app import run
from evalhub.hub.settings import Settings, SettingsError, load

__all__ = ["Settings", "SettingsError", "load", "run"]
