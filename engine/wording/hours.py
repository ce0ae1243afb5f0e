"""The hours an automation may run in, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.calendar import WEEKDAYS
from engine.documents.values import read_clock
from engine.wording.times import clock_words
from engine.wording.values import listed

DAY_TITLES: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def hours_words(hours: Mapping[str, Sequence[Any]]) -> str:
    """When a flow may run: "Monday to Friday 9:00 AM to 5:00 PM; Saturday 9:00 AM to 12:00 PM"."""
    days: dict[str, list[str]] = {}
    for day in WEEKDAYS:
        spans = hours.get(day) or ()
        said = listed([_span(span) for span in spans if len(span) == 2])
        if said:
            days.setdefault(said, []).append(day)
    if not days:
        return "never: no day is open"
    return "; ".join(f"{_days(open)} {said}" for said, open in days.items())


def _span(span: Sequence[Any]) -> str:
    ends = [read_clock(end) for end in span]
    return " to ".join("?" if end is None else clock_words(end) for end in ends)


def _days(days: list[str]) -> str:
    titles = [DAY_TITLES[day] for day in days]
    if len(days) == len(WEEKDAYS):
        return "every day"
    if len(days) > 2 and WEEKDAYS.index(days[-1]) - WEEKDAYS.index(days[0]) == len(days) - 1:
        return f"{titles[0]} to {titles[-1]}"
    return listed(titles)
