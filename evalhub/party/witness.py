"""The witness: cosigns a checkpoint only of what this party itself holds and has re-executed (c2sp.org/tlog-witness).

Rules
- The decision on the request is ``core.ledger.witness.decide``; here its memory. The head is moved by compare-and-swap,
  and head and cosignature are on the disk before anybody is told.
- The last checkpoints cosigned are kept: joined with those of the other witnesses they end the record of a session
  whose hub never comes back (``salvage``).
- The root must be the one of the own mirror at that size. A mirror that is still behind is waited for a moment, then
  the answer is 409 with the size last cosigned, and the hub asks again.
- A ledger that broke the rules is never cosigned again; that request, and every fork, is kept as evidence.
- One question a session at a time. Never signs anything but a checkpoint text.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from evalhub.core.ledger.note import Signature
from evalhub.core.ledger.witness import Accepted, Head, Refused, decide
from evalhub.core.wire.frames import WitnessReply, WitnessRequest
from evalhub.party.clock import Clock
from evalhub.party.database import Database
from evalhub.party.evidence import keep
from evalhub.party.followed import Followed
from evalhub.party.identity import Identity
from evalhub.party.logs import Logger
from evalhub.party.mirror import Mirror
from evalhub.party.tables import cosigned, witness_head

PATIENCE = 10.0  # seconds a checkpoint may run ahead of the entries on their way
KEPT = 16  # checkpoints of a session: one a second while it is busy, and the witnesses answer within a few


class Witness:
    """Answers witness requests. Used on the event loop of its ``Party`` only."""

    def __init__(self, *, identity: Identity, mirror: Mirror, database: Database, clock: Clock, logger: Logger,
                 patience: float = PATIENCE) -> None:  # fmt: skip
        self._identity = identity
        self._mirror = mirror
        self._database = database
        self._clock = clock
        self._logger = logger
        self._patience = patience
        self._turns: dict[str, asyncio.Lock] = {}

    async def answer(self, request: WitnessRequest) -> WitnessReply:
        """The reply: 200 with the cosignature line, or the status and body of the specification."""
        async with self._turns.setdefault(request.session, asyncio.Lock()):
            result = await self._decide(request.session, request.request.encode())
        if isinstance(result, Refused):
            self._logger.warning("not-cosigned", session=request.session, status=result.status, reason=result.reason)
            return WitnessReply(session=request.session, status=result.status, body=result.body().decode())
        return WitnessReply(session=request.session, status=200, body=result.line())

    async def head(self, session: str) -> Head:
        """Size and root last cosigned."""
        return await self._database.read(lambda connection: _head(connection, session))

    async def _decide(self, session: str, data: bytes) -> Signature | Refused:
        head = await self.head(session)
        followed = self._mirror.get(session)
        if followed is None or followed.log is None:
            return Refused(404, head.size, "no such ledger is mirrored here")
        decision = decide(head, data, followed.log)
        if isinstance(decision, Accepted):
            decision = await self._compare(followed, head, decision)
        if isinstance(decision, Refused):
            if decision.keep:
                await self._keep(session, data, decision)
            return decision
        signature = self._identity.cosign(decision.note.text, self._clock.now() // 1000)
        note = decision.note.plus(signature).to_bytes()
        if not await self._database.write(lambda connection: _swap(connection, session, head, decision.head, note)):
            return Refused(409, (await self.head(session)).size, "another request was answered meanwhile")
        return signature

    async def _compare(self, followed: Followed, head: Head, accepted: Accepted) -> Accepted | Refused:
        """The same checkpoint, if the own mirror says the same."""
        size = accepted.head.size
        await self._mirror.wait_for(followed.session, size, self._patience)
        if followed.stopped:
            return Refused(422, head.size, followed.stopped, keep=True)
        if followed.size < size:
            return Refused(409, head.size, f"only {followed.size} entries have arrived")
        if followed.tree.root(size) != accepted.head.root:
            return Refused(422, head.size, f"not the root of the entries received, at {size}: a fork", keep=True)
        return accepted

    async def _keep(self, session: str, data: bytes, refused: Refused) -> None:
        def work(connection: Connection) -> None:
            keep(connection, at=self._clock.now(), session=session, kind="witness-request", position=refused.size,
                 reason=refused.reason, data=data)  # fmt: skip

        await self._database.write(work)


def _head(connection: Connection, session: str) -> Head:
    query = select(witness_head.c.size, witness_head.c.root).where(witness_head.c.session == session)
    row = connection.execute(query).first()
    return Head(row.size, row.root) if row else Head()


def _swap(connection: Connection, session: str, old: Head, new: Head, note: bytes) -> bool:
    """Move the head if it is still ``old``, and keep what was cosigned."""
    first = upsert(witness_head).values(session=session, size=Head().size, root=Head().root)
    connection.execute(first.on_conflict_do_nothing())
    mine = (witness_head.c.session == session) & (witness_head.c.size == old.size) & (witness_head.c.root == old.root)
    if connection.execute(update(witness_head).where(mine).values(size=new.size, root=new.root)).rowcount != 1:
        return False
    row = upsert(cosigned).values(session=session, size=new.size, note=note)
    connection.execute(row.on_conflict_do_update(index_elements=["session", "size"], set_={"note": note}))
    sizes = select(cosigned.c.size).where(cosigned.c.session == session).order_by(cosigned.c.size.desc()).limit(KEPT)
    connection.execute(delete(cosigned).where(cosigned.c.session == session, cosigned.c.size.not_in(sizes)))
    return True
