"""Forms and the sheets filled in on them.

A form is derived from the plan and the state, never stored: every seat of a round fills in the same one, and its
digest (``form_hash``) is inside every envelope. A sheet is one of three records. ``pad`` is one constant per form, so
that the length of an envelope says nothing.

- ``read_sheet`` refuses what is not a complete sheet of this form (``Malformed``): such an envelope counts as unopened.
- Scores outside their range are *not* refused after opening: the law has them corrected in verification (87号令
  art 64(2)). ``check_sheet`` tells a booth about them before it seals.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from evalhub.core.codec import Record, canonical, decode
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules.criteria import fits, wants_reason
from evalhub.core.rules.grounds import Ground
from evalhub.core.rules.plan import ExaminationItem, Factor
from evalhub.core.sealing.envelope import pad_for

MAX_REMARK = 200  # characters
REMARK_ROOM = 8192  # bytes for all remarks of a sheet together; bounds the pad without starving a long one
ROW_OVERHEAD = 100  # bytes of field names, punctuation and the longest number around one row

Remark = Annotated[str, Meta(max_length=MAX_REMARK)]


class Form(Record):
    """What one round asks. Only the lists that its stage uses are filled."""

    name: str
    stage: Literal["chair", "preliminary", "detailed"]
    round: int
    bidders: tuple[str, ...] = ()
    items: tuple[ExaminationItem, ...] = ()
    factors: tuple[Factor, ...] = ()
    grounds: tuple[Ground, ...] = ()
    candidates: tuple[str, ...] = ()

    def digest(self) -> str:
        """SHA-256 of the canonical form, lower-case hex."""
        return hashlib.sha256(canonical(self)).hexdigest()

    def pad(self) -> int:
        """The one sheet length, in bytes, that envelopes of this form show."""
        return pad_for(_largest(self))


class Ballot(Record, tag_field="kind", tag="ballot"):
    """A vote for the chair."""

    choice: str


class Mark(Record):
    """Pass or fail of one item for one bid. Failing proposes to reject the bid: on a listed ground, with the reason,
    what shows it, and the page; a passed item names no ground."""

    bidder: str
    item: str
    passed: bool
    ground: str = ""
    reason: Remark = ""
    evidence: Remark = ""
    page: Annotated[int, Meta(ge=0, le=99999)] = 0


class Examination(Record, tag_field="kind", tag="examination"):
    """The preliminary examination by one member: every item of every bid."""

    marks: tuple[Mark, ...]


class Score(Record):
    """One factor of one bid, with an optional remark."""

    bidder: str
    factor: str
    score: Decimal
    remark: Remark = ""


class BidTotal(Record):
    """The total the expert saw at the foot of a bid's column when sealing."""

    bidder: str
    total: Decimal


class ScoreSheet(Record, tag_field="kind", tag="scores"):
    """The detailed evaluation by one member: every factor of every bid, and the totals as shown."""

    scores: tuple[Score, ...]
    totals: tuple[BidTotal, ...]


Sheet = Ballot | Examination | ScoreSheet


def read_sheet(form: Form, data: bytes) -> Sheet:
    """A complete sheet of this form. Raises ``Malformed`` naming what is missing, doubled or foreign."""
    sheet: Sheet = decode(Sheet, data, where="sheet")  # type: ignore[arg-type]
    if isinstance(sheet, Ballot):
        _expect(form, "chair")
        _exactly(form.candidates, [sheet.choice], "sheet.choice", complete=False)
    elif isinstance(sheet, Examination):
        _expect(form, "preliminary")
        wanted = [f"{bidder}/{item.code}" for bidder in form.bidders for item in form.items]
        _exactly(wanted, [f"{mark.bidder}/{mark.item}" for mark in sheet.marks], "sheet.marks")
        _grounded(form, sheet)
    else:
        _expect(form, "detailed")
        wanted = [f"{bidder}/{factor.code}" for bidder in form.bidders for factor in form.factors]
        _exactly(wanted, [f"{score.bidder}/{score.factor}" for score in sheet.scores], "sheet.scores")
        _exactly(form.bidders, [row.bidder for row in sheet.totals], "sheet.totals")
        _finite(sheet)
    return sheet


