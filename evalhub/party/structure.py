"""Plain data held against a record type: every structural mistake with its path, not only the first.

Rules
- Sections are walked by the record's own fields, so there is no second description of any format.
- One mistake a value: a wrong row does not hide the mistakes of the rows after it.

Never here: rules of content (``plan.problems`` and its like run only on a record that has the right shape).
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT

from evalhub.core.codec import Record, from_plain
from evalhub.core.errors import Malformed
from evalhub.core.rules.plan import Problem
from evalhub.party.plain_files import parse_json

MOST_PROBLEMS = 200
_WHOLE = re.compile(r"^-?[0-9]{1,15}$")


def structural_problems(kind: type[Record], value: object) -> tuple[Problem, ...]:
    """Every way in which ``value`` is not a ``kind`` (the first 200); empty when ``from_plain`` succeeds."""
    found = []
    for problem in _record(kind, value, ""):
        found.append(problem)
        if len(found) == MOST_PROBLEMS:
            break
    return tuple(found)


def _record(kind: type[Record], value: object, path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path=path or "$", code="not-a-section", found=_shown(value))
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    tag_field = kind.__struct_config__.tag_field if kind.__struct_config__.tag is not None else None
    for name, field in fields.items():
        if name in value:
            yield from _value(field.type, value[name], _under(path, name))
        elif field.default is NODEFAULT and field.default_factory is NODEFAULT:
            yield Problem(path=_under(path, name), code="missing")
    for name in value.keys() - fields.keys() - {tag_field}:
        yield Problem(path=_under(path, str(name)), code="unknown-field")


def _value(kind: Any, value: object, path: str) -> Iterator[Problem]:
    choices = [option for option in _options(kind) if _is_record(option)]
    lists = [option for option in _options(kind) if get_origin(option) is tuple]
    if choices and lists and isinstance(value, list):
        kind, choices = lists[0], []
    if len(choices) == 1 and value is not None:
        yield from _record(choices[0], value, path)
    elif choices and value is not None:
        yield from _choice(choices, value, path)
    elif get_origin(kind) is tuple and isinstance(value, list) and _is_record(get_args(kind)[0]):
        for index, item in enumerate(value):
            yield from _record(get_args(kind)[0], item, f"{path}[{index}]")
    else:
        yield from _leaf(kind, value, path)


def _choice(choices: list[type[Record]], value: object, path: str) -> Iterator[Problem]:
    """A tagged union: the tag decides which record the rest must be."""
    tag_field = choices[0].__struct_config__.tag_field or "type"
    tag = value.get(tag_field) if isinstance(value, dict) else None
    for choice in choices:
        if tag is not None and choice.__struct_config__.tag == tag:
            yield from _record(choice, value, path)
            return
    yield Problem(path=_under(path, tag_field), code="unknown-choice", found=_shown(tag))


def _leaf(kind: Any, value: object, path: str) -> Iterator[Problem]:
    try:
        from_plain(kind, value)
    except Malformed:
        yield Problem(path=path, code="missing" if value is None else "bad-value", found=_shown(value))


def _options(kind: Any) -> tuple[Any, ...]:
    if get_origin(kind) is Annotated:
        return _options(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return tuple(option for part in get_args(kind) for option in _options(part))
    return (kind,)


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def from_text(kind: type[Record], path: str, text: str) -> object:
    """Text from a sheet or a command line as the plain value that the field at ``path`` wants.

    Whole numbers and true/false are turned where the field is of that kind; ``;`` separates the values of a
    list; text that begins with ``[`` or ``{`` is JSON, unless
    the field is text. Anything else stays text: the check that follows names
    it.

    >>> from evalhub.core.rules.plan import Project
    >>> from_text(Project, "committee.size", "5"), from_text(Project, "budget", "5")
    (5, '5')
    """
    kinds = _kinds_at([kind], path.split("."))
    if text.startswith(("[", "{")) and str not in kinds:
        return parse_json(text.encode(), where=path)
    for option in kinds:
        if get_origin(option) is tuple:
            return [_scalar(list(_options(get_args(option)[0])), part.strip()) for part in text.split(";")]
    return _scalar(kinds, text)


def _scalar(kinds: list[Any], text: str) -> object:
    if bool in kinds and text in ("true", "false"):
        return text == "true"
    if int in kinds and _WHOLE.match(text):
        return int(text)
    return text


def _kinds_at(kinds: list[Any], names: list[str]) -> list[Any]:
    """The types that the field named by ``names`` may have, through records and unions of records."""
    for name in names:
        records = [kind for kind in kinds if _is_record(kind)]
        fields = [field for record in records for field in msgspec.structs.fields(record)]
        kinds = [option for field in fields if field.encode_name == name for option in _options(field.type)]
    return kinds
