"""Check-in: admission, random booth, ticket, self-test, declaration, start (R7, R15, R30, R34, R35).

A seat is a booth with a member in it. The booth is allotted when its expert is admitted, never before; members of one
committee sit in different rooms while there are enough. A booth is used once in a session: a replacement gets another.
"""

from __future__ import annotations

import hashlib

import msgspec

from evalhub.core.codec import canonical
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import parse_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import composition, drawing, representatives
from evalhub.core.rules.events import By, SeatAssigned, SeatVacated
from evalhub.core.rules.seating import next_booth
from evalhub.core.rules.state import Admission, Outcome, Phase, Principal, SeatState, State, drop, put
from evalhub.core.sealing.keys import load_public

# -- questions -----------------------------------------------------------------------------------------------------


def seat_of_leaf(state: State, leaf: str) -> SeatState | None:
    """Where a member sits, if it was admitted."""
    return next((seat for seat in state.seats.values() if seat.leaf == leaf), None)


def ready(seat: SeatState) -> bool:
    """Redeemed, self-test passed, declaration without conflict, still fit to sit."""
    return seat.redeemed and seat.tested and seat.declared and not seat.conflict and not seat.unfit


def all_ready(state: State) -> bool:
    """Every member of the committee sits at a ready booth."""
    seats = list(state.seats.values())
    return len(seats) == state.the_plan().project.committee.size and all(ready(seat) for seat in seats)


def booth_token(state: State, admission: Admission) -> bytes:
    """What decides the booth: the draw's seed, who arrives, and the hub's time of arrival. No party knows it before."""
    material = canonical(
        ["evalhub/seat/v1", state.session, state.draws[0].seed, admission.leaf, str(admission.at), state.size]
    )
    return hashlib.sha256(material).digest()


def assign(state: State) -> SeatAssigned:
    """The booth of the first expert who was admitted and has none. Raises ``Refusal("no-free-booth")``."""
    admission = state.admissions[0]
    centre = admission.centre
    seated = [seat for seat in state.seats.values() if seat.seat.startswith(f"{centre}/")]
    choice = next_booth(
        state.rooms_of(centre),
        taken=[seat.room for seat in seated],
        used=[seat.split("/", 1)[1] for seat in state.used_booths if seat.startswith(f"{centre}/")],
        remaining=drawing.seats_of(state, centre) - len(seated),
        token=booth_token(state, admission),
    )
    return SeatAssigned(leaf=admission.leaf, seat=f"{centre}/{choice.booth}", room=choice.room, shared=choice.shared)


def vacancy(state: State) -> SeatVacated | None:
    """A seat whose member was removed, declared a conflict, or is no member any more."""
    members = {centre: drawing.members(state, centre) for centre in state.centres()}
    for seat in state.seats.values():
        if seat.unfit:
            return SeatVacated(seat=seat.seat, leaf=seat.leaf, outcome=f"{drawing.REMOVED}{seat.unfit}")
        if seat.conflict:
            return SeatVacated(seat=seat.seat, leaf=seat.leaf, outcome=drawing.RECUSED_DECLARED)
        if seat.leaf not in members[seat.seat.split("/", 1)[0]]:
            return SeatVacated(seat=seat.seat, leaf=seat.leaf, outcome="")
    return None


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_admit(state: State, command: c.AdmitExpert, by: By) -> None:
    """A member from the centre's own draw, once, identified, phone handed in."""
    if command.leaf not in drawing.members(state, by.site):
        raise Refusal("not-a-member", leaf=command.leaf)
    if seat_of_leaf(state, command.leaf):
        raise Refusal("already-admitted", leaf=command.leaf)
    if not command.identity_confirmed:
        raise Refusal("identity-not-confirmed", leaf=command.leaf)
    if not command.phone_handed_in:
        raise Refusal("phone-not-handed-in", leaf=command.leaf)
    _require_window(state)
    assign(state.with_(admissions=(Admission(leaf=command.leaf, centre=by.site, at=state.now),)))


def may_issue_ticket(state: State, command: c.IssueTicket, by: By) -> None:
    """For a seat of one's own that nobody has redeemed; it ends within the window."""
    seat = _own_seat(state, command.seat, by)
    if seat.redeemed:
        raise Refusal("ticket-used", seat=seat.seat)
    if any(other.ticket == command.ticket for other in state.seats.values()):
        raise Refusal("ticket-repeated")
    parse_time(command.expires)
    if command.expires > state.the_plan().window.closes:
        raise Refusal("ticket-outlives-window", closes=state.the_plan().window.closes)


def may_redeem(state: State, command: c.RedeemTicket, by: By) -> None:
    """The seat's current ticket, once, before it expires, with a key nobody has used."""
    seat = _own_seat(state, command.seat, by)
    if seat.redeemed:
        raise Refusal("ticket-used", seat=seat.seat)
    if not seat.ticket or command.ticket != seat.ticket:
        raise Refusal("ticket-unknown", seat=seat.seat)
    if state.now >= parse_time(seat.expires):
        raise Refusal("ticket-expired", expires=seat.expires)
    load_public(command.booth_key)
    if command.booth_key.thumbprint() in state.keys:
        raise Refusal("key-in-use")


def may_report_test(state: State, command: c.ReportSelfTest, by: By) -> None:
    """A test names at least one check."""
    _booth(state, by)
    if not command.checks:
        raise Refusal("self-test-empty")


