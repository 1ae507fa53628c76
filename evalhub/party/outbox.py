"""The outbox: every submission numbered and on the disk before anybody is promised anything; exactly once in effect.

Rules
- Numbers run 1, 2, 3 … over all sessions of this party and all its restarts; a number is never given twice.
- A submission stays pending, word for word, until its outcome came; outcomes are stored before listeners hear of them.
- The same ``ref`` is the same submission: a booth that repeats a message gets the number of the first back.
- An own statement carries the next number of the identity key in its session. A refused one did not use its number
  up, so a session has at most one own statement on its way; whoever comes next waits (decision 0061). Those who wait
  have been promised nothing and are not kept.
- Never looks inside what it carries, never signs what it was not handed a signer for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, false, func, insert, select, true, update

from evalhub.core.codec import RecordMeta, canonical, decode
from evalhub.core.errors import Broken
from evalhub.core.wire.frames import Outcome
from evalhub.party.database import Database
from evalhub.party.tables import outbox

OutcomeListener = Callable[["Submission", Outcome], None]
Row = dict[str, Any]  # columns of one submission, before it has a number
SUBMISSIONS = select(outbox.c.n, outbox.c.session, outbox.c.jws, outbox.c.ref, outbox.c.counted, outbox.c.duty)


class Submission(msgspec.Struct, metaclass=RecordMeta):
    """One numbered submission. ``ref``: the submitter's own key, None for none; ``duty``: see ``steward``."""

    n: int
    session: str
    jws: str
    ref: str | None = None
    counted: bool = False
    duty: str | None = None


