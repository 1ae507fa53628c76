"""What bids are held against: items of the examination, scored factors, adjustments of the price (R50, R51)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from evalhub.core.codec import Record
from evalhub.core.rules.basic import Code, Text2

Part = Literal["technical", "business"]


class ExaminationItem(Record):
    """One pass/fail item of the preliminary examination, with the ground on which failing it rejects a bid."""

    code: Code
    group: Literal["formal", "qualification", "responsiveness"]
    title: Text2
    ground: Text2


class Option(Record):
    """One value that may be given, in words."""

    value: Decimal
    title: Text2


class Factor(Record):
    """One scored criterion. Scores run from ``lowest`` to ``highest`` in multiples of ``step``.

    Objective factors must get the same score from every member (财政部令第87号 art 64(3)).

    ``entry``: how a member gives the score: ``range`` types it; ``deduction`` starts at ``highest`` and types what is
    taken off, with a reason; ``options`` chooses one of a closed list. A score below ``reason_below`` or above
    ``reason_above`` needs a reason.
    """

    code: Code
    part: Part
    kind: Literal["subjective", "objective"]
    title: Text2
    criterion: Text2
    highest: Decimal
    lowest: Decimal = Decimal(0)
    step: Decimal = Decimal("0.5")
    entry: Literal["range", "deduction", "options"] = "range"
    options: tuple[Option, ...] = ()
    reason_below: Decimal | None = None
    reason_above: Decimal | None = None


class Adjustment(Record):
    """One declared adjustment of the price under the lowest evaluated price method (12号令 art 31-33).

    Members state a quantity (days late, items missing): a fact, at most ``most`` in multiples of ``step``, the same
    from every member. The rules turn it into money: quantity x ``rate``, in CNY (``amount``) or in per cent of the bid
    price (``percent``). A negative rate lowers the evaluated price (a policy deduction).
    """

    code: Code
    title: Text2
    criterion: Text2
    most: Decimal
    per: Literal["amount", "percent"]
    rate: Decimal
    step: Decimal = Decimal(1)

    def quantity(self) -> Factor:
        """The quantity as an objective factor, which is how it is asked, sealed and verified."""
        return Factor(
            code=self.code,
            part="business",
            kind="objective",
            title=self.title,
            criterion=self.criterion,
            highest=self.most,
            step=self.step,
        )


def fits(factor: Factor, score: Decimal) -> bool:
    """Whether a finite score may stand for this factor: one of its options, or in its range and on its step."""
    if not factor.lowest <= score <= factor.highest:
        return False
    if factor.entry == "options":
        return any(score == option.value for option in factor.options)
    return (score - factor.lowest) % factor.step == 0


def wants_reason(factor: Factor, score: Decimal) -> bool:
    """Every deduction, and whatever lies below or above the band that is set (R67)."""
    if factor.entry == "deduction" and score != factor.highest:
        return True
    below = factor.reason_below is not None and score < factor.reason_below
    return below or (factor.reason_above is not None and score > factor.reason_above)


def factor_mistake(factor: Factor) -> str | None:
    """Code of what is impossible about the range of a factor; None if nothing is."""
    numbers = (factor.lowest, factor.highest, factor.step)
    if not all(number.is_finite() and abs(number) <= 1000 for number in numbers):
        return "not-a-score"
    if factor.step < Decimal("0.01") or factor.lowest < 0 or factor.highest <= factor.lowest:
        return "bad-range"
    bands = [band for band in (factor.reason_below, factor.reason_above) if band is not None]
    if not all(band.is_finite() and factor.lowest <= band <= factor.highest for band in bands):
        return "bad-reason-band"
    if factor.entry == "options" or factor.options:
        return _option_mistake(factor)
    if (factor.highest - factor.lowest) % factor.step:
        return "range-not-in-steps"
    return None


def _option_mistake(factor: Factor) -> str | None:
    """Two values at least, each once and in the range, up to the full mark; and none where nothing is chosen."""
    values = [option.value for option in factor.options]
    scores = all(value.is_finite() and value.as_tuple().exponent in range(-4, 3) for value in values)
    if factor.entry != "options" or len(values) < 2 or not scores or len(set(values)) < len(values):
        return "bad-options"
    if not all(factor.lowest <= value <= factor.highest for value in values) or max(values) != factor.highest:
        return "bad-options"
    return None
