"""The numbers of the screens, each made by one question, from totals kept as things happen.

Days are ordinals of the calendar day in the practice zone, ranges include both ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from db.connection import Connection, Row
from db.sql import Rows, ids, query


def flow_totals(connection: Connection, flow_ids: Iterable[int], first: int, last: int) -> Rows:
    """(flow, enrolled, engaged, completed, goal reached, unenrolled, runs) of who began.

    `runs` are the days on which anybody was enrolled: a sequence's occurrences that started
    somebody, which are at least a day apart.
    """
    return query(
        connection,
        """SELECT flow_id, SUM(enrolled) AS enrolled, SUM(began_engaged) AS engaged,
        SUM(began_completed) AS completed,
        SUM(began_goal_reached) AS goal_reached, SUM(began_unenrolled) AS unenrolled,
        SUM(CASE WHEN enrolled > 0 THEN 1 ELSE 0 END) AS runs
        FROM flow_day WHERE flow_id {ids} AND day BETWEEN ? AND ? GROUP BY flow_id""",
        ids(connection, flow_ids), first, last,
    )  # fmt: skip


def step_totals(connection: Connection, flow_id: int, first: int, last: int) -> Rows:
    """The step and the sums of its counts in `step_day`, by step; removed steps too."""
    counts = ("entered", "sent", "skipped", "delivered", "opened", "clicked", "replied",
              "dropped", "took_yes", "took_no")  # fmt: skip
    sums = ", ".join(f"SUM({count}) AS {count}" for count in counts)
    return query(
        connection,
        f"""SELECT step, {sums} FROM step_day
        WHERE flow_id = ? AND day BETWEEN ? AND ? GROUP BY step""",
        flow_id, first, last,
    )  # fmt: skip


def here(connection: Connection, flow_ids: Iterable[int]) -> Rows:
    """(flow, step, how many stand there now) of the steps where anybody is."""
    return query(
        connection,
        "SELECT flow_id, step, here FROM step_here WHERE flow_id {ids} AND here <> 0",
        ids(connection, flow_ids),
    )


def ever_enrolled(connection: Connection, flow_id: int) -> int:
    """How many people ever entered a flow."""
    sql = "SELECT COUNT(DISTINCT contact_id) FROM enrolment WHERE flow_id = ?"
    return int(query(connection, sql, flow_id)[0][0])


def documents(connection: Connection, flow_id: int) -> list[Any]:
    """The stored documents of a flow's versions, oldest first."""
    sql = "SELECT document FROM flow_version WHERE flow_id = ? ORDER BY id"
    return [json.loads(row[0]) for row in query(connection, sql, flow_id)]


def campaign_by_name(connection: Connection, name: str) -> Row | None:
    """(id, name, goal, start_date, end_date, notes, status) of a campaign, or None."""
    rows = query(
        connection,
        """SELECT id, name, goal, start_date, end_date, notes, status FROM campaign
        WHERE name = ?""",
        name,
    )
    return rows[0] if rows else None


def campaign_totals(connection: Connection, campaign_ids: Iterable[int]) -> Rows:
    """(campaign, kind, asset, reached, engaged, converted); kind '' is the whole campaign."""
    return query(
        connection,
        """SELECT campaign_id, kind, asset_id, COUNT(*) AS reached,
        COUNT(engaged_at) AS engaged, COUNT(converted_at) AS converted
        FROM touch WHERE campaign_id {ids} GROUP BY campaign_id, kind, asset_id""",
        ids(connection, campaign_ids),
    )


def leads_to_patients(
    connection: Connection, campaign_ids: Iterable[int], since: int, until: int
) -> int:
    """Contacts who became patients after `since`, up to `until`, on a campaign's account.

    One of the campaigns had touched them before and was active at the flip (engine.md
    section 8, "Leads → Patients"). A touch of that very instant is what the flip set off.
    """
    # CROSS JOIN makes SQLite begin with the few flips, not the many touches.
    rows = query(
        connection,
        """SELECT COUNT(DISTINCT flip.contact_id) FROM event flip CROSS JOIN touch
        WHERE flip.kind = 'became_patient' AND flip.at > ? AND flip.at <= ?
        AND touch.contact_id = flip.contact_id AND touch.campaign_id {ids}
        AND touch.kind = '' AND touch.first_at < flip.at
        AND 'active' = (SELECT s.status FROM campaign_switch s
        WHERE s.campaign_id = touch.campaign_id AND s.at <= flip.at
        ORDER BY s.at DESC, s.id DESC LIMIT 1)""",
        since, until, ids(connection, campaign_ids),
    )  # fmt: skip
    return int(rows[0][0])
