"""Rounds of sealed sheets: chair (with run-off), preliminary examination, detailed evaluation (R52, R58, R63).

    sealing ──every seat sealed──▶ sealed ──gate──▶ opening ──pieces of enough trustees──▶ opened ──gate──▶ next stage

A sheet is opened only together with all others of its round; older revisions never are.

A stage may be made of several rounds: a member who came later fills in the stages the others have behind them in
rounds of its own (``road``). What counts is ``in_force``: the opened sheets of rounds that are not void, of members who
still sit.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter

import msgspec

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules import drawing, representatives
from evalhub.core.rules.events import (
    BidsExamined,
    By,
    ChairElected,
    RoundOpened,
    RoundResumed,
    SealClosed,
    SealedRef,
    VoteCount,
)
from evalhub.core.rules.forms import Ballot, Form, Sheet, read_sheet
from evalhub.core.rules.grounds import listed
from evalhub.core.rules.methods import asked
from evalhub.core.rules.state import Phase, Round, Sealed, Stage, State, put
from evalhub.core.sealing.b64 import unb64u_exactly
from evalhub.core.sealing.envelope import sheet_commitment
from evalhub.core.sealing.pieces import can_open

HOLDING = frozenset({"requested", "approved"})  # a member wants its sheet back, or has not sealed it anew

# -- questions -----------------------------------------------------------------------------------------------------


def form_name(round_: Round) -> str:
    """The name of the form of a round."""
    return f"{round_.stage.value}-{round_.number}"


def form_of(state: State, round_: Round) -> Form:
    """The form every seat of a round fills in."""
    project = state.the_plan().project
    name = form_name(round_)
    if round_.stage is Stage.CHAIR:
        return Form(name=name, stage="chair", round=round_.number, candidates=round_.candidates)
    if round_.stage is Stage.PRELIMINARY:
        bidders = tuple(bidder.code for bidder in project.bidders)
        return Form(
            name=name,
            stage="preliminary",
            round=round_.number,
            bidders=bidders,
            items=project.examination,
            grounds=listed(project),
        )
    bidders = round_.bidders or valid_bidders(state)
    return Form(name=name, stage="detailed", round=round_.number, bidders=bidders, factors=asked(project))


def valid_bidders(state: State) -> tuple[str, ...]:
    """Bids still in, in the project's order."""
    return tuple(bid.bidder for bid in state.bids if bid.valid)


def aliases(state: State) -> dict[str, str]:
    """seat → member-n: numbers by a keyed hash of the seat, so that they say nothing about centre or booth. Who comes
    later gets the next numbers; a number is never given twice."""
    seed = bytes.fromhex(state.draws[0].seed)
    fresh = [seat for seat in state.seats if seat not in state.aliases]
    fresh.sort(key=lambda seat: hmac.digest(seed, b"evalhub/alias/v1\0" + seat.encode(), "sha256"))
    first = len(state.aliases) + 1
    return {**state.aliases, **{seat: f"member-{number}" for number, seat in enumerate(fresh, start=first)}}


def electorate(state: State) -> tuple[str, ...]:
    """The aliases of the members who sit now and may chair, by number: whom a ballot may name."""
    named = aliases(state)
    electable = (named[seat] for seat in state.seats if representatives.may_chair(state, seat))
    return tuple(sorted(electable, key=member_number))


def member_number(alias: str) -> int:
    """The number in an alias: member-10 comes after member-9."""
    return int(alias.rpartition("-")[2])


def next_round(
    state: State, stage: Stage, candidates: tuple[str, ...] = (), seats: tuple[str, ...] = ()
) -> RoundOpened:
    """The event that opens the next round, for some seats or (``seats`` empty) for all."""
    number = len(state.rounds) + 1
    draft = Round(number=number, stage=stage, form="", opened_at=state.now, candidates=candidates)
    form = form_of(state, draft)
    return RoundOpened(round=number, stage=stage.value, form=form.digest(), candidates=candidates, seats=seats)


