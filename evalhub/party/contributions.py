"""This party's 32 random bytes for each draw: on the disk before the commitment leaves, the same ones ever after.

    commit  SHA-256 over session, draw, name and r (``core.rules.draw.commitment``)
    escrow  r as the content of an envelope to all trustees, signed by the identity key:
            form "draw-escrow", round = draw, seat = party name, rev 1, pad 64, client "party",
            form_hash = SHA-256 (hex) of the draw's transcript, so an escrow belongs to what was frozen and committed

Chance is an argument. Never reveals: ``steward`` does, when the state says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken
from evalhub.core.rules import commands as c
from evalhub.core.rules import drawing
from evalhub.core.rules.draw import CONTRIBUTION_BYTES, commitment
from evalhub.core.rules.state import State
from evalhub.core.rules.statements import ESCROW_FORM, ESCROW_PAD
from evalhub.core.sealing.b64 import b64u
from evalhub.core.sealing.envelope import SealRequest, seal, seal_material
from evalhub.party.database import Database
from evalhub.party.identity import Identity
from evalhub.party.tables import contribution

CLIENT = "party"
Chance = Callable[[int], bytes]


class Contributions:
    """Makes and keeps contributions. ``random``: a source such as ``os.urandom``."""

    def __init__(self, identity: Identity, database: Database, random: Chance) -> None:
        self._identity = identity
        self._database = database
        self._random = random

    async def commit(self, state: State) -> c.CommitRandomness:
        """The commitment to the latest draw; the contribution is kept by then."""
        number = state.draw().number
        r = await self._database.write(lambda connection: self._make(connection, state.session, number))
        return c.CommitRandomness(draw=number, commit=commitment(state.session, number, self._identity.name, r))

    async def escrow(self, state: State) -> str:
        """The JWS of the escrow. Raises ``Broken`` if the contribution committed to is lost."""
        draw = state.draw()
        assert state.roster is not None, "no draw opens without a roster"
        r = await self._committed(state)
        transcript = hashlib.sha256(canonical(drawing.transcript(state, draw))).hexdigest()
        request = SealRequest(
            session=state.session, round=draw.number, form=ESCROW_FORM, form_hash=transcript, client=CLIENT,
            seat=self._identity.name, rev=1, prev=None, pad=ESCROW_PAD,
        )  # fmt: skip
        salt, pieces = seal_material(state.roster, self._random)
        return seal(request, r, state.roster, self._identity.signing, salt=salt, pieces=pieces)

    async def reveal(self, state: State) -> c.RevealRandomness:
        """The contribution itself. Raises ``Broken`` if it is lost; oversight then has the escrow opened."""
        return c.RevealRandomness(draw=state.draw().number, r=b64u(await self._committed(state)))

    def _make(self, connection: Connection, session: str, draw: int) -> bytes:
        fresh = upsert(contribution).values(session=session, draw=draw, r=self._random(CONTRIBUTION_BYTES))
        connection.execute(fresh.on_conflict_do_nothing())
        r = _kept(connection, session, draw)
        assert r is not None
        return r

    async def _committed(self, state: State) -> bytes:
        draw, name = state.draw(), self._identity.name
        r = await self._database.read(lambda connection: _kept(connection, state.session, draw.number))
        if r is None or commitment(state.session, draw.number, name, r) != draw.commits.get(name):
            raise Broken(f"the contribution to draw {draw.number} that was committed to is lost")
        return r


def _kept(connection: Connection, session: str, draw: int) -> bytes | None:
    query = select(contribution.c.r).where((contribution.c.session == session) & (contribution.c.draw == draw))
    return connection.execute(query).scalar_one_or_none()
