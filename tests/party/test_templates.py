"""Templates: everything open is named with its path, and nothing else is wrong with them once it is filled in."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from evalhub.core.errors import Malformed
from evalhub.party.new_project import templates, write_template
from evalhub.party.placeholders import OPEN, open_places
from evalhub.party.plain_files import read_plain
from evalhub.party.project_file import ProjectMistakes, bid_file_problems, read_project
from evalhub.party.session_beside import session_beside, session_problems
from evalhub.party.session_file import SessionMistakes, read_session

NAMES = sorted(templates())
BID = b"%PDF-1.4 synthetic"
FILLED = {
    "code": "TP-2026-01",
    "length": str(len(BID)),
    "sha256": hashlib.sha256(BID).hexdigest(),
    "price": '"900000.00"',
    "budget": '"1000000.00"',
    "ceiling": '"1000000.00"',
}


def filled(folder: Path) -> None:
    """What a person would type: something fitting in each open place, line by line."""
    for file in ("project.yaml", "session.yaml"):
        lines, count = [], 0
        for line in (folder / file).read_text("utf-8").splitlines():
            found = re.match(r"^([ -]*)(\w+): TODO ", line)
            count += bool(found)
            if not found:
                lines.append(line)
            elif found[2] == "name" and file == "session.yaml":
                lines.append(f"{found[1]}name: centre-{count}")
            elif found[2] == "name" and "file" in lines[-1]:
                lines.append(f"{found[1]}name: bid-{count}.pdf")
                (folder / "bids" / f"bid-{count}.pdf").write_bytes(BID)
            else:
                lines.append(f"{found[1]}{found[2]}: {FILLED.get(found[2], f'合成 {count}')}")
        (folder / file).write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write_template(request.param, tmp_path / "new")
    return tmp_path / "new"


def test_there_are_the_usual_kinds():
    assert {"works-design", "works-lowest-price", "government-goods", "government-services", "clinic-panel"} <= set(
        NAMES
    )
    assert all(zh and en and "TODO" not in zh + en for zh, en in templates().values())


def test_only_open_places_are_wrong_and_each_is_named(folder: Path):
    with pytest.raises(ProjectMistakes) as caught:
        read_project(folder / "project.yaml")
    assert {one.code for one in caught.value.problems} == {OPEN}
    text = (folder / "project.yaml").read_text("utf-8")
    assert len(caught.value.problems) == len(re.findall(r": TODO ", text)) > 5
    assert all(one.path and one.found for one in caught.value.problems)
    assert "code" in {one.path for one in caught.value.problems}
    with pytest.raises(SessionMistakes) as said:
        read_session(folder / "session.yaml")
    assert {one.code for one in said.value.problems} == {OPEN}


def test_a_filled_template_may_be_evaluated(folder: Path):
    filled(folder)
    project = read_project(folder / "project.yaml")
    assert bid_file_problems(project, folder) == ()
    session = session_beside(folder / "project.yaml")
    assert session
    assert session_problems(session, project) == ()


def test_chinese_and_english_in_every_comment_and_open_place(folder: Path):
    for one in open_places(read_plain(folder / "project.yaml")):
        zh, _, en = one.found.partition(" / ")
        assert re.search("[一-鿿]", zh), one
        assert re.search("[a-z]", en), one


def test_nothing_is_overwritten(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("-")
    with pytest.raises(Malformed):
        write_template("works-design", tmp_path)
    with pytest.raises(Malformed):
        write_template("no-such", tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_session_file_that_brings_another_committee_is_named(tmp_path: Path):
    folder = tmp_path / "new"
    write_template("clinic-panel", folder)
    filled(folder)
    text = (folder / "session.yaml").read_text("utf-8").replace("specialty: B0817", "specialty: B0801")
    (folder / "session.yaml").write_text(text, encoding="utf-8")
    project = read_project(folder / "project.yaml")
    found = session_problems(folder / "session.yaml", project)
    assert [(one.path, one.code, one.found) for one in found] == [("shares", "panel-specialty", "B0817 0 < 1")]
    (folder / "session.yaml").write_text(text.replace("need: 2", "need: 1"), encoding="utf-8")
    codes = [one.code for one in session_problems(folder / "session.yaml", project)]
    assert codes == ["shares-not-committee", "panel-specialty", "panel-specialty"]


def test_a_session_file_of_another_project_is_left_alone(tmp_path: Path):
    write_template("works-design", tmp_path / "new")
    other = tmp_path / "new" / "other.yaml"
    other.write_text("code: X", encoding="utf-8")
    assert session_beside(other) is None
    assert session_beside(tmp_path / "new" / "session.yaml") is None
