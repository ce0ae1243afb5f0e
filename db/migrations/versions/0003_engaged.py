"""What a flow's numbers are made of: who engaged, where people left, and when they answered.

Revision ID: 0003
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENGAGED = """SELECT flow_id, enrolled_at FROM enrolment e WHERE EXISTS (
 SELECT 1 FROM message m WHERE m.enrolment_id = e.id
 AND COALESCE(m.opened_at, m.clicked_at, m.replied_at) IS NOT NULL)"""
# The journal does not say where people stood who left: it was at the last step it tells of.
_DROPPED = """SELECT l.flow_id, (SELECT j.step FROM journal j
 WHERE j.contact_id = l.contact_id AND j.enrolment_id = l.enrolment_id AND j.id < l.id
 AND j.step IS NOT NULL ORDER BY j.id DESC LIMIT 1), l.at
 FROM journal l WHERE l.what = 'unenrolled'"""


def upgrade() -> None:
    """Add the counts, of all that happened so far, and the indexes."""
    for table, column in (("flow_day", "began_engaged"), ("step_day", "dropped")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column(column, sa.Integer(), nullable=False, server_default=sa.text("0"))
            )
    for table, index, column in (
        ("enrolment", "goal", "goal_at"),
        ("message", "opened_at", "opened_at"),
        ("message", "clicked_at", "clicked_at"),
        ("message", "replied_at", "replied_at"),
    ):
        only = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_{table}_{index}", table, ["flow_id", column, "id"],
            sqlite_where=only, postgresql_where=only,
        )  # fmt: skip
    _count()


def _count() -> None:
    store = op.get_bind()
    found = store.execute(sa.text("SELECT value FROM setting WHERE key = 'practice.timezone'"))
    zone = ZoneInfo(json.loads(found.scalar() or '"UTC"'))

    def day(instant: int) -> int:
        return (_EPOCH + timedelta(microseconds=instant)).astimezone(zone).toordinal()

    engaged = Counter((flow, day(at)) for flow, at in store.execute(sa.text(_ENGAGED)))
    for (flow, on), number in engaged.items():
        store.execute(
            sa.text("UPDATE flow_day SET began_engaged = :n WHERE flow_id = :f AND day = :d"),
            {"n": number, "f": flow, "d": on},
        )
    dropped = Counter((flow, step, day(at)) for flow, step, at in store.execute(sa.text(_DROPPED)))
    for (flow, step, on), number in dropped.items():
        # A migration adds no rows: who left on a day without one is counted on the last before it.
        store.execute(
            sa.text(
                """UPDATE step_day SET dropped = dropped + :n WHERE flow_id = :f AND step = :s
                AND day = (SELECT MAX(d.day) FROM step_day d
                WHERE d.flow_id = :f AND d.step = :s AND d.day <= :d)"""
            ),
            {"n": number, "f": flow, "s": step, "d": on},
        )
