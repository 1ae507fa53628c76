"""Verification: after the summary, before the report (R58, R59, R75; 87号令 art 64).

Rules
- A result may be changed on four grounds only: a wrong sum, a score outside its range, different scores on an objective
  factor, a score that is abnormally high or low. Nothing is corrected without a finding, nothing outside of it.
- Findings come from the checks once the result is declared; of the fourth ground also from any member, in words.
- Each is closed by the member it concerns, and by nobody else: a correction of that item (before, after, ground, reason
  are kept; the sheet never changes) or an explanation. A score outside its range cannot be explained; a wrong sum is
  added up again by itself; an abnormal score is corrected towards the others only.
- Warnings (deviation, outlier) change nothing by themselves: an explanation closes them.

Never here: what deviates (``scoring``).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from evalhub.core.errors import Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import result, rounds
from evalhub.core.rules.events import GROUNDS, By, Finding, FindingsRaised
from evalhub.core.rules.forms import is_score, require_in_range
from evalhub.core.rules.plan import Factor
from evalhub.core.rules.prices.rounding import exact, mean
from evalhub.core.rules.state import Closing, Correction, Phase, State

# -- questions -----------------------------------------------------------------------------------------------------


def open_findings(state: State) -> tuple[tuple[Finding, str], ...]:
    """(finding, seat) pairs nobody has answered yet."""
    done = {(closing.finding, closing.seat) for closing in state.closings}
    return tuple(
        (finding, seat)
        for finding in state.findings or ()
        for seat in finding.seats
        if (finding.code, seat) not in done
    )


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_correct(state: State, command: c.CorrectItem, by: By) -> None:
    """One's own item, the one the finding names, on its ground, from what it was to what the range allows."""
    finding = _finding(state, command.finding, by)
    _require_ground(finding, command)
    factor = _item(state, finding, command)
    before = result.scores_of(state)[by.seat or ""][command.bidder, command.factor]
    if not is_score(command.before) or command.before != before:
        raise Refusal("stale-value", before=before)
    require_in_range(factor, command.bidder, command.after)
    towards = command.after < before if finding.direction == "high" else command.after > before
    if finding.direction and not towards:
        raise Refusal("away-from-the-others", finding=finding.code, before=before)


def may_explain(state: State, command: c.ExplainFinding, by: By) -> None:
    """Once; a score outside its range cannot be explained away, it must be corrected (87号令 art 64(2))."""
    finding = _finding(state, command.finding, by)
    if (finding, by.seat) not in open_findings(state):
        raise Refusal("finding-closed", finding=finding.code)
    if finding.kind == "range":
        raise Refusal("must-be-corrected", finding=finding.code)


def may_raise(state: State, command: c.RaiseFinding, by: By) -> None:
    """A colleague's judged score or total, really on that side of the others, that is not to be answered already."""
    bidders = rounds.valid_bidders(state)
    if command.bidder not in bidders:
        raise Refusal("unknown-bidder", bidder=command.bidder, known=" ".join(bidders))
    if command.factor and command.factor not in _judged(state):
        raise Refusal("not-judged", factor=command.factor)
    seat = _seat_of(state, command.member)
    if seat == by.seat:
        raise Refusal("own-score")
    _require_new(state, command, seat)
    own, others = _compared(state, seat, command.bidder, command.factor)
    if (own > others) != (command.direction == "high") or own == others:
        raise Refusal("not-on-that-side", member=command.member, bidder=command.bidder)


def may_conclude(state: State, _: c.ConcludeVerification, __: By) -> None:
    """Every finding is closed, and no objective factor is left with different scores."""
    still = open_findings(state)
    if still:
        raise Refusal("findings-open", findings=" ".join(sorted({finding.code for finding, _ in still})))
    for finding in result.still_disputed(state):
        raise Refusal("objective-differs", bidder=finding.bidder, factor=finding.factor)


