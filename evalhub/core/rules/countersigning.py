"""Signatures in the report's PDF, once every member has answered (R77, R78; decision 0143).

    all have answered ──every centre lays out the same PDF──▶ signer 1 ▶ signer 2 … ▶ signing closed

- Who signs: the members that signed or dissented, in the order of their aliases; each signs all that came before.
- The PDF itself is no affair of the core: it knows the digest that all centres must have alike, the certificates of
  the booth keys, and that each signature is by the booth's own key over the attributes it names.
- Who does not sign is passed over by oversight, not before ``PASS_AFTER`` of its turn; answer and dissent stay.
"""

from __future__ import annotations

from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import commands as c
from evalhub.core.rules import rounds
from evalhub.core.rules.events import By
from evalhub.core.rules.state import Layout, PdfSignature, State, put
from evalhub.core.sealing.b64 import unb64u, unb64u_exactly
from evalhub.core.sealing.keys import SIGNATURE_BYTES, verify_signature
from evalhub.core.sealing.signers import check_certificate

PASS_AFTER = 10 * 60_000  # ms
SIGNING_ANSWERS = frozenset({"signed", "dissent"})
SET_OF = 0x31  # first byte of signed attributes in DER: no JWS begins like this, so no signature passes for another
MAX_ATTRIBUTES = 1024

# -- questions -----------------------------------------------------------------------------------------------------


def all_answered(state: State) -> bool:
    """Every member has answered the report, or is deemed to agree."""
    return bool(state.report) and state.answers.keys() == state.seats.keys()


def signers(state: State) -> tuple[str, ...]:
    """Seats whose members sign the PDF, in the order of their aliases."""
    seats = [seat for seat, answer in state.answers.items() if answer.answer in SIGNING_ANSWERS]
    return tuple(sorted(seats, key=lambda seat: rounds.member_number(state.aliases[seat])))


def agreed(state: State) -> Layout | None:
    """The layout, once every centre has the same PDF."""
    if set(state.layouts) != set(state.centres()):
        return None
    found = list(state.layouts.values())
    return found[0] if len({(layout.pdf, layout.length) for layout in found}) == 1 else None


def owing(state: State) -> tuple[str, ...]:
    """Signers that have neither signed nor been passed over."""
    done = {signature.seat for signature in state.signatures} | state.passed_over.keys()
    return tuple(seat for seat in signers(state) if seat not in done)


def turn(state: State) -> str:
    """The seat whose signature is next; empty if it is nobody's turn."""
    if not all_answered(state) or agreed(state) is None:
        return ""
    return next(iter(owing(state)), "")


def finished(state: State) -> bool:
    """Every member has answered, and nobody's signature is waited for any more."""
    return all_answered(state) and not owing(state)


# -- what is allowed -----------------------------------------------------------------------------------------------


def may_lay_out(state: State, command: c.LayOutReport, by: By) -> None:
    """After the last answer, until all agree; a certificate for each own signer and nobody else."""
    if not all_answered(state):
        raise Refusal("answers-missing", waiting=" ".join(sorted(state.seats.keys() - state.answers.keys())))
    if agreed(state) is not None:
        raise Refusal("already-laid-out")
    own = sorted(seat for seat in signers(state) if seat.startswith(f"{by.site}/"))
    if sorted(entry.seat for entry in command.certificates) != own:
        raise Refusal("certify-every-signer", seats=" ".join(own) or "-")
    authority, identity = unb64u(command.authority), state.parties[by.site].identity
    for entry in command.certificates:
        booth_key = state.seats[entry.seat].booth_key
        if booth_key is None or not check_certificate(unb64u(entry.certificate), authority, booth_key, identity):
            raise Refusal("bad-certificate", seat=entry.seat)


def may_countersign(state: State, command: c.CountersignReport, by: By) -> None:
    """In turn, for the PDF all centres have, by the booth's own key over attributes that can be nothing else."""
    layout, seat = agreed(state), by.seat or ""
    if layout is None or turn(state) != seat:
        raise Refusal("not-your-turn", seat=seat)
    if command.pdf != layout.pdf:
        raise Refusal("wrong-report")
    attributes = unb64u(command.attributes)
    if not is_attributes(attributes):
        raise Refusal("bad-signature", seat=seat)
    booth_key = state.seats[seat].booth_key
    signature = unb64u_exactly(SIGNATURE_BYTES, command.signature)
    if booth_key is None or not verify_signature(booth_key, signature, attributes):
        raise Refusal("bad-signature", seat=seat)


def may_pass_over(state: State, command: c.PassOver, _: By) -> None:
    """Whose turn it is, or anybody while the centres have no common PDF; after the time."""
    if not all_answered(state) or command.seat not in owing(state):
        raise Refusal("no-signature-owed", seat=command.seat)
    if agreed(state) is not None and turn(state) != command.seat:
        raise Refusal("not-your-turn", seat=command.seat)
    until = state.turn_at + PASS_AFTER + state.paused_ms - state.turn_paused
    if state.now < until:
        raise Refusal("too-early", until=format_time(until))


def is_attributes(data: bytes) -> bool:
    """Whether bytes can be signed attributes, and nothing else that a booth key ever signs."""
    return len(data) <= MAX_ATTRIBUTES and data[:1] == bytes([SET_OF])


# -- what it changes -----------------------------------------------------------------------------------------------


def laid_out(state: State, command: c.LayOutReport, by: By) -> State:
    """A centre that differs may lay out again; the first turn begins when all agree."""
    layout = Layout(
        pdf=command.pdf,
        length=command.length,
        authority=command.authority,
        certificates={entry.seat: entry.certificate for entry in command.certificates},
    )
    state = state.with_(layouts=put(state.layouts, by.site, layout))
    return next_turn(state) if agreed(state) else state


def countersigned(state: State, command: c.CountersignReport, by: By) -> State:
    """``at`` is the beginning of the turn: known before the signature, it is the time inside it."""
    signature = PdfSignature(
        seat=by.seat or "", at=state.turn_at, attributes=command.attributes, signature=command.signature
    )
    return next_turn(state.with_(signatures=(*state.signatures, signature)))


def passed_over(state: State, command: c.PassOver, _: By) -> State:
    """The next one's time begins now, if there is anything to sign."""
    state = state.with_(passed_over=put(state.passed_over, command.seat, command.reason))
    return next_turn(state) if agreed(state) else state


def next_turn(state: State) -> State:
    """The time of a turn begins."""
    return state.with_(turn_at=state.now, turn_paused=state.paused_ms)
