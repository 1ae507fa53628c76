"""A centre registers its complete pool with the hub, ahead of any session that may draw from it.

At the start, and soon after each import (another process may do it), the current pool gets a salt and a root of its
own, and a signed statement goes through the outbox to the hub's log (``core/rules/registration.py``). An unchanged
pool keeps its registration for good: it is never sent twice, and importing it again restores its root.

Never sends a name, a leaf or a salt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from evalhub.core.codec import Record, canonical
from evalhub.core.errors import EvalhubError, Refusal
from evalhub.core.rules import registration
from evalhub.core.rules.registration import HUB_LOG, RegisterPool
from evalhub.party.party import Party
from evalhub.site.pool.records import Pool
from evalhub.site.pool.store import latest_digest, load_pool
from evalhub.site.tables import pool_registration

SALT_BYTES = 32
LOOK_SECONDS = 2.0


class Registered(Record):
    """The registration of one pool. ``digest``: ``Pool.digest()``; the salt stays in this centre's database."""

    digest: str
    root: str
    size: int


class PoolView(Record):
    """The current pool for operators. ``registered``: the hub's log has it. Empty digest: nothing was imported."""

    digest: str
    root: str
    size: int
    registered: bool


@dataclass
class Registrar:
    """Of one centre. ``random``: source of salts."""

    party: Party
    random: Callable[[int], bytes]
    _seen: str = field(default="", init=False)  # digest that was dealt with in this run

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            try:
                await self.look()
            except EvalhubError as error:
                self.party.logger.error("pool-not-registered", error=str(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Register the current pool unless that was done or tried. Raises the hub's ``Refusal``."""
        digest = await self.party.database.read(latest_digest)
        if digest in ("", self._seen):
            return
        self._seen = digest
        made = await self.party.database.write(self._made)
        if made is None or await self.party.outbox.done(HUB_LOG, self._duty(made.digest)):
            return
        outcome = await self.party.outbox.put_own(
            HUB_LOG,
            lambda n: registration.say(self.party.identity.signing, n, RegisterPool(root=made.root, size=made.size)),
            known=lambda: 0,
            duty=self._duty(made.digest),
        )
        if outcome.code:
            raise Refusal(outcome.code, **outcome.detail)

    async def view(self) -> PoolView:
        """The current pool, and whether the hub has taken its registration."""
        digest = await self.party.database.read(latest_digest)
        row = await self.party.database.read(lambda db: _row(db, digest))
        if row is None:
            return PoolView(digest=digest, root="", size=0, registered=False)
        taken = await self.party.outbox.accepted(HUB_LOG, self._duty(digest))
        return PoolView(digest=digest, root=row.root, size=row.size, registered=taken)

    def _made(self, db: Connection) -> Registered | None:
        """The registration of the current pool, made now if it is new; None for an empty pool."""
        pool = load_pool(db)
        if not pool.experts:
            return None
        known = _row(db, pool.digest())
        if known is not None:
            return known
        salt = self.random(SALT_BYTES)
        made = Registered(digest=pool.digest(), root=root_of(pool, salt), size=len(pool.experts))
        db.execute(insert(pool_registration).values(digest=made.digest, salt=salt, root=made.root, size=made.size))
        return made

    def _duty(self, digest: str) -> str:
        """A party with another key registers again: the hub knows a registration by its key."""
        return f"register-pool:{self.party.identity.signing.kid}:{digest}"


def root_of(pool: Pool, salt: bytes) -> str:
    """The registered root of a pool under this salt, hex."""
    return registration.registered_root(salt, ((expert.id, canonical(expert)) for expert in pool.experts))


def registered_root_of(db: Connection, pool: Pool) -> str:
    """The root to cite for this pool. Raises ``Refusal`` if no registration was made of it."""
    row = _row(db, pool.digest())
    if row is None:
        raise Refusal("pool-never-registered", size=len(pool.experts))
    return row.root


def registration_salt(db: Connection, root: str) -> bytes | None:
    """The salt behind a registered root; None if it is none of this centre's."""
    found: bytes | None = db.execute(select(pool_registration.c.salt).where(pool_registration.c.root == root)).scalar()
    return found


def _row(db: Connection, digest: str) -> Registered | None:
    kind = pool_registration.c
    found = db.execute(select(kind.root, kind.size).where(kind.digest == digest)).first()
    return None if found is None else Registered(digest=digest, root=found.root, size=found.size)
