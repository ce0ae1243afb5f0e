"""Whom a date check or an occurrence concerns, in contact order behind a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.connection import Connection
from db.sql import Rows, ids, query

_OPEN = "archived = 0 AND deceased = 0 AND do_not_contact = 0"


def born_on(
    connection: Connection, days: Sequence[int], before: str, after: int, limit: int
) -> list[int]:
    """Contactable people born on one of `days`, each month × 100 + day, before an ISO date."""
    marks = ", ".join("?" * len(days))
    sql = f"""SELECT id FROM contact WHERE birth_day IN ({marks}) AND dob < ? AND id > ?
        AND {_OPEN} ORDER BY id LIMIT ?"""
    return [row[0] for row in query(connection, sql, *days, before, after, limit)]


def quiet_since(
    connection: Connection, flow_id: int, cutoff: int, after: int, limit: int
) -> list[int]:
    """Contactable people quiet since `cutoff`, once a dormancy.

    Left out are those in the flow now and those enrolled in it since their last activity.
    """
    sql = f"""SELECT id FROM contact WHERE last_activity <= ? AND id > ? AND {_OPEN}
        AND NOT EXISTS (SELECT 1 FROM enrolment WHERE enrolment.contact_id = contact.id
            AND enrolment.flow_id = ? AND (enrolment.state <> 'ended'
            OR enrolment.enrolled_at >= contact.last_activity))
        ORDER BY id LIMIT ?"""
    return [row[0] for row in query(connection, sql, cutoff, after, flow_id, limit)]


def members(connection: Connection, list_id: int, after: int, limit: int) -> list[int]:
    """People on a list."""
    sql = """SELECT contact_id FROM list_member WHERE list_id = ? AND contact_id > ?
        ORDER BY contact_id LIMIT ?"""
    return [row[0] for row in query(connection, sql, list_id, after, limit)]


def everyone(connection: Connection, after: int, limit: int) -> list[int]:
    """All contacts."""
    sql = "SELECT id FROM contact WHERE id > ? ORDER BY id LIMIT ?"
    return [row[0] for row in query(connection, sql, after, limit)]


def standing(
    connection: Connection, of: Iterable[int], flow_id: int, occasion: int | None = None
) -> Rows:
    """(contact, live, had, latest) of those of these contacts who ever were in the flow.

    1 if they are in it now, 1 if they ever were for `occasion`, and when they last entered it.
    """
    return query(
        connection,
        """SELECT contact_id, MAX(CASE WHEN state <> 'ended' THEN 1 ELSE 0 END) AS live,
        MAX(CASE WHEN occasion = ? THEN 1 ELSE 0 END) AS had, MAX(enrolled_at) AS latest
        FROM enrolment
        WHERE contact_id {ids} AND flow_id = ? GROUP BY contact_id""",
        -1 if occasion is None else occasion,
        ids(connection, of),
        flow_id,
    )


def first_due(connection: Connection) -> int | None:
    """The earliest instant at which a walk is due."""
    rows = query(connection, "SELECT MIN(due_at) FROM enrolment WHERE due_at IS NOT NULL")
    return None if rows[0][0] is None else int(rows[0][0])


def first_try(connection: Connection) -> int | None:
    """The earliest instant at which a message may be taken by a dispatcher."""
    rows = query(connection, "SELECT MIN(next_try) FROM message WHERE next_try IS NOT NULL")
    return None if rows[0][0] is None else int(rows[0][0])


def walking(connection: Connection, flow_id: int) -> bool:
    """Whether anybody is in the flow now."""
    sql = "SELECT 1 FROM enrolment WHERE flow_id = ? AND state <> 'ended' LIMIT 1"
    return bool(query(connection, sql, flow_id))
