"""No sentence is missing in either language, and every one that is used exists."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import evalhub
from evalhub.cli.texts import Lang, catalogue, printable, reason, t

CODE = Path(evalhub.__file__).parent
USED = re.compile(r"""\bt\(\s*"([a-z-]+\.[a-z-]+)\"""")
CODES = re.compile(r"\"([a-z]+(?:-[a-z]+)+)\"")


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_say_the_same(key):
    texts = catalogue()[key]
    assert texts.keys() == set(Lang)
    assert all(text.strip() for text in texts.values())
    assert len({frozenset(placeholders(text)) for text in texts.values()}) == 1


def test_every_key_that_is_used_exists():
    used = {key for path in (CODE / "cli").rglob("*.py") for key in USED.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 20
    assert used <= catalogue().keys()


CHECKED = [
    "site/pool/check.py",
    "party/placeholders.py",
    "party/project_file.py",
    "party/project_sheets.py",
    "party/session_file.py",
    "party/spreadsheet.py",
    "party/structure.py",
    "core/rules/plan.py",
    "core/rules/methods.py",
    "core/rules/criteria.py",
    "core/rules/committee.py",
    "core/rules/panels.py",
    "core/rules/working_days.py",
]
NOT_CODES = {"government-goods", "government-services"}
NOT_CODES |= {"lowest-price", "reasonable-low-price", "half-up"}
NOT_CODES |= {"adds-up", "at-least", "experts-two-thirds", "large-budget"}  # words of the table of committees


@pytest.mark.parametrize("file", CHECKED)
def test_every_code_of_a_check_has_a_sentence(file):
    found = set(CODES.findall((CODE / file).read_text(encoding="utf-8"))) - NOT_CODES
    assert found
    assert {f"reason.{code}" for code in found} <= catalogue().keys()


def test_every_refusal_and_step_of_prices_has_a_sentence():
    text = "".join(path.read_text(encoding="utf-8") for path in (CODE / "core/rules/prices").glob("*.py"))
    refusals = set(re.findall(r'Refusal\("([a-z-]+)"', text))
    labels = set(re.findall(r'(?:label=|_step\()"([a-z-]+)"', text))
    assert len(refusals) > 5
    assert len(labels) > 4
    assert {f"reason.{code}" for code in refusals} <= catalogue().keys()
    assert {f"price.label-{label}" for label in labels} <= catalogue().keys()


def test_parameters_are_made_safe():
    assert "\x1b" not in t("pool.unreadable", "en", why="\x1b[2J")
    assert printable("合成\u202e\x00a") == "合成\ufffd\ufffda"
    assert t("pool.row", "en", id="{x}", name="%s", found="{0}") == "  {x} %s {0}"


def test_an_unknown_code_is_shown_and_an_unknown_key_is_an_error():
    assert reason("no-such-code", Lang.ZH) == "no-such-code"
    with pytest.raises(KeyError):
        t("no.such", Lang.ZH)
