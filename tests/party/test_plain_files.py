"""YAML and JSON by hand: only plain data, no tricks, no binary noise."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalhub.core.errors import Malformed
from evalhub.party.plain_files import MAX_BYTES, parse_json, parse_yaml, read_plain

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_json_comes_back(value):
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=12)


@given(st.dictionaries(WORDS, st.integers(-(10**15), 10**15) | st.booleans() | st.none() | WORDS, max_size=5))
def test_yaml_comes_back(value):
    assert parse_yaml(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.decimals(-(10**9), 10**9, places=4).map(str))
def test_numbers_with_a_point_stay_as_typed(text):
    assert parse_yaml(f"x: {text}".encode()) == {"x": text}
    assert parse_json(f'{{"x": {text}}}'.encode()) == {"x": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("012", "012"), ("0x1f", "0x1f"), ("1:30", "1:30"), ("yes", "yes"), ("2024-08-29", "2024-08-29"), ("1e3", "1e3"),
     ("7", 7), ("-7", -7), ("true", True), ("", None), ("~", None), ("'7'", "7"), (".inf", ".inf")],
)  # fmt: skip
def test_only_plain_scalars(text, value):
    assert parse_yaml(f"x: {text}".encode()) == {"x": value}


@pytest.mark.parametrize(
    "text",
    ["a: &x 1\nb: *x", "a: &x 1", "a: !!python/object/apply:os.system [ls]", "a: !!set {b}", "a: 1\na: 2",
     "? [a]\n: 1", "a: 1\n---\nb: 2", "a: [", "[" * 2000, "a: \x00"],
)  # fmt: skip
def test_yaml_tricks_are_refused(text):
    with pytest.raises(Malformed):
        parse_yaml(text.encode())


def test_a_thousand_laughs_are_refused_quickly():
    bomb = "a: &a [x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)},*{chr(97 + i)}]\n" for i in range(20)
    )
    with pytest.raises(Malformed, match="aliases"):
        parse_yaml(bomb.encode())


@pytest.mark.parametrize("text", ["{", '{"a":1,"a":2}', "[NaN]", "[Infinity]", "[" * 100_000, "1" * 5000, "[1] 2"])
def test_json_tricks_are_refused(text):
    with pytest.raises(Malformed):
        parse_json(text.encode())


def test_the_line_of_a_mistake_is_named():
    with pytest.raises(Malformed, match="line 3"):
        parse_yaml(b"a: 1\nb: 2\na: 3\n")


def test_files_are_bounded_and_known_by_their_ending(tmp_path):
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * (MAX_BYTES + 1))
    other = tmp_path / "project.txt"
    other.write_text("a: 1")
    for path in (big, other, tmp_path / "missing.yaml"):
        with pytest.raises(Malformed, match=path.name):
            read_plain(path)
    with pytest.raises(Malformed, match="UTF-8"):
        parse_yaml("项目: 一".encode("gb18030"))
    assert parse_yaml("\ufeffa: 1".encode()) == {"a": 1}
