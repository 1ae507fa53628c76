"""``evalhub anomalies``: one bundle, several bundles, and who is who only if a centre says so."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from bundle_cli import run
from support.bundle import as_zip, bundle_of
from support.world import World

from evalhub.core.rules import commands as c
from evalhub.core.rules import verifying
from evalhub.core.rules.state import Phase, Stage


def session(number: int, favour: str) -> World:
    """Five members judge three bids; the first seat gives B2 ``favour`` more than it would."""
    world = World(seed=number, session=f"WH-2026-{number}").until(Phase.SEALING, Stage.DETAILED)
    first = next(iter(world.state.seats))
    for seat in list(world.state.seats):
        more = Decimal(favour) if seat == first else Decimal(0)
        noise = {bidder: Decimal(world.random.randint(-3, 3)) / 2 for bidder in ("B1", "B2", "B3")}
        world.seal(seat, world.scores(world.form(), lambda bidder, factor, m=more, n=noise: (
            Decimal(5) if factor.kind == "objective" else Decimal(40) + n[bidder] + (m if bidder == "B2" else 0)
        )))  # fmt: skip
    world.settle()
    for finding, seat in verifying.open_findings(world.state):
        world.booth_say(seat, c.ExplainFinding(finding=finding.code, explanation="维持"))
    return world


@pytest.fixture(scope="module")
def worlds():
    return [session(1, "18"), *(session(number, "4") for number in (2, 3, 4, 5, 6))]


@pytest.fixture(scope="module")
def bundles(worlds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("anomalies")
    return [as_zip(bundle_of(world), folder / f"{world.session}.zip") for world in worlds]


@pytest.fixture
def people(worlds, tmp_path):
    rows = [f"{world.session},{next(iter(world.state.seats))},P17" for world in worlds]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["session,seat,person", *rows]) + "\n", encoding="utf-8-sig")
    return path


@pytest.mark.requirement("R97")
def test_one_session_is_told_with_size_and_rate(bundles, worlds):
    code, text, error = run("anomalies", bundles[0])
    assert (code, error) == (0, "")
    seat = next(iter(worlds[0].state.seats))
    (line,) = [line for line in text.splitlines() if "离群" in line]
    assert seat in line
    assert "不超过" in line
    assert "B2" in line
    assert "] outlier: " in run("anomalies", bundles[0], "--lang", "en")[1]
    assert "nothing found" in run("anomalies", bundles[1], "--lang", "en")[1]


@pytest.mark.requirement("R97")
def test_a_repeated_favour_is_told_if_the_centre_says_who_sat_where(bundles, people):
    quiet = bundles[1:]
    assert "P17" not in run("anomalies", *quiet)[1], "a bundle does not say who sat there"
    code, text, _ = run("anomalies", *quiet, "--people", people)
    assert code == 0
    assert [line for line in text.splitlines() if "P17" in line and "合成投标人2" in line and "+" in line]
    found = json.loads(run("anomalies", *quiet, "--people", people, "--json")[1])
    row = next(row for row in found["tendencies"] if row["who"] == "person:P17" and row["bidder"] == "合成投标人2")
    assert (row["sessions"], len(found["sessions"])) == (5, 5)
    assert Decimal(2) < Decimal(row["points"]) < Decimal(7)


def test_what_cannot_be_read_or_is_not_decided_is_one_sentence(bundles, worlds, tmp_path):
    assert run("anomalies", bundles[0], bundles[0])[0] == 1
    early = as_zip(bundle_of(World().until(Phase.SEALING)), tmp_path / "early.zip")
    assert run("anomalies", early)[0] == 1
    assert run("anomalies", tmp_path)[0] == 2
    for rows, code in (
        ("session,seat\n", 2),
        (f"session,seat,person\n{worlds[0].session},wuhan/X-01,P1\n", 1),
        ("session,seat,person\nA,b,\n", 2),
        ("session,seat,person\nA,b,P1\nA,b,P2\n", 2),
    ):
        path = tmp_path / "people.csv"
        path.write_text(rows)
        given, _, error = run("anomalies", bundles[0], "--people", path, "--lang", "en")
        assert (given, bool(error.strip())) == (code, True), rows
