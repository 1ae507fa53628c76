"""Entries, outcomes and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "entry",
        sa.Column("session", sa.String(128), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("blob", sa.LargeBinary),
    )
    op.create_table(
        "outcome",
        sa.Column("party", sa.String(64), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("frame", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "note",
        sa.Column("session", sa.String(128), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
    )
