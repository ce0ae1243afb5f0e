"""One person's page: their record and everything that hangs on it."""

from __future__ import annotations

from db.connection import Connection, Row
from db.sql import Rows, query


def record(connection: Connection, contact_id: int) -> Row | None:
    """The row of a contact, with the names of owner and provider, or None."""
    found = query(
        connection,
        """SELECT c.*, s.name AS owner, p.name AS provider FROM contact c
        LEFT JOIN staff s ON s.id = c.owner_id LEFT JOIN provider p ON p.id = c.provider_id
        WHERE c.id = ?""",
        contact_id,
    )
    return found[0] if found else None


def lists(connection: Connection, contact_id: int) -> Rows:
    """(id, name, kind) of the lists a contact is on, by name."""
    return query(
        connection,
        """SELECT l.id, l.name, l.kind FROM list_member m JOIN contact_list l ON l.id = m.list_id
        WHERE m.contact_id = ? ORDER BY l.name""",
        contact_id,
    )


def appointments(connection: Connection, contact_id: int, limit: int) -> Rows:
    """(id, at, status, provider) of a contact, the latest first."""
    return query(
        connection,
        """SELECT a.id, a.at, a.status, p.name AS provider FROM appointment a
        LEFT JOIN provider p ON p.id = a.provider_id WHERE a.contact_id = ?
        ORDER BY a.at DESC, a.id DESC LIMIT ?""",
        contact_id, limit,
    )  # fmt: skip


def consents(connection: Connection, contact_id: int, limit: int) -> Rows:
    """(at, channel, change, words) of the subscription audit log, the latest first."""
    return query(
        connection,
        """SELECT at, channel, change, words FROM consent WHERE contact_id = ?
        ORDER BY at DESC, id DESC LIMIT ?""",
        contact_id, limit,
    )  # fmt: skip


def feed(connection: Connection, contact_id: int, before: int | None, limit: int) -> Rows:
    """What happened to a contact, the latest first, before an event's id or from the last on.

    Deliveries are left out: that something was sent is said, and so is what came back.

    (id, at, kind, subject_id, field, old, new, template, channel, flow).
    """
    older = "" if before is None else "AND e.id < ?"
    values = (contact_id, limit) if before is None else (contact_id, before, limit)
    return query(
        connection,
        f"""SELECT e.id, e.at, e.kind, e.subject_id, e.field, e.old, e.new,
        t.name AS template, m.channel, COALESCE(f.name, g.name) AS flow FROM event e
        LEFT JOIN message m ON m.id = e.message_id LEFT JOIN template t ON t.id = m.template_id
        LEFT JOIN flow f ON f.id = m.flow_id LEFT JOIN enrolment n ON n.id = e.enrolment_id
        LEFT JOIN flow g ON g.id = n.flow_id
        WHERE e.contact_id = ? {older} AND e.kind NOT IN ('email_delivered', 'sms_delivered')
        ORDER BY e.id DESC LIMIT ?""",
        *values,
    )
