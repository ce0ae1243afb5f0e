"""Those who work at the sample practice: they do its tasks in time, but for a handful."""

from __future__ import annotations

from collections import deque
from datetime import time
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from db import desk
from db.queries import tasks_page
from engine.calendar import HOUR, to_datetime
from engine.workspace import Workspace

OPEN = time(8), time(18)
TIDYING, NIGHT = time(16), 16 * HOUR
IN_TIME, SOON = 0.85, 0.95
"""The shares of tasks done by when they are due, and within hours of that; the rest is put off."""
PUT_OFF = 5
"""Tasks left lying at any time: the first is done when one more is."""


class Desk:
    """The people at the desk, and what they mean to do when."""

    def __init__(self, workspace: Workspace, random: Random, zone: ZoneInfo) -> None:
        self._workspace = workspace
        self._random = random
        self._zone = zone
        self._meant: list[tuple[int, int]] = []
        self._put_off: deque[int] = deque()
        self._seen = 0

    def work(self, at: int) -> None:
        """See what tasks there are by now; in office hours, do those whose time has come."""
        with self._workspace.store.read() as connection:
            for task in tasks_page.behind(connection, self._seen):
                self._seen = task.id
                self._take_on(task.id, task.created_at, task.due_at)
        clock = to_datetime(at, self._zone).time()
        if not OPEN[0] <= clock < OPEN[1]:
            return
        done = []
        # Before they go home they do what would fall due until they are back.
        until = at + (NIGHT if clock >= TIDYING else 0)
        while self._meant and self._meant[0][0] <= until:
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
            heappush(self._meant, (due_at + int(4 * part * HOUR), task_id))
        else:
            self._put_off.append(task_id)
            if len(self._put_off) > PUT_OFF:
                heappush(self._meant, (created_at, self._put_off.popleft()))
