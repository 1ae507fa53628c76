"""What the tests of the ledger share."""

import pytest
from ledger_world import World


@pytest.fixture
def world():
    return World()