def check_sheet(form: Form, sheet: Sheet) -> None:
    """What a booth checks before sealing. Raises ``Refusal``: reason-missing, score-out-of-range, sum-mismatch,
    sheet-too-long."""
    if (size := len(canonical(sheet))) > form.pad():
        raise Refusal("sheet-too-long", size=size, limit=form.pad())
    if isinstance(sheet, Examination):
        for mark in sheet.marks:
            if not _reasoned(mark):
                raise Refusal("reason-missing", bidder=mark.bidder, item=mark.item)
    elif isinstance(sheet, ScoreSheet):
        factors = {factor.code: factor for factor in form.factors}
        for score in sheet.scores:
            require_in_range(factors[score.factor], score.bidder, score.score)
            if wants_reason(factors[score.factor], score.score) and not score.remark.strip():
                raise Refusal("reason-missing", bidder=score.bidder, item=score.factor)
        sums = totals(sheet.scores)
        for row in sheet.totals:
            if row.total != sums[row.bidder]:
                raise Refusal("sum-mismatch", bidder=row.bidder, shown=row.total, sum=sums[row.bidder])


def is_score(number: Decimal) -> bool:
    """A number that arithmetic cannot be made slow or inexact with: finite, below 10000, at most four decimals."""
    exponent = number.as_tuple().exponent
    return number.is_finite() and abs(number) <= 10_000 and isinstance(exponent, int) and -4 <= exponent <= 0


def in_range(factor: Factor, score: Decimal) -> bool:
    """True if the score is one the factor can have (``criteria.fits``). Not-a-number is never in range."""
    return is_score(score) and fits(factor, score)


def require_in_range(factor: Factor, bidder: str, score: Decimal) -> None:
    """Raise ``Refusal("score-out-of-range")`` naming bidder, factor and range."""
    if not in_range(factor, score):
        raise Refusal(
            "score-out-of-range",
            bidder=bidder,
            factor=factor.code,
            score=score,
            lowest=factor.lowest,
            highest=factor.highest,
            step=factor.step,
        )


def totals(scores: Iterable[Score]) -> dict[str, Decimal]:
    """Sum of the scores of each bid."""
    sums: dict[str, Decimal] = {}
    for score in scores:
        sums[score.bidder] = sums.get(score.bidder, Decimal(0)) + score.score
    return sums


def _expect(form: Form, stage: str) -> None:
    if form.stage != stage:
        raise Malformed(f"a sheet for another stage than {form.stage}", "sheet.kind")


def _exactly(wanted: Iterable[str], found: list[str], where: str, *, complete: bool = True) -> None:
    allowed = set(wanted)
    for name, count in Counter(found).items():
        if name not in allowed:
            raise Malformed(f"{name} is not on this form", where)
        if count > 1:
            raise Malformed(f"{name} appears {count} times", where)
    if complete and len(found) < len(allowed):
        missing = sorted(allowed - set(found))[0]
        raise Malformed(f"{missing} is missing", where)


def _grounded(form: Form, sheet: Examination) -> None:
    """A rejection is proposed on a listed ground, with reason, evidence and page, or not at all."""
    listed = {ground.code for ground in form.grounds}
    for mark in sheet.marks:
        if mark.ground not in ({""} if mark.passed else listed):
            raise Malformed("a failed item names a listed ground, a passed one none", f"{mark.bidder}/{mark.item}")
        if not _reasoned(mark):
            raise Malformed("a failed item has its reason, evidence and page", f"{mark.bidder}/{mark.item}")


def _reasoned(mark: Mark) -> bool:
    return mark.passed or bool(mark.reason.strip() and mark.evidence.strip() and mark.page)


def _finite(sheet: ScoreSheet) -> None:
    """Bound every number, so that arithmetic on opened sheets cannot be made slow or inexact."""
    for where, number in [
        *((f"sheet.scores {row.bidder}/{row.factor}", row.score) for row in sheet.scores),
        *((f"sheet.totals {row.bidder}", row.total) for row in sheet.totals),
    ]:
        if not is_score(number):
            raise Malformed("not a score: at most four decimals, below 10000", where)


def _largest(form: Form) -> int:
    """Bytes of the largest legal sheet: every name, number and bracket at its longest, and the room for remarks."""
    rows = len(form.items) + len(form.factors)
    codes = sum(len(item.code) for item in form.items) + sum(len(factor.code) for factor in form.factors)
    per_bid = codes + (rows + 1) * ROW_OVERHEAD
    named = sum(len(bidder) * (rows + 1) for bidder in form.bidders)
    ballot = max((len(candidate) for candidate in form.candidates), default=0)
    ground = max((len(each.code) for each in form.grounds), default=0) * rows * len(form.bidders)
    return ROW_OVERHEAD + len(form.bidders) * per_bid + named + ballot + ground + (REMARK_ROOM if rows else 0)
