"""The clocks that make the engine tick."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from db.errors import KnownError
from engine.calendar import DAY
from engine.scheduler import Done, RealClock, wall_clock

FAST = 1_000
"""A millisecond, in microseconds."""


def clock(
    tick: Callable[[int], Done], until: int | None = None, sleep: int = FAST
) -> tuple[RealClock, list[str]]:
    said: list[str] = []
    return RealClock(tick, until, lambda fault: said.append(fault.sentence), sleep), said


def test_it_ticks_until_stopped_and_adds_up() -> None:
    seen: list[int] = []

    def tick(now: int) -> Done:
        seen.append(now)
        if len(seen) == 3:
            running.stop()
        return Done(sent=1, next_due=len(seen))

    running, said = clock(tick)
    done = running.run()
    assert (done.sent, done.next_due, said) == (3, 3, [])
    assert seen == sorted(seen)


def test_it_wakes_when_something_is_due() -> None:
    seen: list[int] = []

    def tick(now: int) -> Done:
        seen.append(now)
        if len(seen) == 2:
            running.stop()
        return Done(next_due=now + FAST)

    running, _ = clock(tick, sleep=10**12)
    running.run()
    assert len(seen) == 2


def test_it_goes_on_when_the_clock_is_set_back() -> None:
    ahead = wall_clock() + DAY
    readings = iter([ahead, ahead - DAY])
    seen: list[int] = []

    def tick(now: int) -> Done:
        seen.append(now)
        if len(seen) == 2:
            running.stop()
        return Done(next_due=now + FAST)

    running = RealClock(tick, None, lambda fault: None, FAST, lambda: next(readings))
    running.run()
    assert seen == [ahead, ahead - DAY]


def test_its_last_tick_is_at_the_end() -> None:
    until = wall_clock() + 20 * FAST
    seen: list[int] = []

    def tick(now: int) -> Done:
        seen.append(now)
        return Done()

    running, _ = clock(tick, until)
    running.run()
    assert seen[-1] == until
    assert max(seen) == until


def test_a_fault_of_the_world_is_said_once_and_it_goes_on() -> None:
    faults = iter(["gone", "gone", "full", "", "gone"])

    def tick(now: int) -> Done:
        fault = next(faults, None)
        if fault is None:
            running.stop()
        elif fault:
            raise KnownError(f"{fault}.")
        return Done(sent=1)

    running, said = clock(tick)
    assert running.run().sent == 2
    assert said == ["gone.", "full.", "gone."]


def test_a_bug_ends_it() -> None:
    def tick(now: int) -> Done:
        raise ZeroDivisionError

    running, said = clock(tick)
    with pytest.raises(ZeroDivisionError):
        running.run()
    assert said == []


def test_a_stop_before_the_first_tick_is_no_tick() -> None:
    running, _ = clock(lambda now: Done(sent=1))
    running.stop()
    assert running.run().sent == 0
