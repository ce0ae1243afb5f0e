"""The engine's tick, and the clocks that make it: real, simulated.

APScheduler is a clock tick and nothing more: nothing is stored in it, and what is due is asked
of the store each time. Besides `app.wiring` this is the one place that reads a clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from queue import Empty, SimpleQueue

from apscheduler.schedulers.background import BackgroundScheduler

from db.errors import KnownError
from db.faults import known
from engine.calendar import SECOND, to_datetime
from engine.dispatcher import Channels, Clock, deliver, standing
from engine.due import next_due
from engine.runner import advance
from engine.workspace import Workspace

LONGEST_SLEEP = 5 * SECOND
"""After this long the engine looks again, for what other desks wrote or a clock set anew."""

# Without a handler of its own a skipped tick would be told on standard error.
logging.getLogger("apscheduler").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Done:
    """What ticks did: events recorded, people enrolled, steps taken, messages sent.

    `uncertain` messages may or may not have gone out. `next_due` is the next instant at which
    anything is due, None for never.
    """

    events: int = 0
    enrolled: int = 0
    steps: int = 0
    sent: int = 0
    uncertain: int = 0
    next_due: int | None = None

    def then(self, later: Done) -> Done:
        """Both together, and what is due after the later."""
        return Done(
            self.events + later.events, self.enrolled + later.enrolled, self.steps + later.steps,
            self.sent + later.sent, self.uncertain + later.uncertain, later.next_due,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engine:
    """A workspace, its ways out and the contacts it takes in one transaction.

    Messages go out by `clock`; without one, time stands still during a tick.
    """

    workspace: Workspace
    channels: Channels
    chunk: int
    clock: Clock | None = None

    def tick(self, now: int) -> Done:
        """Run all that is due at `now` and hand over what is queued."""
        progress = advance(self.workspace, now, self.chunk)
        delivered = deliver(self.workspace, self.channels, self.clock or standing(now))
        return Done(
            progress.events, progress.enrolled, progress.steps, delivered.sent,
            delivered.uncertain, next_due(self.workspace, now),
        )  # fmt: skip


def simulate(engine: Engine, start: int, until: int) -> Done:
    """Jump from due instant to due instant, from `start` through `until`, both inclusive."""
    total, now = Done(), start
    while now <= until:
        total = total.then(engine.tick(now))
        if total.next_due is None:
            break
        now = total.next_due
    return total


def wall_clock() -> int:
    """The machine's time, an instant."""
    return time.time_ns() // 1000


class RealClock:
    """Ticks when something is due, and at least every `sleep` microseconds, until told to stop.

    `sleep` is measured, not read from `clock`, which may be set back or forth at any moment.
    What comes due during a tick is one tick more, right behind it. `trouble` hears each fault of
    the world, once until a tick succeeds again; a fault of ours is raised and ends the clock.
    """

    def __init__(
        self,
        tick: Callable[[int], Done],
        until: int | None,
        trouble: Callable[[KnownError], None],
        sleep: int = LONGEST_SLEEP,
        clock: Callable[[], int] = wall_clock,
    ) -> None:
        self._tick = tick
        self._until = until
        self._trouble = trouble
        self._sleep = sleep
        self._clock = clock
        self._stopped = False
        # Unlike an event's, its lock may be asked for by a signal's handler at any moment.
        self._wakes: SimpleQueue[None] = SimpleQueue()

    def stop(self) -> None:
        """End after the tick under way, if there is one; a signal's handler may call it."""
        self._stopped = True
        self._wakes.put(None)

    def wake(self) -> None:
        """Tick now, or right behind the tick under way; any thread may call it."""
        self._wakes.put(None)

    def run(self) -> Done:
        """Tick until stopped, or through `until`; what was done."""
        alarm = BackgroundScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None})
        alarm.start()
        try:
            return self._run(alarm)
        finally:
            # Waits for one that fires now: shut down meanwhile, it would not find itself.
            alarm.remove_all_jobs()
            alarm.shutdown()

    def _run(self, alarm: BackgroundScheduler) -> Done:
        total, said = Done(), ""
        while not self._stopped:
            now = self._clock()
            at = now if self._until is None else min(now, self._until)
            following: int | None = None
            try:
                done = self._tick(at)
                total, said, following = total.then(done), "", done.next_due
            except Exception as error:
                said = self._complain(error, said)
            if self._until is not None and now >= self._until:
                break
            self._wait(alarm, following)
        return total

    def _complain(self, error: Exception, said: str) -> str:
        fault = known(error)
        if fault is None:
            raise error
        if fault.sentence != said:
            self._trouble(fault)
        return fault.sentence

    def _wait(self, alarm: BackgroundScheduler, following: int | None) -> None:
        """Sleep until something is due, the end or a stop, and no longer than `sleep`."""
        wake = min((at for at in (following, self._until) if at is not None), default=None)
        if wake is not None:
            alarm.add_job(
                self._wakes.put, "date", [None], run_date=to_datetime(wake), id="tick",
                replace_existing=True,
            )  # fmt: skip
        with suppress(Empty):
            self._wakes.get(timeout=self._sleep / SECOND)
