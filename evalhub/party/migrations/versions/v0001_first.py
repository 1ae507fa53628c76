"""The first release: what every party keeps, and a centre's pool, salts, drawn experts and tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _outbox()
    _mirror()
    _witness()
    _pool()
    _centre()


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.Column("ref", sa.String(200), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("duty", sa.String(200), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_settled", "outbox", ["settled"])
    op.create_index("ix_outbox_session_counted", "outbox", ["session", "counted"])
    op.create_index("uq_outbox_ref", "outbox", ["ref"], unique=True)


def _mirror() -> None:
    op.create_table(
        "mirrored",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("session", name="pk_mirrored"),
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blob"),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("blob", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("session", "seq", name="pk_ledger_entry"),
        sa.ForeignKeyConstraint(["session"], ["mirrored.session"], name="fk_ledger_entry_session_mirrored"),
        sa.ForeignKeyConstraint(["blob"], ["blob.sha256"], name="fk_ledger_entry_blob_blob"),
    )


def _witness() -> None:
    op.create_table(
        "witness_head",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_witness_head"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_table(
        "contribution",
        sa.Column("session", sa.String(128), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("r", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("session", "draw", name="pk_contribution"),
    )


def _centre() -> None:
    op.create_table(
        "pool_salt",
        sa.Column("session", sa.String(48), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_pool_salt"),
    )
    op.create_table(
        "drawn_expert",
        sa.Column("session", sa.String(48), nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
        sa.Column("expert", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session", "leaf", name="pk_drawn_expert"),
    )
    op.create_table(
        "ticket",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("session", sa.String(48), nullable=False),
        sa.Column("seat", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_ticket"),
    )


def _pool() -> None:
    op.create_table(
        "pool_import",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(24), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_pool_import"),
    )
    op.create_table(
        "expert",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("import_number", sa.Integer(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_expert"),
        sa.ForeignKeyConstraint(["import_number"], ["pool_import.number"], name="fk_expert_import_number_pool_import"),
    )
