"""What the pages of operators and oversight show of one session, beyond ``visibility.ProgressView``.

Rules
- Progress by seat, the standing plan, who has answered and contributed; a score only once the result is declared, and
  with it, for oversight alone, what is anomalous in the sheets.
- Names of experts are never here: they are in the centre's own views.
- ``next_step`` names the one step this party owes a person now: it is the only primary button of a page.
"""

from __future__ import annotations

from evalhub.core.codec import Record
from evalhub.core.rules import checkin, concluding, drawing, representatives, rounds, unsubmit
from evalhub.core.rules.clocks import Clock, clocks
from evalhub.core.rules.events import ExaminedBid
from evalhub.core.rules.phases import RUNNING, SEATING, TABLE
from evalhub.core.rules.plan import Plan, Room, Text2
from evalhub.core.rules.result import anomaly_report, scores_of
from evalhub.core.rules.scoring import AnomalyReport
from evalhub.core.rules.state import Draw, Phase, Stage, State
from evalhub.core.rules.visibility import ProgressView, progress_view
from evalhub.party.specialties import is_known, name_of


class BoardParty(Record):
    """A party: what it answered to the standing plan (empty, accepted, refused), and its rooms once they are agreed."""

    name: str
    role: str
    title: Text2
    answer: str
    reason: str
    rooms: tuple[Room, ...]


class Contribution(Record):
    """How far one party is in the draw."""

    name: str
    frozen: bool
    committed: bool
    escrowed: bool
    revealed: bool


class BoardStratum(Record):
    """One stratum of one centre: how many stand, wait in reserve, were called; whether somebody is to be called."""

    centre: str
    code: str
    specialty: str
    title: str
    need: int
    members: int
    reserves: int
    reserves_wanted: int
    called: int
    exhausted: bool
    open: bool


class BoardDraw(Record):
    """One numbered draw."""

    number: int
    seed: str
    contributions: tuple[Contribution, ...]
    strata: tuple[BoardStratum, ...]
    called_escrows: tuple[str, ...]


class ScoreRow(Record):
    """One member's score of one factor for one bidder, after the declaration."""

    seat: str
    bidder: str
    factor: str
    score: str


class SeatAnswer(Record):
    """A member's answer to the report."""

    seat: str
    answer: str
    text: str


class SheetRequest(Record):
    """A member that wants its sealed sheet back, for oversight only."""

    seat: str
    reason: str


class Board(Record):
    """One session on one party's page."""

    me: str
    role: str
    progress: ProgressView
    parties: tuple[BoardParty, ...]
    plan: Plan | None
    plan_digest: str
    draws: tuple[BoardDraw, ...]
    admitted: tuple[str, ...]
    bids: tuple[ExaminedBid, ...]
    scores: tuple[ScoreRow, ...]
    anomalies: AnomalyReport | None
    answers: tuple[SeatAnswer, ...]
    disputes: int
    started: bool
    clocks: tuple[Clock, ...]
    requests: tuple[SheetRequest, ...]
    next: str


OVER = frozenset({Phase.ARCHIVED, Phase.FAILED, Phase.CANCELLED})


def board(state: State, me: str, now: int | None = None) -> Board:
    """The board of a session for the party ``me`` at hub time ``now`` (ms; None: that of the last entry)."""
    oversees = state.parties[me].role == "oversight"
    return Board(
        me=me,
        role=state.parties[me].role,
        progress=progress_view(state),
        parties=_parties(state),
        plan=state.plan,
        plan_digest=state.plan_digest,
        draws=tuple(_draw(state, draw) for draw in state.draws),
        admitted=tuple(sorted(seat.leaf for seat in state.seats.values() if seat.seat.startswith(f"{me}/"))),
        bids=state.bids,
        scores=_scores(state),
        anomalies=anomaly_report(state) if state.ranking and state.parties[me].role == "oversight" else None,
        answers=tuple(SeatAnswer(seat=seat, answer=a.answer, text=a.text) for seat, a in sorted(state.answers.items())),
        disputes=len(state.disputes),
        started=state.phase in RUNNING,
        clocks=clocks(state, max(state.now, now or 0)),
        requests=_requests(state) if oversees else (),
        next=next_step(state, me),
    )


