"""Days and times are said one way, whatever locale the process has."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.calendar import DAY, HOUR, parse_instant
from engine.wording.times import (
    clock_words,
    day_words,
    heading_words,
    moment_words,
    month_words,
    near_words,
    short_day,
    span_words,
)

NEW_YORK = ZoneInfo("America/New_York")
NOW = parse_instant("2026-01-05T14:00:00Z")
TODAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(0), "12:00 AM"), (time(0, 5), "12:05 AM"), (time(9), "9:00 AM"),
        (time(12), "12:00 PM"), (time(13, 30), "1:30 PM"), (time(23, 59), "11:59 PM"),
    ],
)  # fmt: skip
def test_a_clock_has_twelve_hours(at: time, said: str) -> None:
    assert clock_words(at) == said


def test_a_day_and_a_moment_in_full() -> None:
    assert day_words(TODAY) == "Jan 5, 2026"
    assert (short_day(TODAY), month_words(TODAY)) == ("Jan 5", "Jan 2026")
    assert moment_words(NOW, NEW_YORK) == "Mon Jan 5, 2026, 9:00 AM"


def test_what_is_near_says_less() -> None:
    waits = (-DAY, 0, 4 * HOUR, DAY, 30 * DAY, 400 * DAY)
    assert [near_words(NOW + wait, NOW, NEW_YORK) for wait in waits] == [
        "yesterday, 9:00 AM", "today, 9:00 AM", "today, 1:00 PM", "tomorrow, 9:00 AM",
        "Wed Feb 4, 9:00 AM", "Tue Feb 9, 2027, 9:00 AM",
    ]  # fmt: skip


def test_days_over_what_happened_on_them() -> None:
    days = [TODAY - timedelta(days=back) for back in (0, 1, 2, 10)]
    assert [heading_words(day, TODAY) for day in days] == [
        "Today", "Yesterday", "Jan 3", "Dec 26, 2025",
    ]  # fmt: skip


def test_a_span_of_days() -> None:
    assert span_words(date(2026, 1, 1), TODAY, TODAY) == "Jan 1 – Jan 5"
    assert span_words(TODAY, TODAY, TODAY) == "Jan 5"
    assert span_words(date(2025, 12, 1), TODAY, TODAY) == "Dec 1, 2025 – Jan 5, 2026"
