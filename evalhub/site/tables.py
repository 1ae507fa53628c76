"""Tables only a centre has, on the party's one ``MetaData``: pools, draw secrets, call book, tickets, calendar."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from evalhub.party.tables import metadata
from evalhub.site.pool import tables as pool_tables

pool_registration = Table(
    "pool_registration",
    metadata,
    Column("digest", String(64), primary_key=True),  # Pool.digest(): the same pool has one registration for good
    Column("salt", LargeBinary(32), nullable=False),
    Column("root", String(64), nullable=False),
    Column("size", Integer, nullable=False),
)

pool_salt = Table(
    "pool_salt",
    metadata,
    Column("session", String(48), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
)

drawn_expert = Table(
    "drawn_expert",
    metadata,
    Column("session", String(48), primary_key=True),
    Column("leaf", String(64), primary_key=True),
    Column("expert", Text, nullable=False),
)

expert_call = Table(
    "expert_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("session", String(48), nullable=False),
    Column("leaf", String(64), nullable=False),
    Column("stratum", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),  # machine ms
    Column("means", String(32), nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("operator", String(64), nullable=False),
    UniqueConstraint("session", "leaf", "outcome"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("session", String(48), nullable=False),
    Column("seat", String(80), nullable=False),
)

booth_slot = Table(
    "booth_slot",
    metadata,
    Column("booth", String(32), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),  # quarter of an hour since the epoch
    Column("session", String(48), nullable=False, index=True),  # empty: out of order
    Column("reason", Text, nullable=False),
)

__all__ = [
    "booth_slot",
    "drawn_expert",
    "expert_call",
    "metadata",
    "pool_registration",
    "pool_salt",
    "pool_tables",
    "ticket",
]
