"""The release package that is written, as records; ``encode`` makes its JSON.

Field names follow the standard (camel case). An absent value is left out, never written as null. Amounts and scores
stay exact: decimals become JSON numbers with the digits they have.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from evalhub.core.codec import RecordMeta


class Part(msgspec.Struct, metaclass=RecordMeta, rename="camel", omit_defaults=True):
    """Base of everything in a package."""


class Value(Part):
    """An amount."""

    amount: Decimal
    currency: str


class Reference(Part):
    """An organisation of ``parties``, by its id."""

    id: str
    name: str


class Organization(Part):
    """One organisation with its roles."""

    id: str
    name: str
    roles: tuple[str, ...]


class Publisher(Part):
    """Who publishes the package."""

    name: str


class Period(Part):
    """From and to."""

    start_date: str
    end_date: str


class Tender(Part):
    """What the evaluation was about."""

    id: str
    title: str
    title_en: str = msgspec.field(name="title_en")
    status: str
    procuring_entity: Reference
    number_of_tenderers: int
    tenderers: tuple[Reference, ...]
    main_procurement_category: str | None = None
    value: Value | None = None
    award_criteria: str | None = None


class Statistic(Part):
    """A count of bids."""

    id: str
    measure: str
    value: int


class Bid(Part):
    """One bid as opened, and whether it passed the preliminary examination."""

    id: str
    status: str
    tenderers: tuple[Reference, ...]
    value: Value | None = None


class Bids(Part):
    """Bids extension."""

    statistics: tuple[Statistic, ...]
    details: tuple[Bid, ...]


class Award(Part):
    """What the committee recommends; the procuring entity decides."""

    id: str
    status: str
    description: str
    suppliers: tuple[Reference, ...]
    related_bid: str
    value: Value | None = None


class Committee(Part):
    """Aliases only: no name, no seat, no centre."""

    size: int
    members: tuple[str, ...]
    rules: tuple[str, ...]
    chair: str | None = None


class CriteriaFactor(Part):
    """One scored factor; with the lowest evaluated price, a quantity that members state."""

    id: str
    title: str
    title_en: str = msgspec.field(name="title_en")
    part: str
    kind: str
    maximum: Decimal


class Criteria(Part):
    """What was scored and how the price counts."""

    method: str
    factors: tuple[CriteriaFactor, ...]
    price_formula: str
    price_points: Decimal


class Examined(Part):
    """Preliminary examination of one bid."""

    related_bid: str
    valid: bool
    failed_items: tuple[str, ...] = ()


class PartScore(Part):
    """The committee's score of one part."""

    part: str
    score: Decimal


class MemberTotal(Part):
    """One member's total, by alias."""

    member: str
    total: Decimal
    dropped: bool


class PriceStep(Part):
    """One line of the working of a price score."""

    label: str
    expression: str
    value: str


class Ranked(Part):
    """One bid in the ranking."""

    related_bid: str
    rank: int
    candidate: bool
    total: Decimal
    parts: tuple[PartScore, ...]
    members: tuple[MemberTotal, ...]
    price_steps: tuple[PriceStep, ...]
    price_score: Decimal | None = None
    evaluated_price: Value | None = None


class Corrected(Part):
    """One score corrected in verification, by alias. Reasons stay in the record: people type them."""

    member: str
    related_bid: str
    factor: str
    before: Decimal
    after: Decimal


class Signatures(Part):
    """How the members answered the report."""

    signed: int
    dissenting: int
    deemed: int


class Ledger(Part):
    """What proves all of it."""

    origin: str
    entries: int
    root: str
    plan: str | None = None
    result: str | None = None
    report: str | None = None


class Evaluation(Part):
    """Our extension (docs/ocds.md)."""

    session: str
    rehearsal: bool
    status: str
    ledger: Ledger
    status_details: str | None = None
    period: Period | None = None
    announce_by: str | None = None
    hand_over_by: str | None = None
    committee: Committee | None = None
    criteria: Criteria | None = None
    examination: tuple[Examined, ...] = ()
    results: tuple[Ranked, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    signatures: Signatures | None = None


class Release(Part):
    """One release."""

    ocid: str
    id: str
    date: str
    tag: tuple[str, ...]
    initiation_type: str
    language: str
    parties: tuple[Organization, ...]
    buyer: Reference
    tender: Tender
    bids: Bids
    evaluation: Evaluation
    awards: tuple[Award, ...] = ()


class Package(Part):
    """A release package."""

    uri: str
    version: str
    extensions: tuple[str, ...]
    published_date: str
    publisher: Publisher
    releases: tuple[Release, ...]


_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(package: Package) -> bytes:
    """JSON in UTF-8, indented, with a newline at the end; the same package always gives the same bytes."""
    return msgspec.json.format(_encoder.encode(package), indent=2) + b"\n"
