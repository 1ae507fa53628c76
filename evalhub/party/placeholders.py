"""Places that a file still leaves open: any text that begins with ``TODO``. Templates and imports leave them behind.

A file with such a place is never good: each is named with its path and its own words, and hides what else would be said
of the same value (a ``TODO`` is no amount either, and nobody needs to hear that).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evalhub.core.rules.plan import Problem
from evalhub.party.plain_files import Plain

MARK = "TODO"
OPEN = "still-open"
_SHOWN = 120


def open_places(plain: Plain, path: str = "") -> Iterator[Problem]:
    """Every ``TODO`` in plain data, in its own order; ``found`` is what it says after the mark."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            yield from open_places(value, f"{path}.{name}" if path else str(name))
    elif isinstance(plain, list):
        for index, value in enumerate(plain):
            yield from open_places(value, f"{path}[{index}]")
    elif isinstance(plain, str) and plain.startswith(MARK):
        yield Problem(path=path, code="still-open", found=plain.removeprefix(MARK).lstrip(" :：")[:_SHOWN])


def besides(found: Iterable[Problem], places: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What is wrong with other values than the open ones."""
    taken = {one.path for one in places}
    return tuple(one for one in found if one.path not in taken)
