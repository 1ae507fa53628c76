"""Every code that can be raised has a sentence in both languages, and every sentence a code."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalhub
from evalhub.core.errors import Refusal
from evalhub.core.rules.committee import COMMITTEE_RULES
from evalhub.core.rules.refusals import SENTENCES, sentence

ROOT = Path(evalhub.__file__).parent
ROOMS = (ROOT, ROOT.parent / "host_site", ROOT.parent / "guest_site")
# functions that return the code of a Problem
MISTAKE_FINDERS = {"factor_mistake", "_option_mistake", "_adjustment_mistake", "_bid_file_mistake"}


class Source(ast.NodeVisitor):
    """Collects codes: constants given to Refusal and Problem, and strings that mistake finders return."""

    def __init__(self) -> None:
        self.details: dict[str, list[set[str]]] = defaultdict(list)
        self.unknown: list[str] = []

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "Refusal":
            self._take(node.args[0], {str(word.arg) for word in node.keywords})
        if name == "Problem":
            self._take(next(word.value for word in node.keywords if word.arg == "code"), {"path", "found"})
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name in MISTAKE_FINDERS:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return):
                    self._returned(inner.value)
        self.generic_visit(node)

    def _returned(self, value: ast.expr | None) -> None:
        for inner in ast.walk(value) if value else ():
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value:
                self.details[inner.value].append({"path", "found"})

    def _take(self, code: ast.expr, detail: set[str]) -> None:
        if isinstance(code, ast.Constant):
            self.details[str(code.value)].append(detail)
        elif isinstance(code, ast.IfExp):
            self._take(code.body, detail)
            self._take(code.orelse, detail)
        elif isinstance(code, ast.BoolOp):
            for value in code.values:
                self._take(value, detail)
        elif not _forwarded(code):
            self.unknown.append(ast.unparse(code))


def _forwarded(code: ast.expr) -> bool:
    """A code taken over from another refusal or problem, or the variable that a mistake finder filled."""
    return ast.unparse(code).endswith(("code", "['code'])"))


def _read() -> Source:
    source = Source()
    for path in sorted(one for room in ROOMS for one in room.rglob("*.py")):
        source.visit(ast.parse(path.read_text(encoding="utf-8")))
    for rule in COMMITTEE_RULES:
        source.details[rule.code].append({"path", "found"})
    return source


SOURCE = _read()


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    assert SOURCE.details.keys() - SENTENCES.keys() == set(), "codes without a sentence"
    assert SENTENCES.keys() - SOURCE.details.keys() == set(), "sentences without a code"


def test_no_code_is_made_in_a_way_this_test_cannot_follow():
    assert SOURCE.unknown == []


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_say_the_same_and_only_what_the_detail_has(code):
    chinese, english = SENTENCES[code]
    assert _placeholders(chinese) == _placeholders(english)
    assert chinese != english
    assert chinese.endswith("。")
    assert english.endswith(".")
    for detail in SOURCE.details[code]:
        assert _placeholders(english) <= detail, f"{code} is raised with {sorted(detail)} only"


def test_the_detail_fills_the_sentence():
    refusal = Refusal("too-few-booths", wanted=3, offered=1)
    assert (
        sentence(refusal.code, refusal.detail, "en")
        == "Your centre needs 3 booths and offers 1. Add booths, then accept."
    )
    assert "3" in sentence(refusal.code, refusal.detail, "zh")


def test_an_unknown_code_names_itself():
    assert "never-heard-of" in sentence("never-heard-of", {}, "zh")
    assert "never-heard-of" in sentence("never-heard-of", {}, "en")


@given(
    st.sampled_from([*sorted(SENTENCES), "{odd}"]),
    st.dictionaries(st.text(max_size=6), st.text(max_size=6), max_size=3),
)
def test_a_sentence_never_fails(code, detail):
    for lang in ("zh", "en"):
        assert sentence(code, detail, lang)
