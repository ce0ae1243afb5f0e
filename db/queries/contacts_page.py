"""The table of contacts: pages by key, and people by the first letters of what they are known by.

A key is (last name, first name, id) or (last activity, id). Pages begin at a key, never at a
distance from the start of the table: that costs more the further down one looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from db.connection import Connection
from db.sql import Rows, ids, like, query, tuples

Key = tuple[str | int, ...]

_COLUMNS = {
    "name": ("last_name", "first_name", "id"),
    "last_activity": ("last_activity", "id"),
}
_LAST = "\U0010ffff"
"""Behind every letter a name may go on with."""


def key_at(
    connection: Connection, by: str, start: Key | None, offset: int, *, descending: bool
) -> Key | None:
    """The key `offset` rows behind `start` (or behind the first row), or None past the end."""
    columns = ", ".join(_COLUMNS[by])
    sql = f"SELECT {columns} FROM contact {_from(by, start, descending)} LIMIT 1 OFFSET ?"
    found = tuples(connection, sql, *(start or ()), offset)
    return found[0] if found else None


def ids_at(
    connection: Connection, by: str, start: Key, offset: int, limit: int, *, descending: bool
) -> list[int]:
    """The ids of up to `limit` rows, the first `offset` rows behind `start`, in order."""
    sql = f"SELECT id FROM contact {_from(by, start, descending)} LIMIT ? OFFSET ?"
    return [row[0] for row in tuples(connection, sql, *start, limit, offset)]


def _from(by: str, start: Key | None, descending: bool) -> str:
    columns = _COLUMNS[by]
    direction, compare = (" DESC", "<=") if descending else ("", ">=")
    order = ", ".join(f"{column}{direction}" for column in columns)
    if start is None:
        return f"ORDER BY {order}"
    marks = ", ".join("?" for _ in columns)
    return f"WHERE ({', '.join(columns)}) {compare} ({marks}) ORDER BY {order}"


def forget_pages(connection: Connection) -> None:
    """Give back the memory a walk over a large table took: its pages are seldom asked for again."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA shrink_memory")


def everyone(connection: Connection) -> list[int]:
    """Every id, in order."""
    return [row[0] for row in tuples(connection, "SELECT id FROM contact ORDER BY id")]


def in_order(connection: Connection, by: str, *, descending: bool) -> list[int]:
    """Every id, as the table sorts them."""
    sql = f"SELECT id FROM contact {_from(by, None, descending)}"
    return [row[0] for row in tuples(connection, sql)]


def existing(connection: Connection, wanted: Iterable[int]) -> list[int]:
    """Those of these ids that are still there, in order."""
    sql = "SELECT id FROM contact WHERE id {ids} ORDER BY id"
    return [row[0] for row in tuples(connection, sql, ids(connection, wanted))]


def rows(connection: Connection, wanted: Collection[int]) -> Rows:
    """What the table shows of these people, in any order.

    (id, first_name, last_name, status, phone, email, owner, last_activity, archived, deceased,
    do_not_contact).
    """
    return query(
        connection,
        """SELECT c.id, c.first_name, c.last_name, c.status, c.phone, c.email, s.name AS owner,
        c.last_activity, c.archived, c.deceased, c.do_not_contact
        FROM contact c LEFT JOIN staff s ON s.id = c.owner_id WHERE c.id {ids}""",
        ids(connection, wanted),
    )


def by_activity(connection: Connection, wanted: Iterable[int], *, descending: bool) -> list[int]:
    """These ids by last activity."""
    direction = " DESC" if descending else ""
    sql = f"""SELECT id FROM contact WHERE id {{ids}}
        ORDER BY last_activity{direction}, id{direction}"""
    return [row[0] for row in tuples(connection, sql, ids(connection, wanted))]


def by_names(connection: Connection, beginnings: Iterable[tuple[str, str]], most: int) -> list[int]:
    """The ids of those whose (last, first) folded name begins like one of these, each by name.

    One of the two may be '', which says nothing: then it is by the other. With both, the first
    name may also begin so with its second word or a later one. Up to `most` of each.
    """
    found: list[int] = []
    for last, first in beginnings:
        begins = [("folded_last", last), ("folded_first", first)]
        if not last:
            begins.reverse()
        order = ", ".join(column for column, _ in begins)
        (column, text), (_, other) = begins
        test, values = _begins(connection, column), _beginning(connection, text)
        if other:
            test += (
                f" AND ({_begins(connection, 'folded_first')} OR folded_first LIKE ? ESCAPE '!')"
            )
            values = [*values, *_beginning(connection, other), f"% {like(other)}%"]
        sql = f"SELECT id FROM contact WHERE {test} ORDER BY {order}, id LIMIT ?"
        found += [row[0] for row in tuples(connection, sql, *values, most)]
    return found


def by_reach(
    connection: Connection, column: str, beginnings: Iterable[str], most: int
) -> list[int]:
    """The ids of those whose `email` or `phone` begins like one of these, up to `most` by it."""
    found: list[int] = []
    for text in beginnings:
        sql = f"""SELECT id FROM contact WHERE {column} <> '' AND {_begins(connection, column)}
            ORDER BY {column}, id LIMIT ?"""
        found += [row[0] for row in tuples(connection, sql, *_beginning(connection, text), most)]
    return found


def _begins(connection: Connection, column: str) -> str:
    """The test for how a column begins; on SQLite it goes by the column's index."""
    # On a server the order of letters is that of its language, where a range is no beginning.
    by_code = f"{column} >= ? AND {column} < ?"
    return by_code if _by_code(connection) else f"{column} LIKE ? ESCAPE '!'"


def _beginning(connection: Connection, text: str) -> list[str]:
    if _by_code(connection):
        return [text, text + _LAST]
    return [f"{like(text)}%"]


def _by_code(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
