"""Tables of the hub's database. All but ``note`` are append-only.

    entry       one row a ledger entry, its blob beside it (NULL if the payload is inline); session "hub" is the hub log
    outcome     what the hub made of submission n of a party, as the frame it told
    note        the last checkpoint the hub signed for a session, and its final one with every countersignature

``entry`` keeps SQLite's row ids, so rows of all sessions are written at one end of the file; the key is an index.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()

entry = Table(
    "entry",
    metadata,
    Column("session", String(128), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("blob", LargeBinary),
)

outcome = Table(
    "outcome",
    metadata,
    Column("party", String(64), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("frame", LargeBinary, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("session", String(128), primary_key=True),
    Column("kind", String(8), primary_key=True),  # signed, final
    Column("size", Integer, nullable=False),
    Column("note", LargeBinary, nullable=False),
)
