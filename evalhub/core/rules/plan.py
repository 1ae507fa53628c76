"""What is evaluated (project) and how two or more centres agree to do it (plan).

A ``Project`` comes from the procuring entity and never changes once evaluation starts: criteria come only from the
tender document (招标投标法实施条例 art 49). A ``Plan`` adds who supplies which experts and which rooms; host and
guests sign it, and every later message cites its digest. ``problems`` names every mistake of a project, not the first.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.ledger.times import parse_time
from evalhub.core.rules.basic import (
    Code,
    HexDigest,
    LongText,
    Name,
    Ocid,
    Problem,
    SessionId,
    ShortText,
    Specialty,
    Stamp,
    Text2,
)
from evalhub.core.rules.bid_prices import figure_problems, key_problems, rate_problems
from evalhub.core.rules.committee import CommitteeProfile, ProjectClass, check_committee
from evalhub.core.rules.conduct import Conduct
from evalhub.core.rules.criteria import Adjustment, ExaminationItem, Factor, Part
from evalhub.core.rules.methods import method_problems
from evalhub.core.rules.panels import PanelProfile, profile_problems, uncovered
from evalhub.core.rules.prices import PricedBid, PriceFormula, Unpriced, check_formula, extremes, score_prices
from evalhub.core.rules.prices.correction import BidFigures, Law
from evalhub.core.rules.prices.low_bids import LowBidRule
from evalhub.core.rules.prices.rounding import Mode, Rounding
from evalhub.core.rules.thresholds import Verification, mistakes
from evalhub.core.rules.working_days import WorkCalendar, calendar_problems
from evalhub.core.sealing.keys import PublicJwk

__all__ = [
    "Code",
    "ExaminationItem",
    "Factor",
    "HexDigest",
    "LongText",
    "Name",
    "Part",
    "Problem",
    "ProjectClass",
    "SessionId",
    "ShortText",
    "Specialty",
    "Stamp",
    "Text2",
]  # words of ``basic`` and ``criteria``, read from here too


class BidFile(Record):
    """A bid document as opened: the name shown, SHA-256 and length in bytes."""

    name: ShortText
    sha256: HexDigest
    length: Annotated[int, Meta(ge=1)]


class Bidder(Record, omit_defaults=True):
    """A tenderer admitted at bid opening. ``price`` in CNY as read out; 0 where nothing is priced (a panel).

    ``figures``: what else the bid says of its price; ``key``: signs the bidder's answers (``evalhub bidder keygen``).
    """

    code: Code
    name: ShortText
    file: BidFile
    price: Decimal = Decimal(0)
    figures: BidFigures | None = None
    key: PublicJwk | None = None


class Aggregation(Record):
    """How members' scores become one (F-9). ``trim_min_members`` 0 means never trim; ``places`` and ``mode`` round each
    part and total."""

    trim_min_members: Annotated[int, Meta(ge=0, le=99)] = 0
    trim_scope: Literal["item", "part", "total"] = "total"
    places: Annotated[int, Meta(ge=0, le=6)] = 2
    mode: Mode = "half-up"

    def rounding(self) -> Rounding:
        """The declared rounding."""
        return Rounding(places=self.places, mode=self.mode)


class ClarificationRule(Record):
    """How questions go out: whether oversight vets them too (R57), and minutes to answer unless the host says other."""

    oversight_vets: bool = False
    minutes: Annotated[int, Meta(ge=1, le=6000)] = 30


class CommitteeRequest(Record):
    """Size and case of the committee: which of R10–R12 apply follows from it. ``complex``: technically complex;
    ``concern``: of high public concern."""

    size: Annotated[int, Meta(ge=1, le=99)]
    representatives: Annotated[int, Meta(ge=0, le=33)] = 0
    complex: bool = False
    concern: bool = False


Method = Literal["comprehensive", "lowest-price", "reasonable-low-price"]


class Project(Record):
    """The evaluation's whole input, as the tender document fixes it. Prices, ceiling and estimate (标底) in CNY; 0 in a
    panel. ``ocid``: the process's identifier where it is published by the Open Contracting Data Standard."""

    code: Code
    title: Text2
    procuring_entity: ShortText
    agent: ShortText
    project_class: ProjectClass
    committee: CommitteeRequest
    bidders: tuple[Bidder, ...]
    examination: tuple[ExaminationItem, ...]
    factors: tuple[Factor, ...]
    price: PriceFormula
    price_points: Decimal
    stage_minutes: Annotated[int, Meta(ge=1, le=6000)]
    method: Method = "comprehensive"
    aggregation: Aggregation = Aggregation()
    verification: Verification = Verification()
    min_valid_bids: Annotated[int, Meta(ge=1, le=99)] = 3
    panel: PanelProfile | None = None
    budget: Decimal = Decimal(0)
    ceiling: Decimal = Decimal(0)
    clarification: ClarificationRule = ClarificationRule()
    low_bids: LowBidRule = LowBidRule()
    estimate: Decimal | None = None
    ocid: Ocid = ""
    adjustments: tuple[Adjustment, ...] = ()
    regime: Literal["class", "tendering", "government"] = "class"
    deliberation: Literal["needed", "always"] = "needed"


