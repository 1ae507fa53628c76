"""``evalhub project``: ``new`` writes a template, ``check`` holds a project file against the rules.

``check FILE`` looks at a project file (.yaml, .json, .xlsx), its bid documents, and the ``session.yaml`` beside it if
that names the file.

Exit codes: 0 good · 1 mistakes found, each printed with file, place and reason · 2 unreadable, or wrong use.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli import ocds
from evalhub.cli.texts import Lang, reason, t
from evalhub.core.errors import Malformed
from evalhub.core.rules.committee import CommitteeRule, applicable
from evalhub.core.rules.plan import Problem, Project, profile_of
from evalhub.party.new_project import templates, write_template
from evalhub.party.placeholders import OPEN, open_places
from evalhub.party.plain_files import read_plain
from evalhub.party.project_file import ProjectMistakes, bid_file_problems, read_project
from evalhub.party.session_beside import SESSION_FILE, session_beside, session_problems

app = typer.Typer(help="项目文件。Project files.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """项目文件。Project files."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help=".yaml / .json / .xlsx")],
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="机器可读输出。Machine-readable output.")] = False,
) -> None:
    """检查项目文件及其投标文件，指出每一处错误。Check a project file and its bid documents, naming every mistake."""
    try:
        project, found = _checked(file)
        session = session_beside(file)
        more = session_problems(session, project) if session else ()
    except Malformed as error:
        typer.echo(t("project.unreadable", lang, why=str(error)), err=True)
        raise typer.Exit(2) from None
    mistakes = [(file.name, one) for one in found] + [(SESSION_FILE, one) for one in more]
    if as_json:
        _print_json(file, project, mistakes, lang)
    else:
        _print_mistakes(file, mistakes, lang)
    if mistakes:
        raise typer.Exit(1)
    if project and not as_json:
        _print_good(file, project, lang)


@app.command()
def new(
    template: Annotated[str, typer.Argument(help="模板名，list 列出全部。Template; list names all.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="新文件夹，默认同模板名。New folder.")] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="zh-CN / en")] = Lang.ZH,
) -> None:
    """按模板新建项目文件和会话文件。Write project and session files from a template."""
    if template == "list":
        for name, title in templates().items():
            print(f"{name:24}{title[0 if lang is Lang.ZH else 1]}")
        return
    folder = out or Path(template)
    try:
        files = write_template(template, folder)
        left = {file.name: len(list(open_places(read_plain(file)))) for file in files}
    except Malformed as error:
        typer.echo(t("project.not-written", lang, why=str(error)), err=True)
        raise typer.Exit(2) from None
    for name, count in left.items():
        print(t("project.written", lang, file=folder / name, count=count))
    print(t("project.next", lang, file=folder / files[0].name))


app.command(name="import-ocds")(ocds.import_ocds)


def _checked(file: Path) -> tuple[Project | None, tuple[Problem, ...]]:
    try:
        project = read_project(file)
    except ProjectMistakes as mistakes:
        return None, mistakes.problems
    return project, bid_file_problems(project, file.parent)


def _print_good(file: Path, project: Project, lang: Lang) -> None:
    print(t("project.good", lang, file=file.name, code=project.code, bidders=len(project.bidders)))
    print(t("project.rules", lang, size=project.committee.size))
    for rule in applicable(profile_of(project)):
        text, law = _said(rule, lang)
        print(t("project.rule", lang, code=rule.code, text=text, law=law))


def _said(rule: CommitteeRule, lang: Lang) -> tuple[str, str]:
    """What the rule says and its article."""
    return (rule.text_zh, rule.article_zh) if lang is Lang.ZH else (rule.text_en, rule.article_en)


def _print_mistakes(file: Path, found: list[tuple[str, Problem]], lang: Lang) -> None:
    for name, one in found:
        how = "project.open" if one.code == OPEN else "project.found"
        shown = t(how, lang, found=one.found) if one.found else ""
        law = one.law_zh if lang is Lang.ZH else one.law_en
        why = reason(one.code, lang) + (t("project.law", lang, law=law) if law else "")
        print(t("project.mistake", lang, file=name, path=one.path, reason=why, found=shown))
    if found:
        print(t("project.refused", lang, file=file.name, count=len(found)))


def _print_json(file: Path, project: Project | None, found: list[tuple[str, Problem]], lang: Lang) -> None:
    mistakes = [
        {
            "file": name,
            "path": one.path,
            "code": one.code,
            "found": one.found,
            "reason": reason(one.code, lang),
            "law": one.law_zh if lang is Lang.ZH else one.law_en,
        }
        for name, one in found
    ]
    rules = [_rule(rule, lang) for rule in applicable(profile_of(project))] if project else []
    whole = {"file": file.name, "ok": not found, "mistakes": mistakes, "committee_rules": rules}
    print(json.dumps(whole, ensure_ascii=False, indent=2))


def _rule(rule: CommitteeRule, lang: Lang) -> dict[str, object]:
    text, law = _said(rule, lang)
    named = {"code": rule.code, "requirement": rule.requirement, "law": law, "text": text}
    return {**named, "inputs": list(rule.inputs), "cases": list(rule.cases)}