def participants(state: State, round_: Round) -> frozenset[str]:
    """Whose round it is."""
    return frozenset(round_.seats or state.seats)


def complete(state: State) -> bool:
    """Everyone whose round it is has sealed, or the ballot was lawfully closed."""
    round_ = state.round()
    if any(asked.status in HOLDING for asked in round_.unsubmits.values()):
        return False
    return bool(round_.lawfully_closed) or round_.sealed.keys() == participants(state, round_)


def ends_at(state: State, round_: Round) -> int:
    """End of the round, hub time: its opening and the plan's minutes; pauses and interruptions are given back."""
    given = state.the_plan().project.stage_minutes * 60_000 + round_.given_back
    return round_.opened_at + given + state.paused_ms - round_.paused_before


def revision_of(round_: Round, seat: str) -> int:
    """How often a seat has sealed in a round."""
    return round_.sealed[seat].context.rev if seat in round_.sealed else 0


def closing(state: State) -> SealClosed:
    """The event that names every envelope to be opened."""
    round_ = state.round()
    refs = [
        SealedRef(seat=seat, envelope=round_.sealed[seat].digest, rev=round_.sealed[seat].context.rev)
        for seat in sorted(round_.sealed)
    ]
    return SealClosed(round=round_.number, sheets=tuple(refs))


def openable(state: State) -> bool:
    """Enough trustees have released their pieces."""
    assert state.roster is not None
    return can_open(state.round().released, state.roster.blind)


def faults(round_: Round) -> tuple[str, ...]:
    """Seats whose envelope did not open to a sheet of the form."""
    return tuple(seat for seat, sheet in round_.opened.items() if sheet.fault)


def fully_opened(state: State) -> bool:
    """Every envelope of the closed round has been opened, none with a fault, but for members who were removed."""
    round_ = state.round()
    shut = [seat for seat in faults(round_) if not state.seats[seat].unfit]
    return set(round_.opened) == set(round_.sealed) and not shut


def sheets(state: State, round_: Round) -> dict[str, Sheet]:
    """The opened sheets of a round by seat, of removed members too."""
    form = form_of(state, round_)
    found = {seat: opened.sheet.encode() for seat, opened in round_.opened.items() if not opened.fault}
    return {seat: read_sheet(form, sheet) for seat, sheet in found.items()}


def standing(state: State, stage: Stage) -> tuple[Round, ...]:
    """The rounds of a stage that are not void, in order."""
    return tuple(round_ for round_ in state.rounds if round_.stage is stage and not round_.void)


def in_force(state: State, stage: Stage) -> dict[str, Sheet]:
    """The sheets that make up a stage, by seat: opened, of rounds that are not void, of members who still sit."""
    found: dict[str, Sheet] = {}
    for round_ in standing(state, stage):
        found.update((seat, sheet) for seat, sheet in sheets(state, round_).items() if seat in state.seats)
    return found


def tally(state: State) -> tuple[VoteCount, ...]:
    """Votes of the latest ballot, most first, then by name."""
    round_ = state.round()
    votes: Counter[str] = Counter()
    for sheet in sheets(state, round_).values():
        assert isinstance(sheet, Ballot)
        votes[sheet.choice] += 1
    order = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    return tuple(VoteCount(member=member, votes=count) for member, count in order)


