"""A synthetic expert at a booth, from ticket to the end of the session."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from random import Random

import evalhub
from evalhub.booth.client import BoothClient
from evalhub.booth.expert import SyntheticExpert
from evalhub.booth.memory import BoothMemory
from evalhub.site.reception import PrintedTicket

CLIENT_DIGEST = hashlib.sha256(f"evalhub headless booth {evalhub.__version__}".encode()).hexdigest()


Sitting = Callable[[BoothClient, Random], SyntheticExpert]
"""Who sits down at a booth, with these choices."""


async def attend(base: str, ticket: PrintedTicket, choices: Random, sitting: Sitting = SyntheticExpert) -> None:
    """Sit down at the centre whose address is ``base`` (ws://…) and stay to the end. Raises ``Refusal``."""
    memory = BoothMemory(client=CLIENT_DIGEST, random=os.urandom)
    client = BoothClient(f"{base}/booth/line", memory, ticket=ticket.ticket, printed_roster=ticket.roster)
    async with client:
        await sitting(client, choices).attend()
