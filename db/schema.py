"""Which schema a store has, and which one this program wants (design.md, "Storage")."""

from __future__ import annotations

from pathlib import Path

from db.connection import Connection
from db.errors import KnownError

VERSION_TABLE = "schema_version"
SCRIPTS = Path(__file__).with_name("migrations")

_FOREIGN = "The database holds something else: give Practice CRM an empty one or its own schema."
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


def head(scripts: Path = SCRIPTS) -> str:
    """The schema version of this program. Versions are numbered in order, `0001` first."""
    return max(script.name[:4] for script in (scripts / "versions").glob("[0-9]*.py"))


def version(connection: Connection) -> str | None:
    """The schema version of the store; None of an empty one.

    Raises KnownError if the database holds something else.
    """
    tables = {
        name for (name,) in connection.exec_driver_sql(_TABLES[connection.dialect.name]).all()
    }
    if VERSION_TABLE in tables:
        found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}")
        return str(found.scalar())
    if tables:
        raise KnownError(_FOREIGN)
    return None
