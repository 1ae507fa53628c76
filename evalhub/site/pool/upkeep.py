"""What needs a look in a pool: titles that do not qualify, many specialties, twins, suspensions (R25, R82).

It reports; the centre decides and changes its file. Sources: 招标投标法 art 37 (eight years in the field, and
a senior title or an equal professional level). The six specialties are the mark that one district's clean-up
used. ``EIGHT_YEARS_CHECKED`` says what the report cannot know: a pool file has no years of work.
"""

from __future__ import annotations

from collections import defaultdict

from evalhub.core.codec import Record
from evalhub.core.rules.names import normalise_employer
from evalhub.site.pool.records import Expert, Pool

MANY_SPECIALTIES = 6
EIGHT_YEARS_CHECKED = False

_SENIOR_STARTS = ("高级", "正高级", "副高级", "教授级高级", "研究员级高级")
_SENIOR = frozenset(
    f"{rank}{post}"
    for rank in ("", "副")
    for post in ("教授", "研究员", "研究馆员", "编审", "译审", "主任医师", "主任护师", "主任药师", "主任技师")
)
_NO_TITLES = frozenset(("高级工", "高级技工", "高级技师"))  # skill grades, not professional titles
_EQUAL_STARTS = ("注册", "一级注册")


class Noted(Record):
    """One expert in one list of the report, and what was found."""

    id: str
    name: str
    found: str
    status: str


class Suspension(Record):
    """One suspended expert. ``until`` is empty when open-ended."""

    id: str
    name: str
    reason: str
    until: str


class UpkeepReport(Record):
    """``size`` experts; each list ascends by id. ``equal_level``: titles that a centre may take as equal to
    senior.

    ``twins``: groups of ids with one name and one employer (spelling apart).
    """

    size: int
    active: int
    unqualified: tuple[Noted, ...]
    equal_level: tuple[Noted, ...]
    many_specialties: tuple[Noted, ...]
    twins: tuple[tuple[str, ...], ...]
    suspended: tuple[Suspension, ...]
    eight_years_checked: bool = EIGHT_YEARS_CHECKED


def is_senior(title: str) -> bool:
    """True for a senior professional title (副高 and above), by its words.

    >>> is_senior("高级工程师"), is_senior("工程师"), is_senior("高级技工")
    (True, False, False)
    """
    return title not in _NO_TITLES and (title in _SENIOR or title.startswith(_SENIOR_STARTS))


def upkeep(pool: Pool) -> UpkeepReport:
    """The report over the whole pool."""
    experts = pool.experts
    not_senior = [one for one in experts if not is_senior(one.title)]
    return UpkeepReport(
        size=len(experts),
        active=sum(one.status == "active" for one in experts),
        unqualified=tuple(_noted(one, one.title) for one in not_senior if not _maybe_equal(one.title)),
        equal_level=tuple(_noted(one, one.title) for one in not_senior if _maybe_equal(one.title)),
        many_specialties=tuple(_noted(one, str(len(one.specialties))) for one in experts if _holds_many(one)),
        twins=_twins(experts),
        suspended=tuple(
            Suspension(id=one.id, name=one.name, reason=one.reason, until=one.until)
            for one in experts
            if one.status == "suspended"
        ),
    )


def _maybe_equal(title: str) -> bool:
    return title.startswith(_EQUAL_STARTS)


def _holds_many(expert: Expert) -> bool:
    return len(expert.specialties) >= MANY_SPECIALTIES


def _noted(expert: Expert, found: str) -> Noted:
    return Noted(id=expert.id, name=expert.name, found=found, status=expert.status)


def _twins(experts: tuple[Expert, ...]) -> tuple[tuple[str, ...], ...]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for expert in experts:
        groups[expert.name, normalise_employer(expert.employer)].append(expert.id)
    return tuple(tuple(ids) for ids in groups.values() if len(ids) > 1)
