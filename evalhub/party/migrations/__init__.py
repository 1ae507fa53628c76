"""Migrations of a party's database: one tree for all parties, so a file can move between releases and roles.

A migration says its tables out in full; it never imports the live ones, which go on changing. Centres' pool tables
are in the same tree and stay empty at oversight. There is no way back: restore the copy made before an upgrade.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from evalhub.core.errors import Broken


def migrate(connection: Connection) -> None:
    """Bring the database up to this release. Raises ``Broken`` if a newer release wrote it."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with connection.begin():
        current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise Broken(f"the database is of revision {current}, newer than this program; use the newer one") from None
