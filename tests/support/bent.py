"""One entry of a whole ledger said otherwise, and what replay makes of it."""

from __future__ import annotations

import msgspec

from evalhub.core.codec import canonical
from evalhub.core.rules.journal import Replayer
from support.world import World


def bent_at(world: World, at: int, body: object) -> None:
    """Feed the ledger with another body at ``at``. Raises what the replayer raises."""
    replayer = Replayer(world.session)
    for place, data in enumerate(world.entries):
        if place == at:
            data = canonical({**msgspec.json.decode(data), "body": body})  # noqa: PLW2901
        replayer.feed(data, world.blobs.__getitem__)
    assert replayer.settled
