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


def factor_mistake(factor: Factor) -> str | None:
    """Code of what is impossible about the range of a factor; None if nothing is."""
    numbers = (factor.lowest, factor.highest, factor.step)
    if not all(number.is_finite() and abs(number) <= 1000 for number in numbers):
        return "not-a-score"
    if factor.step < Decimal("0.01") or factor.lowest < 0 or factor.highest <= factor.lowest:
        return "bad-range"
    if (factor.highest - factor.lowest) % factor.step:
        return "range-not-in-steps"
    return None
