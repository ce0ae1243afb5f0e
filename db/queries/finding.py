"""Automations by a part of their name, and whether there is anything at all."""

from __future__ import annotations

from db.connection import Connection
from db.sql import Rows, like, query


def automations(connection: Connection, text: str, most: int) -> Rows:
    """(id, name, status) of automations whose name has this in it, in any case."""
    return query(
        connection,
        """SELECT id, name, status FROM flow WHERE kind = 'automation' AND status <> 'deleted'
        AND LOWER(name) LIKE ? ESCAPE '!' ORDER BY name LIMIT ?""",
        f"%{like(text.lower())}%", most,
    )  # fmt: skip


def is_empty(connection: Connection) -> bool:
    """Whether there is neither a flow nor a contact."""
    sql = """SELECT EXISTS (SELECT 1 FROM flow WHERE status <> 'deleted')
        OR EXISTS (SELECT 1 FROM contact)"""
    return not query(connection, sql)[0][0]
