"""Employer names made comparable: recusal by employer (R15) and "same unit" (R20) must not hang on spelling.

Rules
- Compatibility forms are folded (NFKC: full-width letters, （ ）), case and punctuation dropped.
- Legal-form words are dropped from the end only: 有限公司, 股份有限公司, 集团, Co., Ltd. … Words inside stay.
- A branch (…有限公司武汉分公司) is the same unit as its parent, because a branch is no legal person (mem).
  The parent must be recognisable by its own form (公司, 事务所, 研究院, 设计院); else nothing is cut.
- A subsidiary is another legal person and stays different, and so does a region in the name.
- At least two characters always remain; an empty name equals nothing, not even another empty name.

Never here: a list of real firms, fuzzy matching, or a decision. A match is logged as ``recused:employer``.
"""

from __future__ import annotations

import re
import unicodedata

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_HAN_FORMS = (
    *("特殊普通合伙", "普通合伙", "有限合伙"),
    *("有限责任公司", "责任有限公司", "有限公司", "股份公司", "集团公司", "总公司", "公司", "股份", "集团"),
)
_LATIN_FORMS = frozenset(
    (
        *("co", "company", "ltd", "limited", "inc", "incorporated", "corp", "corporation"),
        *("llc", "llp", "lp", "plc", "gmbh", "ag", "sa", "bv", "nv", "srl", "spa", "pte", "pty"),
        *("group", "holding", "holdings"),
    )
)
_BRANCH = re.compile(
    r"^(?P<parent>.{2,}(?:公司|事务所(?:特殊普通合伙|普通合伙)?|研究院|设计院))"
    r".*?(?:分公司|分院|分所|分部|办事处)$"
)
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_NOISE = re.compile(r"[\W_]+")
_NOISE_BY_HAN = re.compile(rf"(?<=[{_HAN}])[\W_]+|[\W_]+(?=[{_HAN}])")
_LEAST = 2


def same_employer(a: str, b: str) -> bool:
    """True if both names mean one unit. An empty or unreadable name is never the same as anything."""
    left = normalise_employer(a)
    return bool(left) and left == normalise_employer(b)


def normalise_employer(name: str) -> str:
    """The comparable form of an employer's name; applying it again changes nothing.

    >>> normalise_employer("武汉建工集团有限公司（武汉）") == normalise_employer("武汉建工集团有限公司(武汉)")
    True
    >>> normalise_employer("Example Works Co., Ltd.")
    'exampleworks'
    """
    while (shorter := _once(name)) != name:
        name = shorter
    return name


def _once(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    folded = _DOTTED.sub(lambda found: found.group().replace(".", ""), folded)
    folded = _NOISE_BY_HAN.sub("", folded)
    words = _without_latin_forms([word for word in _NOISE.split(folded) if word])
    return _without_han_forms(_parent("".join(words)))


def _without_latin_forms(words: list[str]) -> list[str]:
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in _LATIN_FORMS and sum(map(len, words[:-1])) >= _LEAST:
        words = words[:-1]
    return words


def _parent(name: str) -> str:
    found = _BRANCH.match(name)
    return found["parent"] if found else name


def _without_han_forms(name: str) -> str:
    if name.endswith(("分公司", "子公司")):
        return name
    for tail in _HAN_FORMS:
        if name.endswith(tail) and len(name) - len(tail) >= _LEAST:
            return name[: -len(tail)]
    return name
