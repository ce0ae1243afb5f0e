"""SQLAlchemy's engines on both kinds of store, and the addresses of servers."""

from __future__ import annotations

from pathlib import Path

import sqlcipher3.dbapi2 as dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from db import sqlcipher
from db.errors import KnownError

_SERVER_LIMITS = {
    "lock_timeout": "10s",
    "statement_timeout": "10min",
    "idle_in_transaction_session_timeout": "10min",
}


def address(url: str) -> URL:
    """A server's address in its parts. Raises KnownError, status 2, if it is none."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise KnownError(
            "The server's address can't be read: give postgresql://user@host/database.", 2
        ) from error


def file_engine(path: Path, key: str) -> Engine:
    """On an encrypted file."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: sqlcipher.connect(path, key),
        poolclass=QueuePool,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def server_engine(url: URL, schema: str | None = None) -> Engine:
    """On a server, in a schema of its own if one is named."""
    given = url.query.get("options", "")
    options = [given] if isinstance(given, str) else list(given)
    options += [f"-c {name}={value}" for name, value in _SERVER_LIMITS.items()]
    if schema is not None:
        options.append(f"-c search_path={schema}")
    return create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        connect_args={"options": " ".join(options).strip(), "connect_timeout": 10},
        pool_pre_ping=True,
        use_native_hstore=False,
        hide_parameters=True,
    )
