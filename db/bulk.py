"""The fast ways to write many rows of one table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

from db.connection import Connection

DialectName = Literal["sqlite", "postgresql"]


@lru_cache(maxsize=256)
def insert_sql(table: str, columns: tuple[str, ...], dialect: DialectName) -> str:
    """The INSERT for rows of exactly these columns, in this order."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(columns))
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks})'


def executemany(connection: Connection, sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run `sql` once a row through the driver: `?` placeholders on SQLite, `%s` on PostgreSQL."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    try:
        if isinstance(rows, Sequence) and len(rows) == 1:
            # For one row PostgreSQL's driver would open a pipeline, which costs more than it saves.
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)
    finally:
        cursor.close()


def copy_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    """Append `rows` the fastest way the store has: COPY on PostgreSQL, executemany on SQLite."""
    if connection.dialect.name == "sqlite":
        executemany(connection, insert_sql(table, tuple(columns), "sqlite"), rows)
        return
    names = ", ".join(f'"{name}"' for name in columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


def reserve_ids(connection: Connection, table: str, count: int) -> Sequence[int]:
    """`count` increasing ids for rows of `table` to be inserted in this write transaction."""
    if connection.dialect.name == "sqlite":
        # The write lock is held, so nobody else takes them meanwhile.
        top = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar() or 0
        return range(top + 1, top + 1 + count)
    first, last, apart = connection.exec_driver_sql(_NEXT_IDS, (table, count)).one()
    return range(first, last + 1) if apart is None else sorted(apart)


_NEXT_IDS = """SELECT min(id), max(id),
 CASE WHEN max(id) - min(id) + 1 = count(*) THEN NULL ELSE array_agg(id) END
 FROM (SELECT nextval(named.sequence) AS id FROM (
 SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0) AS named,
 generate_series(1, %s)) AS taken"""
"""The sequence is looked up once; ids are told one by one only where others took some between."""
