"""``evalhub replay``: the story, a moment, the difference of two."""

from __future__ import annotations

import json

import pytest
from bundle_cli import run
from support.bundle import as_zip, bundle_of
from support.world import World

from evalhub.core.rules.state import Phase


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    world = World().until(Phase.SEALING)
    world.seal(next(iter(world.state.seats)))
    return as_zip(bundle_of(world), tmp_path_factory.mktemp("replay") / "b.zip")


def test_the_story_is_told_in_both_languages(bundle):
    code, text, _ = run("replay", bundle)
    assert code == 0
    assert "评标委员会组成" in text
    assert "2026-03-20 17:46:40.250" in text
    assert "the committee is complete" in run("replay", bundle, "--lang", "en")[1]


def test_the_story_as_json(bundle):
    story = json.loads(run("replay", bundle, "--json")[1])
    assert story["broken"] is None
    assert story["lines"][0]["type"] == "session_opened"


@pytest.mark.parametrize("at", ["5", "2026-03-20 17:46:41.300"])
def test_a_moment_by_number_or_time(bundle, at):
    code, text, _ = run("replay", bundle, "--at", at, "--json")
    assert code == 0
    assert json.loads(text)["phase"] == "confirmed"
    assert "confirmed" in run("replay", bundle, "--at", at)[1]


def test_the_difference_of_two_moments(bundle):
    text = run("replay", bundle, "--since", "69", "--lang", "en")[1]
    assert "phase" in text
    changed = json.loads(run("replay", bundle, "--at", "70", "--since", "69", "--json")[1])["changed"]
    assert {"path": "phase", "before": "starting", "after": "sealing"} in changed


@pytest.mark.parametrize("at", ["9999", "yesterday", "-3"])
def test_no_such_moment(bundle, at):
    assert run("replay", bundle, f"--at={at}")[0] == 1


def test_no_bundle(tmp_path):
    assert run("replay", tmp_path)[0] == 2


def test_a_broken_record_ends_the_story(bundle, tmp_path):
    world = World().until(Phase.DRAWING)
    world.entries[5], world.entries[6] = world.entries[6], world.entries[5]
    code, text, error = run("replay", as_zip(bundle_of(world), tmp_path / "b.zip"), "--lang", "en")
    assert code == 1
    assert "entry 5 does not hold" in error
    assert "    4 " in text
    assert "    5 " not in text