class Outbox:
    """Durable, numbered, in order. Owned by one ``Party``; used on its event loop only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: dict[int, Submission] = {}  # ascending; the database has the same rows unsettled
        self._highest = 0
        self._waiters: dict[int, list[asyncio.Future[Outcome]]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._put_listeners: list[Callable[[Submission], None]] = []
        self._outcome_listeners: list[OutcomeListener] = []

    async def load(self) -> None:
        """Read what is pending. Called once, before anything else."""
        self._highest = await self._database.read(_highest)
        for row in await self._database.read(_unsettled):
            self._pending[row.n] = row

    # -- putting -------------------------------------------------------------------------------------------------------

    async def put(self, session: str, jws: str, ref: str | None = None) -> int:
        """Keep a message of a booth (or any that is signed already); its number, once it is on the disk."""
        return (await self._put(session, lambda _: jws, ref=ref)).n

    async def put_own(
        self,
        session: str,
        make: Callable[[int], str],
        *,
        known: Callable[[], int],
        counted: bool = True,
        duty: str | None = None,
    ) -> Outcome:
        """Sign and keep an own statement and wait for its outcome; one at a time in each session.

        ``make`` signs for the number it is given, in the same transaction that keeps the result. ``known``: the number
        the mirrored ledger has already seen of this key, in case this database is an older copy. ``counted`` is False
        for envelopes, which have no number.
        """
        async with self._turns.setdefault(session, asyncio.Lock()):
            await self._until_free(session)
            seen = known()
            put = await self._put(session, make, counted=counted, duty=duty, seen=seen)
            return await self.outcome(put.n)

    async def _put(self, session: str, make: Callable[[int], str], *, ref: str | None = None,
                   counted: bool = False, duty: str | None = None, seen: int = 0) -> Submission:  # fmt: skip
        def work(connection: Connection) -> tuple[Submission, bool]:
            known = _by_ref(connection, ref)
            if known is not None:
                return known, False
            number = max(_accepted(connection, session), seen) + 1 if counted else 0
            row = {"session": session, "jws": make(number), "ref": ref, "counted": counted, "duty": duty}
            return _insert(connection, row), True

        submission, fresh = await self._database.write(work)
        if fresh:
            self._pending[submission.n] = submission
            self._highest = max(self._highest, submission.n)
            for tell in self._put_listeners:
                tell(submission)
        return submission

    async def _until_free(self, session: str) -> None:
        """Wait for an own statement that an earlier process left on its way."""
        for pending in [one for one in self._pending.values() if one.session == session and one.counted]:
            await self.outcome(pending.n)

    # -- asking --------------------------------------------------------------------------------------------------------

    def pending(self) -> tuple[Submission, ...]:
        """Everything without an outcome, in order of numbers."""
        return tuple(self._pending[n] for n in sorted(self._pending))

    def get(self, n: int) -> Submission | None:
        """A pending submission."""
        return self._pending.get(n)

    async def outcome(self, n: int) -> Outcome:
        """The outcome of submission ``n``, when it comes; at once if it is stored. Raises ``KeyError``."""
        if n not in self._pending:
            stored = await self._database.read(lambda connection: _outcome(connection, outbox.c.n == n))
            if stored is not None:
                return stored
            if n not in self._pending:
                raise KeyError(n)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(n, []).append(future)
        return await future

    async def outcome_of(self, ref: str) -> Outcome | None:
        """The stored outcome of the submission with this ``ref``; None while there is none."""
        return await self._database.read(lambda connection: _outcome(connection, outbox.c.ref == ref))

    async def done(self, session: str, duty: str) -> bool:
        """Whether this duty is on its way or was accepted; a refused attempt does not count."""
        return await self._any(session, duty, (outbox.c.settled == false()) | (outbox.c.code == ""))

    async def accepted(self, session: str, duty: str) -> bool:
        """Whether the hub has accepted this duty."""
        return await self._any(session, duty, (outbox.c.settled == true()) & (outbox.c.code == ""))

    async def _any(self, session: str, duty: str, condition: ColumnElement[bool]) -> bool:
        query = select(outbox.c.n).where((outbox.c.session == session) & (outbox.c.duty == duty) & condition).limit(1)
        return await self._database.read(lambda connection: connection.execute(query).first() is not None)

    def check_hub(self, last: int) -> None:
        """Compare with the highest number the hub has taken. Raises ``Broken`` if it has taken what we do not know:

        then this database is an older copy, and new submissions would be taken for old ones.
        """
        if last > self._highest:
            raise Broken(
                f"the hub has taken submissions up to {last}, this database knows {self._highest}: it is an older copy"
            )

    # -- settling ------------------------------------------------------------------------------------------------------

    async def settle(self, outcome: Outcome) -> None:
        """Keep the outcome, then tell whoever waits for it. A repeated one changes nothing."""
        submission = self._pending.get(outcome.n)
        if submission is None:
            return
        values = {"settled": True, "code": outcome.code, "receipt": outcome.receipt}
        values["detail"] = canonical(outcome.detail).decode()
        change = update(outbox).where((outbox.c.n == outcome.n) & (outbox.c.settled == false())).values(values)
        await self._database.write(lambda connection: connection.execute(change).rowcount)
        if self._pending.pop(outcome.n, None) is None:  # settled by a repetition meanwhile
            return
        for waiter in self._waiters.pop(outcome.n, ()):
            if not waiter.done():
                waiter.set_result(outcome)
        for tell in self._outcome_listeners:
            tell(submission, outcome)

    def on_put(self, tell: Callable[[Submission], None]) -> None:
        """Be told of each new submission, once it is durable."""
        self._put_listeners.append(tell)

    def on_outcome(self, tell: OutcomeListener) -> None:
        """Be told of each outcome, once it is durable."""
        self._outcome_listeners.append(tell)


def _insert(connection: Connection, row: Row) -> Submission:
    values = row | {"settled": False, "code": "", "detail": "{}", "receipt": ""}
    key = connection.execute(insert(outbox).values(values)).inserted_primary_key
    assert key is not None
    return Submission(n=int(key[0]), **row)


def _by_ref(connection: Connection, ref: str | None) -> Submission | None:
    if ref is None:
        return None
    return next(_rows(connection, SUBMISSIONS.where(outbox.c.ref == ref)), None)


def _accepted(connection: Connection, session: str) -> int:
    """Own statements of this session that the hub accepted: the last number of the key that was used up."""
    mine = (outbox.c.session == session) & (outbox.c.counted == true())
    query = select(func.count()).where(mine & (outbox.c.settled == true()) & (outbox.c.code == ""))
    return int(connection.execute(query).scalar_one())


def _highest(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(outbox.c.n), 0))).scalar_one())


def _unsettled(connection: Connection) -> list[Submission]:
    return list(_rows(connection, SUBMISSIONS.where(outbox.c.settled == false()).order_by(outbox.c.n)))


def _outcome(connection: Connection, which: ColumnElement[bool]) -> Outcome | None:
    query = select(outbox.c.n, outbox.c.code, outbox.c.detail, outbox.c.receipt)
    row = connection.execute(query.where(which & (outbox.c.settled == true()))).first()
    if row is None:
        return None
    return Outcome(n=row.n, code=row.code, detail=decode(dict[str, str], row.detail.encode()), receipt=row.receipt)


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Submission]:
    for row in connection.execute(query):
        yield Submission(**row._mapping)
