"""One automation or sequence, counted from totals kept as things happen (screens.md section 2).

Days are ordinals of the calendar day in the practice zone.
"""

from __future__ import annotations

from db.connection import Connection, Row
from db.sql import Rows, ids, query

ANSWERS = {"opened": "opened_at", "clicked": "clicked_at", "replied": "replied_at"}
_EVENTS = {
    "clicked": ("email_clicked",),
    "replied": ("email_replied", "sms_replied"),
}


def flow(connection: Connection, flow_id: int) -> Row | None:
    """(id, kind, name) of a flow that is there, or None."""
    rows = query(
        connection,
        "SELECT id, kind, name FROM flow WHERE id = ? AND status <> 'deleted'",
        flow_id,
    )
    return rows[0] if rows else None


def days(connection: Connection, flow_id: int, first: int) -> Rows:
    """From a day on, by day: the counts of that day, and what came of who began on it.

    (day, enrolled, completed, goal_reached, unenrolled, began_completed, began_goal_reached).
    """
    return query(
        connection,
        """SELECT day, enrolled, completed, goal_reached, unenrolled, began_completed,
        began_goal_reached FROM flow_day WHERE flow_id = ? AND day >= ? ORDER BY day""",
        flow_id, first,
    )  # fmt: skip


def first_day(connection: Connection, flow_id: int) -> int | None:
    """The first day on which anything was counted."""
    sql = "SELECT MIN(day) FROM flow_day WHERE flow_id = ?"
    day: int | None = query(connection, sql, flow_id)[0][0]
    return day


def answered(connection: Connection, flow_id: int, what: str, limit: int) -> Rows:
    """Messages of a flow first `opened`, `clicked` or `replied` to, the latest first.

    (id, at, contact_id, first_name, last_name, step, channel, template).
    """
    at = ANSWERS[what]
    return query(
        connection,
        f"""SELECT m.id, m.{at} AS at, m.contact_id, c.first_name, c.last_name, m.step, m.channel,
        template.name AS template
        FROM message m LEFT JOIN contact c ON c.id = m.contact_id
        LEFT JOIN template ON template.id = m.template_id
        WHERE m.flow_id = ? AND m.{at} IS NOT NULL ORDER BY m.{at} DESC, m.id DESC LIMIT ?""",
        flow_id, limit,
    )  # fmt: skip


def goals(connection: Connection, flow_id: int, limit: int) -> Rows:
    """Enrolments of a flow that reached its goal, the latest first: (id, at, …) as above."""
    return query(
        connection,
        """SELECT e.id, e.goal_at AS at, e.contact_id, c.first_name, c.last_name, NULL AS step,
        '' AS channel, NULL AS template
        FROM enrolment e LEFT JOIN contact c ON c.id = e.contact_id
        WHERE e.flow_id = ? AND e.goal_at IS NOT NULL ORDER BY e.goal_at DESC, e.id DESC LIMIT ?""",
        flow_id, limit,
    )  # fmt: skip


def said(connection: Connection, what: str, answers: Rows) -> dict[int, str]:
    """What was said first in answer to these messages, or the link clicked: by message."""
    if not answers or what not in _EVENTS:
        return {}
    marks = ", ".join("?" * len(_EVENTS[what]))
    rows = query(
        connection,
        f"""SELECT message_id, new FROM event WHERE contact_id {{ids}} AND message_id {{ids}}
        AND kind IN ({marks}) AND new <> '' ORDER BY id DESC""",
        ids(connection, {row.contact_id for row in answers}),
        ids(connection, [row.id for row in answers]), *_EVENTS[what],
    )  # fmt: skip
    return {message: text for message, text in rows}
