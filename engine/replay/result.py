"""What a rehearsal found, and how two of them differ."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

from engine.calendar import format_instant


@dataclass(frozen=True, slots=True)
class Those:
    """Of whom something was said, and at which instants: a number's entries, as it counts them."""

    people: array[int] = field(default_factory=lambda: array("q"))
    instants: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.people)

    def add(self, contact_id: int, at: int) -> None:
        """One more."""
        self.people.append(contact_id)
        self.instants.append(at)


@dataclass(frozen=True, slots=True)
class Mark:
    """One fact on somebody's way; `at` is an instant."""

    at: int
    step: str | None
    what: str
    why: str | None
    until: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the flow would have enrolled, and their way through it."""

    id: int
    name: str
    path: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Day:
    """What would have happened on a day of the practice."""

    day: date
    enrolled: int
    email: int
    sms: int
    tasks: int
    skipped: int
    completed: int
    goal_reached: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a flow would have done on the days `first` to `last`, both included.

    `enrolled` counts enrolments, `people` whom; `lost` are enrolments during which somebody opted
    out; `active` those still under way at the end. `events` were replayed; `unanswered` came back
    from messages of this flow that the rehearsal did not send, and were left out. `said` holds the
    entries behind the numbers, as `engine.replay.tally` has them.
    """

    name: str
    first: date
    last: date
    enrolled: int
    people: int
    email: int
    sms: int
    tasks: int
    completed: int
    goal_reached: int
    lost: int
    active: int
    unenrolled: Mapping[str, int]
    skipped: Mapping[str, int]
    not_enrolled: Mapping[str, int]
    days: Sequence[Day]
    examples: Sequence[Person]
    events: int
    unanswered: int
    said: Mapping[tuple[str, str | None], Those]

    def document(self) -> dict[str, Any]:
        """As formats.md has it ("JSON shapes", `rehearse`)."""
        return {
            "name": self.name, "from": self.first.isoformat(), "to": self.last.isoformat(),
            "enrolled": self.enrolled, "people": self.people,
            "sent": {"email": self.email, "sms": self.sms},
            "by_day": [{**asdict(day), "day": day.day.isoformat()} for day in self.days],
            "skipped": dict(self.skipped), "goal_reached": self.goal_reached,
            "tasks": self.tasks, "completed": self.completed,
            "unenrolled": dict(self.unenrolled), "lost": self.lost, "active": self.active,
            "not_enrolled": dict(self.not_enrolled), "events": self.events,
            "answers_left_out": self.unanswered,
            "contacts": [_person_document(person) for person in self.examples],
        }  # fmt: skip


class Difference(NamedTuple):
    """A number that two rehearsals do not share."""

    what: str
    one: int
    other: int


def compare_rehearsals(one: Rehearsal, other: Rehearsal) -> list[Difference]:
    """The numbers in which two rehearsals differ, as `sent.email` or `skipped.capped`."""
    mine, theirs = dict(_numbers(one)), dict(_numbers(other))
    pairs = ((what, mine.get(what, 0), theirs.get(what, 0)) for what in {**mine, **theirs})
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _person_document(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "path": [
            {
                "at": format_instant(mark.at), "step": mark.step, "what": mark.what,
                "why": mark.why,
                "until": None if mark.until is None else format_instant(mark.until),
                "sentence": mark.sentence,
            }
            for mark in person.path
        ],
    }  # fmt: skip


def _numbers(one: Rehearsal) -> Iterator[tuple[str, int]]:
    yield "enrolled", one.enrolled
    yield "people", one.people
    yield "sent.email", one.email
    yield "sent.sms", one.sms
    yield "tasks", one.tasks
    yield "completed", one.completed
    yield "goal_reached", one.goal_reached
    yield "lost", one.lost
    yield "active", one.active
    for what, reasons in (
        ("skipped", one.skipped), ("unenrolled", one.unenrolled),
        ("not_enrolled", one.not_enrolled),
    ):  # fmt: skip
        for why in reasons:
            yield f"{what}.{why}", reasons[why]