def _requests(state: State) -> tuple[SheetRequest, ...]:
    if state.phase is not Phase.SEALING:
        return ()
    return tuple(SheetRequest(seat=seat, reason=row.reason) for seat, row in unsubmit.pending(state, "oversight"))


def open_actions(state: State, me: str, commands: dict[str, type | None]) -> list[str]:
    """Names of the actions whose command the table allows this party now, in their order. ``commands`` by action."""
    if me not in state.parties:  # a ledger that was refused at its first entry
        return []
    role = state.parties[me].role
    found = []
    for name, command in commands.items():
        row = TABLE.get(command) if command is not None else None
        if row is None or role not in row.by or state.phase not in row.phases:
            continue
        if state.paused_since is None or row.while_paused:
            found.append(name)
    return found


def next_step(state: State, me: str) -> str:
    """The step a person of this party should take now, or what is waited for (``wait-…``); empty when all is over."""
    role = state.parties[me].role
    if state.paused_since is not None and state.phase not in OVER:
        return "resume" if role == "oversight" else "wait-paused"
    if role == "oversight":
        return _oversight_step(state)
    return (_HOST if role == "host" else _GUEST).get(state.phase) or _centre_step(state, me, role)


_HOST = {
    Phase.DRAFT: "propose",
    Phase.CONFIRMED: "wait-keys",
    Phase.DRAWN: "open-checkin",
    Phase.REPORT: "issue-report",
}
_GUEST = {Phase.DRAFT: "wait-plan", Phase.CONFIRMED: "wait-keys", Phase.DRAWN: "wait-host", Phase.REPORT: "wait-host"}
_WAITS = {
    Phase.START_PENDING: "wait-approval",
    Phase.STARTING: "wait-start",
    Phase.SEALING: "wait-sealing",
    Phase.SEALED: "wait-opening",
    Phase.OPENING: "wait-opening",
    Phase.OPENED: "wait-opening",
    Phase.DELIBERATION: "wait-deliberation",
    Phase.SUMMARY: "wait-summary",
    Phase.ROLLBACK: "wait-rollback",
    Phase.SIGNING: "wait-signing",
    Phase.CLOSED: "wait-archive",
    Phase.FAILED: "wait-archive",
    Phase.CANCELLED: "wait-archive",
}


def _centre_step(state: State, me: str, role: str) -> str:
    if state.phase is Phase.REQUESTED:
        return _pairing_step(state, me, role)
    if state.phase is Phase.DRAWING:
        return _draw_step(state, me)
    if state.phase in SEATING:
        return _checkin_step(state, me, role)
    if state.phase is Phase.VERIFICATION:
        if progress_view(state).open_findings:
            return "wait-findings"
        return "conclude-verification" if role == "host" else "wait-host"
    return "download-bundle" if concluding.over(state) else _WAITS.get(state.phase, "")


def _pairing_step(state: State, me: str, role: str) -> str:
    if role == "guest":
        return "wait-host" if me in state.acceptances else "accept"
    refused = any(answer.rooms is None for answer in state.acceptances.values())
    return "propose" if refused else "wait-guests"


def _draw_step(state: State, me: str) -> str:
    if not state.draws or me not in state.draw().requests:
        return "wait-draw"
    draw = state.draw()
    if me not in draw.pools:
        return "freeze-pool"
    if draw.seed and _callable(draw, me):
        return "record-outcome"
    return "designate" if representatives.missing(state, me) else "wait-draw"


