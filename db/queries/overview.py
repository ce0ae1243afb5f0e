"""The automations side by side, counted from totals kept as things happen (screens.md section 1).

Days are ordinals of the calendar day in the practice zone, ranges include both ends.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from db.connection import Connection
from db.sql import Rows, query

_PART = {
    "sqlite": "flow_version.document -> '$.{}'",
    "postgresql": "CAST(CAST(flow_version.document AS json) -> '{}' AS text)",
}


class Head(NamedTuple):
    """An automation without its steps; `trigger` refers by id, as it is stored."""

    id: int
    name: str
    status: str
    has_goal: bool
    trigger: dict[str, Any]


def heads(connection: Connection) -> list[Head]:
    """Every automation there is, by number."""
    part = _PART[connection.dialect.name]
    rows = query(
        connection,
        f"""SELECT flow.id, flow.name, flow.status, {part.format("goal")} AS goal,
        {part.format("trigger")} AS started FROM flow
        JOIN flow_version ON flow_version.id = flow.version_id
        WHERE flow.kind = 'automation' AND flow.status <> 'deleted' ORDER BY flow.id""",
    )
    return [
        Head(row.id, row.name, row.status, row.goal is not None, json.loads(row.started))
        for row in rows
    ]


def days(connection: Connection, first: int, last: int) -> Rows:
    """(day, enrolled, completed, aiming, goal reached) of all automations there are, by day.

    Completed and goal reached are of those enrolled on that day; `aiming` are those enrolled in
    an automation that has a goal, and only these count as having reached one.
    """
    aims = f"{_PART[connection.dialect.name].format('goal')} IS NOT NULL"
    return query(
        connection,
        f"""SELECT day, SUM(enrolled) AS enrolled, SUM(began_completed) AS completed,
        SUM(CASE WHEN {aims} THEN enrolled ELSE 0 END) AS aiming,
        SUM(CASE WHEN {aims} THEN began_goal_reached ELSE 0 END) AS goal_reached
        FROM flow JOIN flow_day ON flow_day.flow_id = flow.id AND day BETWEEN ? AND ?
        JOIN flow_version ON flow_version.id = flow.version_id
        WHERE flow.kind = 'automation' AND flow.status <> 'deleted' GROUP BY day ORDER BY day""",
        first, last,
    )  # fmt: skip


def switches(connection: Connection, since: int) -> Rows:
    """(flow, at, active) of the automations there are, in the order they were switched.

    Of each its last switch before `since`, and all from then on.
    """
    return query(
        connection,
        """SELECT flow_switch.flow_id, flow_switch.at, flow_switch.active
        FROM flow JOIN flow_switch ON flow_switch.flow_id = flow.id AND flow_switch.id >= COALESCE(
            (SELECT MAX(earlier.id) FROM flow_switch earlier
            WHERE earlier.flow_id = flow.id AND earlier.at < ?), 0)
        WHERE flow.kind = 'automation' AND flow.status <> 'deleted' ORDER BY flow_switch.id""",
        since,
    )
