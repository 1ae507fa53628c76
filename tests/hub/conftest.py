"""Hubs are processes and take most of a second to start: tests of one file share one where they can."""

import pytest
from hub_kit import staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """A hub, and a world of three parties with open lines."""
    stage = staged(tmp_path_factory.mktemp("hub"))
    yield stage
    stage.end()


@pytest.fixture
def fresh(tmp_path):
    """Like ``stage`` for one test that breaks it."""
    stage = staged(tmp_path)
    yield stage
    stage.end()
