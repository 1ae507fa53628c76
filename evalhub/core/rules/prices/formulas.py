"""Price formulas as data. A tender document picks one and fills in its numbers; ``score.score_prices``
applies it.

Which published rule each covers (F-numbers are those of the design's table):

    lowest-first       F-1  87号令 art 55; mandatory for government goods and services
    averaged           F-2  mean (one high, one low dropped above a number of bids), unequal deductions
    reasonable-low     F-3  mean after dropping n high, m low, optionally lowered; F-4's mean of drawn bids
    composite          F-4  ceiling x w + mean x (1 - w), times k; reduced ceiling; cost floor; F-5 (2), (3)
    two-pass           F-6  mean, keep the near ones, mean again, times K
    lowest-evaluated   F-7  12号令 arts 30-33, 87号令 art 54: ranked by price, no score
    none               –    panels: nothing is priced
    rated-criteria     F-8  World Bank: C_low/C x X + T/T_high x (1 - X), as points

Left out, because the published text leaves them open or they need facts no price table holds: F-5 option
(1) (prices of the firms ranked first and second in technique and credit), F-5's separate "reasonable
floor", F-4's sample size where half a bid would be drawn other than upwards.

Rules: ``mean`` rounds a mean before it is used further (None: it is used exact); rates are fractions (0.03 is 3 %);
deductions are points for one per cent; the full mark is not in the formula but given by the project (``points``).
Where choices (a closed set, or a ``Span``) hold more than one value, the value is drawn after bid opening (``draws``)
and passed in as ``Drawn``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, field

from evalhub.core.codec import Record
from evalhub.core.rules.prices.rounding import Rounding

Count = Annotated[int, Meta(ge=0, le=99)]

CENTS = Rounding(places=2)
FINE = Rounding(places=4)
ONE = (Decimal(1),)
NONE = (Decimal(0),)


class Span(Record):
    """A range to draw from: ``lowest``, ``lowest + step`` … ``highest``."""

    lowest: Decimal
    highest: Decimal
    step: Decimal


Choices = tuple[Decimal, ...] | Span


class Deduction(Record):
    """From deviation to score: ``points - |deviation in %| x (above or below)``, never under ``floor``.

    ``step`` whole-percent: a part of one per cent counts as one. ``percent`` rounds the deviation before
    it is used.
    """

    above: Decimal
    below: Decimal
    step: Literal["continuous", "whole-percent"] = "continuous"
    floor: Decimal = Decimal(0)
    percent: Rounding = CENTS
    score: Rounding = CENTS


class Sample(Record):
    """How many bids are drawn for the mean, up to ``upto`` valid bids (None: any): share of them, rounded
    up, but at least ``least`` (and never more than there are)."""

    upto: int | None = None
    share: Decimal = Decimal(0)
    least: Count = 1


class Validity(Record):
    """Limits around a reference: a price above reference x (1 + above) or below reference x (1 - below) is not valid;
    the limits themselves are. The mean is of all opened prices, without one highest and one lowest from ``drop_from``
    bids on (0: never). None: no limit on that side."""

    of: Literal["ceiling", "estimate", "mean"]
    above: Decimal | None = None
    below: Decimal | None = None
    drop_from: Count = 0
    limit: Rounding = CENTS


class Averaged(Record, tag_field="formula", tag="averaged"):
    """F-2. Drops one highest and one lowest when there are more than ``trim_above`` valid bids."""

    deduction: Deduction
    trim_above: Count = 3
    base: Rounding = FINE
    validity: Validity | None = None


class ReasonableLow(Record, tag_field="formula", tag="reasonable-low"):
    """F-3. Drops ``drop_high`` and ``drop_low`` from ``drop_from`` bids on; base = mean x (1 - reduction)."""

    deduction: Deduction
    drop_high: Count = 1
    drop_low: Count = 1
    drop_from: Count = 5
    reduction: Choices = NONE
    sample: tuple[Sample, ...] = ()
    mean: Rounding | None = None
    base: Rounding = FINE
    validity: Validity | None = None


class CostFloor(Record):
    """F-4: prices under (ceiling x weight + mean x (1 - weight)) x factor are not valid; the mean drops
    one highest and one lowest from ``drop_from`` bids on."""

    weight: Decimal = Decimal("0.5")
    factor: Decimal = Decimal("0.85")
    drop_from: Count = 5


class Composite(Record, tag_field="formula", tag="composite"):
    """F-4, F-5 (2) and (3). base = (ceiling x weight + mean x (1 - weight)) x factor, where the ceiling is
    first lowered by ``ceiling_cut``. One highest and one lowest are dropped from ``drop_from`` valid bids
    on. ``anchor`` estimate: the estimate (标底) takes the ceiling's place in the base. ``limit`` rounds the lowered
    ceiling and the cost floor."""

    deduction: Deduction
    weight: Choices
    factor: Choices = ONE
    ceiling_cut: Choices = NONE
    cost_floor: CostFloor | None = None
    drop_from: Count = 6
    sample: tuple[Sample, ...] = ()
    mean: Rounding | None = None
    base: Rounding = FINE
    limit: Rounding = FINE
    anchor: Literal["ceiling", "estimate"] = "ceiling"
    validity: Validity | None = None


class TwoPass(Record, tag_field="formula", tag="two-pass"):
    """F-6. First mean A1 (extremes dropped from ``drop_from`` on); keep -keep_above <= (A1 - p)/A1 <=
    keep_below; second mean A2; base = A2 x factor."""

    deduction: Deduction
    drop_high: Count = 1
    drop_low: Count = 1
    drop_from: Count = 4
    keep_above: Decimal = Decimal("0.20")
    keep_below: Decimal = Decimal("0.10")
    factor: Choices = ONE
    mean: Rounding | None = None
    base: Rounding = FINE
    validity: Validity | None = None


class LowestFirst(Record, tag_field="formula", tag="lowest-first"):
    """F-1. score = lowest valid price / price x points. Nothing may be dropped."""

    score: Rounding = CENTS


class LowestEvaluated(Record, tag_field="formula", tag="lowest-evaluated"):
    """F-7. The lowest evaluated price is best; there is no price score. ``price`` rounds the evaluated price and
    each adjustment in it."""

    price: Rounding = CENTS


class RatedCriteria(Record, tag_field="formula", tag="rated-criteria"):
    """F-8. Price part C_low/C x points, and technical part T/T_high x (100 - points): both in the result
    row."""

    score: Rounding = CENTS


class Unpriced(Record, tag_field="formula", tag="none"):
    """Nothing is priced: every price is 0 and there is no price score. For panels only, which are no tenders."""


Pricing = LowestFirst | Averaged | ReasonableLow | Composite | TwoPass | LowestEvaluated | RatedCriteria
PriceFormula = Unpriced | Pricing
DeviationFormula = Averaged | ReasonableLow | Composite | TwoPass


class PricedBid(Record):
    """A bid as it is compared: ``price`` after arithmetical correction and policy deduction (87号令 art
    59, 55)."""

    bidder: str
    price: Decimal


class Drawn(Record):
    """What was drawn at bid opening: parameter values by field name, and the bidders in the sample; or ``order``: all
    bidders in the order drawn, of whom the first valid ones are the sample."""

    values: dict[str, Decimal] = field(default_factory=dict)
    sample: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


class Step(Record):
    """One line of working: ``label`` is a code that faces translate, the rest is arithmetic in any
    language. ``rounding``: how the value was rounded, None if it is exact."""

    label: str
    expression: str
    value: str
    rounding: Rounding | None = None


class PriceRow(Record):
    """One bidder's result. ``deviation`` in per cent; ``score`` None when invalid or the formula has no
    score; ``technical`` only with rated criteria; ``reason`` only when invalid (above-ceiling,
    below-floor, above-limit, below-limit); ``evaluated`` only where the evaluated price ranks (F-7)."""

    bidder: str
    price: Decimal
    valid: bool
    reason: str | None
    included: bool
    deviation: Decimal | None
    score: Decimal | None
    technical: Decimal | None
    rank: int | None
    steps: tuple[Step, ...]
    evaluated: Decimal | None = None


class PriceResult(Record):
    """The whole working. ``included``: bidders whose price entered the benchmark; rows ascend by bidder
    code."""

    benchmark: Decimal | None
    included: tuple[str, ...]
    steps: tuple[Step, ...]
    rows: tuple[PriceRow, ...]
