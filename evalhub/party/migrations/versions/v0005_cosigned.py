"""Checkpoints lately cosigned: with those of the other witnesses they end a bundle when the hub never comes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """One table more."""
    op.create_table(
        "cosigned",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("session", "size", name="pk_cosigned"),
    )
