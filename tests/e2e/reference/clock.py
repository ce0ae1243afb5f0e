"""Instants and wall time (engine.md section 1), written without the engine's own calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse(text: str) -> datetime:
    """The UTC instant of an ISO text with an offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def show(instant: datetime) -> str:
    """The instant as journals show it: `Z`, microseconds only when not zero (formats.md)."""
    return instant.replace(tzinfo=None).isoformat() + "Z"


def time_of(text: str) -> time:
    """The wall time of `HH:MM`."""
    return time.fromisoformat(text)


def today(instant: datetime, zone: ZoneInfo) -> date:
    """The local date in `zone`."""
    return instant.astimezone(zone).date()


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).replace(tzinfo=UTC) - instant


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time: the first of two; one in a gap moves forward by the gap."""
    wall = datetime.combine(day, at, tzinfo=UTC)
    offsets = [_offset(wall - 2 * DAY, zone), _offset(wall + 2 * DAY, zone)]
    found = [wall - offset for offset in offsets if _offset(wall - offset, zone) == offset]
    return min(found) if found else wall - offsets[0]


def days_later(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same wall time in `zone`, `days` local days later."""
    local = instant.astimezone(zone)
    return instant_of(local.date() + days * DAY, local.time(), zone)


def delay_end(begun: datetime, amount: int, unit: str, zone: ZoneInfo) -> datetime:
    """When a delay is over: minutes and hours elapse, days and weeks keep the wall time."""
    if unit == "minutes":
        return begun + timedelta(minutes=amount)
    if unit == "hours":
        return begun + timedelta(hours=amount)
    return days_later(begun, amount * (7 if unit == "weeks" else 1), zone)


def windows(
    hours: dict[str, list[list[str]]], around: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Every window that starts from three days before `around` to three weeks after it."""
    for n in range(-3, 22):
        day = today(around, zone) + n * DAY
        for opening, closing in hours.get(WEEKDAYS[day.weekday()], []):
            last = day if time_of(closing) > time_of(opening) else day + DAY
            opens = instant_of(day, time_of(opening), zone)
            closes = instant_of(last, time_of(closing), zone)
            if opens < closes:
                yield opens, closes


def next_opening(
    hours: dict[str, list[list[str]]], now: datetime, zone: ZoneInfo
) -> datetime | None:
    """None inside a window, else the next opening."""
    every = list(windows(hours, now, zone))
    if any(opens <= now < closes for opens, closes in every):
        return None
    return min(opens for opens, _ in every if opens > now)


def quiet_end(quiet: list[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the quiet hours that hold `now`, None outside them."""
    nightly = {day: [quiet] for day in WEEKDAYS}
    ends = [closes for opens, closes in windows(nightly, now, zone) if opens <= now < closes]
    return max(ends) if ends else None


def anniversary(born: date, year: int) -> date:
    """The birthday kept in `year`: 29 February on 28 February in common years."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
