"""The national classification of evaluation specialties (公共资源交易评标专家专业分类标准,
发改法规〔2018〕316号).

``specialties.csv`` holds its levels 1-3 (``A``, ``A04``, ``A0401``): code, Chinese name, parent.

Rules
- A level-4 code (``A040101``) is not listed here; it is known, and named, by its level-3 parent.
- An expert counts for a wanted code if he holds that code or one below it. Holding a wider code than the one
  wanted does not count: nobody is drawn for a detail he did not register for.

Never here: which specialty a project needs (the tender document says), or anything about one person.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

LEVEL_LENGTHS = (1, 3, 5, 7)


@cache
def _names() -> dict[str, str]:
    text = resources.files("evalhub.party").joinpath("specialties.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name_zh"] for row in csv.DictReader(text.splitlines())}


def is_known(code: str) -> bool:
    """True for a listed code, or a seven-character level-4 code (letter and digits) under a listed level-3
    one.
    """
    return _listed(code) is not None


def name_of(code: str) -> str:
    """The Chinese name, e.g. ``建筑工程`` for ``A0401``; a level-4 code gets its parent's. KeyError if
    unknown.
    """
    listed = _listed(code)
    if listed is None:
        raise KeyError(code)
    return _names()[listed]


def covers(wanted: str, held: str) -> bool:
    """True if an expert who registered ``held`` counts where ``wanted`` is asked for: the same code or one
    below it.

    >>> covers("A04", "A0401"), covers("A0401", "A04")
    (True, False)
    """
    return is_known(wanted) and is_known(held) and held.startswith(wanted)


def all_codes() -> tuple[str, ...]:
    """Every listed code, in the order of the standard."""
    return tuple(_names())


def _listed(code: str) -> str | None:
    if code in _names():
        return code
    if len(code) == LEVEL_LENGTHS[-1] and code.isascii() and code[1:].isdigit() and code[:5] in _names():
        return code[:5]
    return None
