"""Alembic migrations of the hub's database, run at every start."""
