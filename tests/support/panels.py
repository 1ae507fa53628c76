"""A review of clinics as a project: sizes and specialties by category, and nothing priced."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from evalhub.core.rules.panels import PanelCategory, PanelProfile, PanelSpecialty
from evalhub.core.rules.plan import Project
from evalhub.core.rules.prices import Unpriced
from support.world import small_project, text

replace = msgspec.structs.replace


def category(code: str = "dental", size: int = 5, **least: int) -> PanelCategory:
    wanted = tuple(PanelSpecialty(specialty=specialty, least=number) for specialty, number in least.items())
    return PanelCategory(code=code, title=text(code), size=size, specialties=wanted)


def panel_project(*categories: PanelCategory, chosen: str = "dental", size: int = 5) -> Project:
    """The small project as a review of clinics: no budget, no ceiling, no price."""
    project = small_project(size)
    factors = (replace(project.factors[0], highest=Decimal(90)), project.factors[1])
    return replace(
        project,
        project_class="panel",
        budget=Decimal(0),
        ceiling=Decimal(0),
        price=Unpriced(),
        price_points=Decimal(0),
        min_valid_bids=1,
        factors=factors,
        bidders=tuple(replace(bidder, price=Decimal(0)) for bidder in project.bidders),
        panel=PanelProfile(category=chosen, categories=categories or (category(),)),
    )
