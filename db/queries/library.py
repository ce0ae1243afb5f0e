"""One email or text of the library."""

from __future__ import annotations

from db.connection import Connection, Row
from db.sql import query


def template(connection: Connection, id: int) -> Row | None:
    """(channel, name, subject, preview_text, from_name, from_email, body) by its number."""
    rows = query(
        connection,
        """SELECT channel, name, subject, preview_text, from_name, from_email, body
        FROM template WHERE id = ?""",
        id,
    )
    return rows[0] if rows else None
