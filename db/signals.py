"""Writes to messages that were answered: opened, clicked, replied to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from db.outbox import add_day_counts
from db.sql import ids, query

COLUMNS = {"opened": "opened_at", "clicked": "clicked_at", "replied": "replied_at"}


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