def _finding(state: State, code: str, by: By) -> Finding:
    for finding in state.findings or ():
        if finding.code == code and by.seat in finding.seats:
            return finding
    raise Refusal("no-such-finding", finding=code)


def _require_ground(finding: Finding, command: c.CorrectItem) -> None:
    if finding.kind == "sum":
        raise Refusal("sum-is-recomputed", finding=finding.code)
    if command.ground != GROUNDS[finding.kind]:
        raise Refusal("wrong-ground", finding=finding.code, ground=GROUNDS[finding.kind])


def _item(state: State, finding: Finding, command: c.CorrectItem) -> Factor:
    """The factor corrected: the finding's own, or any judged one of the bid if the finding is about its total."""
    allowed = {finding.factor} if finding.factor else set(_judged(state))
    if finding.bidder != command.bidder or command.factor not in allowed:
        raise Refusal("not-the-finding", finding=finding.code)
    return next(factor for factor in result.factors(state) if factor.code == command.factor)


def _judged(state: State) -> tuple[str, ...]:
    return tuple(factor.code for factor in result.factors(state) if factor.kind == "subjective")


def _seat_of(state: State, member: str) -> str:
    for seat, alias in state.aliases.items():
        if alias == member and seat in state.seats:
            return seat
    raise Refusal("no-such-member", member=member)


def _require_new(state: State, command: c.RaiseFinding, seat: str) -> None:
    for finding in state.findings or ():
        same = (finding.bidder, finding.factor) == (command.bidder, command.factor)
        if same and seat in finding.seats and GROUNDS[finding.kind] == "abnormal":
            raise Refusal("already-raised", finding=finding.code)


def _compared(state: State, seat: str, bidder: str, factor: str) -> tuple[Fraction, Fraction]:
    """One member's score (or total) in force, and the mean of the other members'."""
    sums = {
        who: sum(
            (exact(score) for (bid, code), score in sheet.items() if bid == bidder and factor in ("", code)), _ZERO
        )
        for who, sheet in result.scores_of(state).items()
    }
    return sums[seat], mean([value for who, value in sums.items() if who != seat])


_ZERO = exact(Decimal(0))

# -- what it changes -----------------------------------------------------------------------------------------------


def findings_raised(state: State, event: FindingsRaised) -> State:
    """Raised once, after the first declaration."""
    return state.with_(findings=event.findings)


def raised(state: State, command: c.RaiseFinding, by: By) -> State:
    """One more finding, with the next number and the words of the member who found it."""
    findings = state.findings or ()
    finding = Finding(
        code=f"F{len(findings) + 1}",
        kind="abnormal",
        bidder=command.bidder,
        factor=command.factor,
        seats=(_seat_of(state, command.member),),
        direction=command.direction,
        detail=command.reason,
        by=state.aliases[by.seat or ""],
    )
    return state.with_(findings=(*findings, finding))


def corrected(state: State, command: c.CorrectItem, by: By) -> State:
    """Before and after are kept; the sheet itself is never changed."""
    seat = by.seat or ""
    correction = Correction(
        seat=seat,
        bidder=command.bidder,
        factor=command.factor,
        before=str(command.before),
        after=str(command.after),
        ground=command.ground,
        reason=command.reason,
        finding=command.finding,
    )
    state = state.with_(corrections=(*state.corrections, correction))
    return _closed(state, command.finding, seat, "corrected", command.reason)


def explained(state: State, command: c.ExplainFinding, by: By) -> State:
    """The explanation goes into the report."""
    return _closed(state, command.finding, by.seat or "", "explained", command.explanation)


def concluded(state: State, _: c.ConcludeVerification, __: By) -> State:
    """If anything was corrected, the centres compute and declare again."""
    if state.corrections:
        return state.with_(phase=Phase.SUMMARY, results={})
    return state.with_(phase=Phase.REPORT)


def _closed(state: State, finding: str, seat: str, how: str, text: str) -> State:
    closing = Closing(finding=finding, seat=seat, how=how, text=text)
    return state.with_(closings=(*state.closings, closing))
