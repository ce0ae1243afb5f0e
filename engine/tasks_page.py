"""The front desk's queue (screens.md section 8)."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.queries import setup, tasks_page
from engine.calendar import local_date, wall_instant
from engine.naming import load_names
from engine.practice import read_practice
from engine.wording.times import near_words

FRONT_DESK: Final = 0
"""Stands for whoever is at the front desk where a user is chosen."""
MORNING: Final = time(9)
"""When a task that was put off to a day is due."""
END: Final = 1 << 62


class Task(NamedTuple):
    """A task to be done; `due` and `late` in words, `contact_id` None if it is about nobody."""

    id: int
    title: str
    contact_id: int | None
    contact: str
    assignee: str
    user_id: int | None
    due_at: int
    due: str
    late: bool
    today: bool
    flow: str


class Assignee(NamedTuple):
    """Somebody with tasks to do, or to whom one may be given; `user_id` 0 is the front desk."""

    user_id: int
    name: str
    tasks: int


class Queue(NamedTuple):
    """Tasks in order, how many there are in all and overdue, and who may do them.

    `next_due` is the instant at which one more becomes overdue without anything being written.
    """

    tasks: list[Task]
    total: int
    overdue: int
    assignees: list[Assignee]
    more: bool
    next_due: int | None


class Ask(NamedTuple):
    """What tasks to show: of one user, of the front desk (0) or of all (None), and how.

    Every word of `search` stands in the task, in the automation's name, or begins a name of the
    contact. `sort` is one of due, title, contact, assignee and flow.
    """

    user_id: int | None = None
    search: str = ""
    late: bool = False
    sort: str = "due"
    descending: bool = False


def queue(connection: Connection, ask: Ask, most: int, now: int) -> Queue:
    """Up to `most` tasks that are asked for.

    With `late` only those that are overdue; `total` and `overdue` are of all the same.
    """
    zone = read_practice(setup.settings(connection)).zone
    wanted = tasks_page.Wanted(ask.user_id, tuple(ask.search.split()))
    rows = tasks_page.queue(
        connection, wanted, now if ask.late else END, most + 1,
        sort=ask.sort, descending=ask.descending,
    )  # fmt: skip
    counts = {row.user_id or FRONT_DESK: row.many for row in tasks_page.counts(connection)}
    users = sorted(load_names(connection).users.items())
    assignees = [
        Assignee(id, name, counts.get(id, 0)) for name, id in [("Front desk", FRONT_DESK), *users]
    ]
    if wanted.words:
        total = tasks_page.count(connection, wanted, END)
    else:
        # Counted already, person by person.
        total = sum(counts.values()) if ask.user_id is None else counts.get(ask.user_id, 0)
    return Queue(
        [read_task(row, now, zone) for row in rows[:most]],
        total, tasks_page.count(connection, wanted, now),
        assignees, len(rows) > most, tasks_page.next_due(connection, wanted, now),
    )  # fmt: skip


def read_task(row: Any, now: int, zone: ZoneInfo) -> Task:
    """A row of `db.queries.tasks_page` in words."""
    late = row.due_at < now
    return Task(
        row.id, row.title, row.contact_id,
        f"{row.first_name or ''} {row.last_name or ''}".strip(), row.user_name or "Front desk",
        row.user_id, row.due_at, near_words(row.due_at, now, zone), late,
        local_date(row.due_at, zone) == local_date(now, zone), row.flow or "",
    )  # fmt: skip


def put_off(connection: Connection, now: int, days: int) -> int:
    """The instant of nine in the morning so many days from now, at the practice."""
    zone = read_practice(setup.settings(connection)).zone
    return wall_instant(local_date(now, zone) + timedelta(days=days), MORNING, zone)
