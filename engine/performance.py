"""How one automation does between two of the practice's days (screens.md section 2).

Completed, goal reached and engaged are of the enrolments that began in the range, open, click
and reply rates are of delivered messages, and active now ignores the range (engine.md section
10). The range before is as long, and ends where this one begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.errors import KnownError
from db.queries import flows, setup
from db.queries import performance as rows
from db.queries import reports as totals
from engine.calendar import local_date
from engine.flow import walk_cards
from engine.listing import show
from engine.overview import Figure
from engine.practice import read_practice
from engine.stats import rate
from engine.vocabulary import DEFAULT_LOOKBACK_DAYS
from engine.wording.steps import emails_of, step_summary

CHANNELS: Final = {"send_email": "email", "send_sms": "sms"}
PERIODS: Final = ("day", "week", "month")
QUARTER: Final = 92
"""Days shown though nobody had come to it yet; also those told apart one by one."""
MOST_BUCKETS: Final = 731
"""Of one period: two years of days."""


class Funnel(NamedTuple):
    """How far those who began in the range came."""

    enrolled: int
    engaged: int
    completed: int
    goal: int


class Bucket(NamedTuple):
    """What happened from a day on; `before` are those enrolled as long into the range before."""

    day: date
    enrolled: int
    completed: int
    goal: int
    before: int


class Step(NamedTuple):
    """What one step did in the range; `here` stand there now, `dropped` left while they did."""

    id: str
    type: str
    title: str
    entered: int
    sent: int
    delivered: int
    opened: int
    clicked: int
    replied: int
    dropped: int
    here: int

    @property
    def answered(self) -> float | None:
        """The share of delivered emails opened, or of delivered texts replied to."""
        return rate(self.replied if self.type == "send_sms" else self.opened, self.delivered)


class Performance(NamedTuple):
    """The numbers of one automation, `first` and `last` day included."""

    flow_id: int
    name: str
    goal_name: str | None
    lookback_days: int
    first: date
    last: date
    funnel: Funnel
    enrolled: Figure
    completion: Figure
    goal: Figure
    active: Figure
    fullest: Step | None
    days: tuple[Bucket, ...]
    steps: tuple[Step, ...]
    channels: tuple[tuple[str, int], ...]


def performance(
    connection: Connection, flow_id: int, first: date | None, last: date
) -> Performance:
    """The numbers from `first`, or from when it began, to `last`.

    Beyond a quarter the range begins no earlier than it did. Raises KnownError if the automation
    is gone.
    """
    flow = rows.flow(connection, flow_id)
    if flow is None:
        raise KnownError("This automation no longer exists.", 2)
    began = min(_beginning(connection, flow_id, last), last)
    first = max(first or began, min(began, last - timedelta(days=QUARTER - 1)))
    length = (last - first).days + 1
    document = show(connection, flow.kind, flow.name)
    counted = _counted(connection, flow_id, first - timedelta(days=length))
    here = {row.step: row.here for row in totals.here(connection, [flow_id])}
    steps = tuple(_steps(connection, flow_id, document, (first, last), here))
    now, before = (
        [first + timedelta(days=day) for day in range(start, start + length)]
        for start in (0, -length)
    )
    return Performance(
        flow_id, flow.name, document.get("goal"),
        document.get("lookback_days", DEFAULT_LOOKBACK_DAYS), first, last,
        _funnel(connection, flow_id, first, last),
        _figure(counted, now, before, lambda those: sum(row.enrolled for row in those)),
        _figure(counted, now, before, lambda those: _share(those, "began_completed")),
        _figure(counted, now, before, lambda those: _share(those, "began_goal_reached")),
        _active(sum(here.values()), counted, now),
        max(steps, key=lambda step: step.here, default=None),
        tuple(_buckets(counted, now, before)), steps,
        _channels(connection, flow_id, document, first, last),
    )  # fmt: skip


def _beginning(connection: Connection, flow_id: int, last: date) -> date:
    day = rows.first_day(connection, flow_id)
    return last if day is None else date.fromordinal(day)


def _counted(connection: Connection, flow_id: int, first: date) -> Mapping[date, Any]:
    found = rows.days(connection, flow_id, first.toordinal())
    return {date.fromordinal(row.day): row for row in found}


def _funnel(connection: Connection, flow_id: int, first: date, last: date) -> Funnel:
    found = totals.flow_totals(connection, [flow_id], first.toordinal(), last.toordinal())
    if not found:
        return Funnel(0, 0, 0, 0)
    row = found[0]
    return Funnel(row.enrolled, row.engaged, row.completed, row.goal_reached)


def _figure(
    counted: Mapping[date, Any], now: Sequence[date], before: Sequence[date],
    of: Callable[[Sequence[Any]], float | None],
) -> Figure:  # fmt: skip
    def those(days: Iterable[date]) -> list[Any]:
        return [counted[day] for day in days if day in counted]

    return Figure(of(those(now)), of(those(before)), tuple(of(those([day])) for day in now))


def _share(those: Sequence[Any], what: str) -> float | None:
    return rate(sum(getattr(row, what) for row in those), sum(row.enrolled for row in those))


def _active(now: int, counted: Mapping[date, Any], days: Sequence[date]) -> Figure:
    """How many are in it now, and were when each day ended: now, less all that came since."""
    later = sum(_net(row) for day, row in counted.items() if day > days[-1])
    ends = [now - later]
    for day in reversed(days):
        ends.append(ends[-1] - (_net(counted[day]) if day in counted else 0))
    *began, before = ends
    return Figure(now, before, tuple(reversed(began)))


def _net(row: Any) -> int:
    return int(row.enrolled - row.completed - row.unenrolled)


def _buckets(
    counted: Mapping[date, Any], now: Sequence[date], before: Sequence[date]
) -> Iterator[Bucket]:
    for day, earlier in zip(now, before, strict=True):
        row, was = counted.get(day), counted.get(earlier)
        yield Bucket(
            day, row.enrolled if row else 0, row.completed if row else 0,
            row.goal_reached if row else 0, was.enrolled if was else 0,
        )  # fmt: skip


def periods_of(days: int) -> tuple[str, ...]:
    """Those of `PERIODS` that so many days may be shown in; the one that suits them comes first."""
    suits = "day" if days <= QUARTER else "week" if days <= MOST_BUCKETS else "month"
    most = {"day": MOST_BUCKETS, "week": 7 * MOST_BUCKETS}
    others = (each for each in PERIODS if each != suits and days <= most.get(each, days))
    return (suits, *others)


def in_periods(days: Iterable[Bucket], period: str) -> list[Bucket]:
    """The days added up to one of `PERIODS`; weeks begin on Monday, each is called its first day.

    The first and the last may be cut short by the range.
    """

    def start(bucket: Bucket) -> date:
        if period == "month":
            return bucket.day.replace(day=1)
        return bucket.day - timedelta(days=bucket.day.weekday())

    if period == "day":
        return list(days)
    return [
        Bucket(those[0].day, *(sum(counts) for counts in zip(*(b[1:] for b in those), strict=True)))
        for those in (list(group) for _, group in groupby(days, start))
    ]


def _steps(
    connection: Connection,
    flow_id: int,
    document: Mapping[str, Any],
    days: tuple[date, date],
    here: Mapping[str, int],
) -> Iterator[Step]:
    """The steps of today's version, in reading order."""
    found = totals.step_totals(connection, flow_id, *(day.toordinal() for day in days))
    counted = {row.step: row for row in found}
    names = ("entered", "sent", "delivered", "opened", "clicked", "replied", "dropped")
    emails = emails_of(document)
    for _, card in walk_cards(document["steps"]):
        row = counted.get(card["id"])
        counts = {name: getattr(row, name) if row else 0 for name in names}
        yield Step(
            id=card["id"], type=card["type"], title=step_summary(card, emails),
            here=here.get(card["id"], 0), **counts,
        )  # fmt: skip


