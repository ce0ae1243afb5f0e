"""A number on a screen by what it counts, as a place of the window can carry it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from db.queries.counted import BEGAN, ENDED, HAPPENED

STAYS: Final = ("entered", "past", "yes", "no", "dropped")
"""What can have become of those who came to a step: `past` went on below it and its lanes."""
KINDS: Final = (*BEGAN, *ENDED, *HAPPENED, *STAYS, "active", "waiting", "match", "imported")


class Counted(NamedTuple):
    """What a number counts: one of `KINDS`, of a flow (None: of every automation) or a step.

    `first` and `last` are days of the practice, None for all time. `completed` and `goal` are of
    the enrolments that began then; `finished` and `reached` are those that did so then. `active`
    is whoever is in the flow, or at the step, now; `waiting` are messages that are to go out;
    `match` are those a public trigger finds today; `imported` are the people whom the import that
    began at the instant `at` created.
    """

    of: str
    flow: int | None = None
    step: str = ""
    channel: str = ""
    first: date | None = None
    last: date | None = None
    trigger: Mapping[str, Any] | None = None
    at: int | None = None


def to_text(counted: Counted) -> str:
    """The same as a text that `read_counted` reads."""
    said = counted._asdict() | {
        name: day and day.isoformat()
        for name, day in (("first", counted.first), ("last", counted.last))
    }
    return json.dumps({name: value for name, value in said.items() if value})


def read_counted(text: str) -> Counted | None:
    """What such a text says; None for any other."""
    try:
        said = json.loads(text)
        days = {name: date.fromisoformat(said[name]) for name in ("first", "last") if name in said}
        found = Counted(**{**said, **days})
    except (TypeError, ValueError):
        return None
    is_good = found.of in KINDS and isinstance(found.flow, int | None)
    is_good = is_good and isinstance(found.at, int | None)
    return found if is_good and isinstance(found.step, str) else None
