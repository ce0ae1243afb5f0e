"""What a number on a screen counts, entry by entry: exactly as many as the number says.

The numbers themselves come from counters kept as things happen; this reads the enrolments,
messages and journal lines behind them, a page at a time (screens.md sections 1 and 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from db.queries import counted as rows
from db.queries import overview, setup
from db.queries.counted import BEGAN, BEGINNING, ENDED, HAPPENED, Key, Span
from engine.calendar import wall_instant
from engine.flow import read_flow
from engine.matching import test_of
from engine.number import Counted
from engine.people import Person
from engine.people import rows as people
from engine.practice import read_practice
from engine.stays import Stay, Version, signs, stays
from engine.wording.times import moment_words
from engine.workspace import Reader

PAGE: Final = 100
IMPORT: Final = "import"
"""The source of those whom an import created."""
_CHUNK: Final = 500
"""Enrolments whose journals are read at once."""


class Entry(NamedTuple):
    """One of what was counted: whose it is, and when it was, in words ('' where nothing was)."""

    person: Person
    when: str


Where = tuple[int, Key]
"""Where a page ends: in which flow, and behind which row of it."""


class Entries(NamedTuple):
    """A page, and where the next begins; None at the end."""

    entries: tuple[Entry, ...]
    more: Where | None


def entries(
    reader: Reader,
    counted: Counted,
    now: int,
    after: Where | None = None,
    limit: int = PAGE,
) -> Entries:
    """Up to `limit` of what is counted behind `after`, or from the first on."""
    zone = read_practice(setup.settings(reader)).zone
    found: list[tuple[int, Any]] = []
    for flow_id in flows_of(reader, counted):
        if after is None or flow_id >= after[0]:
            below = BEGINNING if after is None or flow_id > after[0] else after[1]
            wanted = limit + 1 - len(found)
            part = _of_flow(reader, counted, flow_id, (zone, now), below, wanted)
            found += ((flow_id, row) for row in part)
        if len(found) > limit:
            break
    page = found[:limit]
    more = None if len(found) <= limit else (page[-1][0], tuple(page[-1][1][:3]))
    known = {each.id: each for each in people(reader, [row.contact_id for _, row in page])}
    return Entries(
        tuple(
            Entry(known[row.contact_id], "" if row.at is None else moment_words(row.at, zone))
            for _, row in page
        ),
        more,
    )  # fmt: skip


def flows_of(reader: Reader, counted: Counted) -> Sequence[int]:
    """The flows to look through, by number; 0 where it is about none.

    Of all automations only those that have a goal can have it reached.
    """
    if counted.of in ("waiting", "match", "imported"):
        return [0]
    if counted.flow is not None:
        return [counted.flow]
    heads = overview.heads(reader)
    return [head.id for head in heads if head.has_goal or counted.of != "goal"]


class _Row(NamedTuple):
    """As the rows of `db.queries.counted`."""

    k1: int
    k2: int
    k3: int
    contact_id: int
    at: int


def _of_flow(
    reader: Reader, counted: Counted, flow_id: int, at: tuple[ZoneInfo, int], below: Key, limit: int
) -> Sequence[Any]:
    """Rows of one flow, in the practice's zone and at its instant."""
    span = _span(counted, at[0])
    if counted.of in BEGAN:
        return rows.began(reader, flow_id, counted.of, span, below, limit)
    if counted.of in ENDED:
        return rows.ended(reader, flow_id, counted.of, span, below, limit)
    if counted.of in HAPPENED:
        where = (counted.step, counted.channel)
        return rows.messages(reader, flow_id, counted.of, where, span, below, limit)
    if counted.of == "active":
        return rows.live(reader, flow_id, counted.step, below, limit)
    if counted.of == "waiting":
        return rows.waiting(reader, below, limit)
    if counted.of == "imported":
        return rows.created(reader, IMPORT, counted.at or 0, below, limit)
    if counted.of == "match":
        clause = test_of(reader, counted.trigger or {}, at[1])
        return () if clause is None else rows.matching(reader, clause, below, limit)
    return _stayed(reader, counted, flow_id, span, below, limit)


def _span(counted: Counted, zone: ZoneInfo) -> Span:
    """The instants of the days, the end left out."""
    since = 0 if counted.first is None else wall_instant(counted.first, time(0), zone)
    if counted.last is None:
        return since, BEGINNING[0]
    return since, wall_instant(counted.last + timedelta(days=1), time(0), zone)


def _stayed(
    reader: Reader, counted: Counted, flow_id: int, span: Span, below: Key, limit: int
) -> Sequence[_Row]:
    """Those who came to a step, or left it, of the latest enrolments first."""
    versions = _versions(reader, flow_id)
    inside = versions[-1].flow.inside(counted.step) if versions else frozenset()
    which = rows.Which(*signs(counted.of, counted.step, versions), dropped=counted.of == "dropped")
    found: list[_Row] = []
    behind = below
    while len(found) < limit and (
        walks := rows.walks(reader, flow_id, span, which, behind, _CHUNK)
    ):
        behind = (walks[-1].k1, walks[-1].k2, 0)
        for walk, those in _with_stays(reader, walks, versions):
            those_at = _instants(counted, those, inside)
            instants = [at for at in those_at if span[0] <= at < span[1]]
            those_left = range(len(instants) - 1, -1, -1)
            made = (
                _Row(walk.k1, walk.k2, left, walk.contact_id, at)
                for left, at in zip(those_left, instants, strict=True)
            )
            found += (row for row in made if row[:3] < below)
    return found


def _versions(reader: Reader, flow_id: int) -> list[Version]:
    known = rows.versions(reader, flow_id)
    documents = setup.versions(reader, [row.id for row in known])
    return [Version(row.id, row.at, read_flow(documents[row.id])) for row in known]


def _with_stays(
    reader: Reader, walks: Sequence[Any], versions: Sequence[Version]
) -> Iterator[tuple[Any, list[Stay]]]:
    lines = defaultdict(list)
    found = rows.lines(reader, [walk.contact_id for walk in walks], [walk.k2 for walk in walks])
    for line in found:
        lines[line.enrolment_id].append(line)
    for walk in walks:
        yield walk, stays(lines[walk.k2], walk, versions)


def _instants(counted: Counted, those: Sequence[Stay], inside: frozenset[str]) -> Iterator[int]:
    """Each instant at which this was so at the step, which has these `inside` its lanes."""
    for stay in those:
        if stay.step != counted.step:
            continue
        if counted.of == "entered":
            yield stay.came
        elif stay.left is None:
            continue
        elif counted.of == "past":
            last = those[-1]
            if last.went == "on" or last.step not in inside | {stay.step}:
                yield stay.left
        elif counted.of in (stay.went, stay.lane):
            yield stay.left
