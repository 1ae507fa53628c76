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
from evalhub.core.rules.committee import CommitteeProfile, check_committee
from evalhub.core.rules.prices import PricedBid, PriceFormula, score_prices

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}\Z")]  # a centre or oversight body
SessionId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{2,47}\Z")]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z")]
Specialty = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{0,6}\Z")]  # national classification, 发改法规〔2018〕316号
HexDigest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
ShortText = Annotated[str, Meta(min_length=1, max_length=200)]
LongText = Annotated[str, Meta(min_length=1, max_length=4000)]
Stamp = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")]

Part = Literal["technical", "business"]


class Text2(Record):
    """One text in both languages; Chinese is the authoritative one."""

    zh: LongText
    en: LongText


class BidFile(Record):
    """A bid document as opened: the name shown, SHA-256 and length in bytes."""

    name: ShortText
    sha256: HexDigest
    length: Annotated[int, Meta(ge=1)]


class Bidder(Record):
    """A tenderer admitted at bid opening. ``price`` in CNY as read out."""

    code: Code
    name: ShortText
    price: Decimal
    file: BidFile


class ExaminationItem(Record):
    """One pass/fail item of the preliminary examination, with the ground on which failing it rejects a bid."""

    code: Code
    group: Literal["formal", "qualification", "responsiveness"]
    title: Text2
    ground: Text2


class Factor(Record):
    """One scored criterion. Scores run from ``lowest`` to ``highest`` in multiples of ``step``.

    Objective factors must get the same score from every member (财政部令第87号 art 64(3)).
    """

    code: Code
    part: Part
    kind: Literal["subjective", "objective"]
    title: Text2
    criterion: Text2
    highest: Decimal
    lowest: Decimal = Decimal(0)
    step: Decimal = Decimal("0.5")


class Aggregation(Record):
    """How members' scores become one (F-9). ``trim_min_members`` 0 means never trim."""

    trim_min_members: Annotated[int, Meta(ge=0, le=99)] = 0
    trim_scope: Literal["item", "part", "total"] = "total"
    places: Annotated[int, Meta(ge=0, le=6)] = 2


class CommitteeRequest(Record):
    """Size and case of the committee: which of R10–R12 apply follows from it."""

    size: Annotated[int, Meta(ge=1, le=99)]
    representatives: Annotated[int, Meta(ge=0, le=33)] = 0
    complex: bool = False


ProjectClass = Literal["works", "goods", "services", "government-goods", "government-services", "water", "panel"]


class Project(Record):
    """The evaluation's whole input, as the tender document fixes it. Prices and ceiling in CNY."""

    code: Code
    title: Text2
    procuring_entity: ShortText
    agent: ShortText
    project_class: ProjectClass
    budget: Decimal
    ceiling: Decimal
    committee: CommitteeRequest
    bidders: tuple[Bidder, ...]
    examination: tuple[ExaminationItem, ...]
    factors: tuple[Factor, ...]
    price: PriceFormula
    price_points: Decimal
    stage_minutes: Annotated[int, Meta(ge=1, le=6000)]
    method: Literal["comprehensive"] = "comprehensive"
    aggregation: Aggregation = Aggregation()
    min_valid_bids: Annotated[int, Meta(ge=1, le=99)] = 3


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
    """The host's proposal. Guests add rooms when they accept. ``shares`` lists the host first, then each guest."""

    revision: Annotated[int, Meta(ge=1)]
    project: Project
    shares: tuple[Share, ...]
    host_rooms: tuple[Room, ...]
    window: Window

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


class Problem(Record):
    """One mistake: where in the file (path), a stable code, and what was found."""

    path: str
    code: str
    found: str = ""


def problems(project: Project) -> tuple[Problem, ...]:
    """Every rule the project file breaks, in file order; empty when it may be evaluated."""
    return (
        *_duplicates(project),
        *_committee_problems(project),
        *_bid_problems(project),
        *_factor_problems(project),
        *_price_problems(project),
    )


def plan_problems(plan: Plan) -> tuple[Problem, ...]:
    """Mistakes of a plan: those of its project, and shares or rooms that do not fit."""
    return (*problems(plan.project), *_share_problems(plan), *room_problems(plan.host_rooms, "host_rooms"))


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


