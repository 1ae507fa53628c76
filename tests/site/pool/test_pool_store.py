"""The pool in the database: replaced whole, in the caller's transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, delete, insert, select, update

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken
from evalhub.party.tables import metadata
from evalhub.site.pool.records import Expert, Pool
from evalhub.site.pool.store import load_pool, replace_pool
from evalhub.site.pool.tables import expert, pool_import

AT = "2026-01-01T00:00:00.000Z"


def pool(*numbers):
    return Pool(
        experts=tuple(
            Expert(id=f"T-{n}", name=f"合成专家{n}", title="教授", employer="合成大学", specialties=("A04",))
            for n in numbers
        )
    )


@pytest.fixture
def engine():
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[pool_import, expert])
    yield engine
    engine.dispose()


def test_an_import_replaces_everything(engine):
    with engine.begin() as connection:
        assert load_pool(connection) == Pool(experts=())
        assert replace_pool(connection, pool(1, 2, 3), at=AT, source="a.csv") == 1
        assert replace_pool(connection, pool(3, 4), at=AT, source="b.csv") == 2
    with engine.connect() as connection:
        assert load_pool(connection) == pool(3, 4)
        rows = connection.execute(select(pool_import.c.source, pool_import.c.size)).all()
        assert [tuple(row) for row in rows] == [("a.csv", 3), ("b.csv", 2)]


def test_a_broken_transaction_leaves_the_old_pool(engine):
    with engine.begin() as connection:
        replace_pool(connection, pool(1), at=AT, source="a.csv")
    with engine.connect() as connection:
        replace_pool(connection, pool(2, 3), at=AT, source="b.csv")
        connection.rollback()
    with engine.connect() as connection:
        assert load_pool(connection) == pool(1)


def test_a_changed_or_missing_row_is_noticed(engine):
    with engine.begin() as connection:
        replace_pool(connection, pool(1, 2), at=AT, source="a.csv")
        connection.execute(delete(expert).where(expert.c.id == "T-2"))
        with pytest.raises(Broken):
            load_pool(connection)
        replace_pool(connection, pool(1, 2), at=AT, source="a.csv")
        entry = connection.execute(select(expert.c.entry).where(expert.c.id == "T-1")).scalar_one()
        connection.execute(update(expert).where(expert.c.id == "T-1").values(entry=entry.replace(b"A04", b"A05")))
        with pytest.raises(Broken):
            load_pool(connection)


@pytest.mark.parametrize("entry", [canonical(pool(1).experts[0]), b"{}", b"\xff"])
def test_experts_that_nobody_imported_are_noticed(engine, entry):
    with engine.begin() as connection:
        connection.execute(insert(expert).values(id="T-1", import_number=1, entry=entry))
        with pytest.raises(Broken):
            load_pool(connection)
