"""Amounts written in Chinese capitals (大写金额): 壹仟肆佰零玖元伍角 → 1409.50.

Rules
- Capitals, their older and everyday forms are read; 人民币 before and 整 or 正 after may stand or be missing.
- The writing must be that of 《支付结算办法》 annex 1 (银发〔1997〕393号): one for each amount, but for the 零 it
  leaves free. Else 壹仟伍元 could be 1005 or 1500. A writing that differs is refused and the right one is named.

Never here: amounts of a million million and more, or below one fen.
"""

from __future__ import annotations

import re
from decimal import Decimal

from evalhub.core.errors import Refusal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_TENS = ("", "拾", "佰", "仟")
_SAME = {
    "零": "〇", "壹": "一弌", "贰": "二貳弍两", "叁": "三叄叁參", "肆": "四", "伍": "五", "陆": "六陸", "柒": "七",
    "捌": "八", "玖": "九", "拾": "十", "佰": "百", "仟": "千", "万": "萬", "亿": "億", "元": "圆圓块", "角": "毛",
    "整": "正", "": " \u3000,，",
}  # fmt: skip
_PLAIN = {ord(other): char for char, others in _SAME.items() for other in others}
_PREFIX = re.compile("^(人民币|RMB|CNY|¥|￥)[:：]?")
_LARGE = {"亿": 10**8, "万": 10**4, "元": 1}
_SMALL = {"拾": 10, "佰": 100, "仟": 1000}
_FEN = {"角": 10, "分": 1}
LIMIT = 10**12


def amount_in_words(text: str) -> Decimal:
    """The amount in yuan, two decimals. Raises ``Refusal``: words-unknown (a character), words-order (digits or units
    that make no number), words-spelling (a number, but written otherwise than the annex wants it)."""
    plain = _PREFIX.sub("", text.translate(_PLAIN)).removesuffix("整")
    fen = _read(plain)
    if not 0 < fen < LIMIT * 100:
        raise Refusal("words-order", found=text, place=len(plain))
    if not re.fullmatch(_pattern(fen), plain):
        raise Refusal("words-spelling", found=text, expected=in_words(Decimal(fen).scaleb(-2)))
    return Decimal(fen).scaleb(-2)


def in_words(amount: Decimal) -> str:
    """An amount in yuan (two decimals, below a million million) as the annex writes it, with every 零 it allows
    left out."""
    fen = int(amount.scaleb(2))
    return _pattern(fen).replace("零?", "").replace("?", "") + ("" if fen % 10 else "整")


def _read(plain: str) -> int:
    """The number in fen, the 零 disregarded; where they must stand is for ``_pattern``."""
    reader = _Reader()
    for place, char in enumerate(plain):
        if not any(char in known for known in (_DIGITS, _SMALL, _LARGE, _FEN)):
            raise Refusal("words-unknown", found=char, place=place + 1)
        if not reader.take(char):
            raise Refusal("words-order", found=char, place=place + 1)
    if reader.section or reader.digit:
        raise Refusal("words-order", found=plain[-1], place=len(plain))
    return reader.fen


class _Reader:
    """What has been read so far. ``take`` says whether the next character may stand there."""

    def __init__(self) -> None:
        self.fen = self.section = self.digit = 0
        self.large = LIMIT * 10  # value in fen of the last large unit; they descend
        self.small = 10**4  # the last 拾, 佰 or 仟 of the section; they descend too

    def take(self, char: str) -> bool:
        if char in _DIGITS:
            allowed = not self.digit or char == "零"
            self.digit = self.digit or _DIGITS.index(char)
            return allowed
        if char in _SMALL:
            return self._take_small(_SMALL[char], leads=char == "拾" and not self.section)
        return self._take_large(_LARGE[char] * 100) if char in _LARGE else self._take_fen(_FEN[char])

    def _take_small(self, unit: int, *, leads: bool) -> bool:
        """拾 may stand without 壹 where a section begins."""
        allowed = unit < self.small and bool(self.digit or leads)
        self.section, self.digit, self.small = self.section + (self.digit or 1) * unit, 0, unit
        return allowed

    def _take_large(self, unit: int) -> bool:
        allowed = unit < self.large and bool(self.section or self.digit or (self.fen and unit == 100))
        self.fen += (self.section + self.digit) * unit
        self.section, self.digit, self.small, self.large = 0, 0, 10**4, unit
        return allowed

    def _take_fen(self, unit: int) -> bool:
        allowed = unit < self.large and not self.section and self.digit > 0
        self.fen, self.digit, self.large = self.fen + self.digit * unit, 0, unit
        return allowed


def _pattern(fen: int) -> str:
    """Every right writing of the amount, as a regular expression made of characters and ``?`` only."""
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    written = _integer(yuan) + "元" if yuan else ""
    if jiao:
        written += "零?" if yuan and yuan % 10 == 0 else ""
        written += _DIGITS[jiao] + "角"
    elif rest and yuan:
        written += "零"
    return written + (_DIGITS[rest] + "分" if rest else "")


def _integer(yuan: int) -> str:
    written = ""
    for name, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        section = yuan // size % 10**4
        if not section:
            continue
        if written:
            before = yuan // (size * 10**4)
            written += "零" if section < 1000 else "零?" if before % 10 == 0 else ""
        written += _section(section) + name
    return "壹?" + written[1:] if written.startswith("壹拾") else written


def _section(number: int) -> str:
    """Below ten thousand: 零 once for each gap, none at the end."""
    written, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + _TENS[power]
        gap = not digit
    return written
