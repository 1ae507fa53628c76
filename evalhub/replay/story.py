"""The story of a session: one sentence for each entry, in Chinese and English, at the hub's time in Beijing.

The sentences are in ``sentences.json``, one for each type of event and language. Parameters come from the event itself:
who asserted it (``by``), its texts and numbers, a digest by its first characters, a list by its length, a code of the
rules in the reader's words (``words.json``: field → code → language).

Never tells what an entry does not say, and never an expert's name: the ledger has none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from evalhub.core.codec import Record
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import events as e
from evalhub.core.rules.events import By, Event
from evalhub.core.rules.state import State

BEIJING = timezone(timedelta(hours=8), "UTC+8")
LANGUAGES = ("zh-CN", "en")
SHOWN = 12  # characters of a digest
_DIGEST = re.compile(r"[0-9a-f]{64}|[A-Za-z0-9_-]{43}")


class Line(Record):
    """One entry as told. ``at``: hub time, UTC; ``beijing``: the same moment there; ``phase``: after the entry."""

    seq: int
    at: str
    beijing: str
    type: str
    by: str
    phase: str
    zh: str
    en: str

    def text(self, lang: str) -> str:
        """The sentence in one language."""
        return self.en if lang == "en" else self.zh


def line(seq: int, event: Event, after: State) -> Line:
    """The line of one event."""
    params = parameters(event)
    zh, en = (sentences()[event.type][lang].format(**worded(params, lang)) for lang in LANGUAGES)
    return Line(
        seq=seq,
        at=format_time(event.at),
        beijing=beijing(event.at),
        type=event.type,
        by=params["by"],
        phase=after.phase.value,
        zh=zh,
        en=en,
    )


def beijing(ms: int) -> str:
    """Milliseconds since the epoch as Beijing time, ``2026-11-21 10:03:04.567``."""
    moment = datetime.fromtimestamp(0, BEIJING) + timedelta(milliseconds=ms)
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{ms % 1000:03d}"


def parse_moment(text: str) -> int:
    """Milliseconds of ``2026-11-21 10:03[:04[.567]]``, Beijing time unless it carries an offset. ValueError."""
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """Event type → language → sentence."""
    found: dict[str, dict[str, str]] = _read("sentences.json")
    return found


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Field → code → language → word."""
    found: dict[str, dict[str, dict[str, str]]] = _read("words.json")
    return found


def _read(name: str) -> Any:
    return json.loads(resources.files("evalhub.replay").joinpath(name).read_text(encoding="utf-8"))


def worded(params: Mapping[str, str], lang: str) -> dict[str, str]:
    """Parameters with codes in words. A numbered code (``seal:2``) keeps its number; what is no code stays as it is:
    a reason may be anybody's own text.
    """
    return {name: _word(name, value, lang) for name, value in params.items()}


def _word(field: str, value: str, lang: str) -> str:
    known = words().get(field, {})
    if value in known:
        return known[value][lang]
    code, colon, number = value.partition(":")
    return f"{known[code][lang]} {number}" if colon and code in known else value


def parameters(event: Event) -> dict[str, str]:
    """What a sentence about this event may name."""
    content = event.content
    params = {"by": speaker(event.by), **dict(_fields(content))}
    if isinstance(content, c.OpenSession):
        params["title"] = content.title.zh
    if isinstance(content, c.ProposePlan):
        params["revision"] = str(content.plan.revision)
    if isinstance(content, c.SealSheet | c.EscrowRandomness):
        params |= dict(_fields(content.context))
    if isinstance(content, e.ResultDeclared):
        params["winner"] = "、".join(row.bidder for row in content.ranking if row.rank == 1)
    return params


def speaker(by: By) -> str:
    """Seat, centre, or hub."""
    return by.seat or by.site


def _fields(record: Record) -> Iterator[tuple[str, str]]:
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if isinstance(value, tuple):
            yield name, str(len(value))
        elif isinstance(value, str | int | Decimal):
            text = str(value)
            yield name, text[:SHOWN] if _DIGEST.fullmatch(text) else text
