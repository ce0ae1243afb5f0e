"""Questions to the event log and the messages it is about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from db.sql import query


def has_key(connection: Connection, key: str) -> bool:
    """Whether an outside event was recorded under this key."""
    return bool(query(connection, "SELECT 1 FROM event WHERE key = ?", key))


def message(connection: Connection, message_id: int) -> Row[Any] | None:
    """(id, contact, flow, step, channel, template, opened, clicked, replied) of a message."""
    rows = query(
        connection,
        """SELECT id, contact_id, flow_id, step, channel, template_id, opened_at, clicked_at,
        replied_at FROM message WHERE id = ?""",
        message_id,
    )
    return rows[0] if rows else None


def latest_of_step(connection: Connection, contact_id: int, flow_id: int, step: str) -> int | None:
    """The latest email of a step to a contact, whatever version of the flow sent it."""
    rows = query(
        connection,
        """SELECT MAX(id) FROM message WHERE contact_id = ? AND flow_id = ? AND step = ?
        AND channel = 'email' AND state <> 'withdrawn'""",
        contact_id, flow_id, step,
    )  # fmt: skip
    return rows[0][0] if rows else None


def latest_sms(connection: Connection, contact_id: int) -> int | None:
    """The latest text to a contact."""
    rows = query(
        connection,
        """SELECT MAX(id) FROM message WHERE contact_id = ? AND channel = 'sms'
        AND state <> 'withdrawn'""",
        contact_id,
    )
    return rows[0][0] if rows else None
