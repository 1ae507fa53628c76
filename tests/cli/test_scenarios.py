"""``evalhub rehearse --scenario``: every road through the real processes, and what the ledger of it must hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evalhub.cli import app
from evalhub.demo.scenarios import SCENARIOS, Scenario, unmet


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_the_scenario_is_played_to_its_end(name: str, tmp_path: Path) -> None:
    """Its bundle verifies, and its ledger holds what the scenario is about, in order."""
    words = [
        "rehearse",
        "--scenario",
        name,
        "--json",
        "--bundle",
        str(tmp_path / "b.zip"),
        "--data",
        str(tmp_path / "d"),
    ]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["scenario"], said["lacking"], said["verified"]) == (name, "", True)
    assert said["verification"]["end"] == SCENARIOS[name].ends


def test_what_did_not_happen_is_named() -> None:
    road = Scenario(name="x", title=("甲", "a"), leaves=("a", "b"))
    assert unmet(road, ["a", "c", "b"], "archived") == ""
    assert unmet(road, ["b", "a"], "archived") == "b"
    assert unmet(road, ["c"], "archived") == "a"
    assert unmet(road, ["a", "b"], "failed") == "archived"


def test_scenarios_are_listed_by_name() -> None:
    done = CliRunner().invoke(app, ["rehearse", "--scenario", "list", "--json"])
    assert json.loads(done.stdout) == {name: one.title[0] for name, one in SCENARIOS.items()}


def test_an_unknown_scenario_is_one_sentence() -> None:
    done = CliRunner().invoke(app, ["rehearse", "--scenario", "nix", "--lang", "en"])
    assert done.exit_code == 2
    assert "there is no scenario 'nix'; there are: straight" in done.stderr