def may_declare(state: State, command: c.DeclareRecusal, by: By) -> None:
    """One answer for each bidder, the discipline accepted, once."""
    seat = _booth(state, by)
    if seat.declared:
        raise Refusal("already-declared", seat=seat.seat)
    bidders = sorted(bidder.code for bidder in state.the_plan().project.bidders)
    if sorted(answer.bidder for answer in command.answers) != bidders:
        raise Refusal("answer-every-bidder", bidders=" ".join(bidders))
    if not command.discipline:
        raise Refusal("discipline-not-accepted")
    for answer in command.answers:
        if answer.conflict and not answer.reason.strip():
            raise Refusal("reason-missing", bidder=answer.bidder, item="recusal")


def may_request_start(state: State, _: c.RequestStart, __: By) -> None:
    """Every seat of the committee is filled and ready, and those at the booths are a lawful committee."""
    require_ready(state)


def require_ready(state: State) -> None:
    """Raise a ``Refusal``: "seats-not-ready" unless every seat is filled and ready; "committee-…" for a rule broken."""
    size = state.the_plan().project.committee.size
    waiting = [seat.seat for seat in state.seats.values() if not ready(seat)]
    if len(state.seats) < size or waiting:
        raise Refusal("seats-not-ready", filled=len(state.seats), size=size, waiting=" ".join(waiting) or "-")
    composition.require_seated(state)


def _own_seat(state: State, seat: str, by: By) -> SeatState:
    found = state.seats.get(seat)
    if found is None or not seat.startswith(f"{by.site}/"):
        raise Refusal("not-your-seat", seat=seat)
    return found


def _booth(state: State, by: By) -> SeatState:
    found = state.seats.get(by.seat or "")
    if found is None or found.booth_key is None or found.booth_key.thumbprint() != by.kid:
        raise Refusal("not-your-seat", seat=by.seat)
    return found


def _require_window(state: State) -> None:
    window = state.the_plan().window
    if not parse_time(window.opens) <= state.now < parse_time(window.closes):
        raise Refusal("outside-window", opens=window.opens, closes=window.closes)


# -- what it changes -----------------------------------------------------------------------------------------------


def admitted(state: State, command: c.AdmitExpert, by: By) -> State:
    """Waits for a booth; the consequence follows at once."""
    admission = Admission(leaf=command.leaf, centre=by.site, at=state.now)
    return state.with_(admissions=(*state.admissions, admission))


def seat_assigned(state: State, event: SeatAssigned) -> State:
    """The booth is taken for the rest of the session."""
    admitted_at = next(admission.at for admission in state.admissions if admission.leaf == event.leaf)
    seat = SeatState(seat=event.seat, leaf=event.leaf, room=event.room, shared=event.shared, admitted_at=admitted_at)
    return state.with_(
        admissions=tuple(admission for admission in state.admissions if admission.leaf != event.leaf),
        seats=put(state.seats, event.seat, seat),
        used_booths=state.used_booths | {event.seat},
    )


def seat_vacated(state: State, event: SeatVacated) -> State:
    """The seat's key no longer speaks; a removal or a declared conflict also takes the leaf out of its draw."""
    seat = state.seats[event.seat]
    keys = state.keys
    if seat.booth_key is not None:
        keys = drop(keys, seat.booth_key.thumbprint())
    if event.outcome and representatives.is_one(state, event.leaf):
        state = representatives.gone(state, event.leaf, event.outcome)
    elif event.outcome:
        centre = event.seat.split("/", 1)[0]
        number, stratum = drawing.find_draw(state, centre, event.leaf)
        outcome = Outcome(stratum=stratum, leaf=event.leaf, outcome=event.outcome)
        state = drawing.outcome_recorded(state, centre, number, outcome)
    return state.with_(seats=drop(state.seats, event.seat), keys=keys, phase=Phase.CHECKIN)


def ticket_issued(state: State, command: c.IssueTicket, _: By) -> State:
    """The latest ticket is the only one that counts."""
    return _seat(state, command.seat, ticket=command.ticket, expires=command.expires)


def redeemed(state: State, command: c.RedeemTicket, by: By) -> State:
    """From here on the booth's own key speaks for the seat."""
    kid = command.booth_key.thumbprint()
    booth = By(role="booth", site=by.site, seat=command.seat, kid=kid)
    changes = {"booth_key": command.booth_key, "client": command.client, "redeemed_at": state.now}
    state = _seat(state, command.seat, redeemed=True, **changes)
    return state.with_(keys=put(state.keys, kid, Principal(by=booth, key=command.booth_key)))


def tested(state: State, command: c.ReportSelfTest, by: By) -> State:
    """The latest test counts."""
    return _seat(state, by.seat or "", tested=all(check.passed for check in command.checks))


def declared(state: State, command: c.DeclareRecusal, by: By) -> State:
    """A conflict towards any bidder vacates the seat at once."""
    conflicts = " ".join(answer.bidder for answer in command.answers if answer.conflict)
    return _seat(state, by.seat or "", declared=True, declared_at=state.now, conflict=conflicts)


def _seat(state: State, seat: str, **changes: object) -> State:
    changed = msgspec.structs.replace(state.seats[seat], **changes)
    return state.with_(seats=put(state.seats, seat, changed))
