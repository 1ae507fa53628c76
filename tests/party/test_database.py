"""The database: one thread, group commits with savepoints, migrations equal to the tables, damage is a sentence."""

from __future__ import annotations

import asyncio
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, insert, select, text

from evalhub.core.errors import Broken
from evalhub.party.database import Database
from evalhub.party.tables import blob
from evalhub.site.tables import metadata


@pytest.fixture
async def database(tmp_path):
    opened = await Database.open(tmp_path / "party.sqlite")
    yield opened
    await opened.close()


def add(name: str):
    return lambda connection: connection.execute(insert(blob).values(sha256=name, data=b"x")).rowcount


def count(connection) -> int:
    return connection.execute(select(func.count()).select_from(blob)).scalar_one()


async def test_migrations_make_exactly_the_tables_of_the_program(database: Database) -> None:
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await database.read(differences) == []


async def test_durability_and_foreign_keys_are_on(database: Database) -> None:
    def pragmas(connection):
        return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("synchronous", "foreign_keys")]

    assert await database.read(pragmas) == [2, 1]
    assert await database.read(lambda c: c.execute(text("PRAGMA journal_mode")).scalar()) == "wal"


async def test_writes_that_wait_together_are_one_commit_and_one_failure_is_alone(database: Database) -> None:
    results = await asyncio.gather(
        *(database.write(add(name)) for name in ("a", "b", "a", "c")), return_exceptions=True
    )
    assert [isinstance(result, Exception) for result in results] == [False, False, True, False]
    assert await database.read(count) == 3


async def test_work_never_runs_on_the_event_loops_thread(database: Database) -> None:
    threads = {await ask(lambda _: threading.get_ident()) for ask in (database.read, database.write)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_a_caller_that_stops_waiting_does_not_stop_the_write(database: Database) -> None:
    task = asyncio.create_task(database.write(add("a")))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.write(add("b"))
    assert await database.read(count) == 2


async def test_what_was_written_is_there_after_opening_again(tmp_path) -> None:
    for number in range(3):
        database = await Database.open(tmp_path / "party.sqlite")
        await database.write(add(str(number)))
        assert await database.read(count) == number + 1
        await database.close()


@pytest.mark.parametrize("harm", ["text", "page", "newer"])
async def test_a_damaged_or_newer_file_is_one_sentence(tmp_path, harm: str) -> None:
    path = tmp_path / "party.sqlite"
    if harm == "text":
        path.write_bytes(b"not a database, whatever it is called" * 100)
    else:
        database = await Database.open(path)
        await database.write(add("a"))
        if harm == "newer":
            await database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num='9999'")).rowcount)
        await database.close()
    if harm == "page":
        data = bytearray(path.read_bytes())
        data[4096:8192] = b"\xff" * 4096
        path.write_bytes(data)
    with pytest.raises(Broken, match="newer one" if harm == "newer" else "restore it from a copy"):
        await Database.open(path)
