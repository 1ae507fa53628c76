"""Run by Alembic inside the connection that ``store`` hands over; never opens one of its own."""

from __future__ import annotations

from alembic import context

from evalhub.hub.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
