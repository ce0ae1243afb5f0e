"""Bringing a store's schema up to date."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from db.errors import KnownError
from db.models import metadata

HEAD = "0001"
"""The schema this program reads and writes. Versions are numbered in order."""


def version(connection: Connection) -> str | None:
    """The schema version of the store, or None of an empty one."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def create_now(connection: Connection) -> None:
    """Build today's schema in an empty store without walking through the migrations."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def upgrade(engine: Engine, *, create: bool = True) -> None:
    """Migrate the store behind `engine` to `HEAD`; an empty one is built if `create`.

    Raises KnownError if a newer program wrote it.
    """
    with engine.begin() as connection:
        found = version(connection)
        if found is None and create:
            create_now(connection)
        elif found is None:
            raise KnownError("There is no store of Practice CRM at this address: create it first.")
        elif found > HEAD:
            raise KnownError(
                "This store was written by a newer version of Practice CRM: update this program."
            )