class Stratum(Record):
    """One line of a draw request: so many experts of one specialty, and how many reserves to call."""

    code: Code
    specialty: Specialty
    need: Annotated[int, Meta(ge=1, le=99)]
    reserves: Annotated[int, Meta(ge=0, le=99)] = 0


class Room(Record):
    """An evaluation room and its numbered booths; each centre numbers its own, uniquely (room A101: A101-01 …)."""

    name: Code
    booths: tuple[Code, ...]


class Share(Record):
    """What one centre brings: the strata drawn from its own pool."""

    centre: Name
    strata: tuple[Stratum, ...]

    def seats(self) -> int:
        """Members this centre supplies."""
        return sum(stratum.need for stratum in self.strata)


class Window(Record):
    """The agreed time window, hub time; nobody can redeem a ticket outside it (CTS-EBS01 A-156)."""

    opens: Stamp
    closes: Stamp


class Plan(Record):
    """The host's proposal. Guests add rooms when they accept. ``shares`` lists the host first, then each guest;
    ``calendar`` says which days are worked, for terms in working days; ``conduct`` how interruptions are dealt with."""

    revision: Annotated[int, Meta(ge=1)]
    project: Project
    shares: tuple[Share, ...]
    host_rooms: tuple[Room, ...]
    window: Window
    calendar: WorkCalendar = WorkCalendar()
    conduct: Conduct = Conduct()

    def digest(self) -> str:
        """SHA-256 of the canonical plan, lower-case hex."""
        return hashlib.sha256(canonical(self)).hexdigest()

    def guests(self) -> tuple[str, ...]:
        """Names of the guest centres."""
        return tuple(share.centre for share in self.shares[1:])

    def share_of(self, centre: str) -> Share:
        """The share of one centre; KeyError if it has none."""
        for share in self.shares:
            if share.centre == centre:
                return share
        raise KeyError(centre)


def problems(project: Project) -> tuple[Problem, ...]:
    """Every rule the project file breaks, in file order; empty when it may be evaluated."""
    return (
        *_duplicates(project),
        *_committee_problems(project),
        *_panel_problems(project),
        *_regime_problems(project),
        *_bid_problems(project),
        *method_problems(project),
        *_threshold_problems(project),
        *_price_problems(project),
        *_figure_problems(project),
    )


def plan_problems(plan: Plan) -> tuple[Problem, ...]:
    """Mistakes of a plan: those of its project, and shares or rooms that do not fit."""
    return (
        *problems(plan.project),
        *share_problems(plan.project, plan.shares),
        *_window_problems(plan),
        *room_problems(plan.host_rooms, "host_rooms"),
        *calendar_problems(plan.calendar, "calendar"),
    )


def room_problems(rooms: tuple[Room, ...], path: str) -> Iterator[Problem]:
    """Rooms are named once and hold at least one booth; a booth number (``A101-02``) is unique in its centre."""
    if not rooms:
        yield Problem(path=path, code="no-rooms")
    yield from _twice(f"{path}[*].name", [room.name for room in rooms])
    for index, room in enumerate(rooms):
        if not room.booths:
            yield Problem(path=f"{path}[{index}].booths", code="no-booths", found=room.name)
    yield from _twice(f"{path}[*].booths", [booth for room in rooms for booth in room.booths])


def _twice(path: str, values: list[str]) -> Iterator[Problem]:
    for value, count in Counter(values).items():
        if count > 1:
            yield Problem(path=path, code="duplicate", found=value)


def _duplicates(project: Project) -> Iterator[Problem]:
    yield from _twice("bidders[*].code", [bidder.code for bidder in project.bidders])
    yield from _twice("bidders[*].name", [bidder.name for bidder in project.bidders])
    yield from _twice("examination[*].code", [item.code for item in project.examination])
    yield from _twice("factors[*].code", [factor.code for factor in project.factors])
    yield from _twice("adjustments[*].code", [one.code for one in project.adjustments])


def profile_of(project: Project) -> CommitteeProfile:
    """The committee that a project asks for, as the rules judge it."""
    committee = project.committee
    return CommitteeProfile(
        size=committee.size,
        representatives=committee.representatives,
        experts=committee.size - committee.representatives,
        project_class=project.project_class,
        budget=project.budget if _is_money(project.budget) else None,
        complex=committee.complex,
        concern=committee.concern,
    )


def _committee_problems(project: Project) -> Iterator[Problem]:
    for one in check_committee(profile_of(project)):
        law = {"law_zh": one.article_zh, "law_en": one.article_en}
        yield Problem(path="committee.size", code=one.code, found=one.found, **law)


def _panel_problems(project: Project) -> Iterator[Problem]:
    """A panel has a profile and no prices; nothing else has either."""
    unpriced = isinstance(project.price, Unpriced)
    if project.project_class != "panel":
        if project.panel is not None:
            yield Problem(path="panel", code="panel-only", found=project.project_class)
        if unpriced:
            yield Problem(path="price.formula", code="price-needed", found=project.project_class)
        return
    if not unpriced:
        yield Problem(path="price.formula", code="panel-priced", found=str(project.price.__struct_config__.tag))
    if project.panel is None:
        yield Problem(path="panel", code="missing")
    else:
        yield from profile_problems(project.panel, project.committee.size)


