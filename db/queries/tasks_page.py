"""The front desk's queue: tasks still to be done, by due time."""

from __future__ import annotations

from db.connection import Connection
from db.sql import Rows, query

_TASKS = """SELECT task.id, task.title, task.contact_id, contact.first_name, contact.last_name,
 task.assignee, task.user_id, assigned.name AS user_name, task.due_at, flow.name AS flow
 FROM task LEFT JOIN contact ON contact.id = task.contact_id
 LEFT JOIN staff assigned ON assigned.id = task.user_id
 LEFT JOIN enrolment ON enrolment.id = task.enrolment_id
 LEFT JOIN flow ON flow.id = enrolment.flow_id WHERE task.done_at IS NULL"""


def queue(
    connection: Connection, user_id: int | None, before: int, after: tuple[int, int], limit: int
) -> Rows:
    """Tasks behind (due instant, id) that are due `before`, by due time.

    Of one user, of the front desk (0) or of all (None): (id, title, contact_id, first_name,
    last_name, assignee, user_id, user_name, due_at, flow).
    """
    whose, values = _whose(user_id)
    return query(
        connection,
        f"""{_TASKS}{whose} AND task.due_at < ? AND (task.due_at, task.id) > (?, ?)
        ORDER BY task.due_at, task.id LIMIT ?""",
        *values, before, *after, limit,
    )  # fmt: skip


def _whose(user_id: int | None) -> tuple[str, list[int]]:
    """The test for whose tasks, and its values."""
    whose = {None: "", 0: " AND task.user_id IS NULL"}.get(user_id, " AND task.user_id = ?")
    return whose, [user_id] if user_id else []


def of_contact(connection: Connection, contact_id: int, limit: int) -> Rows:
    """One contact's tasks, as `queue` has them."""
    return query(
        connection,
        f"{_TASKS} AND task.contact_id = ? ORDER BY task.due_at, task.id LIMIT ?",
        contact_id, limit,
    )  # fmt: skip


def counts(connection: Connection) -> Rows:
    """(user id or null, user name, how many) of the tasks still to be done, by name."""
    return query(
        connection,
        """SELECT task.user_id, staff.name, COUNT(*) AS many FROM task
        LEFT JOIN staff ON staff.id = task.user_id WHERE task.done_at IS NULL
        GROUP BY task.user_id, staff.name ORDER BY staff.name""",
    )


def overdue(connection: Connection, user_id: int | None, now: int) -> int:
    """How many tasks were due before an instant, of those whom `queue` is asked for."""
    whose, values = _whose(user_id)
    sql = f"SELECT COUNT(*) FROM task WHERE done_at IS NULL{whose} AND due_at < ?"
    return int(query(connection, sql, *values, now)[0][0])


def next_due(connection: Connection, user_id: int | None, now: int) -> int | None:
    """The instant at which the next of them is due, at or after `now`."""
    whose, values = _whose(user_id)
    sql = f"SELECT MIN(due_at) FROM task WHERE done_at IS NULL{whose} AND due_at >= ?"
    due: int | None = query(connection, sql, *values, now)[0][0]
    return due
