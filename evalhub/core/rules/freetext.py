"""Warn of names and booth numbers in free text that will leave its writer (R56: the bidder never learns who asks).

``scan`` finds *signs*: what could tell a reader who wrote, or how to reach them. A sign is a warning with its place in
the text as it was written; nothing is changed or refused, the person who vets the text decides.

Rules
- Text is folded character by character: NFKC (full-width, circled and styled forms), letters of other alphabets that
  look like Latin ones, case; invisible characters vanish. Each folded character remembers where it stood.
- A known word (seat, room, alias, name) is found with blanks or marks between its characters, and never inside a
  longer run of Latin letters and digits: room ``A1`` is not in ``A101``.
- Digits of telephone and identity numbers may be Chinese numerals.
- Where two signs overlap, the longer one is shown.

Never here: a list of real people. The caller that holds names gives them (a centre knows its own experts only).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from evalhub.core.codec import Record

Kind = Literal["seat", "room", "member", "name", "telephone", "identity-number"]

_LOOK_ALIKE = str.maketrans(
    "АВЕКМНОРСТХаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ—–‑−‐",
    "ABEKMHOPCTXaeopcyxijsABEZHIKMNOPTYXovp-----",
)
_NUMERALS = str.maketrans("〇零一二三四五六七八九幺两", "0012345678912")
_GAP = r"[\s\-_/.,·•、*#]*"
_LATIN = "[a-z0-9]"
_NUMBER = r"(?:[a-z]?[0-9]{1,4}(?:-[0-9]{1,3})?|[一二三四五六七八九十]{1,3})"
_SEAT_WORDS = "工位|机位|席位|座位|booth|seat|workstation"
_ROOM_WORDS = "评标室|评审室|评标间|房间|room"
_MEMBER_WORDS = "评委|成员|专家|组员|member|evaluator|expert"
_COUNTED = "(?![名位人个条项年%])"  # 专家3人 counts people and names nobody

_SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("seat", re.compile(f"(?:{_SEAT_WORDS}){_GAP}(?:编号|号|no)?{_GAP}{_NUMBER}|{_NUMBER}{_GAP}号?(?:{_SEAT_WORDS})")),
    ("room", re.compile(f"(?:{_ROOM_WORDS}){_GAP}(?:编号|号|no)?{_GAP}{_NUMBER}|{_NUMBER}{_GAP}号?(?:{_ROOM_WORDS})")),
    (
        "member",
        re.compile(f"(?:{_MEMBER_WORDS}){_GAP}(?:编号|号)?{_GAP}{_NUMBER}号?{_COUNTED}|{_NUMBER}号(?:{_MEMBER_WORDS})"),
    ),
)
_D = f"[0-9]{_GAP}"
_NUMBER_SHAPES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("identity-number", re.compile(rf"(?<![0-9])(?:{_D}){{17}}[0-9x](?![0-9a-z])")),
    ("telephone", re.compile(rf"(?<![0-9])(?:\+?86{_GAP})?1{_GAP}[3-9]{_GAP}(?:{_D}){{8}}[0-9](?![0-9])")),
    ("telephone", re.compile(r"(?<![0-9])\(?0[0-9]{2,3}\)?[\s-]*[2-8][0-9]{6,7}(?![0-9])")),
)


class Sign(Record):
    """One warning: characters ``start`` up to ``end`` of the text as written, and what they look like."""

    kind: Kind
    start: int
    end: int
    text: str


def scan(
    text: str,
    *,
    seats: Iterable[str] = (),
    rooms: Iterable[str] = (),
    members: Iterable[str] = (),
    names: Iterable[str] = (),
) -> tuple[Sign, ...]:
    """Signs in ``text``, in reading order, none overlapping.

    ``seats``: ids as the session has them (``wuhan/A101-02``; the booth's number alone is found too); ``rooms``: room
    numbers; ``members``: aliases; ``names``: people the caller knows. A word of one character is not looked for.
    """
    folded, places = fold(text)
    words: list[tuple[Kind, str]] = [("seat", seat) for seat in seats]
    words += [("seat", seat.rpartition("/")[2]) for _, seat in words]
    words += [("room", room) for room in rooms]
    words += [("member", alias) for alias in members]
    words += [("name", name) for name in names]
    found = [*_words(folded, words), *_shapes(folded)]
    return tuple(_longest(text, [(kind, places[start], places[end - 1] + 1) for kind, start, end in found]))


def fold(text: str) -> tuple[str, list[int]]:
    """The text made comparable, and for each of its characters the place in ``text`` it came from."""
    folded, places = [], []
    for place, char in enumerate(text):
        plain = unicodedata.normalize("NFKC", char).translate(_LOOK_ALIKE).casefold()
        for part in plain:
            if unicodedata.category(part) not in ("Cf", "Mn"):
                folded.append(part)
                places.append(place)
    return "".join(folded), places


Span = tuple[Kind, int, int]


def _words(folded: str, words: Iterable[tuple[Kind, str]]) -> Iterator[Span]:
    for kind, word in dict.fromkeys(words):
        letters = [char for char in fold(word)[0] if char.isalnum()]
        if len(letters) < 2:
            continue
        spaced = _GAP.join(map(re.escape, letters))
        for match in re.finditer(f"(?<!{_LATIN}){spaced}(?!{_LATIN})", folded):
            yield kind, match.start(), match.end()


def _shapes(folded: str) -> Iterator[Span]:
    digits = folded.translate(_NUMERALS)  # one character for one: places stay
    for searched, shapes in ((folded, _SHAPES), (digits, _NUMBER_SHAPES)):
        for kind, shape in shapes:
            for match in shape.finditer(searched):
                yield kind, match.start(), match.end()


def _longest(text: str, spans: list[Span]) -> list[Sign]:
    """Longer spans first; one that overlaps a span already kept is dropped."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s[1] - s[2], s[1], s[0] != "name")):
        if all(span[2] <= other[1] or other[2] <= span[1] for other in kept):
            kept.append(span)
    order = sorted(kept, key=lambda s: s[1])
    return [Sign(kind=kind, start=start, end=end, text=text[start:end]) for kind, start, end in order]
