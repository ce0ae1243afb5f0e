"""The automations side by side, with what came of them lately (screens.md section 1).

Completed and goal reached are of the enrolments that began in the days counted (engine.md
section 10); days are the practice's. Deleted automations count nowhere, so that the cards add up
to the rows below them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.queries import overview as rows
from db.queries import reports as totals
from db.queries import setup
from engine.calendar import local_date, wall_instant
from engine.documents.names import Labels
from engine.documents.references import to_public
from engine.drafts import DAMAGED_NEW, NEW, Unfinished, unfinished
from engine.naming import load_names
from engine.practice import read_practice
from engine.stats import rate
from engine.wording.triggers import trigger_title, trigger_words

DAYS: Final = 30
"""How many days the cards count, today the last of them."""
ALWAYS: Final = (date.min.toordinal(), date.max.toordinal())


class Figure(NamedTuple):
    """A number now, the same one a while before, and day by day; None where there is none."""

    now: float | None
    before: float | None
    days: tuple[float | None, ...]


class Overview(NamedTuple):
    """The cards over the list, of the days `first` to `last`; rates are of those enrolled.

    The goal's is of those `aiming`: enrolled in an automation that has one.
    """

    automations: int
    active: Figure
    enrolled: Figure
    completion: Figure
    goal: Figure
    goals: int
    aiming: int
    first: date
    last: date


class Row(NamedTuple):
    """One automation; its rates are of all it ever enrolled, None of nobody or without a goal.

    `unsaved`: the desk keeps a draft of it that says something else. One that was never saved
    has no number above 0 and may have no name.
    """

    id: int
    name: str
    status: str
    trigger: str
    title: str
    words: str
    enrolled: int
    completed: float | None
    goal: float | None
    active: int
    unsaved: bool = False

    @property
    def is_new(self) -> bool:
        """Whether it was never saved."""
        return self.id <= NEW


class Page(NamedTuple):
    """Some of the automations asked for, and how many there are of those."""

    rows: tuple[Row, ...]
    total: int


def overview(connection: Connection, now: int) -> Overview:
    """The cards at the instant `now`."""
    zone = read_practice(setup.settings(connection)).zone
    today = local_date(now, zone)
    counted = {row.day: row for row in rows.days(connection, today.toordinal() - 2 * DAYS + 1,
                                                 today.toordinal())}  # fmt: skip
    heads = rows.heads(connection)
    late = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    early = [day - timedelta(days=DAYS) for day in late]

    def figure(of: Callable[[Iterable[Any]], float | None]) -> Figure:
        return Figure(
            of(_of(counted, late)), of(_of(counted, early)),
            tuple(of(_of(counted, [day])) for day in late),
        )  # fmt: skip

    return Overview(
        automations=len(heads),
        active=_active(connection, heads, [early[-1], *late], zone),
        enrolled=figure(lambda those: sum(row.enrolled for row in those)),
        completion=figure(lambda those: _share(those, "completed", "enrolled")),
        goal=figure(lambda those: _share(those, "goal_reached", "aiming")),
        goals=sum(row.goal_reached for row in _of(counted, late)),
        aiming=sum(row.aiming for row in _of(counted, late)),
        first=late[0],
        last=today,
    )


def _of(counted: Mapping[int, Any], days: Sequence[date]) -> list[Any]:
    return [counted[day.toordinal()] for day in days if day.toordinal() in counted]


def _share(counted: Iterable[Any], what: str, of: str) -> float | None:
    listed = list(counted)
    return rate(sum(getattr(row, what) for row in listed), sum(getattr(row, of) for row in listed))


def _active(
    connection: Connection, heads: Sequence[rows.Head], days: Sequence[date], zone: ZoneInfo
) -> Figure:
    """How many are on now, and how many were when each of these days ended."""
    on: set[int] = set()
    ends: list[int] = []
    midnights = [wall_instant(day + timedelta(days=1), time(0), zone) for day in days]
    following = iter([*rows.switches(connection, midnights[0]), None])
    switch = next(following)
    for midnight in midnights:
        while switch is not None and switch.at < midnight:
            (on.add if switch.active else on.discard)(switch.flow_id)
            switch = next(following)
        ends.append(len(on))
    now = sum(head.status == "active" for head in heads)
    return Figure(now, ends[0], tuple(ends[1:]))


def automations(
    connection: Connection,
    *,
    desk: str = "",
    search: str = "",
    is_on: bool = False,
    sort: str = "name",
    descending: bool = False,
    offset: int = 0,
    limit: int = 25,
) -> Page:
    """A page of the automations whose name or trigger holds `search`, in any case.

    With `is_on` only of those that are turned on. Those a `desk` began and never saved are
    among them, and what it keeps of others is told.

    `sort` is one of `SORTS`; of equals the name decides, and who has no such number comes last.
    """
    found = [
        row
        for row in _rows(connection, desk)
        if _matches(row, search) and (row.status == "active" or not is_on)
    ]
    found.sort(key=lambda row: (row.name.casefold(), row.id))
    if sort in _NUMBERS:
        counted = {row.id: row for row in _counted(connection, found)}
        found = [counted[row.id] for row in found]
    value = SORTS[sort]
    known = [row for row in found if value(row) is not None]
    unknown = [row for row in found if value(row) is None]
    known.sort(key=value, reverse=descending)
    page = [*known, *unknown][offset : offset + limit]
    if sort not in _NUMBERS:
        page = _counted(connection, page)
    return Page(tuple(page), len(found))


SORTS: Final[Mapping[str, Callable[[Row], Any]]] = {
    "name": lambda row: row.name.casefold(),
    "status": lambda row: (row.status != "active", row.status),
    "trigger": lambda row: row.title.casefold(),
    "enrolled": lambda row: row.enrolled,
    "completed": lambda row: row.completed,
    "goal": lambda row: row.goal,
}
_NUMBERS: Final = frozenset({"enrolled", "completed", "goal"})


def _matches(row: Row, search: str) -> bool:
    wanted = search.casefold().split()
    said = f"{row.name} {row.title} {row.words}".casefold()
    return all(word in said for word in wanted)


def _rows(connection: Connection, desk: str) -> Iterable[Row]:
    """Every automation, not yet counted: `goal` is 0 where it has one."""
    labels = load_names(connection).inverse()
    kept = unfinished(connection, desk, "automation")
    yield from (_begun(each) for each in kept if each.number <= NEW)
    changed = {each.number for each in kept}
    for head in rows.heads(connection):
        trigger = _public(head.trigger, labels)
        yield Row(
            head.id, head.name, head.status, trigger["type"], trigger_title(trigger),
            trigger_words(trigger), 0, None, 0 if head.has_goal else None, 0,
            head.id in changed,
        )  # fmt: skip


def _begun(kept: Unfinished) -> Row:
    """An automation that was never saved."""
    if kept.document is None:
        return Row(kept.number, "", "draft", "", "", DAMAGED_NEW, 0, None, None, 0, True)
    trigger = kept.document.get("trigger", {})
    return Row(
        kept.number, str(kept.document.get("name", "")), "draft", str(trigger.get("type", "")),
        trigger_title(trigger), trigger_words(trigger), 0, None, None, 0, True,
    )  # fmt: skip


def _public(trigger: Mapping[str, Any], labels: Labels) -> Mapping[str, Any]:
    """A stored trigger with today's names."""
    whole = to_public({"trigger": trigger}, labels, format="", name="")
    public: Mapping[str, Any] = whole["trigger"]
    return public


def _counted(connection: Connection, those: Sequence[Row]) -> list[Row]:
    ids = [row.id for row in those]
    counts = {row.flow_id: row for row in totals.flow_totals(connection, ids, *ALWAYS)}
    active: Counter[int] = Counter()
    for step in totals.here(connection, ids):
        active[step.flow_id] += step.here
    counted = []
    for row in those:
        count = counts.get(row.id)
        if count is not None:
            row = row._replace(
                enrolled=count.enrolled, completed=rate(count.completed, count.enrolled),
                goal=None if row.goal is None else rate(count.goal_reached, count.enrolled),
            )  # fmt: skip
        elif row.goal is not None:
            row = row._replace(goal=None)
        counted.append(row._replace(active=active[row.id]))
    return counted
