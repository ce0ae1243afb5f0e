"""Records by the first letters of what they are called, for the command palette."""

from __future__ import annotations

from sqlalchemy import Connection

from db.sql import Rows, query

_LAST = "\U0010ffff"
"""Behind every letter a name may go on with."""


def automations(connection: Connection, text: str, most: int) -> Rows:
    """(id, name, status) of automations whose name has this in it, in any case."""
    return query(
        connection,
        """SELECT id, name, status FROM flow WHERE kind = 'automation' AND status <> 'deleted'
        AND LOWER(name) LIKE ? ESCAPE '!' ORDER BY name LIMIT ?""",
        f"%{_literal(text.lower())}%", most,
    )  # fmt: skip


def contacts(connection: Connection, last: str, first: str, most: int) -> Rows:
    """(id, first_name, last_name, email) whose names begin so, as they are written."""
    return query(
        connection,
        f"""SELECT id, first_name, last_name, email FROM contact
        WHERE {_begins(connection, "last_name")} AND first_name LIKE ? ESCAPE '!' AND archived = 0
        ORDER BY last_name, first_name, id LIMIT ?""",
        *_beginning(connection, last), f"{_literal(first)}%", most,
    )  # fmt: skip


def contacts_by_address(connection: Connection, email: str, most: int) -> Rows:
    """(id, first_name, last_name, email) whose address begins so."""
    return query(
        connection,
        f"""SELECT id, first_name, last_name, email FROM contact
        WHERE email <> '' AND {_begins(connection, "email")} AND archived = 0
        ORDER BY email, id LIMIT ?""",
        *_beginning(connection, email), most,
    )  # fmt: skip


def _begins(connection: Connection, column: str) -> str:
    """The test for how a column begins; on SQLite it goes by the column's index."""
    test = f"{column} LIKE ? ESCAPE '!'"
    # On a server the order of letters is that of its language, where a range is no beginning.
    return f"{column} >= ? AND {column} < ? AND {test}" if _by_code(connection) else test


def _beginning(connection: Connection, text: str) -> list[str]:
    pattern = f"{_literal(text)}%"
    return [text, text + _LAST, pattern] if _by_code(connection) else [pattern]


def _by_code(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _literal(text: str) -> str:
    return "".join(f"!{letter}" if letter in "%_!" else letter for letter in text)


def is_empty(connection: Connection) -> bool:
    """Whether there is neither a flow nor a contact."""
    sql = """SELECT EXISTS (SELECT 1 FROM flow WHERE status <> 'deleted')
        OR EXISTS (SELECT 1 FROM contact)"""
    return not query(connection, sql)[0][0]
