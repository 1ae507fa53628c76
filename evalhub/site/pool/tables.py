"""The pool's tables: one row an import, one row an expert of the current pool. See ``store``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from evalhub.party.tables import metadata

pool_import = Table(
    "pool_import",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(24), nullable=False),  # UTC, YYYY-MM-DDTHH:MM:SS.mmmZ
    Column("source", String(200), nullable=False),  # file name as given
    Column("digest", String(64), nullable=False),  # Pool.digest()
    Column("size", Integer, nullable=False),
)

expert = Table(
    "expert",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("import_number", Integer, ForeignKey("pool_import.number"), nullable=False),
    Column("entry", LargeBinary, nullable=False),  # canonical Expert: what a leaf is made from
)
