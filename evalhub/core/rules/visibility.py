"""Who may see what. Cross-talk is decided here and nowhere else; the default is nothing.

- A booth sees its own seat, the open round's form, and what has been opened for all. While a round is being sealed,
  closed or opened, its view is a function of its own inputs and of the fact that the session goes on: no count, no
  name, no height, no time of another seat. The round it sealed looks *sealed* until its result is out.
- Of a clarification its asker sees all but who vets; every other booth only the vetted question together with its
  answer in time, never who asked. What the rules themselves ask is shown with its answer too, or with its want.
- A centre's operator sees its own members and everyone's progress by seat; oversight the same for all; never a score
  before the opening.
- In verification every booth sees all scores in force by alias: the committee looks at them together (87号令 art 64).
- That a member wants its sheet back is seen by that member, oversight, and the chair where the plan asks the chair.
- A member who replaced another sees nothing of a stage that the others have opened before its own sheet of that stage
  is opened too; the others see only that a member is being replaced.
- A matter's answers show to no other seat, and to nobody's board, before every member has answered its round; then all
  of the round at once, by alias. Its proposals come from opened sheets.
- Of a session that ended early a booth sees that it ended and the code why: no words of anybody, no result.
"""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import (
    checkin,
    clarification,
    clocks,
    countersigning,
    drawing,
    matters,
    representatives,
    road,
    rounds,
    unsubmit,
    verifying,
)
from evalhub.core.rules import grounds as listing
from evalhub.core.rules.commands import Ground
from evalhub.core.rules.events import GROUNDS, Finding, Proposal, RankRow, VoteCount
from evalhub.core.rules.forms import Form
from evalhub.core.rules.plan import BidFile
from evalhub.core.rules.prices.correction import CorrectedPrice
from evalhub.core.rules.prices.low_bids import LowBid
from evalhub.core.rules.result import factors as asked_factors
from evalhub.core.rules.result import scores_of
from evalhub.core.rules.state import Clarification, Matter, Phase, Round, SeatState, Stage, State

WAITING = frozenset({Phase.SEALED, Phase.OPENING})


class FindingView(Record):
    """A finding that this seat has to close, with its own score (its total if the finding is about that)."""

    code: str
    kind: str
    ground: Ground
    bidder: str
    factor: str
    own: str
    direction: str
    detail: str
    by: str
    closed: bool


class MemberScore(Record):
    """One score in force, by alias: what the committee looks at in verification."""

    member: str
    bidder: str
    factor: str
    score: str


class AnswerView(Record):
    """What one member answered in a round that is complete, by alias."""

    member: str
    answer: str
    reason: str


class MatterView(Record):
    """One matter of the committee. ``rounds``: the answers of every round that is complete; ``own``: this seat's answer
    in the round under way, empty until it has given one; ``look``: whether it may be sent back once more.
    """

    code: str
    kind: str
    bidder: str
    ground: str
    basis: listing.Ground | None
    text: str
    raised_by: str
    proposals: tuple[Proposal, ...]
    round: int
    rounds: tuple[tuple[AnswerView, ...], ...]
    waits: bool
    own: str
    look: bool
    outcome: str


class MatterProgress(Record):
    """One matter for operators and oversight: which seats have still to answer; the counts once it is decided."""

    code: str
    kind: str
    bidder: str
    ground: str
    text: str
    round: int
    waiting: tuple[str, ...]
    outcome: str
    agree: int
    disagree: int


class BidderView(Record):
    """A bidder as booths see it."""

    code: str
    name: str


class ClarificationView(Record):
    """A clarification as a booth may see it. ``own``: this seat asked. ``status``: for others only a settled one. Of
    one's own, ``reason`` is why it was returned or refused, ``deadline`` when the answer is due."""

    code: str
    own: bool
    kind: str
    bidder: str
    text: str
    needed: bool
    status: str
    reason: str
    deadline: str
    answer: str
    confirmed: bool | None
    signed_by: str
    attachments: tuple[BidFile, ...]
    price: CorrectedPrice | None
    tests: tuple[LowBid, ...]


class ClarificationProgress(Record):
    """A clarification as those see it who vet and watch: everything but who asked."""

    code: str
    kind: str
    bidder: str
    text: str
    needed: bool
    status: str
    approved: tuple[str, ...]
    reason: str
    deadline: str
    answer: str
    confirmed: bool | None
    signed_by: str
    price: CorrectedPrice | None
    tests: tuple[LowBid, ...]


class UnsubmitView(Record):
    """A member that wants its sheet back, as the chair sees it where the plan asks the chair."""

    member: str
    reason: str


