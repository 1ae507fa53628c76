"""``evalhub verify``: 0 whole, 1 broken or interrupted, 2 no bundle."""

from __future__ import annotations

import json

import pytest
from bundle_cli import run
from support.bundle import as_folder, as_zip, bundle_of, policy_of
from support.world import World

from evalhub.core.ledger.policy import format_policy
from evalhub.core.rules import commands as c
from evalhub.core.rules.state import Phase


@pytest.fixture(scope="module")
def world():
    world = World().open()
    world.say(world.host, c.CancelSession(reason="合成取消"))
    return world


@pytest.mark.parametrize("form", [as_folder, as_zip])
def test_a_whole_bundle_says_so_in_both_languages(world, tmp_path, form):
    path = form(bundle_of(world), tmp_path / "b")
    code, text, _ = run("verify", path)
    assert code == 0
    assert "完整" in text
    assert "演练记录" in text
    code, text, _ = run("verify", path, "--lang", "en")
    assert code == 0
    assert "WHOLE: all 2 entries" in text
    assert "REHEARSAL" in text


def test_a_broken_bundle_names_its_entry(world, tmp_path):
    files = bundle_of(world)
    path = "tile/entries/000.p/2"
    files[path] = files[path][:-2] + b"x}"
    code, text, _ = run("verify", as_zip(files, tmp_path / "b.zip"), "--lang", "en")
    assert code == 1
    assert "BROKEN at entry 1" in text


def test_an_interrupted_session_is_not_whole(tmp_path):
    code, text, _ = run("verify", as_zip(bundle_of(World().until(Phase.DRAWING)), tmp_path / "b.zip"), "--lang", "en")
    assert code == 1
    assert "INTERRUPTED" in text
    assert "BROKEN" not in text


@pytest.mark.parametrize(
    ("phase", "by", "command", "chinese", "english"),
    [
        (Phase.SEALING, "oversight", c.StopSession(reason="合成原因"), "由监督机构终止", "The supervisor stopped"),
        (Phase.DRAWN, "wuhan", c.CancelSession(reason="合成原因"), "由主场取消", "The host called the session off"),
    ],
)
def test_a_whole_record_says_that_and_why_it_ended_early(tmp_path, phase, by, command, chinese, english):
    world = World().until(phase)
    world.say(by, command)
    world.settle()
    path = as_zip(bundle_of(world), tmp_path / "b.zip")
    for lang, words in (("zh-CN", chinese), ("en", english)):
        code, text, _ = run("verify", path, "--lang", lang)
        assert code == 0
        assert words in text
        assert "合成原因" in text


def test_a_failed_session_names_the_rule_in_words(tmp_path):
    world = World().until(Phase.SEALING).run_round()
    for seat in list(world.state.seats):
        world.seal(seat, world.examination((b, i) for b in ("B1", "B2", "B3") for i in ("Q1", "Q2")))
    world.settle()
    path = as_zip(bundle_of(world), tmp_path / "b.zip")
    code, text, _ = run("verify", path, "--lang", "en")
    assert code == 0
    assert "failed and has no result: fewer valid bids are left" in text
    code, text, _ = run("replay", path, "--at", str(len(world.entries)), "--lang", "zh-CN")
    assert code == 0
    assert "提前结束，没有评标结果：有效投标少于规定家数" in text


def test_a_ranking_declared_before_the_stop_is_no_result(tmp_path):
    world = World().until(Phase.REPORT)
    assert world.state.ranking
    world.say("oversight", c.StopSession(reason="合成原因"))
    world.settle()
    path = as_zip(bundle_of(world), tmp_path / "b.zip")
    _, before, _ = run("replay", path, "--at", str(len(world.entries) - 5), "--lang", "en")
    _, after, _ = run("replay", path, "--at", str(len(world.entries)), "--lang", "en")
    assert "rank 1" in before
    assert "rank 1" not in after
    assert "without a result: 合成原因" in after


def test_what_is_no_bundle_is_unreadable(tmp_path):
    code, text, error = run("verify", tmp_path / "nothing")
    assert (code, text) == (2, "")
    assert "无法核验" in error


def test_json_holds_everything(world, tmp_path):
    code, text, _ = run("verify", as_zip(bundle_of(world), tmp_path / "b.zip"), "--json")
    found = json.loads(text)
    assert code == 0
    assert (found["ok"], found["rehearsal"], found["end"], found["broken"]) == (True, True, "cancelled", None)
    assert {row["name"] for row in found["checks"]} > {"tree", "steps", "signatures", "sheets"}


def test_a_trusted_policy_is_asked(world, tmp_path):
    path = as_zip(bundle_of(world), tmp_path / "b.zip")
    for trusted, expected in ((world, 0), (World(), 1)):
        (tmp_path / "policy").write_bytes(format_policy(policy_of(trusted)))
        assert run("verify", path, "--policy", tmp_path / "policy")[0] == expected
    assert run("verify", path, "--policy", tmp_path / "missing")[0] == 2