def _checkin_step(state: State, me: str, role: str) -> str:
    seated = {seat.leaf for seat in state.seats.values()}
    if drawing.members(state, me).keys() - seated:
        return "admit"
    if state.draws and state.draw().seed and any(_missing(state, me)) and _callable(state.draw(), me):
        return "record-outcome"
    if representatives.missing(state, me):
        return "designate"
    if not checkin.all_ready(state):
        return "wait-seats"
    if state.phase is Phase.REPLACING:
        return "wait-go-on"
    return "request-start" if role == "host" else "wait-host"


def _missing(state: State, me: str) -> list[int]:
    return [missing for missing in drawing.shortfall(state, me).values() if missing]


def _oversight_step(state: State) -> str:
    if state.phase is Phase.START_PENDING:
        return "approve-start"
    if state.phase is Phase.REPLACING and checkin.all_ready(state):
        return "approve-start"
    drawn = bool(state.draws) and bool(state.draw().seed) and bool(state.draw().exhausted)
    if drawn and (state.phase is Phase.DRAWING or (state.phase is Phase.REPLACING and drawing.dead_ends(state))):
        return "order-draw"
    return "download-bundle" if concluding.over(state) else "watch"


def _parties(state: State) -> tuple[BoardParty, ...]:
    names = sorted(state.parties, key=lambda name: (_ORDER[state.parties[name].role], name))
    return tuple(_party(state, name) for name in names)


_ORDER = {"host": 0, "guest": 1, "oversight": 2}


def _party(state: State, name: str) -> BoardParty:
    party, answer = state.parties[name], state.acceptances.get(name)
    rooms: tuple[Room, ...] = ()
    if state.plan is not None and party.role == "host":
        rooms = state.plan.host_rooms
    elif answer is not None:
        rooms = answer.rooms or ()
    said = "" if answer is None else "refused" if answer.rooms is None else "accepted"
    reason = answer.reason if answer else ""
    return BoardParty(name=name, role=party.role, title=party.title, answer=said, reason=reason, rooms=rooms)


def _draw(state: State, draw: Draw) -> BoardDraw:
    return BoardDraw(
        number=draw.number,
        seed=draw.seed,
        contributions=tuple(
            Contribution(
                name=name,
                frozen=name in draw.pools or name not in draw.requests,
                committed=name in draw.commits,
                escrowed=name in draw.escrows,
                revealed=name in draw.reveals,
            )
            for name in drawing.contributors(state)
        ),
        strata=tuple(_strata(draw)),
        called_escrows=tuple(sorted(draw.called)),
    )


def _strata(draw: Draw) -> list[BoardStratum]:
    found = []
    for centre, strata in draw.requests.items():
        for stratum in strata:
            now = drawing.standing(draw, centre, stratum) if draw.seed else None
            found.append(
                BoardStratum(
                    centre=centre,
                    code=stratum.code,
                    specialty=stratum.specialty,
                    title=name_of(stratum.specialty) if is_known(stratum.specialty) else "",
                    need=stratum.need,
                    members=len(now.members) if now else 0,
                    reserves=len(now.reserves) if now else 0,
                    reserves_wanted=stratum.reserves,
                    called=sum(row.stratum == stratum.code for row in draw.outcomes.get(centre, ())),
                    exhausted=(centre, stratum.code) in draw.exhausted,
                    open=now is not None and now.next is not None,
                )
            )
    return found


def _callable(draw: Draw, centre: str) -> bool:
    return any(drawing.standing(draw, centre, stratum).next for stratum in draw.requests.get(centre, ()))


def _scores(state: State) -> tuple[ScoreRow, ...]:
    """Nothing before a result is declared: this is the only line between sealed sheets and a page."""
    if not state.ranking or not any(round_.stage is Stage.DETAILED for round_ in state.rounds):
        return ()
    valid = set(rounds.valid_bidders(state))
    return tuple(
        ScoreRow(seat=seat, bidder=bidder, factor=factor, score=str(score))
        for seat, sheet in sorted(scores_of(state).items())
        for (bidder, factor), score in sheet.items()
        if bidder in valid
    )
