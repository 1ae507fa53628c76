"""Every command and option explains itself in both languages; every phase and situation has its sentence."""

from __future__ import annotations

import re

import click
import pytest
import typer

from evalhub.cli import app
from evalhub.cli.demo import _situation, next_step
from evalhub.cli.texts import Lang, catalogue
from evalhub.core.rules.state import Phase, Stage

ROOT = typer.main.get_command(app)
OWN = {"demo", "rehearse", "operate", "take", "init", "hub", "site", "oversight"}
PLAIN = {"--lang", "--help", "k=v"}  # names and values that need no translation


def commands(command: click.Command, path: str = "evalhub") -> dict[str, click.Command]:
    found = {path: command}
    for name, sub in getattr(command, "commands", {}).items():
        found |= commands(sub, f"{path} {name}")
    return found


COMMANDS = commands(ROOT)


def chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def english(text: str) -> bool:
    return re.search(r"[A-Za-z]{3,}", text) is not None


def test_all_commands_are_seen() -> None:
    names = {path.split()[1] for path in COMMANDS if " " in path}
    assert {"demo", "rehearse", "verify", "replay", "operate", "take", "init", "hub", "site", "oversight"} <= names


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_says_in_both_languages_what_it_does(path: str) -> None:
    text = COMMANDS[path].help or ""
    assert chinese(text)
    assert english(text)


@pytest.mark.parametrize("path", [path for path in COMMANDS if path.removeprefix("evalhub ") in OWN])
def test_every_option_is_explained_in_both_languages(path: str) -> None:
    for parameter in COMMANDS[path].params:
        text = getattr(parameter, "help", "") or ""
        if not PLAIN & {*parameter.opts, text}:
            assert english(text) or "/" in text or "…" in text, f"{path} {parameter.name}: {text}"
            assert chinese(text) or "/" in text or "…" in text, f"{path} {parameter.name}: {text}"


def test_every_phase_and_stage_has_its_name() -> None:
    for phase in Phase:
        assert phase is Phase.VOID or f"phase.{phase.value}" in catalogue(), phase
    for stage in Stage:
        assert f"stage.{stage.value}" in catalogue(), stage


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.VOID])
@pytest.mark.parametrize("paused", ["", "停电"])
@pytest.mark.parametrize("open_findings", [0, 2])
def test_every_moment_has_a_next_step(lang: Lang, phase: Phase, paused: str, open_findings: int) -> None:
    view = {"phase": phase.value, "paused": paused, "open_findings": open_findings, "seats": [], "centres": [],
            "failure": "失败"}  # fmt: skip
    assert f"next.{_situation(view)}" in catalogue()
    text = next_step(view, lang, "DIR")  # type: ignore[arg-type]
    assert "{" not in text
    assert (_situation(view) == "paused") is bool(paused and "resume" in text)


@pytest.mark.parametrize(
    ("ready", "missing", "situation"), [(True, 0, "request-start"), (True, 1, "take-seats"), (False, 0, "take-seats")]
)
def test_the_start_is_proposed_when_every_seat_is_ready(ready: bool, missing: int, situation: str) -> None:
    seat = {"redeemed": True, "tested": ready, "declared": True}
    view = {"phase": "checkin", "paused": "", "seats": [seat], "centres": [{"missing": missing}], "failure": ""}
    assert _situation(view) == situation
