"""What the hub may read once enough trustees have released their pieces: a closed round's sheets, or an escrow.

The hub holds no piece of its own. What it records here, everyone recomputes from the ledger. Never opens a part of a
round, and never before the gate behind ``SealClosed``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from evalhub.core.errors import Malformed
from evalhub.core.rules import commands as c
from evalhub.core.rules import rounds
from evalhub.core.rules.state import Phase, Round, State
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.envelope import open_envelope, read_envelope
from evalhub.core.sealing.pieces import can_open

Fetch = Callable[[str], str]  # envelope digest → its JWS
Released = Mapping[str, tuple[tuple[int, str], ...]]  # trustee → pieces

SHUT, NO_SHEET = "does not open", "not a sheet of this form"


def due(state: State, fetch: Fetch) -> c.RecordOpening | c.RecordRecovery | None:
    """The record the hub owes now, if any."""
    if state.gate is not None or state.paused_since is not None:
        return None
    if state.phase is Phase.OPENING and not state.round().opened and rounds.openable(state):
        return opening(state, fetch)
    if state.phase is Phase.DRAWING and state.draws:
        return recovery(state, fetch)
    return None


def opening(state: State, fetch: Fetch) -> c.RecordOpening:
    """The complete set of the closed round, opened."""
    round_ = state.round()
    sheets = tuple(_opened(state, round_, seat, fetch) for seat in sorted(round_.sealed))
    return c.RecordOpening(round=round_.number, sheets=sheets)


def recovery(state: State, fetch: Fetch) -> c.RecordRecovery | None:
    """The first called escrow that opens with the pieces released for it."""
    draw = state.draw()
    assert state.roster is not None
    for missing in sorted(draw.called - set(draw.reveals)):
        released = draw.released.get(missing, {})
        if can_open(released, state.roster.blind):
            found = _open(fetch(draw.escrow_digests[missing]), _pieces(released.values()))
            if found is not None:
                return c.RecordRecovery(draw=draw.number, missing=missing, r=b64u(found[1]))
    return None


def _opened(state: State, round_: Round, seat: str, fetch: Fetch) -> c.OpenedSheet:
    released = (pieces[seat] for pieces in round_.released.values())
    found = _open(fetch(round_.sealed[seat].digest), _pieces(released))
    if found is None:
        return c.OpenedSheet(seat=seat, fault=SHUT)
    try:
        opened = c.OpenedSheet(seat=seat, salt=b64u(found[0]), sheet=found[1].decode())
        rounds.check_opened(state, round_, opened)
    except (Malformed, UnicodeDecodeError):
        return c.OpenedSheet(seat=seat, fault=NO_SHEET)
    return opened


def _open(jws: str, pieces: dict[int, bytes]) -> tuple[bytes, bytes] | None:
    """(salt, content), or None if it does not open."""
    _, envelope, _ = read_envelope(jws)
    try:
        return open_envelope(envelope, pieces)
    except Malformed:
        return None


def _pieces(released: Iterable[Iterable[tuple[int, str]]]) -> dict[int, bytes]:
    return {index: unb64u(value) for pieces in released for index, value in pieces}
