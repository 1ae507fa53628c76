"""A project handed in at the page: every mistake at its place, nothing written outside, nothing believed."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

import pytest
from booth_hand import ROOT
from support.world import World

from evalhub.core.rules.plan import plan_problems
from host_site.filing import HandedIn, HandIn, filed, mistakes

EXAMPLE = ROOT / "examples" / "hongshan"
PROJECT = (EXAMPLE / "project.yaml").read_text("utf-8")


def hand_in(**files: str | bytes) -> HandIn:
    rows = []
    for name, data in files.items():
        content = data.encode() if isinstance(data, str) else data
        rows.append(HandedIn(name=name.replace("_", "."), data=base64.b64encode(content).decode()))
    return HandIn(files=tuple(rows))


def test_a_good_project_comes_back_with_its_set_up() -> None:
    session = (EXAMPLE / "session.yaml").read_text("utf-8")
    found = filed(hand_in(project_yaml=PROJECT, session_yaml=session))
    assert found.mistakes == ()
    assert found.project is not None
    assert found.setup is not None
    assert (found.project.committee.size, found.setup.host.name) == (5, "wuhan")


@pytest.mark.parametrize("name", ["project.xlsx", "project.yaml"])
def test_the_project_alone_is_enough(name: str) -> None:
    found = filed(hand_in(**{name.replace(".", "_"): (EXAMPLE / name).read_bytes()}))
    assert found.project is not None
    assert found.setup is None


def test_every_mistake_is_named_at_its_place_in_both_languages() -> None:
    wrong = PROJECT.replace("size: 5", "size: 4").replace('price_points: "25"', 'price_points: "26"')
    wrong = wrong.replace("price_points: 25", "price_points: 26")
    found = filed(hand_in(project_yaml=wrong))
    assert found.project is None
    assert {one.path for one in found.mistakes} == {"committee.size", "factors"}
    assert all(one.file == "project.yaml" and one.zh != one.en for one in found.mistakes)


@pytest.mark.parametrize(
    ("files", "file"),
    [
        ({"project_yaml": "a: [1"}, "project.yaml"),
        ({"notes_txt": "x"}, ""),
        ({"project_xlsx": b"PK no"}, "project.xlsx"),
    ],
)
def test_what_cannot_be_read_is_a_mistake_too(files: dict[str, str | bytes], file: str) -> None:
    found = filed(hand_in(**files))
    assert found.project is None
    assert [one.file for one in found.mistakes] == [file]


@pytest.mark.parametrize("name", ["../project.yaml", "..\\..\\project.yaml", "{}/outside/project.yaml"])
def test_a_path_is_only_its_last_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "inside"))
    row = HandedIn(name=name.format(tmp_path), data=base64.b64encode(PROJECT.encode()).decode())
    assert filed(HandIn(files=(row,))).project is not None
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["inside", "outside"]


@pytest.mark.parametrize(("name", "data"), [("..", "QQ=="), ("a\0.yaml", "QQ=="), ("project.yaml", "Q")])
def test_names_and_content_that_are_none_are_refused(name: str, data: str) -> None:
    found = filed(HandIn(files=(HandedIn(name=name, data=data),)))
    assert found.project is None
    assert len(found.mistakes) == 1


def test_mistakes_of_a_plan_have_their_sentences() -> None:
    plan = World().plan()
    assert mistakes("", plan_problems(plan)) == ()
    broken = type(plan)(**{**{f: getattr(plan, f) for f in plan.__struct_fields__}, "host_rooms": ()})
    assert [one.path for one in mistakes("", plan_problems(broken))] == ["host_rooms"]