def chair_or_runoff(state: State) -> ChairElected | RoundOpened:
    """A single leader is elected; otherwise a run-off among the tied. When the same candidates have
    tied twice, the lot that numbered the members decides (lowest number): a ballot must end (decision 0005)."""
    votes = tally(state)
    if not votes:
        return next_round(state, Stage.CHAIR, state.round().candidates)
    tied = tuple(sorted((vote.member for vote in votes if vote.votes == votes[0].votes), key=member_number))
    tied_before = [r for r in state.rounds if r.stage is Stage.CHAIR and not r.void and r.candidates == tied]
    if len(tied) > 1 and len(tied_before) < 2:
        return next_round(state, Stage.CHAIR, tied)
    return ChairElected(member=tied[0], votes=votes)


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_seal(state: State, command: c.SealSheet, by: By) -> None:
    """Own booth, this round and form, the next revision of the chain, the form's one length."""
    context, round_ = command.context, state.round()
    if context.seat != by.seat or context.booth_key != by.kid:
        raise Refusal("not-your-seat", seat=context.seat)
    if context.seat not in participants(state, round_):
        raise Refusal("not-your-round", round=round_.number)
    name = form_name(round_)
    if context.round != round_.number or context.form != name or context.form_hash != round_.form:
        raise Refusal("wrong-form", round=round_.number, form=name)
    if context.pad != round_.pad:
        raise Refusal("wrong-pad", pad=round_.pad)
    if context.client != state.seats[context.seat].client:
        raise Refusal("wrong-client")
    last = round_.sealed.get(context.seat)
    revision, previous = (last.context.rev + 1, last.digest) if last else (1, None)
    if context.rev != revision or context.prev != previous:
        raise Refusal("wrong-revision", expected=revision, got=context.rev)


def may_close_stage(state: State, command: c.CloseStage, _: By) -> None:
    """Only ballots may end without everyone, and not without anyone."""
    round_ = state.round()
    if command.round != round_.number:
        raise Refusal("wrong-round", round=round_.number)
    if round_.stage is not Stage.CHAIR:
        raise Refusal("every-member-scores")
    if not round_.sealed:
        raise Refusal("nothing-sealed")


def may_release(state: State, command: c.ReleasePieces, by: By) -> None:
    """The complete set named by the closing entry, every piece checked against its envelope; once."""
    round_ = state.round()
    if command.round != round_.number:
        raise Refusal("wrong-round", round=round_.number)
    if by.site in round_.released:
        raise Refusal("already-released", party=by.site)
    named = tuple(entry.seat for entry in command.pieces)
    if command.sheets != round_.set_digest or named != tuple(sorted(round_.sealed)):
        raise Refusal("incomplete-set", expected=len(round_.sealed), got=len(named))
    for entry in command.pieces:
        drawing.check_pieces(state, round_.sealed[entry.seat].context.pieces, entry.pieces, by.site)


def may_record_opening(state: State, command: c.RecordOpening, _: By) -> None:
    """Enough pieces are out; each sheet matches its commitment and its form, or carries a fault."""
    round_ = state.round()
    if command.round != round_.number or round_.opened:
        raise Refusal("wrong-round", round=round_.number)
    if not openable(state):
        raise Refusal("pieces-missing")
    if tuple(sheet.seat for sheet in command.sheets) != tuple(sorted(round_.sealed)):
        raise Refusal("incomplete-set", expected=len(round_.sealed), got=len(command.sheets))
    for sheet in command.sheets:
        if not sheet.fault:
            check_opened(state, round_, sheet)


def may_reveal_sheet(state: State, command: c.RevealSheet, by: By) -> None:
    """Only where the envelope did not open, and only what was committed to."""
    round_ = state.round()
    if command.round != round_.number or (by.seat or "") not in faults(round_):
        raise Refusal("nothing-to-reveal", seat=by.seat)
    opened = c.OpenedSheet(seat=by.seat or "", salt=command.salt, sheet=command.sheet)
    check_opened(state, round_, opened)


def check_opened(state: State, round_: Round, sheet: c.OpenedSheet) -> None:
    """Raise ``Malformed`` unless salt and sheet match the commitment and the sheet is one of the form."""
    salt = unb64u_exactly(32, sheet.salt, where=f"{sheet.seat}.salt")
    data = sheet.sheet.encode()
    if sheet_commitment(salt, data) != round_.sealed[sheet.seat].context.sheet:
        raise Malformed("not what was committed to", f"{sheet.seat}.sheet")
    read_sheet(form_of(state, round_), data)


# -- what it changes -----------------------------------------------------------------------------------------------


