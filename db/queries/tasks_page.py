"""The front desk's queue: tasks still to be done, by due time."""

from __future__ import annotations

from typing import Final, NamedTuple

from db.connection import Connection
from db.folding import folded
from db.sql import Rows, like, query

_TO_DO = "FROM task WHERE task.done_at IS NULL"
_FROM = """FROM task LEFT JOIN contact ON contact.id = task.contact_id
 LEFT JOIN staff assigned ON assigned.id = task.user_id
 LEFT JOIN enrolment ON enrolment.id = task.enrolment_id
 LEFT JOIN flow ON flow.id = enrolment.flow_id WHERE task.done_at IS NULL"""
_TASKS = f"""SELECT task.id, task.title, task.contact_id, contact.first_name, contact.last_name,
 task.assignee, task.user_id, assigned.name AS user_name, task.due_at, flow.name AS flow {_FROM}"""
_SORTS: Final = {
    "due": ("task.due_at",),
    "title": ("LOWER(task.title)",),
    "contact": ("COALESCE(contact.folded_last, '')", "COALESCE(contact.folded_first, '')"),
    "assignee": ("LOWER(COALESCE(assigned.name, 'Front desk'))",),
    "flow": ("LOWER(COALESCE(flow.name, ''))",),
}


class Wanted(NamedTuple):
    """Of whom tasks are asked for, and what each of them says.

    Those of one user, of the front desk (0) or of all (None); each of the `words` stands in the
    title, or begins a word of the contact's name, or stands in the automation's.
    """

    user_id: int | None = None
    words: tuple[str, ...] = ()


def queue(
    connection: Connection, wanted: Wanted, before: int, limit: int,
    *, sort: str = "due", descending: bool = False,
) -> Rows:  # fmt: skip
    """Tasks that are due `before`, in order, equals by due time.

    (id, title, contact_id, first_name, last_name, assignee, user_id, user_name, due_at, flow).
    """
    test, values = _test(wanted)
    down = " DESC" if descending else ""
    order = [f"{column}{down}" for column in _SORTS[sort]]
    # Named twice, it would be sorted by, not read in order.
    order += ["task.id"] if sort == "due" else ["task.due_at", "task.id"]
    return query(
        connection,
        f"{_TASKS}{test} AND task.due_at < ? ORDER BY {', '.join(order)} LIMIT ?",
        *values, before, limit,
    )  # fmt: skip


def _test(wanted: Wanted) -> tuple[str, list[object]]:
    """The test for which tasks, and its values."""
    test = {None: "", 0: " AND task.user_id IS NULL"}.get(wanted.user_id, " AND task.user_id = ?")
    values: list[object] = [wanted.user_id] if wanted.user_id else []
    for word in wanted.words:
        name = like(folded(word))
        test += """ AND (LOWER(task.title) LIKE ? ESCAPE '!' OR LOWER(flow.name) LIKE ? ESCAPE '!'
            OR contact.folded_first || ' ' || contact.folded_last LIKE ? ESCAPE '!'
            OR contact.folded_first || ' ' || contact.folded_last LIKE ? ESCAPE '!')"""
        said = f"%{like(word.lower())}%"
        values += [said, said, f"{name}%", f"% {name}%"]
    return test, values


def _source(wanted: Wanted) -> str:
    """What the test needs: beside the tasks themselves nothing, unless it is about words."""
    return _FROM if wanted.words else _TO_DO


def of_contact(connection: Connection, contact_id: int, limit: int) -> Rows:
    """One contact's tasks, as `queue` has them."""
    return query(
        connection,
        f"{_TASKS} AND task.contact_id = ? ORDER BY task.due_at, task.id LIMIT ?",
        contact_id, limit,
    )  # fmt: skip


def behind(connection: Connection, task_id: int) -> Rows:
    """(id, created_at, due_at) of the tasks made since that one, in order."""
    sql = "SELECT id, created_at, due_at FROM task WHERE id > ? ORDER BY id"
    return query(connection, sql, task_id)


def counts(connection: Connection) -> Rows:
    """(user id or null, how many) of the tasks still to be done."""
    return query(connection, f"SELECT user_id, COUNT(*) AS many {_TO_DO} GROUP BY user_id")


def count(connection: Connection, wanted: Wanted, before: int) -> int:
    """How many tasks are due before an instant."""
    test, values = _test(wanted)
    sql = f"SELECT COUNT(*) {_source(wanted)}{test} AND task.due_at < ?"
    return int(query(connection, sql, *values, before)[0][0])


def next_due(connection: Connection, wanted: Wanted, now: int) -> int | None:
    """The instant at which the next of them is due, at or after `now`."""
    test, values = _test(wanted)
    sql = f"SELECT MIN(task.due_at) {_source(wanted)}{test} AND task.due_at >= ?"
    due: int | None = query(connection, sql, *values, now)[0][0]
    return due