def _committee_problems(project: Project) -> Iterator[Problem]:
    committee = project.committee
    profile = CommitteeProfile(
        size=committee.size,
        representatives=committee.representatives,
        experts=committee.size - committee.representatives,
        project_class=project.project_class,
        budget=project.budget if _is_money(project.budget) else None,
        complex=committee.complex,
    )
    for violation in check_committee(profile):
        yield Problem(path="committee.size", code=violation.code, found=str(committee.size))
    if committee.representatives:
        yield Problem(
            path="committee.representatives", code="representatives-unsupported", found=str(committee.representatives)
        )


def _bid_problems(project: Project) -> Iterator[Problem]:
    if len(project.bidders) < project.min_valid_bids:
        yield Problem(path="bidders", code="too-few-bids", found=str(len(project.bidders)))
    for index, bidder in enumerate(project.bidders):
        if not _is_money(bidder.price):
            yield Problem(path=f"bidders[{index}].price", code="not-an-amount", found=str(bidder.price))
    for field, amount in (("budget", project.budget), ("ceiling", project.ceiling)):
        if not _is_money(amount):
            yield Problem(path=field, code="not-an-amount", found=str(amount))


def _is_money(amount: Decimal) -> bool:
    """A positive amount with at most two decimal places, below a million million."""
    if not amount.is_finite() or not 0 < amount < 10**12:
        return False
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and -2 <= exponent <= 0


def _factor_problems(project: Project) -> Iterator[Problem]:
    if not project.examination:
        yield Problem(path="examination", code="no-items")
    if not project.factors:
        yield Problem(path="factors", code="no-items")
    for index, factor in enumerate(project.factors):
        if code := _factor_mistake(factor):
            yield Problem(path=f"factors[{index}]", code=code, found=factor.code)
    points = (*(factor.highest for factor in project.factors), project.price_points)
    if not all(number.is_finite() and 0 <= number <= 100 for number in points):
        yield Problem(path="factors", code="points-not-100")
    elif sum(points) != 100:
        yield Problem(path="factors", code="points-not-100", found=str(sum(points)))


def _price_problems(project: Project) -> Iterator[Problem]:
    """Score the opened prices once: a formula that cannot be computed must not be found out after the opening."""
    amounts = (project.ceiling, *(bidder.price for bidder in project.bidders))
    if not all(map(_is_money, amounts)):
        return
    bids = [PricedBid(bidder=bidder.code, price=bidder.price) for bidder in project.bidders]
    try:
        score_prices(project.price, bids, points=project.price_points, ceiling=project.ceiling)
    except Refusal as refusal:
        parameter = refusal.detail.get("parameter", "")
        where = f"price.{parameter}" if parameter else "price"
        yield Problem(path=where, code=refusal.code, found=refusal.detail.get("found", ""))


def _factor_mistake(factor: Factor) -> str | None:
    numbers = (factor.lowest, factor.highest, factor.step)
    if not all(number.is_finite() and abs(number) <= 1000 for number in numbers):
        return "not-a-score"
    if factor.step < Decimal("0.01") or factor.lowest < 0 or factor.highest <= factor.lowest:
        return "bad-range"
    if (factor.highest - factor.lowest) % factor.step:
        return "range-not-in-steps"
    return None


def _share_problems(plan: Plan) -> Iterator[Problem]:
    yield from _twice("shares[*].centre", [share.centre for share in plan.shares])
    if len(plan.shares) < 2:
        yield Problem(path="shares", code="no-guest")
    supplied = sum(share.seats() for share in plan.shares)
    if supplied != plan.project.committee.size:
        yield Problem(path="shares", code="shares-not-committee", found=str(supplied))
    for index, share in enumerate(plan.shares):
        yield from _twice(f"shares[{index}].strata[*].code", [stratum.code for stratum in share.strata])
        if not share.strata:
            yield Problem(path=f"shares[{index}].strata", code="no-strata", found=share.centre)
    if not _moments(plan.window):
        yield Problem(path="window", code="bad-value")
    elif plan.window.closes <= plan.window.opens:
        yield Problem(path="window", code="window-empty")


def _moments(window: Window) -> bool:
    """Both ends are moments of the calendar, not merely digits in the right places."""
    try:
        return parse_time(window.opens) >= 0 and parse_time(window.closes) >= 0
    except Malformed:
        return False
