"""Days and times as a person at the practice reads them, the same whatever the computer's locale.

Everything is in the practice's zone: "Thu Jan 8, 2026, 9:00 AM", nearer ones shorter.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from engine.calendar import WEEKDAYS, to_datetime

MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
HALF_YEAR: Final = 180
"""Days within which a day says its year by itself."""


_NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def clock_words(at: time) -> str:
    """A time of day: 2:00 PM."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'AM' if at.hour < 12 else 'PM'}"


def short_day(day: date) -> str:
    """A day whose year is known: Jan 8."""
    return f"{MONTHS[day.month - 1]} {day.day}"


def day_words(day: date) -> str:
    """A day: Jan 8, 2026."""
    return f"{short_day(day)}, {day.year}"


def month_words(day: date) -> str:
    """The month of a day: Jan 2026."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def moment_words(instant: int, zone: ZoneInfo) -> str:
    """An instant: Thu Jan 8, 2026, 9:00 AM."""
    at = to_datetime(instant, zone)
    return f"{_weekday(at)} {day_words(at)}, {clock_words(at.time())}"


def near_words(instant: int, now: int, zone: ZoneInfo) -> str:
    """An instant near now: today, 2:00 PM; Fri Dec 5, 2:00 PM; further off with its year."""
    at, today = to_datetime(instant, zone), to_datetime(now, zone).date()
    days = (at.date() - today).days
    clock = clock_words(at.time())
    if days in _NEAR:
        return f"{_NEAR[days]}, {clock}"
    day = short_day(at) if abs(days) < HALF_YEAR else day_words(at)
    return f"{_weekday(at)} {day}, {clock}"


def heading_words(day: date, today: date) -> str:
    """A day over what happened on it: Today; Jan 8; of another year with it."""
    if (back := (day - today).days) in (0, -1):
        return _NEAR[back].capitalize()
    return short_day(day) if day.year == today.year else day_words(day)


def span_words(first: date, last: date, today: date) -> str:
    """Days from first to last: Jun 1 – Jun 30; with years where they are not this one."""
    say = short_day if first.year == last.year == today.year else day_words
    return say(first) if first == last else f"{say(first)} – {say(last)}"


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()].capitalize()
