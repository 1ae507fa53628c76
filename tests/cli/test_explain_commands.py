"""``evalhub explain``: from examination to rank."""

from __future__ import annotations

import json

import pytest
from bundle_cli import run
from support.bundle import as_zip, bundle_of
from support.world import World

from evalhub.core.rules.state import Phase


@pytest.fixture(scope="module")
def world():
    return World().until(Phase.VERIFICATION)


@pytest.fixture(scope="module")
def bundle(world, tmp_path_factory):
    return as_zip(bundle_of(world), tmp_path_factory.mktemp("explain") / "b.zip")


def test_an_explanation_ends_with_the_declared_total(bundle, world):
    row = world.state.ranking[1]
    code, text, _ = run("explain", bundle, "--bidder", row.bidder)
    assert code == 0
    assert f"= {row.total}，第 {row.rank} 名" in text
    assert "初步评审" in text
    assert "价格分" in text
    assert "rank 2" in run("explain", bundle, "--bidder", row.bidder, "--lang", "en")[1]


def test_as_json(bundle):
    found = json.loads(run("explain", bundle, "--bidder", "B1", "--json")[1])
    assert found["valid"]
    assert len(found["scores"]) == 10


def test_an_unknown_bidder_and_an_undeclared_result(bundle, tmp_path):
    code, _, error = run("explain", bundle, "--bidder", "B9", "--lang", "en")
    assert code == 1
    assert "B1 B2 B3" in error
    early = as_zip(bundle_of(World().until(Phase.SEALING)), tmp_path / "b.zip")
    assert run("explain", early, "--bidder", "B1")[0] == 1
    assert run("explain", tmp_path, "--bidder", "B1")[0] == 2


def test_nothing_is_explained_from_a_broken_record(world, tmp_path):
    files = bundle_of(world)
    path = next(path for path in files if path.startswith("blobs/"))
    files[path] = b"x" + files[path][1:]
    code, _, error = run("explain", as_zip(files, tmp_path / "b.zip"), "--bidder", "B1", "--lang", "en")
    assert code == 1
    assert "does not hold" in error
