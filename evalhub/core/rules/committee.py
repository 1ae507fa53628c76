"""What a lawful evaluation committee is (R10, R11): rules as data, each with its article.

Rules are checked in integers (experts x 3 >= size x 2), never by a ratio. ``check_committee`` reports every
violation, so that whoever composes a committee sees all at once. Check again at every change of a seat.

Never here: who the members are, recusal (``draw``, ``names``), or anything about a particular province.
Sources: 招标投标法 art 37; 评标委员会和评标方法暂行规定 (12号令, 2013) art 9; 财政部令第87号 art 47; for
water works the rule is quoted at second hand. A panel (a review outside tendering law) has no statute: it
must only be odd, of three or more, so that a majority exists; that rule is evalhub's own and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal

ProjectClass = Literal["works", "goods", "services", "government-goods", "government-services", "water", "panel"]
LARGE_BUDGET = Decimal(10_000_000)  # yuan, 87号令 art 47 (1)
_TENDERS = frozenset({"works", "goods", "services", "water"})
_GOVERNMENT = frozenset({"government-goods", "government-services"})


class CommitteeProfile(Record):
    """The composition to be judged. ``budget`` in yuan or None if unknown; ``complex``: technically complex;
    ``concern``: of high public concern (社会影响较大)."""

    size: int
    representatives: int
    experts: int
    project_class: ProjectClass
    budget: Decimal | None = None
    complex: bool = False
    concern: bool = False


class CommitteeRule(Record):
    """One rule. ``code`` is stable (a Refusal's code); the two texts are what a person reads."""

    code: str
    article_zh: str
    text_zh: str
    text_en: str


class Violation(Record):
    """A rule that a profile breaks. ``needed`` and ``found`` fill the sentence."""

    code: str
    article_zh: str
    needed: str
    found: str


_Test = Callable[[CommitteeProfile], tuple[str, str] | None]


def _odd(p: CommitteeProfile) -> tuple[str, str] | None:
    return None if p.size % 2 == 1 else ("odd", str(p.size))


def _least(number: int) -> _Test:
    def test(p: CommitteeProfile) -> tuple[str, str] | None:
        return None if p.size >= number else (f">={number}", str(p.size))

    return test


def _two_thirds(p: CommitteeProfile) -> tuple[str, str] | None:
    return None if p.experts * 3 >= p.size * 2 else (f">={-(-p.size * 2 // 3)}", str(p.experts))


def _sum(p: CommitteeProfile) -> tuple[str, str] | None:
    whole = p.representatives + p.experts
    lawful = p.size == whole and p.representatives >= 0 and p.experts >= 0
    return None if lawful else (str(p.size), f"{p.representatives}+{p.experts}")


def _government_seven(p: CommitteeProfile) -> bool:
    large = p.budget is not None and p.budget >= LARGE_BUDGET
    return p.project_class in _GOVERNMENT and (large or p.complex or p.concern)


def _rule(code: str, article_zh: str, text_zh: str, text_en: str) -> CommitteeRule:
    return CommitteeRule(code=code, article_zh=article_zh, text_zh=text_zh, text_en=text_en)


_TENDER_LAW = "《招标投标法》第三十七条；《评标委员会和评标方法暂行规定》第九条"
_GOVERNMENT_LAW = "财政部令第87号第四十七条"
_WATER_LAW = "《水利工程建设项目招标投标管理规定》"
_OWN = "系统约定（无法定依据）"


def _applies(classes: frozenset[str]) -> Callable[[CommitteeProfile], bool]:
    return lambda profile: profile.project_class in classes


_ODD = ("委员会成员人数为单数", "the committee has an odd number of members")
_FIVE = ("委员会成员为五人以上", "the committee has at least five members")
_EXPERTS = (
    "技术、经济等方面的专家不少于成员总数的三分之二",
    "experts are at least two thirds of the committee",
)
_SEVEN = ("委员会成员为七人以上单数", "the committee has an odd number of members, seven or more")

_TABLE: tuple[tuple[CommitteeRule, Callable[[CommitteeProfile], bool], _Test], ...] = (
    (_rule("committee-sum", _OWN, "代表与专家人数之和等于成员总数", "representatives and experts add up"),
     _applies(_TENDERS | _GOVERNMENT | {"panel"}), _sum),
    (_rule("committee-odd", _TENDER_LAW, *_ODD), _applies(_TENDERS), _odd),
    (_rule("committee-odd", _GOVERNMENT_LAW, *_ODD), _applies(_GOVERNMENT), _odd),
    (_rule("committee-odd", _OWN, *_ODD), _applies(frozenset({"panel"})), _odd),
    (_rule("committee-five", _TENDER_LAW, *_FIVE), _applies(_TENDERS), _least(5)),
    (_rule("committee-five", _GOVERNMENT_LAW, *_FIVE), _applies(_GOVERNMENT), _least(5)),
    (_rule("committee-three", _OWN, "评审组成员为三人以上", "the panel has at least three members"),
     _applies(frozenset({"panel"})), _least(3)),
    (_rule("committee-experts", _TENDER_LAW, *_EXPERTS), _applies(_TENDERS), _two_thirds),
    (_rule("committee-experts", _GOVERNMENT_LAW, *_EXPERTS), _applies(_GOVERNMENT), _two_thirds),
    (_rule("committee-seven", _GOVERNMENT_LAW, *_SEVEN), _government_seven, _least(7)),
    (_rule("committee-seven", _WATER_LAW, *_SEVEN), _applies(frozenset({"water"})), _least(7)),
)  # fmt: skip

COMMITTEE_RULES: tuple[CommitteeRule, ...] = tuple(rule for rule, _, _ in _TABLE)


def check_committee(profile: CommitteeProfile) -> tuple[Violation, ...]:
    """Every rule the composition breaks, in the order of the table; empty when it is lawful."""
    found = []
    for rule, applies, test in _TABLE:
        broken = test(profile) if applies(profile) else None
        if broken:
            needed, seen = broken
            found.append(Violation(code=rule.code, article_zh=rule.article_zh, needed=needed, found=seen))
    return tuple(found)


def require_committee(profile: CommitteeProfile) -> None:
    """Raise a ``Refusal`` for the first violation; its detail names the article and all broken codes."""
    violations = check_committee(profile)
    if violations:
        first = violations[0]
        codes = " ".join(violation.code for violation in violations)
        raise Refusal(first.code, article=first.article_zh, needed=first.needed, found=first.found, all=codes)
