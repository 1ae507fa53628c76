"""The party's SQLite database: one file, one connection, one thread for all work on it, so the event loop never waits.

Rules
- Write-ahead log, ``synchronous=FULL``: what ``write`` has returned survives power loss. Foreign keys are on.
- Writes that wait together are committed together, each in a savepoint of its own: one failing leaves the others.
- Opened only after an integrity check and the migrations; a damaged file is one clear ``Broken``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from evalhub.core.errors import Broken
from evalhub.party.migrations import migrate

T = TypeVar("T")
Work = Callable[[Connection], T]
GROUP = 256  # writes in one commit at most
BUSY_MS = 5000  # another process on the same file (an import of a pool) may hold it for a moment


class _Waiting(Generic[T]):
    """One write and the future of whoever waits for it."""

    def __init__(self, work: Work[T], future: asyncio.Future[T]) -> None:
        self.work = work
        self.future = future

    def tell(self, result: T | Exception) -> None:
        if self.future.done():  # whoever waited was cancelled; the write happened all the same
            return
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class Database:
    """Made by ``open``. ``read`` and ``write`` take a plain function of a SQLAlchemy ``Connection``."""

    def __init__(self, engine: Engine, connection: Connection, executor: ThreadPoolExecutor) -> None:
        self._engine = engine
        self._connection = connection  # used on the executor's thread only
        self._executor = executor
        self._waiting: list[_Waiting[Any]] = []  # used on the event loop only
        self._committer: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, path: Path) -> Database:
        """Open or create the file. Raises ``Broken`` if it is damaged, not ours, or newer than this program."""
        executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"database {path.name}")
        loop = asyncio.get_running_loop()
        try:
            engine, connection = await loop.run_in_executor(executor, _open, path)
        except BaseException:
            executor.shutdown()
            raise
        return cls(engine, connection, executor)

    async def read(self, work: Work[T]) -> T:
        """What ``work`` finds, in one consistent view."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(_read, self._connection, work))

    async def write(self, work: Work[T]) -> T:
        """What ``work`` returned, once it is on the disk. An exception of ``work`` undoes its changes alone."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, future))
        if self._committer is None:
            self._committer = asyncio.create_task(self._commit_waiting())
        return await future

    async def close(self) -> None:
        """Finish what waits, then close the file. Nothing may be asked afterwards."""
        if self._committer is not None:
            await self._committer
        await asyncio.get_running_loop().run_in_executor(self._executor, self._dispose)
        self._executor.shutdown()

    async def _commit_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                work = [item.work for item in group]
                results = await loop.run_in_executor(self._executor, _commit, self._connection, work)
                for item, result in zip(group, results, strict=True):
                    item.tell(result)
        finally:
            self._committer = None

    def _dispose(self) -> None:
        self._connection.close()
        self._engine.dispose()


def _read(connection: Connection, work: Work[T]) -> T:
    with connection.begin():
        return work(connection)


def _commit(connection: Connection, group: Sequence[Work[Any]]) -> list[Any]:
    """Results or exceptions of each; if the commit itself fails, its error for all."""
    results: list[Any] = []
    try:
        with connection.execution_options(writes=True).begin():
            for work in group:
                results.append(_nested(connection, work))
    except Exception as error:
        return [error for _ in group]
    finally:
        connection.execution_options(writes=False)
    return results


def _nested(connection: Connection, work: Work[Any]) -> Any:
    try:
        with connection.begin_nested():
            return work(connection)
    except Exception as error:
        return error


def _open(path: Path) -> tuple[Engine, Connection]:
    engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    try:
        connection = engine.connect()
        _check(connection, path)
        migrate(connection)
    except DatabaseError as error:
        engine.dispose()
        raise Broken(f"the database {path} is damaged ({error.orig}); restore it from a copy") from None
    except Broken:
        engine.dispose()
        raise
    return engine, connection


def _set_up(connection: Any, _: object) -> None:
    connection.isolation_level = None  # pysqlite then leaves BEGIN to us, which savepoints need
    with contextlib.closing(connection.cursor()) as cursor:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check(connection: Connection, path: Path) -> None:
    with connection.begin():
        found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        stray = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if found != "ok" or stray:
        raise Broken(f"the database {path} is damaged ({stray or found}); restore it from a copy")
