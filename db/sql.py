"""One SQL text for both stores: `?` marks a value, `{ids}` a test against a list of ids or keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from db.bulk import executemany
from db.connection import Connection

Rows = Sequence[Any]
"""Named tuples, in the order the question asks."""


@lru_cache(maxsize=512)
def _text(sql: str, dialect: str) -> str:
    if dialect == "sqlite":
        return sql.replace("{ids}", "IN (SELECT value FROM json_each(?))")
    return sql.replace("?", "%s").replace("{ids}", "= ANY(%s)")


def ids(connection: Connection, values: Iterable[int | str]) -> str | list[int | str]:
    """The parameter for one `{ids}`: integers or texts."""
    listed = list(values)
    return json.dumps(listed) if connection.dialect.name == "sqlite" else listed


def like(text: str) -> str:
    """A text as LIKE takes it letter by letter with ESCAPE '!': ! before what would mean any."""
    return "".join(f"!{letter}" if letter in "%_!" else letter for letter in text)


def query(connection: Connection, sql: str, *values: object) -> Rows:
    """All rows of a question."""
    text = _text(sql, connection.dialect.name)
    return connection.exec_driver_sql(text, values).all()


def tuples(connection: Connection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a question as the driver gives them: for many rows, read by place."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    try:
        cursor.execute(_text(sql, connection.dialect.name), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    finally:
        cursor.close()
    return rows


def execute(connection: Connection, sql: str, *values: object) -> int:
    """Run one statement; the number of rows it changed."""
    text = _text(sql, connection.dialect.name)
    return connection.exec_driver_sql(text, values).rowcount


def insert(connection: Connection, sql: str, *values: object) -> int:
    """Insert one row by a statement without RETURNING; the new row's id."""
    text = _text(sql + " RETURNING id", connection.dialect.name)
    return int(connection.exec_driver_sql(text, values).scalar_one())


def many(connection: Connection, sql: str, rows: Sequence[Sequence[object]]) -> None:
    """Run one statement once a row, through the driver."""
    if rows:
        executemany(connection, _text(sql, connection.dialect.name), rows)