def round_opened(state: State, event: RoundOpened) -> State:
    """Members get their aliases with the first round."""
    round_ = Round(
        number=event.round,
        stage=Stage(event.stage),
        form=event.form,
        opened_at=state.now,
        paused_before=state.paused_ms,
        candidates=event.candidates,
        seats=event.seats,
    )
    form = form_of(state, round_)
    made = msgspec.structs.replace(round_, pad=form.pad(), bidders=form.bidders)
    return state.with_(phase=Phase.SEALING, rounds=(*state.rounds, made), active=event.round, aliases=aliases(state))


def round_resumed(state: State, event: RoundResumed) -> State:
    """It goes on where it was; the time it stood still for a replacement is given back, pauses once only."""
    return given_back(state.with_(phase=Phase.SEALING, active=event.round, aliases=aliases(state)))


def interrupted(state: State) -> State:
    """The round under way stands still from now on, if it does not already."""
    return change(state, interrupted=state.round().interrupted or (state.now, state.paused_ms))


def given_back(state: State) -> State:
    """The round under way goes on with the time it stood still; what was paused meanwhile is given back elsewhere."""
    since, paused = state.round().interrupted or (state.now, state.paused_ms)
    lost = state.now - since - (state.paused_ms - paused)
    return change(state, interrupted=None, given_back=state.round().given_back + lost)


def examinations_counted(state: State, event: BidsExamined) -> State:
    """Score sheets about other bids than those that are in now are void: everybody scores again."""
    state = state.with_(bids=event.bids, examined_by=frozenset(state.seats), rejected=frozenset())
    valid = valid_bidders(state)
    kept = tuple(
        msgspec.structs.replace(round_, void=True)
        if round_.stage is Stage.DETAILED and round_.bidders != valid
        else round_
        for round_ in state.rounds
    )
    return state.with_(rounds=kept)


def sealed(state: State, command: c.SealSheet, by: By) -> State:
    """The highest revision is the one that counts."""
    entry = Sealed(digest=command.envelope, context=command.context)
    counted = state.with_(envelopes=state.envelopes + 1)
    seat, round_ = by.seat or "", state.round()
    asked = round_.unsubmits.get(seat)
    if asked is not None and asked.status == "approved":
        done = msgspec.structs.replace(asked, status="done")
        counted = change(counted, unsubmits=put(round_.unsubmits, seat, done))
    return change(counted, sealed=put(round_.sealed, seat, entry))


def stage_closed(state: State, command: c.CloseStage, _: By) -> State:
    """The reason is kept in the report."""
    return change(state, lawfully_closed=command.reason)


def seal_closed(state: State, event: SealClosed) -> State:
    """From here on nothing can be sealed in this round."""
    digest = hashlib.sha256(canonical(event)).hexdigest()
    return change(state, closed=True, set_digest=digest).with_(phase=Phase.SEALED)


def released(state: State, command: c.ReleasePieces, by: By) -> State:
    """One trustee's pieces for the complete set."""
    pieces = {entry.seat: tuple((piece.index, piece.value) for piece in entry.pieces) for entry in command.pieces}
    return change(state, released=put(state.round().released, by.site, pieces))


def opening_recorded(state: State, command: c.RecordOpening, _: By) -> State:
    """Sheets by seat, faults included."""
    return change(state, opened={sheet.seat: sheet for sheet in command.sheets})


def sheet_revealed(state: State, command: c.RevealSheet, by: By) -> State:
    """Takes the place of the fault."""
    opened = c.OpenedSheet(seat=by.seat or "", salt=command.salt, sheet=command.sheet)
    return change(state, opened=put(state.round().opened, opened.seat, opened))


def change(state: State, **changes: object) -> State:
    """The state with the round under way changed."""
    changed = msgspec.structs.replace(state.round(), **changes)
    before, after = state.rounds[: state.active - 1], state.rounds[state.active :]
    return state.with_(rounds=(*before, changed, *after))
