"""Instants, wall time, windows and delays (engine.md sections 1 and 4).

An instant is an `int`: microseconds since 1970-01-01T00:00:00Z. A wall time becomes an instant
by one rule: one that does not exist moves forward by the gap, one that comes twice means the
first. `zoneinfo` with `fold=0` does both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Window = tuple[int, int]
"""A half-open stretch of instants: the opening is inside, the closing is not."""

Hours = dict[str, list[tuple[time, time]]]
"""Weekday (`mon`…`sun`) to the from–to wall times that start on that day."""


def zone(name: str) -> ZoneInfo:
    """The IANA zone called `name`; raises `ValueError` for a name nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is not a time zone") from error


def parse_instant(text: str) -> int:
    """An ISO 8601 instant with an offset or `Z`; raises `ValueError` otherwise."""
    if not _INSTANT.fullmatch(text):
        raise ValueError("must be an instant like 2026-01-05T14:00:00Z")
    return from_datetime(datetime.fromisoformat(text))


def format_instant(instant: int) -> str:
    """`2026-01-05T14:00:00Z`, with microseconds only when they are not zero (formats.md)."""
    moment = to_datetime(instant)
    return moment.replace(tzinfo=None).isoformat() + "Z"


def from_datetime(moment: datetime) -> int:
    """The instant of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: int, tz: ZoneInfo | None = None) -> datetime:
    """The aware datetime of an instant, in UTC or in `tz`."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment if tz is None else moment.astimezone(tz)


def wall_instant(day: date, at: time, tz: ZoneInfo) -> int:
    """The instant of a wall time by the one rule of engine.md section 1."""
    return from_datetime(datetime.combine(day, at, tzinfo=tz))


def local_date(instant: int, tz: ZoneInfo) -> date:
    """The calendar day in `tz` that holds `instant`."""
    return to_datetime(instant, tz).date()


def add_delay(instant: int, amount: int, unit: str, tz: ZoneInfo) -> int:
    """When a delay begun at `instant` is over.

    Minutes and hours are elapsed time; days and weeks keep the wall-clock time in `tz`
    (engine.md section 4).
    """
    if unit == "minutes":
        return instant + amount * MINUTE
    if unit == "hours":
        return instant + amount * HOUR
    days = amount * (7 if unit == "weeks" else 1)
    local = to_datetime(instant, tz)
    return wall_instant(local.date() + timedelta(days=days), local.time(), tz)


def windows(hours: Hours, around: date, days: int, tz: ZoneInfo) -> Iterator[Window]:
    """The non-empty windows that start on `around` and the `days` after it, by start of day."""
    for offset in range(days + 1):
        day = around + timedelta(days=offset)
        for start, end in hours.get(WEEKDAYS[day.weekday()], ()):
            until = day if end > start else day + timedelta(days=1)
            opens, closes = wall_instant(day, start, tz), wall_instant(until, end, tz)
            if opens < closes:
                yield opens, closes


def next_opening(hours: Hours, now: int, tz: ZoneInfo) -> int | None:
    """None inside a window, else the instant of the next opening.

    Looks a fortnight ahead: a week always repeats, and a zone may skip one whole day.
    Raises `ValueError` if nothing ever opens.
    """
    upcoming = []
    for opens, closes in windows(hours, local_date(now, tz) - timedelta(days=2), 16, tz):
        if opens <= now < closes:
            return None
        if opens > now:
            upcoming.append(opens)
    if not upcoming:
        raise ValueError("no open day")
    return min(upcoming)


def quiet_until(quiet: tuple[time, time], now: int, tz: ZoneInfo) -> int | None:
    """The end of the quiet hours that hold `now` in `tz`, or None outside them."""
    every_day: Hours = {day: [quiet] for day in WEEKDAYS}
    ends = [
        closes
        for opens, closes in windows(every_day, local_date(now, tz) - timedelta(days=2), 3, tz)
        if opens <= now < closes
    ]
    return max(ends) if ends else None


@lru_cache(maxsize=4096)
def check_instant(day: date, at: time, tz: ZoneInfo) -> int:
    """When the daily check of `day` runs (engine.md section 5)."""
    return wall_instant(day, at, tz)


def anniversary(born: date, year: int) -> date:
    """The day in `year` on which a birth is kept (engine.md section 5)."""
    if (born.month, born.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def anniversary_days(day: date) -> tuple[tuple[int, int], ...]:
    """The (month, day) births whose anniversary is kept on `day`.

    29 February is kept on 28 February in common years (engine.md section 5).
    """
    keeps = [(day.month, day.day)]
    if (day.month, day.day) == (2, 28) and not _is_leap(day.year):
        keeps.append((2, 29))
    return tuple(keeps)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
