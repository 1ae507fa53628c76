"""Writes ``docs/requirements.md``: requirement → rule → test, read from the program and its tests.

- What is required stands in ``docs/requirements.json``: number, level (M must, S should, B beyond), both titles.
- A rule names its requirement in a docstring, "(R10, R11)" or "R10–R12": module, class or function.
- A test carries ``@pytest.mark.requirement("R10")``, one number or several; a module may say
  ``pytestmark = pytest.mark.requirement("R10")``. Only a test that fails when the requirement,
  or a part of it, is broken is marked.

Nothing is imported: files are read as text and parsed.

    python docs/make_requirements.py            rewrite docs/requirements.md
    python docs/make_requirements.py --check    change nothing; exit code 1 if the page is out of date
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = ("evalhub", "host_site", "guest_site")
MENTION = re.compile(r"\bR(\d{1,3})(?:[–-]R?(\d{1,3}))?\b")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Found = dict[str, list["Place"]]


@dataclass(frozen=True, order=True)
class Place:
    """A file, seen from the root, and a name in it; the name is empty for the whole file."""

    file: str
    name: str


@dataclass(frozen=True)
class Requirement:
    """One row: ``code`` "R10", ``level`` M, S or B, the short title in both languages."""

    code: str
    level: str
    zh: str
    en: str


@dataclass(frozen=True)
class Section:
    """Requirements that stand together."""

    section: str
    zh: str
    en: str
    requirements: tuple[Requirement, ...]


def sections(root: Path = ROOT) -> tuple[Section, ...]:
    """The list of requirements, in its own order."""
    listed = json.loads((root / "docs" / "requirements.json").read_text("utf-8"))
    return tuple(
        Section(one["section"], one["zh"], one["en"], tuple(Requirement(**row) for row in one["requirements"]))
        for one in listed
    )


def rules(root: Path, known: frozenset[str]) -> Found:
    """Where docstrings name a requirement that exists."""
    found: Found = defaultdict(list)
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            for name, docstring in _docstrings(ast.parse(path.read_text("utf-8"))):
                for code in sorted(_mentioned(docstring) & known):
                    found[code].append(Place(path.relative_to(root).as_posix(), name))
    return found


def tests(root: Path) -> Found:
    """Which tests are marked with which requirement, known or not."""
    found: Found = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for code, name in _marks(ast.parse(path.read_text("utf-8"))):
            found[code].append(Place(path.relative_to(root).as_posix(), name))
    return found


def _docstrings(tree: ast.Module) -> Iterator[tuple[str, str]]:
    yield "", ast.get_docstring(tree) or ""
    for name, node in _definitions(tree, ""):
        yield name, ast.get_docstring(node) or ""


def _definitions(node: ast.Module | ast.ClassDef, above: str) -> Iterator[tuple[str, Definition]]:
    for child in node.body:
        if isinstance(child, Definition):
            yield above + child.name, child
        if isinstance(child, ast.ClassDef):
            yield from _definitions(child, f"{above}{child.name}.")


def _mentioned(docstring: str) -> set[str]:
    spans = ((int(first), int(last or first)) for first, last in MENTION.findall(docstring))
    return {f"R{number}" for first, last in spans for number in range(first, last + 1)}


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and [ast.unparse(one) for one in statement.targets] == ["pytestmark"]:
            yield from ((code, "") for code in _codes(statement.value))
    for name, node in _definitions(tree, ""):
        for decorator in node.decorator_list:
            yield from ((code, name.replace(".", "::")) for code in _codes(decorator))


def _codes(node: ast.expr) -> Iterator[str]:
    """Every argument of every ``pytest.mark.requirement(…)`` inside an expression, as it is written."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.requirement":
            yield from (one.value if isinstance(one, ast.Constant) else ast.unparse(one) for one in call.args)


def unknown(root: Path = ROOT) -> list[str]:
    """Marks that name no requirement of the list, as ``file::name: mark``."""
    known = {row.code for section in sections(root) for row in section.requirements}
    marked = tests(root)
    return [f"{at.file}::{at.name}: {code}" for code in sorted(set(marked) - known) for at in marked[code]]


def render(root: Path = ROOT) -> str:
    """The whole page."""
    listed = sections(root)
    known = frozenset(row.code for section in listed for row in section.requirements)
    where, proved = rules(root, known), tests(root)
    lines = [
        "# Requirements, rules and tests",
        "",
        "Made by `docs/make_requirements.py` from [requirements.json](requirements.json), from docstrings that name a",
        'requirement and from tests marked `@pytest.mark.requirement("R10")`; a test holds this page to it.',
        "",
        "Level: **M** must (law, order, certification item), **S** should (provincial practice), **B** more.",
        "A test is marked only if it fails when the requirement, or a part of it, is broken; a marked requirement may",
        "have parts that no test proves yet. *missing* means that no test is marked.",
        "",
        *_summary(listed, proved),
    ]  # fmt: skip
    for section in listed:
        lines += ["", f"## {section.section} {section.zh} · {section.en}", ""]
        lines += ["| number | level | requirement | rule | test |", "|---|---|---|---|---|"]
        lines += [_row(row, where, proved) for row in section.requirements]
    return "\n".join([*lines, ""])


def _summary(listed: tuple[Section, ...], proved: Found) -> list[str]:
    lines = ["| section | M with a test | M missing | others with a test | others missing |", "|---|---|---|---|---|"]
    for section in listed:
        cells = []
        for must in (True, False):
            rows = [row for row in section.requirements if (row.level == "M") is must]
            absent = [row.code for row in rows if row.code not in proved]
            cells += [f"{len(rows) - len(absent)} of {len(rows)}", " ".join(absent) or "none"]
        lines.append(f"| {section.section} {section.en} | {' | '.join(cells)} |")
    return lines


def _row(row: Requirement, where: Found, proved: Found) -> str:
    made = "<br>".join(_link(at, ".") for at in sorted(set(where.get(row.code, ()))))
    shown = "<br>".join(_link(at, "::") for at in sorted(set(proved.get(row.code, ())))) or "*missing*"
    return f"| {row.code} | {row.level} | {row.zh}<br>{row.en} | {made or '*none named*'} | {shown} |"


def _link(at: Place, between: str) -> str:
    stem = at.file.removesuffix(".py").removesuffix("/__init__")
    stem = stem.removeprefix("tests/") if between == "::" else stem.removeprefix("evalhub/")
    return f"[`{stem}{between + at.name if at.name else ''}`](../{at.file})"


def main() -> int:
    """Write the page, or say that it is out of date."""
    target = ROOT / "docs" / "requirements.md"
    for line in (strange := unknown()):
        sys.stderr.write(f"no such requirement: {line}\n")
    if "--check" not in sys.argv:
        target.write_text(render(), encoding="utf-8")
    elif not target.is_file() or target.read_text("utf-8") != render():
        sys.stdout.write("docs/requirements.md is out of date; run: python docs/make_requirements.py\n")
        return 1
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main())
