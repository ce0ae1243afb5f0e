"""Writes to messages that were answered: opened, clicked, replied to."""

from __future__ import annotations

from sqlalchemy import Connection

from db.sql import execute

COLUMNS = {"opened": "opened_at", "clicked": "clicked_at", "replied": "replied_at"}


def mark(connection: Connection, message_id: int, what: str, at: int) -> bool:
    """Remember the first open, click or reply of a message; whether this was it."""
    column = COLUMNS[what]
    sql = f"UPDATE message SET {column} = ? WHERE id = ? AND {column} IS NULL"
    return execute(connection, sql, at, message_id) == 1


def count(connection: Connection, flow_id: int, step: str, day: int, what: str) -> None:
    """Add one to a step's day total of `what`, a message counted once."""
    execute(
        connection,
        f"""INSERT INTO step_day (flow_id, step, day, {what}) VALUES (?, ?, ?, 1)
        ON CONFLICT (flow_id, step, day) DO UPDATE SET {what} = step_day.{what} + 1""",
        flow_id, step, day,
    )  # fmt: skip
