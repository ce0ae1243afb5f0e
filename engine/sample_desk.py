"""Those who work at the sample practice: they do its tasks, most of them within a day or two."""

from __future__ import annotations

from datetime import time
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from db import desk
from db.queries import tasks_page
from engine.calendar import DAY, to_datetime
from engine.workspace import Workspace

SATURDAY = 5
OPEN = time(8), time(18)
IN_TIME, SOON, LATE = 0.7, 0.92, 0.99
"""Of tasks: the share done when due, a day or two later, and weeks later; the rest never is."""


class Desk:
    """The people at the desk, and what they mean to do when."""

    def __init__(self, workspace: Workspace, random: Random, zone: ZoneInfo) -> None:
        self._workspace = workspace
        self._random = random
        self._zone = zone
        self._meant: list[tuple[int, int]] = []
        self._seen = 0

    def work(self, at: int) -> None:
        """See what tasks there are by now; in office hours, do those whose time has come."""
        with self._workspace.store.read() as connection:
            for task in tasks_page.behind(connection, self._seen):
                self._seen = task.id
                self._take_on(task.id, task.created_at, task.due_at)
        moment = to_datetime(at, self._zone)
        if moment.weekday() >= SATURDAY or not OPEN[0] <= moment.time() < OPEN[1]:
            return
        done = []
        while self._meant and self._meant[0][0] <= at:
            done.append(heappop(self._meant)[1])
        if done:
            with self._workspace.store.write() as connection:
                for task_id in done:
                    desk.finish_task(connection, task_id, at)

    def _take_on(self, task_id: int, created_at: int, due_at: int) -> None:
        draw, part = self._random.random(), self._random.random()
        if draw < IN_TIME:
            heappush(self._meant, (created_at + int(part * (due_at - created_at)), task_id))
        elif draw < SOON:
            heappush(self._meant, (due_at + int(2 * part * DAY), task_id))
        elif draw < LATE:
            heappush(self._meant, (due_at + int((3 + 18 * part) * DAY), task_id))