def _regime_problems(project: Project) -> Iterator[Problem]:
    if project.regime == "tendering" and project.project_class.startswith("government-"):
        yield Problem(path="regime", code="regime-not-class", found=project.project_class)


def _bid_problems(project: Project) -> Iterator[Problem]:
    if len(project.bidders) < project.min_valid_bids:
        yield Problem(path="bidders", code="too-few-bids", found=str(len(project.bidders)))
    amounts = [(f"bidders[{index}].price", bidder.price) for index, bidder in enumerate(project.bidders)]
    amounts += [("budget", project.budget), ("ceiling", project.ceiling)]
    amounts += [("estimate", project.estimate)] if project.estimate is not None else []
    for path, amount in amounts:
        if isinstance(project.price, Unpriced):
            if amount != 0:
                yield Problem(path=path, code="panel-priced", found=str(amount))
        elif not _is_money(amount):
            yield Problem(path=path, code="not-an-amount", found=str(amount))


def _is_money(amount: Decimal) -> bool:
    """A positive amount with at most two decimal places, below a million million."""
    if not amount.is_finite() or not 0 < amount < 10**12:
        return False
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and -2 <= exponent <= 0


def _threshold_problems(project: Project) -> Iterator[Problem]:
    for path, found in mistakes(project.verification):
        yield Problem(path=f"verification.{path}", code="bad-value", found=found)


def _price_problems(project: Project) -> Iterator[Problem]:
    """Score the opened prices with every corner of what may be drawn: a formula that cannot be computed must not be
    found out after the opening."""
    amounts = (project.ceiling, project.estimate or project.ceiling, *(bidder.price for bidder in project.bidders))
    if isinstance(project.price, Unpriced) or not all(map(_is_money, amounts)):
        return
    bids = [PricedBid(bidder=bidder.code, price=bidder.price) for bidder in project.bidders]
    try:
        check_formula(project.price)
        for drawn in extremes(project.price, [bid.bidder for bid in bids]):
            score_prices(
                project.price,
                bids,
                points=project.price_points,
                ceiling=project.ceiling,
                estimate=project.estimate,
                drawn=drawn,
                technical=dict.fromkeys((bid.bidder for bid in bids), Decimal(1)),
            )
    except Refusal as refusal:
        parameter = refusal.detail.get("parameter", "")
        where = f"price.{parameter}" if parameter else "price"
        yield Problem(path=where, code=refusal.code, found=refusal.detail.get("found", ""))


def law_of(project: Project) -> Law:
    """The law that prices are under: 财政部令第87号, or the Tendering Law and what stands on it."""
    return "government" if project.project_class.startswith("government-") else "tendering"


def _figure_problems(project: Project) -> Iterator[Problem]:
    """Figures are compared once, so that nothing impossible is found out after the opening."""
    for index, bidder in enumerate(project.bidders):
        if bidder.figures is not None and _is_money(bidder.price):
            yield from figure_problems(f"bidders[{index}].figures", bidder.price, bidder.figures)
        if bidder.key is not None:
            yield from key_problems(f"bidders[{index}].key", bidder.key)
    yield from rate_problems("low_bids", project.low_bids, law_of(project))


def share_problems(project: Project, shares: tuple[Share, ...]) -> Iterator[Problem]:
    """Shares that do not bring the project's committee: a guest at least, its size, the specialties of a panel."""
    yield from _twice("shares[*].centre", [share.centre for share in shares])
    if len(shares) < 2:
        yield Problem(path="shares", code="no-guest")
    supplied = sum(share.seats() for share in shares)
    if supplied + project.committee.representatives != project.committee.size:
        yield Problem(path="shares", code="shares-not-committee", found=str(supplied))
    if project.panel is not None and (category := project.panel.chosen()) is not None:
        yield from uncovered(category, _drawn_by_specialty(shares))
    for index, share in enumerate(shares):
        yield from _twice(f"shares[{index}].strata[*].code", [stratum.code for stratum in share.strata])
        if not share.strata:
            yield Problem(path=f"shares[{index}].strata", code="no-strata", found=share.centre)


def _window_problems(plan: Plan) -> Iterator[Problem]:
    if not _moments(plan.window):
        yield Problem(path="window", code="bad-value")
    elif plan.window.closes <= plan.window.opens:
        yield Problem(path="window", code="window-empty")


def _drawn_by_specialty(shares: tuple[Share, ...]) -> Counter[str]:
    found: Counter[str] = Counter()
    for share in shares:
        for stratum in share.strata:
            found[stratum.specialty] += stratum.need
    return found


def _moments(window: Window) -> bool:
    """Both ends are moments of the calendar, not merely digits in the right places."""
    try:
        return parse_time(window.opens) >= 0 and parse_time(window.closes) >= 0
    except Malformed:
        return False
