"""The current pool in the centre's database. An import replaces it whole, inside the caller's transaction.

Never commits: the caller's transaction also writes the audit row. Earlier imports keep their line (when,
which file, digest, size) but not their experts: personal data that are no longer needed are not kept.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from evalhub.core.codec import canonical, decode
from evalhub.core.errors import Broken, Malformed
from evalhub.site.pool.records import Expert, Pool
from evalhub.site.pool.tables import expert, pool_import


def replace_pool(connection: Connection, pool: Pool, *, at: str, source: str) -> int:
    """Make ``pool`` the current one; the number of this import. ``at``: UTC stamp with milliseconds."""
    row = {"at": at, "source": source[:200], "digest": pool.digest(), "size": len(pool.experts)}
    number = connection.execute(insert(pool_import).values(row)).inserted_primary_key
    assert number is not None
    connection.execute(delete(expert))
    rows = [{"id": one.id, "import_number": number[0], "entry": canonical(one)} for one in pool.experts]
    if rows:
        connection.execute(insert(expert), rows)
    return int(number[0])


def latest_digest(connection: Connection) -> str:
    """``Pool.digest()`` of the last import; empty before the first."""
    latest = select(pool_import.c.digest).order_by(pool_import.c.number.desc()).limit(1)
    return connection.execute(latest).scalar_one_or_none() or ""


def load_pool(connection: Connection) -> Pool:
    """The current pool; empty before the first import. Raises ``Broken`` if it is not the one that was
    imported.
    """
    entries = connection.execute(select(expert.c.entry).order_by(expert.c.id)).scalars()
    try:
        experts = sorted((decode(Expert, entry) for entry in entries), key=lambda one: one.id)
    except Malformed as error:
        raise Broken(f"an expert in the database is unreadable: {error}") from None
    pool = Pool(experts=tuple(experts))
    digest = latest_digest(connection)
    if not digest and experts:
        raise Broken("the pool has experts but no import")
    if digest and digest != pool.digest():
        raise Broken("the pool in the database is not the one that was imported")
    return pool
