"""Who stands behind a number of a rehearsal: as many entries as it says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import NamedTuple

from db.connection import Connection
from db.queries import setup
from engine.calendar import wall_instant
from engine.counted import Entry
from engine.people import rows
from engine.practice import read_practice
from engine.replay.result import Rehearsal
from engine.wording.times import moment_words


class Number(NamedTuple):
    """What a number of a rehearsal counts: words of `engine.replay.tally`, for one reason or any.

    `first` and `last` are days of the practice, None for all that were rehearsed.
    """

    words: tuple[str, ...]
    why: str | None = None
    first: date | None = None
    last: date | None = None


def behind(
    connection: Connection, done: Rehearsal, number: Number, start: int, limit: int
) -> list[Entry]:
    """Up to `limit` entries behind the first `start`, in the order they would have come about."""
    zone = read_practice(setup.settings(connection)).zone
    since = until = None
    if number.first is not None and number.last is not None:
        since = wall_instant(number.first, time(0), zone)
        until = wall_instant(number.last + timedelta(days=1), time(0), zone)
    found = [
        (at, contact_id)
        for at, contact_id in _said(done, number)
        if since is None or until is None or since <= at < until
    ]
    page = sorted(found)[start : start + limit]
    known = {person.id: person for person in rows(connection, [id for _, id in page])}
    return [Entry(known[id], moment_words(at, zone)) for at, id in page if id in known]


def _said(done: Rehearsal, number: Number) -> Iterable[tuple[int, int]]:
    for (word, why), those in done.said.items():
        if word in number.words and number.why in (None, why):
            yield from zip(those.instants, those.people, strict=True)