class BoothView(Record):
    """Everything a booth may know now. ``phase`` is coarse on purpose; ``rev`` and ``envelope`` are its own; ``sign``
    is the digest of the PDF that waits for this booth's signature, empty unless it is its turn; ``ended``
    is the code why the session ended early, empty while it goes on and after its lawful course.
    """

    session: str
    rehearsal: bool
    seat: str
    alias: str
    phase: str
    ended: str
    paused: bool
    declared: bool
    tested: bool
    bidders: tuple[BidderView, ...]
    round: int
    form: Form | None
    rev: int
    envelope: str
    deadline: str
    chair: str
    votes: tuple[VoteCount, ...]
    valid: tuple[str, ...]
    clarifications: tuple[ClarificationView, ...]
    matters: tuple[MatterView, ...]
    ranking: tuple[RankRow, ...]
    findings: tuple[FindingView, ...]
    scores: tuple[MemberScore, ...]
    report: str
    answer: str
    sign: str
    countersigned: bool
    unsubmit: str
    requests: tuple[UnsubmitView, ...]


class SeatProgress(Record):
    """How far one seat is: never what it wrote."""

    seat: str
    room: str
    member: str
    shared_room: bool
    redeemed: bool
    tested: bool
    declared: bool
    sealed: bool
    answered: bool
    countersigned: bool


class CentreProgress(Record):
    """How far one centre's draw is."""

    centre: str
    missing: int
    admitted: int


class ProgressView(Record):
    """A session for operators and oversight. ``size`` is the ledger's; only those who mirror it see this."""

    session: str
    rehearsal: bool
    title_zh: str
    title_en: str
    phase: str
    stage: str
    round: int
    gate: str
    paused: str
    paused_ms: int
    size: int
    at: str
    deadline: str
    centres: tuple[CentreProgress, ...]
    seats: tuple[SeatProgress, ...]
    faults: tuple[str, ...]
    clarifications: tuple[ClarificationProgress, ...]
    matters: tuple[MatterProgress, ...]
    unsigned: tuple[str, ...]
    open_findings: int
    findings: tuple[Finding, ...]
    ranking: tuple[RankRow, ...]
    result: str
    report: str
    failure: str
    pause_until: str
    rollback: str


def booth_view(state: State, seat: str) -> BoothView:
    """What the booth at ``seat`` may know. KeyError if nobody sits there."""
    own = state.seats[seat]
    round_ = _open_round(state, seat)
    sealed = round_.sealed.get(seat) if round_ else None
    return BoothView(
        session=state.session,
        rehearsal=state.rehearsal,
        seat=seat,
        alias=state.aliases.get(seat, ""),
        phase=_booth_phase(state, seat),
        ended=state.ending,
        paused=state.paused_since is not None,
        declared=own.declared,
        tested=own.tested,
        bidders=tuple(BidderView(code=b.code, name=b.name) for b in state.the_plan().project.bidders),
        round=round_.number if round_ else 0,
        form=rounds.form_of(state, round_) if round_ else None,
        rev=sealed.context.rev if sealed else 0,
        envelope=sealed.digest if sealed else "",
        deadline=_deadline(state, round_),
        chair=state.chair,
        votes=state.votes if _voted(state, seat) else (),
        valid=rounds.valid_bidders(state) if road.took_part(state, Stage.PRELIMINARY, seat) else (),
        clarifications=() if state.ending else _clarifications(state, seat),
        matters=_matters(state, seat) if state.phase is Phase.DELIBERATION else (),
        ranking=() if state.ending else state.ranking,
        findings=() if state.ending else _findings(state, seat),
        scores=_committee(state) if state.phase is Phase.VERIFICATION else (),
        report=state.report,
        answer=state.answers[seat].answer if seat in state.answers else "",
        sign=_to_sign(state, seat),
        countersigned=any(signature.seat == seat for signature in state.signatures),
        unsubmit=round_.unsubmits[seat].status if round_ and seat in round_.unsubmits else "",
        requests=_requests(state, seat) if round_ else (),
    )


def progress_view(state: State) -> ProgressView:
    """What operators and oversight see live."""
    round_ = state.round() if state.rounds else None
    title = state.plan.project.title if state.plan else None
    return ProgressView(
        session=state.session,
        rehearsal=state.rehearsal,
        title_zh=title.zh if title else "",
        title_en=title.en if title else "",
        phase=state.phase.value,
        stage=round_.stage.value if round_ else "",
        round=round_.number if round_ else 0,
        gate=state.gate.name if state.gate else "",
        paused=state.pause_reason if state.paused_since is not None else "",
        paused_ms=state.paused_ms,
        size=state.size,
        at=format_time(state.now),
        deadline=_deadline(state, round_ if state.phase is Phase.SEALING else None),
        centres=_centres(state),
        seats=tuple(_seat(state, seat) for seat in sorted(state.seats.values(), key=lambda s: s.seat)),
        faults=rounds.faults(round_) if round_ else (),
        clarifications=tuple(_progress(state, item) for item in state.clarifications.values()),
        matters=tuple(_matter_progress(state, matter) for matter in matters.standing(state)),
        unsigned=_unsigned(state),
        open_findings=len(verifying.open_findings(state)),
        findings=state.findings or (),
        ranking=state.ranking,
        result=state.result,
        report=state.report,
        failure=state.failure,
        pause_until=format_time(state.paused_since + clocks.limit(state)) if state.paused_since is not None else "",
        rollback=state.rollback.to if state.rollback else "",
    )


