"""The call book of a centre: whom it notified, when, by which means, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """One table more."""
    op.create_table(
        "expert_call",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("session", sa.String(48), nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
        sa.Column("stratum", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("means", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.UniqueConstraint("session", "leaf", "outcome", name="uq_expert_call_session_leaf_outcome"),
    )