def _channels(
    connection: Connection, flow_id: int, document: Mapping[str, Any], first: date, last: date
) -> tuple[tuple[str, int], ...]:
    """How many messages went out by each channel, of steps that are gone too."""
    found = totals.step_totals(connection, flow_id, first.toordinal(), last.toordinal())
    sending = {row.step: row.sent for row in found if row.sent}
    types = _types(connection, flow_id, document, sending.keys())
    sent: Counter[str] = Counter()
    for step, number in sending.items():
        channel = CHANNELS.get(types.get(step, ""))
        if channel is not None:
            sent[channel] += number
    return tuple((channel, sent[channel]) for channel in CHANNELS.values())


def _types(
    connection: Connection, flow_id: int, document: Mapping[str, Any], wanted: Set[str]
) -> dict[str, str]:
    """What these steps are, in today's version or the last that had them; no older one is read."""
    types = {card["id"]: card["type"] for _, card in walk_cards(document["steps"])}
    if wanted <= types.keys():
        return types
    for version in flows.versions(connection, flow_id):
        for _, card in walk_cards(flows.document(connection, version)["steps"]):
            types.setdefault(card["id"], card["type"])
        if wanted <= types.keys():
            break
    return types


def best_steps(steps: Iterable[Step], limit: int = 3) -> list[Step]:
    """The steps whose messages were answered most, by rate; those nobody answered are none."""
    answered = [step for step in steps if step.answered]
    return sorted(answered, key=lambda step: step.answered or 0, reverse=True)[:limit]


class Day(NamedTuple):
    """The practice's calendar day, and the zone it is of."""

    today: date
    zone: ZoneInfo


def practice_day(connection: Connection, now: int) -> Day:
    """The day that holds the instant `now`."""
    zone = read_practice(setup.settings(connection)).zone
    return Day(local_date(now, zone), zone)
