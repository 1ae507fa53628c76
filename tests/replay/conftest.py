"""Sessions that several tests read and none changes."""

from __future__ import annotations

import pytest
from support.bundle import bundle_of
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules.state import Phase


@pytest.fixture(scope="session")
def whole() -> World:
    """A session from opening to archive."""
    return World().run()


@pytest.fixture(scope="session")
def files(whole: World) -> dict[str, bytes]:
    """Its bundle."""
    return bundle_of(whole)


@pytest.fixture(scope="session")
def cancelled() -> dict[str, bytes]:
    """The smallest whole bundle: opened and called off."""
    world = World().open()
    world.say(world.host, c.CancelSession(reason="合成取消"))
    return bundle_of(world)


@pytest.fixture(scope="session")
def interrupted() -> World:
    """A session that stopped while members were sealing."""
    world = World().until(Phase.SEALING)
    world.seal(next(iter(world.state.seats)))
    return world
