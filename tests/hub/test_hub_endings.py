"""Sessions that end early, at a real hub: the final checkpoint waits for the last entry, and the bundle is whole."""

import time
import zipfile
from io import BytesIO

import pytest

from evalhub.core.rules import commands as c
from evalhub.core.rules.state import Phase
from evalhub.replay.verify import verify


def bundle(stage, seconds=5.0):
    """The hub's bundle; it is there once every witness has cosigned the final checkpoint."""
    deadline = time.monotonic() + seconds
    while True:
        stage.world.sync()
        try:
            data = stage.hub.get(f"/sessions/{stage.world.session}/bundle")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            with zipfile.ZipFile(BytesIO(data)) as container:
                return {name: container.read(name) for name in container.namelist()}


def test_a_stopped_session_has_a_bundle_when_its_keys_are_destroyed_and_not_before(fresh):
    world = fresh.world.until(Phase.SEALING)
    world.seal(next(iter(world.state.seats)))
    world.say("oversight", c.StopSession(reason="合成原因"))
    world.perform("wuhan", next(iter(_owed(world, "wuhan"))))
    with pytest.raises(OSError, match="409"):
        bundle(fresh, 0.3)
    world.settle()
    found = verify(bundle(fresh))
    assert found.ok, found.broken
    assert (found.end, found.failure, found.size) == ("stopped", "合成原因", world.state.size)


def test_a_stop_survives_a_kill_of_the_hub(fresh):
    world = fresh.world.until(Phase.DRAWING)
    world.say("oversight", c.StopSession(reason="合成原因"))
    fresh.hub.kill()
    world.close()
    fresh.hub.start()
    world.connect(fresh.hub.port)
    world.settle()
    assert verify(bundle(fresh)).end == "stopped"


def test_a_session_called_off_before_its_roster_has_a_bundle_at_once(fresh):
    world = fresh.world.open()
    world.say("wuhan", c.CancelSession(reason="合成取消"))
    found = verify(bundle(fresh))
    assert found.ok, found.broken
    assert (found.end, found.phase) == ("cancelled", "cancelled")


def _owed(world, party):
    from evalhub.core.rules.duties import duties

    return duties(world.state, party)
