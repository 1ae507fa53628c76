"""``evalhub bidder``: a key, the questions, a signed answer; files only, and what the rules then accept."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from support.roads import road
from support.world import World, small_project
from typer.testing import CliRunner

from evalhub.cli import app
from evalhub.core.codec import canonical, from_plain
from evalhub.core.rules import clarification as cl
from evalhub.core.rules import commands as c
from evalhub.core.rules.bidder_answers import Notices
from evalhub.core.sealing.keys import PublicJwk

pytestmark = pytest.mark.requirement("R56")


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["bidder", *words])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def asked(tmp_path: Path) -> tuple[World, str, Path, Path]:
    """A question to a bidder whose key was made by the command, and the file the host hands out."""
    key = tmp_path / "bidder.pem"
    code, public, _ = run("keygen", str(key))
    assert code == 0
    plain = small_project()
    keyed = msgspec.structs.replace(plain.bidders[0], key=from_plain(PublicJwk, json.loads(public)))
    world = road("detailed", project=msgspec.structs.replace(plain, bidders=(keyed, *plain.bidders[1:])))
    seat = next(iter(world.state.seats))
    world.booth_say(seat, c.AskClarification(bidder="B1", text="请说明工期"))
    (item,) = world.state.clarifications.values()
    world.say(world.host, c.VetClarification(clarification=item.code, decision="approve"))
    file = tmp_path / "questions.json"
    file.write_bytes(canonical(Notices(notices=(cl.notice_of(world.state, world.state.clarifications[item.code]),))))
    return world, item.code, file, key


def test_the_private_key_is_for_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    key = tmp_path / "k.pem"
    assert run("keygen", str(key))[0] == 0
    assert key.stat().st_mode & 0o777 == 0o600
    assert run("keygen", str(key))[0] == 2


def test_questions_are_shown_without_who_asked(asked: tuple[World, str, Path, Path]) -> None:
    world, code, file, _ = asked
    for lang in ("zh-CN", "en"):
        exit_code, out, _ = run("questions", str(file), "--lang", lang)
        assert exit_code == 0
        assert code in out
        assert "请说明工期" in out
        assert not any(seat in out for seat in world.state.seats)
    assert json.loads(run("questions", str(file), "--json")[1])["notices"][0]["clarification"] == code


def test_the_answer_is_one_that_the_rules_accept(asked: tuple[World, str, Path, Path], tmp_path: Path) -> None:
    world, code, file, key = asked
    out, evidence = tmp_path / "answer.jws", tmp_path / "plan.pdf"
    evidence.write_bytes(b"synthetic")
    words = ["answer", str(file), "--question", code, "--key", str(key), "--text", "见附件", "--out", str(out)]
    exit_code, _, err = run(*words, "--attach", str(evidence))
    assert exit_code == 0, err
    world.say(world.host, c.FileAnswer(clarification=code, answer=out.read_text().strip()))
    item = world.state.clarifications[code]
    assert (item.status, item.answer, item.attachments[0].name) == ("answered", "见附件", "plan.pdf")


def test_what_cannot_be_answered_is_one_sentence(asked: tuple[World, str, Path, Path], tmp_path: Path) -> None:
    _, code, file, key = asked
    out = tmp_path / "answer.jws"
    rest = ["--key", str(key), "--text", "x", "--out", str(out), "--lang", "en"]
    assert "no question C0" in run("answer", str(file), "--question", "C0", *rest)[2]
    assert "no price to confirm" in run("answer", str(file), "--question", code, "--confirm", *rest)[2]
    key.chmod(0o644)
    exit_code, _, err = run("answer", str(file), "--question", code, *rest)
    assert (exit_code, "chmod 600" in err) == (2, True)
    assert not out.exists()
    file.write_text("{}")
    assert run("questions", str(file), "--lang", "en")[0] == 2
