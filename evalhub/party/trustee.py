"""The trustee: one key pair for each session; opens this party's own boxes, only for what the ledger lets be opened.

Rules
- Pieces leave only when the own mirror holds the countersigned gate ``seal:<round>`` and every envelope of the
  complete set it closed. There is no way to ask for a part: the set comes from the state, never from a caller.
- An escrow's pieces leave only after its gate, for a contribution that oversight called and nobody revealed.
- The key file is made when the key is filed and destroyed once the session is closed, or has failed or been called
  off; a lost or destroyed key is never made anew under the old name.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.rules import commands as c
from evalhub.core.rules.phases import TABLE
from evalhub.core.rules.state import Phase, State
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.envelope import envelope_digest, open_box, read_envelope
from evalhub.core.sealing.keys import KemKey
from evalhub.party import private_files

_SESSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
FOLDER = "trustee"

Envelopes = Callable[[str, str], Awaitable[str]]  # session, envelope digest → JWS; Refusal if the mirror has none


class Trustee:
    """The trustee keys of party ``name``, in ``keys/trustee/<session>.pem``."""

    def __init__(self, name: str, keys: Path, envelopes: Envelopes) -> None:
        self._name = name
        self._folder = keys / FOLDER
        self._envelopes = envelopes

    def file_key(self, state: State) -> c.FileTrusteeKey:
        """The public key for this session; the pair is made on the first call and on the disk by then."""
        path = self._path(state.session)
        if not path.exists():
            private_files.make_folder(self._folder)
            private_files.write_new(path, KemKey.generate().to_pem())
        return c.FileTrusteeKey(pk=self._key(state.session).public)

    def sign_roster(self, state: State) -> c.SignRoster:
        """The roster's digest, if it is of this session's parties and has the key that lies here.

        Raises ``Refusal("foreign-roster")``.
        """
        roster = state.roster
        if roster is None or roster.session != state.session or set(roster.names()) != set(state.parties):
            raise Refusal("foreign-roster")
        mine = next(trustee.pk for trustee in roster.trustees if trustee.name == self._name)
        if mine != self._key(state.session).public:
            raise Refusal("foreign-roster", party=self._name)
        return c.SignRoster(roster=roster.digest())

    async def release_pieces(self, state: State) -> c.ReleasePieces:
        """All pieces held of the complete closed set of the latest round.

        Raises ``Refusal``: "wrong-phase", "gate-open", "incomplete-set" (the mirror lacks an envelope), or ``Broken``
        if the key is lost, ``Malformed`` if a box does not open.
        """
        round_ = state.round() if state.rounds else None
        if round_ is None or state.phase is not Phase.OPENING or not round_.closed:
            raise Refusal("wrong-phase", command="release_pieces", phase=state.phase)
        if f"seal:{round_.number}" not in state.gates or state.gate is not None:
            raise Refusal("gate-open", gate=f"seal:{round_.number}")
        sheets = {seat: await self._jws(state, round_.sealed[seat].digest) for seat in sorted(round_.sealed)}
        pieces = tuple(c.SheetPieces(seat=seat, pieces=self._open(state, jws)) for seat, jws in sheets.items())
        return c.ReleasePieces(round=round_.number, sheets=round_.set_digest, pieces=pieces)

    async def release_escrow(self, state: State, missing: str) -> c.ReleaseEscrow:
        """All pieces held of the escrow of ``missing``. Raises ``Refusal`` unless it was lawfully called."""
        draw = state.draw() if state.draws else None
        if draw is None or state.phase is not Phase.DRAWING:
            raise Refusal("wrong-phase", command="release_escrow", phase=state.phase)
        if f"escrow:{draw.number}" not in state.gates or state.gate is not None:
            raise Refusal("gate-open", gate=f"escrow:{draw.number}")
        if missing not in draw.called or missing in draw.reveals:
            raise Refusal("nothing-to-release", party=missing)
        jws = await self._jws(state, draw.escrow_digests[missing])
        return c.ReleaseEscrow(draw=draw.number, missing=missing, pieces=self._open(state, jws))

    def destroy_key(self, state: State) -> c.DestroyKey:
        """Destroy the key, then say so. Doing it again finds nothing and says the same.

        Raises ``Refusal("wrong-phase")`` while the session goes on: its sheets could never be opened.
        """
        if state.phase not in TABLE[c.DestroyKey].phases:
            raise Refusal("wrong-phase", command="destroy_key", phase=state.phase)
        private_files.destroy(self._path(state.session))
        return c.DestroyKey(pk=state.trustee_keys[self._name])

    async def _jws(self, state: State, digest: str) -> str:
        try:
            jws = await self._envelopes(state.session, digest)
        except Refusal:
            raise Refusal("incomplete-set", envelope=digest) from None
        if envelope_digest(read_envelope(jws)[0].payload) != digest:
            raise Broken(f"the mirror holds another envelope than {digest}")
        return jws

    def _open(self, state: State, jws: str) -> tuple[c.Piece, ...]:
        assert state.roster is not None
        _, envelope, _ = read_envelope(jws)
        box = open_box(self._key(state.session), self._name, envelope, state.roster)
        return tuple(c.Piece(index=index, value=b64u(piece)) for index, piece in sorted(box.items()))

    def _key(self, session: str) -> KemKey:
        """Raises ``Broken`` if the key is missing, open to others or damaged."""
        path = self._path(session)
        try:
            return KemKey.from_pem(private_files.read(path))
        except Malformed as error:
            raise Broken(f"{path}: {error.reason}") from None

    def _path(self, session: str) -> Path:
        if not _SESSION.fullmatch(session):  # a session id is a file name here
            raise Malformed("not a session id", session[:80])
        return self._folder / f"{session}.pem"