def _open_round(state: State, seat: str) -> Round | None:
    """The round a booth works in or waits for; none between rounds, after the last, and in one of other seats."""
    working = state.phase is Phase.SEALING or state.phase in WAITING
    return state.round() if working and seat in rounds.participants(state, state.round()) else None


def _booth_phase(state: State, seat: str) -> str:
    """Sealing, sealed and opening look the same: that all others are done must not show. While a member is replaced the
    new one checks in, and everybody else only waits, also while it goes alone through the stages behind the others."""
    if _open_round(state, seat) is not None:
        return Phase.SEALING.value
    replacing = state.phase in (Phase.REPLACING, Phase.DRAWING) and bool(state.rounds)
    if replacing and not checkin.ready(state.seats[seat]):
        return Phase.CHECKIN.value
    waiting = state.phase is Phase.SEALING or state.phase in WAITING
    return Phase.REPLACING.value if replacing or waiting else state.phase.value


def _requests(state: State, seat: str) -> tuple[UnsubmitView, ...]:
    """What waits for the chair, if this is the chair's seat."""
    if not state.chair or state.aliases.get(seat) != state.chair or state.phase is not Phase.SEALING:
        return ()
    waiting = unsubmit.pending(state, "chair")
    return tuple(UnsubmitView(member=state.aliases[who], reason=asked.reason) for who, asked in waiting)


def _voted(state: State, seat: str) -> bool:
    """Whether this seat was there when the ballot was held whose votes are out."""
    there = state.seats[seat].redeemed_at
    return any(there <= round_.opened_at for round_ in rounds.standing(state, Stage.CHAIR))


def _deadline(state: State, round_: Round | None) -> str:
    """End of the round: its opening, the minutes of the plan, and pauses since the session began given back."""
    if round_ is None:
        return ""
    return format_time(rounds.ends_at(state, round_))


def _clarifications(state: State, seat: str) -> tuple[ClarificationView, ...]:
    """Settled ones as they were settled, then one's own in the order of asking: no number, no time of another's."""
    examined = road.took_part(state, Stage.PRELIMINARY, seat)  # else what the rules asked tells which bids are in
    known = [item for item in state.clarifications.values() if examined or item.kind == "question"]
    shown = [item for item in known if item.seat == seat or _public(item)]
    shown.sort(key=lambda item: (not _public(item), item.settled if _public(item) else item.number))
    return tuple(_clarification(state, item, own=item.seat == seat) for item in shown)


def _public(item: Clarification) -> bool:
    """Shown to all: answered in time; and what the rules had to ask, also where no answer came in time."""
    return item.status == "answered" or (item.kind != "question" and item.status in clarification.UNANSWERED)


def _clarification(state: State, item: Clarification, *, own: bool) -> ClarificationView:
    answered = item.status == "answered"
    return ClarificationView(
        code=item.code,
        own=own,
        kind=item.kind,
        bidder=item.bidder,
        text=item.text,
        needed=own and item.needed,
        status=item.status,
        reason=_reason(item) if own else "",
        deadline=format_time(clarification.deadline(state, item)) if own and item.sent_at else "",
        answer=item.answer if answered else "",
        confirmed=item.confirmed if answered else None,
        signed_by=item.signed_by if answered else "",
        attachments=item.attachments if answered else (),
        price=item.price,
        tests=item.tests,
    )


def _reason(item: Clarification) -> str:
    """Why it was returned or refused last."""
    return item.vettings[-1].reason if item.vettings and item.status in ("returned", "refused") else ""


def _progress(state: State, item: Clarification) -> ClarificationProgress:
    return ClarificationProgress(
        code=item.code,
        kind=item.kind,
        bidder=item.bidder,
        text=item.text,
        needed=item.needed,
        status=item.status,
        approved=tuple(sorted(item.approved)),
        reason=_reason(item),
        deadline=format_time(clarification.deadline(state, item)) if item.sent_at else "",
        answer=item.answer,
        confirmed=item.confirmed,
        signed_by=item.signed_by,
        price=item.price,
        tests=item.tests,
    )


