"""What a tick costs: nothing due, and 100 due, among a million waiting walks and among a thousand.

`python tests/benchmarks/tick.py [N]`.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from db import shelves, writes
from db.bulk import copy_rows
from db.session import Store, temporary_store
from db.sql import execute
from engine.calendar import DAY, HOUR, SECOND
from engine.runner import advance
from engine.workspace import Workspace
from tests.benchmarks.measure import START, figure, practice, report, seconds

FEW = 1_000
DUE = 100
TICKS = 9
LONGEST = 0.030
"""Seconds a tick with 100 due may take."""


def main() -> None:
    """Both figures, on the embedded store."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with temporary_store() as large, temporary_store() as small:
        big, little = waiting(large, many), waiting(small, FEW)
        idle = [median_idle(w) for w in (big, little)]
        busy = [median_due(w, count) for w, count in ((big, many), (little, FEW))]
    report(
        [
            figure("tick nothing due", idle[0], idle[1], 1.5, most=True),
            figure("tick 100 due", busy[0], busy[1], 6.0, most=True),
            figure("tick 100 due, seconds", busy[0], 1.0, LONGEST, most=True),
        ]
    )


def waiting(store: Store, count: int) -> Workspace:
    """A practice with `count` people in the welcome flow, all waiting at its delay."""
    workspace = practice(store)
    later = START + 2 * DAY
    for first in range(1, count + 1, 50_000):
        ids = range(first, min(first + 50_000, count + 1))
        with store.write() as connection:
            shelves.add_contacts(connection, [person(id) for id in ids])
            copy_rows(connection, "enrolment", writes.ENROLMENT, [walk(id, later) for id in ids])
    advance(workspace, START)
    return workspace


def person(id: int) -> tuple[Any, ...]:
    """A contact's row, in the order of `shelves.CONTACT`."""
    named = (f"First{id}", f"Last{id}", f"p{id}@example.org", f"+1202{id:07}", None, None)
    return (
        id, None, *named, "", "manual", "lead", "", None, None, 1, 1, 0, 0, "not_started",
        0, 0, 0, START, START,
    )  # fmt: skip


def walk(id: int, due_at: int) -> tuple[Any, ...]:
    """An enrolment's row, in the order of `writes.ENROLMENT`; due instants are scattered."""
    due = due_at + id * 7919 % 86_400 * SECOND
    return (id, 1, id, 1, "waiting", "wait", 1, due, 0, START, 0, 0, None, 0, 0, None, None,
            None, None)  # fmt: skip


def median_idle(workspace: Workspace) -> float:
    """A tick with nothing due: the middle of several, after one not counted."""
    advance(workspace, START + HOUR)
    return statistics.median(seconds(advance, workspace, START + HOUR) for _ in range(TICKS))


def median_due(workspace: Workspace, count: int) -> float:
    """A tick with 100 walks due, other ones each time, scattered over all there are."""
    times = []
    for turn in range(TICKS):
        now = START + HOUR + turn * SECOND
        ids = [1 + (turn + place * count // DUE) % count for place in range(DUE)]
        with workspace.store.write() as connection:
            for id in ids:
                execute(connection, "UPDATE enrolment SET due_at = ? WHERE id = ?", now, id)
        times.append(seconds(advance, workspace, now))
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
