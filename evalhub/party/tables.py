"""The one ``MetaData`` of a party's database; each room adds its own tables to it (SQLAlchemy Core, no ORM).

Here: what every party keeps. Times are hub or machine milliseconds as said; sessions are named by their id. Nothing
that the ledger says is ever changed or deleted, except that entries which broke the rules move to ``evidence``.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

outbox = Table(
    "outbox",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("session", String(128), nullable=False),
    Column("jws", Text, nullable=False),
    Column("ref", String(200), nullable=True),  # the submitter's own key: the same key is the same submission
    Column("counted", Boolean, nullable=False),  # an own statement that uses up a number of the identity key
    Column("duty", String(200), nullable=True),  # which mechanical duty it performs
    Column("settled", Boolean, nullable=False),
    Column("code", String(64), nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON
    Column("receipt", Text, nullable=False),
    Index("ix_outbox_settled", "settled"),
    Index("ix_outbox_session_counted", "session", "counted"),
    Index("uq_outbox_ref", "ref", unique=True),
    sqlite_autoincrement=True,  # a number is never given twice
)

mirrored = Table(
    "mirrored",
    metadata,
    Column("session", String(128), primary_key=True),
    Column("stopped", Text, nullable=False),  # why this ledger is no longer followed; empty while it is
    Column("note", LargeBinary, nullable=True),  # the final checkpoint with its quorum
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("session", String(128), ForeignKey("mirrored.session"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("blob", String(64), ForeignKey("blob.sha256"), nullable=True),
)

witness_head = Table(
    "witness_head",
    metadata,
    Column("session", String(128), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)

cosigned = Table(
    "cosigned",
    metadata,
    Column("session", String(128), primary_key=True),
    Column("size", BigInteger, primary_key=True),
    Column("note", LargeBinary, nullable=False),  # checkpoint with the log's signature and our cosignature
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),  # machine ms since the epoch
    Column("session", String(128), nullable=False),
    Column("kind", String(32), nullable=False),  # entry, witness-request
    Column("position", BigInteger, nullable=False),  # leaf index, or size of the checkpoint
    Column("reason", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("blob", LargeBinary, nullable=True),
)

contribution = Table(
    "contribution",
    metadata,
    Column("session", String(128), primary_key=True),
    Column("draw", Integer, primary_key=True),
    Column("r", LargeBinary(32), nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password", Text, nullable=False),  # PHC string
    Column("secret", LargeBinary(20), nullable=False),  # of the one-time codes
    Column("counter", BigInteger, nullable=False),  # step of the last code that was used
    Column("failures", Integer, nullable=False),  # since the last login
    Column("locked_until", BigInteger, nullable=False),  # machine ms; 0: not locked
    Column("last", BigInteger, nullable=False),  # machine ms of the last login; 0: never
)

login = Table(
    "login",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the cookie's value
    Column("account", String(64), ForeignKey("account.name"), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
)

alert_note = Table(
    "alert_note",
    metadata,
    Column("session", String(128), primary_key=True),
    Column("alert", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("account", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),  # machine ms
)
