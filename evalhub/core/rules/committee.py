"""What a lawful evaluation committee is (R10, R11): rules as data, each with its article.

A rule is a row of ``COMMITTEE_RULES``: for which classes of project it holds, in which named cases, which test with
which number it puts, which facts of the composition it looks at, and the article it comes from. The tests are the four
functions of ``_TESTS``, the cases the three of ``_CASES``; another rule is another row.

Rules are checked in integers (experts x 3 >= size x 2), never by a ratio. ``check_committee`` reports every
violation, so that whoever composes a committee sees all at once. ``composition`` asks again at every change of a seat.

Never here: who the members are, recusal (``draw``, ``names``), or anything about a particular province.
Sources: 招标投标法 art 37; 评标委员会和评标方法暂行规定 (12号令, 2013) art 9; 财政部令第87号 art 47; for
water works the rule is quoted at second hand. A panel (a review outside tendering law) has no statute: it
must only be odd, of three or more, so that a majority exists; that rule is evalhub's own and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal, get_args

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal

ProjectClass = Literal["works", "goods", "services", "government-goods", "government-services", "water", "panel"]
Case = Literal["large-budget", "complex", "concern"]
Test = Literal["adds-up", "odd", "at-least", "experts-two-thirds"]
Fact = Literal["size", "representatives", "experts", "project_class", "budget", "complex", "concern"]

LARGE_BUDGET = Decimal(10_000_000)  # yuan, 87号令 art 47 (1)
_TENDERS: tuple[ProjectClass, ...] = ("works", "goods", "services", "water")
_GOVERNMENT: tuple[ProjectClass, ...] = ("government-goods", "government-services")
_ALL: tuple[ProjectClass, ...] = get_args(ProjectClass)


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
    """One rule. ``code`` is stable (a Refusal's code); ``requirement``: its number in docs/requirements.md, or empty;
    ``cases``: it holds if any of them does (none named: always); ``inputs``: the facts it looks at; ``number``: of
    the test ``at-least``. The texts are what a person reads."""

    code: str
    requirement: str
    article_zh: str
    article_en: str
    classes: tuple[ProjectClass, ...]
    test: Test
    inputs: tuple[Fact, ...]
    text_zh: str
    text_en: str
    number: int = 0
    cases: tuple[Case, ...] = ()


class Violation(Record):
    """A rule that a profile breaks. ``needed`` and ``found`` fill the sentence."""

    code: str
    article_zh: str
    article_en: str
    needed: str
    found: str


_LAW = {
    "tender": (
        "《招标投标法》第三十七条；《评标委员会和评标方法暂行规定》第九条",
        "Tendering and Bidding Law, art 37; Order No. 12 (2013), art 9",
    ),
    "government": ("财政部令第87号第四十七条", "Ministry of Finance Order No. 87, art 47"),
    "water": (
        "《水利工程建设项目招标投标管理规定》",
        "Provisions on Tendering for Water Conservancy Works",
    ),
    "own": ("系统约定（无法定依据）", "rule of this system, without statute"),
}


def _rule(  # noqa: PLR0917 - a table reads better without six names a row
    code: str,
    law: str,
    classes: tuple[ProjectClass, ...],
    test: Test,
    inputs: tuple[Fact, ...],
    text: tuple[str, str],
    *,
    requirement: str = "",
    number: int = 0,
    cases: tuple[Case, ...] = (),
) -> CommitteeRule:
    return CommitteeRule(
        code=code, requirement=requirement, article_zh=_LAW[law][0], article_en=_LAW[law][1], classes=classes,
        test=test, inputs=inputs, text_zh=text[0], text_en=text[1], number=number, cases=cases,
    )  # fmt: skip


_SUM = ("代表与专家人数之和等于成员总数", "representatives and experts add up")
_ODD = ("委员会成员人数为单数", "the committee has an odd number of members")
_FIVE = ("委员会成员为五人以上", "the committee has at least five members")
_THREE = ("评审组成员为三人以上", "the panel has at least three members")
_EXPERTS = (
    "技术、经济等方面的专家不少于成员总数的三分之二",
    "experts are at least two thirds of the committee",
)
_SEVEN = ("委员会成员为七人以上单数", "the committee has an odd number of members, seven or more")
_SIZE: tuple[Fact, ...] = ("size",)
_SHARE: tuple[Fact, ...] = ("size", "experts")
_NAMED: tuple[Case, ...] = ("large-budget", "complex", "concern")
_SEVEN_INPUTS: tuple[Fact, ...] = ("size", "project_class", "budget", "complex", "concern")

COMMITTEE_RULES: tuple[CommitteeRule, ...] = (
    _rule("committee-sum", "own", _ALL, "adds-up", ("size", "representatives", "experts"), _SUM),
    _rule("committee-odd", "tender", _TENDERS, "odd", _SIZE, _ODD, requirement="R10"),
    _rule("committee-odd", "government", _GOVERNMENT, "odd", _SIZE, _ODD, requirement="R10"),
    _rule("committee-odd", "own", ("panel",), "odd", _SIZE, _ODD),
    _rule("committee-five", "tender", _TENDERS, "at-least", _SIZE, _FIVE, requirement="R10", number=5),
    _rule("committee-five", "government", _GOVERNMENT, "at-least", _SIZE, _FIVE, requirement="R10", number=5),
    _rule("committee-three", "own", ("panel",), "at-least", _SIZE, _THREE, number=3),
    _rule("committee-experts", "tender", _TENDERS, "experts-two-thirds", _SHARE, _EXPERTS, requirement="R10"),
    _rule("committee-experts", "government", _GOVERNMENT, "experts-two-thirds", _SHARE, _EXPERTS, requirement="R10"),
    _rule("committee-seven", "government", _GOVERNMENT, "at-least", _SEVEN_INPUTS, _SEVEN, requirement="R11", number=7,
          cases=_NAMED),
    _rule("committee-seven", "water", ("water",), "at-least", ("size", "project_class"), _SEVEN, requirement="R11",
          number=7),
)  # fmt: skip


# -- the tests and cases that rows name ----------------------------------------------------------------------------


def _adds_up(p: CommitteeProfile, _: int) -> tuple[str, str] | None:
    whole = p.representatives + p.experts
    lawful = p.size == whole and p.representatives >= 0 and p.experts >= 0
    return None if lawful else (str(p.size), f"{p.representatives}+{p.experts}")


def _odd(p: CommitteeProfile, _: int) -> tuple[str, str] | None:
    return None if p.size % 2 == 1 else ("odd", str(p.size))


def _at_least(p: CommitteeProfile, number: int) -> tuple[str, str] | None:
    return None if p.size >= number else (f">={number}", str(p.size))


def _two_thirds(p: CommitteeProfile, _: int) -> tuple[str, str] | None:
    return None if p.experts * 3 >= p.size * 2 else (f">={-(-p.size * 2 // 3)}", str(p.experts))


_TESTS: dict[Test, Callable[[CommitteeProfile, int], tuple[str, str] | None]] = {
    "adds-up": _adds_up,
    "odd": _odd,
    "at-least": _at_least,
    "experts-two-thirds": _two_thirds,
}
_CASES: dict[Case, Callable[[CommitteeProfile], bool]] = {
    "large-budget": lambda profile: profile.budget is not None and profile.budget >= LARGE_BUDGET,
    "complex": lambda profile: profile.complex,
    "concern": lambda profile: profile.concern,
}


# -- questions -----------------------------------------------------------------------------------------------------


def applicable(profile: CommitteeProfile) -> tuple[CommitteeRule, ...]:
    """The rules that hold for this kind of project and these cases, in the order of the table."""
    return tuple(
        rule
        for rule in COMMITTEE_RULES
        if profile.project_class in rule.classes
        and (not rule.cases or any(_CASES[case](profile) for case in rule.cases))
    )


def check_committee(profile: CommitteeProfile) -> tuple[Violation, ...]:
    """Every rule the composition breaks, in the order of the table; empty when it is lawful."""
    found = []
    for rule in applicable(profile):
        broken = _TESTS[rule.test](profile, rule.number)
        if broken:
            needed, seen = broken
            law = {"article_zh": rule.article_zh, "article_en": rule.article_en}
            found.append(Violation(code=rule.code, needed=needed, found=seen, **law))
    return tuple(found)


def require_committee(profile: CommitteeProfile) -> None:
    """Raise a ``Refusal`` for the first violation; its detail names the article and all broken codes."""
    violations = check_committee(profile)
    if violations:
        first = violations[0]
        codes = " ".join(violation.code for violation in violations)
        raise Refusal(first.code, article=first.article_zh, needed=first.needed, found=first.found, all=codes)
