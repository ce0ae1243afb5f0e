"""Questions to the event log and the messages it is about."""

from __future__ import annotations

from collections.abc import Iterable

from db.connection import Connection, Row
from db.queries.setup import lock_setting
from db.sql import Rows, ids, query

_GONE = "('claimed', 'sent', 'uncertain')"
"""States of messages that went out or may have: only those can be answered."""


def known_keys(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Which of these keys an outside event was recorded under.

    On PostgreSQL nobody else records under any key until this transaction ends.
    """
    lock_setting(connection, "event.key")
    sql = "SELECT key FROM event WHERE key {ids}"
    return {row[0] for row in query(connection, sql, ids(connection, keys))}


def messages(connection: Connection, wanted: Iterable[int]) -> dict[int, Row]:
    """(id, contact, flow, step, channel, template, opened) of messages, by id."""
    rows = query(
        connection,
        """SELECT id, contact_id, flow_id, step, channel, template_id, opened_at FROM message
        WHERE id {ids}""",
        ids(connection, wanted),
    )
    return {row.id: row for row in rows}


def latest_of_step(connection: Connection, contact_id: int, flow_id: int, step: str) -> int | None:
    """The latest email of a step that reached a contact or may have, of any version of the flow."""
    rows = query(
        connection,
        f"""SELECT MAX(id) FROM message WHERE contact_id = ? AND flow_id = ? AND step = ?
        AND channel = 'email' AND state IN {_GONE}""",
        contact_id, flow_id, step,
    )  # fmt: skip
    return rows[0][0] if rows else None


def latest_texts(connection: Connection, of: Iterable[int]) -> dict[int, Row]:
    """(contact, id, flow, step, template) of the latest text to each contact, by contact.

    Only texts that went out, or may have.
    """
    rows = query(
        connection,
        f"""SELECT contact_id, id, flow_id, step, template_id FROM message WHERE id IN (
        SELECT MAX(id) FROM message WHERE contact_id {{ids}} AND channel = 'sms'
        AND state IN {_GONE} GROUP BY contact_id)""",
        ids(connection, of),
    )
    return {row.contact_id: row for row in rows}


def sent_after(connection: Connection, after: int) -> Rows:
    """(id, contact, channel, template, flow) of sent messages with a larger id, in order."""
    return query(
        connection,
        """SELECT id, contact_id, channel, template_id, flow_id FROM message
        WHERE id > ? AND state = 'sent' ORDER BY id""",
        after,
    )


def newest(connection: Connection) -> int:
    """The number of the latest event, 0 if there is none: it grows with whatever happens."""
    return query(connection, "SELECT COALESCE(MAX(id), 0) FROM event")[0][0] or 0