def _unsigned(state: State) -> tuple[str, ...]:
    """Seats whose signature in the PDF is waited for, the next first."""
    waiting = state.phase is Phase.SIGNING and countersigning.all_answered(state)
    return countersigning.owing(state) if waiting else ()


def _to_sign(state: State, seat: str) -> str:
    """The PDF this seat is to sign now; that somebody else is before it shows only as waiting."""
    layout = countersigning.agreed(state)
    mine = layout is not None and state.phase is Phase.SIGNING and countersigning.turn(state) == seat
    return layout.pdf if layout and mine else ""


def _findings(state: State, seat: str) -> tuple[FindingView, ...]:
    mine = [finding for finding in state.findings or () if seat in finding.seats]
    if not mine:
        return ()
    waiting = {(finding.code, who) for finding, who in verifying.open_findings(state)}
    own = scores_of(state)[seat]
    return tuple(
        FindingView(
            code=finding.code,
            kind=finding.kind,
            ground=GROUNDS[finding.kind],
            bidder=finding.bidder,
            factor=finding.factor,
            own=str(
                sum(
                    score
                    for (bid, code), score in own.items()
                    if bid == finding.bidder and finding.factor in ("", code)
                )
            ),
            direction=finding.direction,
            detail=finding.detail,
            by=finding.by,
            closed=(finding.code, seat) not in waiting,
        )
        for finding in mine
    )


def _committee(state: State) -> tuple[MemberScore, ...]:
    """Every member's scores in force, members and factors in their order."""
    factors = [factor.code for factor in asked_factors(state)]
    rows = [
        (state.aliases[seat], bidder, factor, str(score))
        for seat, sheet in scores_of(state).items()
        for (bidder, factor), score in sheet.items()
    ]
    rows.sort(key=lambda row: (rounds.member_number(row[0]), row[1], factors.index(row[2])))
    return tuple(MemberScore(member=who, bidder=bid, factor=code, score=score) for who, bid, code, score in rows)


def _matters(state: State, seat: str) -> tuple[MatterView, ...]:
    return tuple(_matter(state, matter, seat) for matter in matters.standing(state))


def _matter(state: State, matter: Matter, seat: str) -> MatterView:
    """Complete rounds only: all before the last, and the last once it is decided."""
    complete = matter.round if matter.outcome else matter.round - 1
    own = matter.answers[-1].get(seat)
    return MatterView(
        code=matter.code,
        kind=matter.kind,
        bidder=matter.bidder,
        ground=matter.ground,
        basis=listing.ground(state.the_plan().project, matter.ground) if matter.ground else None,
        text=matter.text,
        raised_by=matter.raised_by,
        proposals=matter.proposals,
        round=matter.round,
        rounds=tuple(_answers(matter, number) for number in range(1, complete + 1)),
        waits=seat in matters.waiting(state, matter),
        own=own.answer if own else "",
        look=matters.may_look_again(matter),
        outcome=matter.outcome,
    )


def _answers(matter: Matter, number: int) -> tuple[AnswerView, ...]:
    return tuple(
        AnswerView(member=alias, answer=given.answer, reason=given.reason)
        for alias, given in matters.positions(matter, number).items()
    )


def _matter_progress(state: State, matter: Matter) -> MatterProgress:
    last = _answers(matter, matter.round) if matter.outcome else ()
    return MatterProgress(
        code=matter.code,
        kind=matter.kind,
        bidder=matter.bidder,
        ground=matter.ground,
        text=matter.text,
        round=matter.round,
        waiting=matters.waiting(state, matter),
        outcome=matter.outcome,
        agree=sum(row.answer == matters.AGREE for row in last),
        disagree=sum(row.answer == matters.DISAGREE for row in last),
    )


def _centres(state: State) -> tuple[CentreProgress, ...]:
    if not state.draws:
        return ()
    return tuple(
        CentreProgress(
            centre=centre,
            missing=sum(drawing.shortfall(state, centre).values()) + representatives.missing(state, centre),
            admitted=sum(seat.startswith(f"{centre}/") for seat in state.seats),
        )
        for centre in state.centres()
    )


def _seat(state: State, seat: SeatState) -> SeatProgress:
    return SeatProgress(
        seat=seat.seat,
        room=seat.room,
        member=state.aliases.get(seat.seat, ""),
        shared_room=seat.shared,
        redeemed=seat.redeemed,
        tested=seat.tested,
        declared=seat.declared,
        sealed=bool(state.rounds) and seat.seat in state.round().sealed,
        answered=seat.seat in state.answers,
        countersigned=any(signature.seat == seat.seat for signature in state.signatures),
    )
