"""How many took each lane of an if/then.

Revision ID: 0005
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = 900_000_000
"""Microseconds of a quarter of an hour: every zone's days begin with one."""
_COLUMNS = {"yes": "took_yes", "no": "took_no"}


def upgrade() -> None:
    """Add the counts, of all that the journal tells."""
    with op.batch_alter_table("step_day") as batch:
        for column in _COLUMNS.values():
            batch.add_column(
                sa.Column(column, sa.Integer(), nullable=False, server_default=sa.text("0"))
            )
    store = op.get_bind()
    found = store.execute(sa.text("SELECT value FROM setting WHERE key = 'practice.timezone'"))
    zone = ZoneInfo(json.loads(found.scalar() or '"UTC"'))
    lines = store.execute(
        sa.text(
            f"""SELECT flow_id, step, what, at / {_QUARTER} AS quarter, count(*) FROM journal
            WHERE what IN ('yes', 'no') GROUP BY flow_id, step, what, at / {_QUARTER}"""
        )
    )
    taken: Counter[tuple[int, str, str, int]] = Counter()
    for flow, step, what, quarter, number in lines:
        instant = _EPOCH + timedelta(microseconds=quarter * _QUARTER)
        taken[flow, step, what, instant.astimezone(zone).toordinal()] += number
    for (flow, step, what, on), number in taken.items():
        # A migration adds no rows: a lane taken on a day without one, by who came earlier, is
        # counted on the last before it; on the next, where the practice has moved since.
        store.execute(
            sa.text(
                f"""UPDATE step_day SET {_COLUMNS[what]} = {_COLUMNS[what]} + :n
                WHERE flow_id = :f AND step = :s AND day = (SELECT d.day FROM step_day d
                WHERE d.flow_id = :f AND d.step = :s
                ORDER BY d.day > :d, ABS(d.day - :d) LIMIT 1)"""
            ),
            {"n": number, "f": flow, "s": step, "d": on},
        )
