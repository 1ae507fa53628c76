"""The booth calendar of a centre: one row for each booth and quarter of an hour that is taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """One table more; its primary key is what makes double booking impossible."""
    op.create_table(
        "booth_slot",
        sa.Column("booth", sa.String(32), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("session", sa.String(48), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("booth", "slot", name="pk_booth_slot"),
    )
    op.create_index("ix_booth_slot_session", "booth_slot", ["session"])
