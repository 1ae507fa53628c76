"""YAML and JSON written by people → plain data (dicts, lists, strings, integers, booleans, null), safely.

Rules
- A number with a point stays the text that was typed: ``12.50`` becomes ``"12.50"``, so no binary noise gets
  near a score or an amount. Only plain decimal integers become ``int``: no octal, no sexagesimal, no dates,
  no yes/no.
- Refused: files above ``MAX_BYTES``, anything but UTF-8, YAML aliases and anchors (a few lines can unfold to
  gigabytes), tags, several documents, keys given twice, keys that are not text, nesting without end.

Raises ``Malformed`` with the line where one is known. Never constructs anything but plain data.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from evalhub.core.errors import Malformed

MAX_BYTES = 2 * 1024 * 1024
Plain = Any  # JSON-like data, before anybody checked its shape


def read_bounded(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file of at most ``limit`` bytes. Raises ``Malformed`` if longer or not readable."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise Malformed(f"cannot be read: {error.strerror}", path.name) from None
    if len(data) > limit:
        raise Malformed(f"is larger than {limit} bytes", path.name)
    return data


def read_plain(path: Path) -> Plain:
    """Plain data of a ``.yaml``, ``.yml`` or ``.json`` file. Raises ``Malformed``, also for another ending."""
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None:
        raise Malformed(f"is none of {', '.join(_PARSERS)}", path.name)
    data = read_bounded(path)
    return parse(data, where=path.name)


def parse_yaml(data: bytes, *, where: str = "$") -> Plain:
    """Plain data of one YAML document."""
    try:
        return yaml.load(_text(data, where), Loader=_PlainLoader)  # noqa: S506 - a SafeLoader that knows even less
    except yaml.YAMLError as error:
        raise Malformed(_sentence(error), where) from None
    except (RecursionError, ValueError) as error:
        raise Malformed(f"cannot be read as YAML: {type(error).__name__}", where) from None


def parse_json(data: bytes, *, where: str = "$") -> Plain:
    """Plain data of one JSON text; numbers with a point stay text."""
    try:
        return json.loads(
            _text(data, where), parse_float=str, parse_constant=_no_constant, object_pairs_hook=_once_each
        )
    except json.JSONDecodeError as error:
        raise Malformed(f"{error.msg} (line {error.lineno})", where) from None
    except (RecursionError, ValueError) as error:
        raise Malformed(f"cannot be read as JSON: {error}", where) from None


def write_yaml(plain: Plain) -> str:
    """Plain data as YAML that ``parse_yaml`` reads back: keys in their order, no aliases, one line a value."""
    return yaml.dump(plain, Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=1000)


class _PlainDumper(yaml.SafeDumper):
    """``SafeDumper`` without anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the name is that of PyYAML
        return True


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(f"is not UTF-8 text (byte {error.start})", where) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number here")


def _once_each(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"key {key!r} is given twice")
        found[key] = value
    return found


def _sentence(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem or error.context} (line {error.problem_mark.line + 1})"
    return str(error).splitlines()[0]


def _refused(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


_PARSERS = {".yaml": parse_yaml, ".yml": parse_yaml, ".json": parse_json}


class _PlainLoader(yaml.SafeLoader):
    """``SafeLoader`` without aliases, anchors, tags, dates, octal numbers or repeated keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused("aliases and anchors are refused", event.start_mark)
        if getattr(event, "tag", None):
            raise _refused("tags are refused", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for position, key in enumerate(keys):
            if not isinstance(key, str) or key in keys[:position]:
                raise _refused("a key is no text or given twice", node.value[position][0].start_mark)
        return super().construct_mapping(node, deep=deep)


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789")
)
