"""Panels: reviews by drawn experts that are no tender, such as the registration of clinics. Profiles are data.

A profile says for each category of what is reviewed how large its panel is and which specialties must sit on it. The
project names its category; the committee then has that size, and the strata that the centres draw cover the
specialties. Nothing in a panel has a price (formula ``none``).

Never here: a list of real categories (the profile in the project file is the only one), the committee's general rules
(``committee``). A panel has no statute; the profile is the order of whoever convenes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated

from msgspec import Meta

from evalhub.core.codec import Record
from evalhub.core.rules.basic import Code, Problem, Specialty, Text2
from evalhub.core.rules.committee import CommitteeProfile, check_committee

Seats = Annotated[int, Meta(ge=1, le=99)]


class PanelSpecialty(Record):
    """So many members, or more, of one specialty (or of one below it in the classification)."""

    specialty: Specialty
    least: Seats


class PanelCategory(Record):
    """One category of what is reviewed: the size of its panel, and who must sit on it."""

    code: Code
    title: Text2
    size: Seats
    specialties: tuple[PanelSpecialty, ...] = ()


class PanelProfile(Record):
    """All categories, and the one that this review is about."""

    category: Code
    categories: tuple[PanelCategory, ...]

    def chosen(self) -> PanelCategory | None:
        """The category of this review, if it is listed."""
        return next((one for one in self.categories if one.code == self.category), None)


def profile_problems(profile: PanelProfile, committee: int) -> Iterator[Problem]:
    """Mistakes of a profile, and a committee of another size than its category asks for."""
    for code, count in Counter(one.code for one in profile.categories).items():
        if count > 1:
            yield Problem(path="panel.categories[*].code", code="duplicate", found=code)
    for index, category in enumerate(profile.categories):
        yield from _category_problems(category, f"panel.categories[{index}]")
    chosen = profile.chosen()
    if chosen is None:
        yield Problem(path="panel.category", code="panel-category", found=profile.category)
    elif chosen.size != committee:
        yield Problem(path="committee.size", code="panel-size", found=f"{committee} ({chosen.code}: {chosen.size})")


def uncovered(category: PanelCategory, drawn: Mapping[str, int]) -> Iterator[Problem]:
    """Specialties that the strata do not cover. ``drawn``: members by specialty, over all centres.

    The longest code is served first: codes are a tree, so no other order could cover more.
    """
    left = dict(drawn)
    for wanted in sorted(category.specialties, key=lambda one: (-len(one.specialty), one.specialty)):
        covered = sum(_take(left, wanted.specialty, wanted.least))
        if covered < wanted.least:
            found = f"{wanted.specialty} {covered} < {wanted.least}"
            yield Problem(path="shares", code="panel-specialty", found=found)


def _take(left: dict[str, int], specialty: str, most: int) -> Iterator[int]:
    for code in sorted(left):
        if code.startswith(specialty):
            taken = min(left[code], most)
            left[code] -= taken
            most -= taken
            yield taken


def _category_problems(category: PanelCategory, path: str) -> Iterator[Problem]:
    size = category.size
    judged = CommitteeProfile(size=size, representatives=0, experts=size, project_class="panel")
    for one in check_committee(judged):
        law = {"law_zh": one.article_zh, "law_en": one.article_en}
        yield Problem(path=f"{path}.size", code=one.code, found=one.found, **law)
    for specialty, count in Counter(one.specialty for one in category.specialties).items():
        if count > 1:
            yield Problem(path=f"{path}.specialties[*].specialty", code="duplicate", found=specialty)
    wanted = sum(one.least for one in category.specialties)
    if wanted > size:
        yield Problem(path=f"{path}.specialties", code="panel-too-small", found=f"{wanted} > {size}")
