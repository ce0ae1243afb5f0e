"""How many contacts there are of the kind a trigger waits for; never asked of the event log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from db.sql import query

_OPEN = "archived = 0 AND deceased = 0 AND do_not_contact = 0"


def with_value(connection: Connection, column: str, value: object) -> int:
    """Contactable people whose `column`, one of the contact's own, holds a value."""
    sql = f"SELECT COUNT(*) FROM contact WHERE {column} = ? AND {_OPEN}"
    return int(query(connection, sql, value)[0][0])


def everyone(connection: Connection) -> int:
    """Contactable people."""
    return int(query(connection, f"SELECT COUNT(*) FROM contact WHERE {_OPEN}")[0][0])


def on_list(connection: Connection, list_id: int) -> int:
    """Contactable people on a list."""
    sql = f"""SELECT COUNT(*) FROM list_member m JOIN contact c ON c.id = m.contact_id
        WHERE m.list_id = ? AND {_OPEN}"""
    return int(query(connection, sql, list_id)[0][0])


def born_on(connection: Connection, days: Sequence[int]) -> int:
    """Contactable people born on one of these days, each month × 100 + day."""
    marks = ", ".join("?" * len(days))
    sql = f"SELECT COUNT(*) FROM contact WHERE birth_day IN ({marks}) AND {_OPEN}"
    return int(query(connection, sql, *days)[0][0])


def quiet_since(connection: Connection, cutoff: int) -> int:
    """Contactable people whose last activity was at or before an instant."""
    sql = f"SELECT COUNT(*) FROM contact WHERE last_activity <= ? AND {_OPEN}"
    return int(query(connection, sql, cutoff)[0][0])
