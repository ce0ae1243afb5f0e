"""The journal: why each thing did or did not happen."""

from __future__ import annotations

from db.connection import Connection
from db.sql import Rows, query

_LINES = """SELECT j.at, c.ref, c.id AS contact_id, f.name AS flow, f.id AS flow_id,
 j.enrolment_id, COALESCE(j.version_id, f.version_id) AS version_id, j.step, j.what, j.why, j.until
 FROM journal j JOIN flow f ON f.id = j.flow_id LEFT JOIN contact c ON c.id = j.contact_id"""


def lines(connection: Connection, after: int, limit: int) -> Rows:
    """Lines of everybody behind a line id, in order, with `id` last."""
    sql = _LINES.replace("j.until", "j.until, j.id") + " WHERE j.id > ? ORDER BY j.id LIMIT ?"
    return query(connection, sql, after, limit)


def of_contact(connection: Connection, contact_id: int, flow_id: int | None) -> Rows:
    """One contact's lines, all or those of one flow, in order.

    `state` comes last: that of the message a line `sent` is about, else null.
    """
    # Sent again, a message is queued later than its line; a second visit has a later line.
    state = """(SELECT m.state FROM message m WHERE j.what = 'sent'
     AND m.contact_id = j.contact_id AND m.queued_at >= j.at AND m.step = j.step
     AND m.enrolment_id = j.enrolment_id ORDER BY m.visit LIMIT 1) AS state"""
    lines = _LINES.replace("j.until", f"j.until, {state}")
    if flow_id is None:
        return query(connection, f"{lines} WHERE j.contact_id = ? ORDER BY j.id", contact_id)
    sql = f"{lines} WHERE j.contact_id = ? AND j.flow_id = ? ORDER BY j.id"
    return query(connection, sql, contact_id, flow_id)


def enrolments(connection: Connection, contact_id: int, flow_id: int) -> Rows:
    """One contact's enrolments in a flow, in order, with what the flow is called now.

    (id, version, step, enrolled, goal reached, ended, why, kind, name, description).
    """
    return query(
        connection,
        """SELECT e.id, e.version_id, e.step, e.enrolled_at, e.goal_at, e.ended_at, e.ended_why,
        f.kind, f.name, f.description FROM enrolment e JOIN flow f ON f.id = e.flow_id
        WHERE e.contact_id = ? AND e.flow_id = ? ORDER BY e.id""",
        contact_id, flow_id,
    )  # fmt: skip
