"""Every sentence that the command line says, in Chinese and English: ``text/<command>.json``, one file a command.

A file maps a key to both languages side by side, so that a change of one is seen next to the other:

    {"pool.imported": {"zh-CN": "已导入 {size} 名专家", "en": "{size} experts imported"}}

Rules
- Keys begin with the command's name; reasons of mistakes and refusals are ``reason.<code>`` in ``reasons.json``.
- A test holds that both languages exist with the same placeholders, and that every key that is used exists.

Never here: texts of the web pages, or anything that depends on a session.
"""

from __future__ import annotations

import json
import unicodedata
from enum import StrEnum
from functools import cache
from importlib import resources


class Lang(StrEnum):
    """The languages of the command line; Chinese is the default."""

    ZH = "zh-CN"
    EN = "en"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key → language → sentence, over all files. Raises ``ValueError`` if two files give one key."""
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files("evalhub.cli").joinpath("text").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".json"):
            found = json.loads(file.read_text(encoding="utf-8"))
            if twice := texts.keys() & found.keys():
                raise ValueError(f"{file.name} repeats {sorted(twice)}")
            texts.update(found)
    return texts


def t(key: str, lang: Lang | str, /, **params: object) -> str:
    """The sentence of ``key``; parameters are made safe for a terminal. KeyError for an unknown key."""
    return catalogue()[key][lang].format(**{name: printable(value) for name, value in params.items()})


def reason(code: str, lang: Lang | str) -> str:
    """The sentence of a stable code (mistake or refusal); the code itself if it has none yet."""
    key = f"reason.{code}"
    return catalogue()[key][lang] if key in catalogue() else code


def printable(value: object) -> str:
    """Text without control or direction marks: what a file says must not steer the terminal that shows it."""
    text = str(value)
    return "".join("\ufffd" if unicodedata.category(mark) in ("Cc", "Cf", "Cs") else mark for mark in text)
