"""Writes to messages that were answered: opened, clicked, replied to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from db.connection import Connection
from db.outbox import add_day_counts
from db.sql import Rows, ids, many, query

COLUMNS = {"opened": "opened_at", "clicked": "clicked_at", "replied": "replied_at"}


def engaged_first(connection: Connection, message_ids: Iterable[int]) -> Rows:
    """(flow, when it was enrolled) of enrolments of which these are the first messages answered.

    To be asked before the messages are marked. On PostgreSQL the enrolments' messages are locked,
    so that of two answers at once only one is the first.
    """
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE"
    rows = query(
        connection,
        f"""SELECT enrolment_id, COALESCE(opened_at, clicked_at, replied_at) AS at FROM message
        WHERE enrolment_id IN (SELECT enrolment_id FROM message WHERE id {{ids}})
        ORDER BY id{lock}""",
        ids(connection, message_ids),
    )
    new = {row.enrolment_id for row in rows} - {row.enrolment_id for row in rows if row.at}
    sql = "SELECT flow_id, enrolled_at FROM enrolment WHERE id {ids}"
    return query(connection, sql, ids(connection, new)) if new else ()


def add_engaged(connection: Connection, counts: Mapping[tuple[int, int], int]) -> None:
    """Add to the enrolments that engaged, by (flow, ordinal of the day they began)."""
    many(
        connection,
        """INSERT INTO flow_day (flow_id, day, began_engaged) VALUES (?, ?, ?)
        ON CONFLICT (flow_id, day) DO UPDATE
        SET began_engaged = flow_day.began_engaged + excluded.began_engaged""",
        [(*place, counts[place]) for place in sorted(counts)],
    )


def mark(connection: Connection, message_ids: Iterable[int], what: str, at: int, day: int) -> None:
    """Remember the first open, click or reply of messages, and count it for their steps.

    `day` is the ordinal of the practice's day; a message is counted once.
    """
    column = COLUMNS[what]
    first = query(
        connection,
        f"""UPDATE message SET {column} = ? WHERE id {{ids}} AND {column} IS NULL
        RETURNING flow_id, step""",
        at, ids(connection, message_ids),
    )  # fmt: skip
    steps = Counter((flow_id, step) for flow_id, step in first if flow_id is not None)
    add_day_counts(connection, day, what, [(*place, steps[place]) for place in steps])
