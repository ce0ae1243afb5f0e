"""Rehearse a flow: what it would have done, had it been on between two dates (formats.md).

A throw-away copy of each person lives through what the log says happened to them, in memory, with
this one flow switched on and nobody in it; nothing is written anywhere. ARCHITECTURE.md
("Rehearsals") says what is known of the past and what is decided where it isn't.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final, NamedTuple

from db.connection import Connection
from db.errors import KnownError
from db.queries import batches, rehearsal, setup
from db.queries.listing import lists
from engine.calendar import DAY, local_date, wall_instant
from engine.catalogue import EVENTS_OF_TRIGGER, Catalogue, FlowState
from engine.documents.automation import check_automation
from engine.documents.references import to_stored
from engine.flow import Flow, Stored, read_flow
from engine.goals import CHANNEL_FACTS
from engine.naming import load_names
from engine.practice import Practice, read_practice
from engine.record import Contact, Line
from engine.replay.daily import Daily
from engine.replay.life import Life, World
from engine.replay.past import Fact, rewind
from engine.replay.result import Day, Mark, Person, Rehearsal
from engine.replay.tally import Example, Tally
from engine.why import Line as Said
from engine.why import Wording, cards, explain

CHUNK: Final = 200
"""People whose history is in memory at a time."""
NEW: Final = 0
"""The number of a flow that has no past."""
_SILENT: Final = sorted(CHANNEL_FACTS - {"email_bounced", "sms_failed"})
"""Channel facts that change nothing and nobody."""

Progress = Callable[[float], None]


def rehearse(
    reader: Connection,
    document: Mapping[str, Any],
    first: date,
    last: date,
    now: int,
    *,
    flow_id: int | None = None,
    progress: Progress = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Rehearsal:
    """Replay what happened on the practice's days `first` to `last` against an automation.

    History ends `now`, an instant, or with the last event if that is later; so does the rehearsal.
    `document` is public; `flow_id` the live automation it is or may become, whose own doings are
    then left out of history. `progress` hears shares of the whole; `cancelled` is asked before
    each person. Raises DocumentError for a faulty document, KnownError for days that make no
    range and when cancelled.
    """
    run = _Rehearsing(reader, document, (first, last), flow_id or NEW, now)
    for share in run.people(cancelled):
        progress(share)
    progress(1.0)
    return run.result()


class Version(NamedTuple):
    """A public document, and the number of the live automation it is or may become."""

    document: Mapping[str, Any]
    flow_id: int | None


def rehearse_all(
    reader: Connection,
    versions: Sequence[Version],
    first: date,
    last: date,
    now: int,
    *,
    progress: Progress = lambda share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Rehearsal]:
    """`rehearse` every one of these on the same history, to be compared."""
    done: list[Rehearsal] = []
    for document, flow_id in versions:
        done.append(
            rehearse(
                reader, document, first, last, now, flow_id=flow_id, cancelled=cancelled,
                progress=lambda share: progress((len(done) + share) / len(versions)),
            )
        )  # fmt: skip
    return done


class _Rehearsing:
    """One rehearsal under way, in the open read transaction."""

    def __init__(
        self,
        reader: Connection,
        document: Mapping[str, Any],
        days: tuple[date, date],
        own: int,
        now: int,
    ) -> None:
        names = load_names(reader)
        check_automation(document, names).refuse()
        stored = to_stored(document, names)
        practice = read_practice(setup.settings(reader))
        users = {str(id): name for id, name in setup.staff(reader)}
        self._reader = reader
        end = max(now, rehearsal.last_recorded(reader)) + 1
        first, last = _range(*days, local_date(end, practice.zone))
        self._name, self._first, self._last = str(document["name"]), first, last
        self._wording = Wording(cards(stored), names.inverse(), practice.zone)
        dynamic = frozenset(row.id for row in lists(reader) if row.kind == "dynamic")
        self._world = _world(stored, practice, users, (first, last), end, own, dynamic)
        self._flow = self._world.catalogue.versions[own]
        self._tally = Tally(self._flow, practice.zone)

    def people(self, cancelled: Callable[[], bool]) -> Iterator[float]:
        """Let everybody live who may be concerned; gives the share of people looked at."""
        world, done, after = self._world, 0, 0
        total = rehearsal.known_people(self._reader, world.until)
        while ids := rehearsal.page_of_people(self._reader, world.until, after, CHUNK):
            for life, history in self._lives(ids):
                _go_on(cancelled)
                life.live(history)
                self._tally.add(life)
                # Contacts and walks hold each other: apart, they are freed at once.
                life.contact.walks.clear()
            _go_on(cancelled)
            done, after = done + len(ids), ids[-1]
            yield done / max(total, done)

    def result(self) -> Rehearsal:
        """What came of it."""
        tally = self._tally
        endings = dict(sorted(tally.reasons("ended").items()))
        return Rehearsal(
            name=self._name, first=self._first, last=self._last,
            enrolled=tally.total("enrolled"), people=tally.total("people"),
            email=tally.total("email"), sms=tally.total("sms"),
            tasks=tally.total("task_created"), completed=endings.pop("completed", 0),
            goal_reached=tally.total("goal_reached"), lost=tally.total("lost"),
            active=endings.pop("active", 0), unenrolled=endings,
            skipped=tally.reasons("skipped"), not_enrolled=tally.reasons("not_enrolled"),
            days=[self._day(day) for day in _days(self._first, self._last)],
            examples=[self._person(example) for example in tally.examples()],
            events=tally.events, unanswered=tally.total("unanswered"), said=dict(tally.said),
        )  # fmt: skip

    def _lives(self, ids: Sequence[int]) -> Iterator[tuple[Life, Sequence[Fact]]]:
        """Those of a page who may be concerned, as they stood, with what was to happen."""
        reader, world = self._reader, self._world
        concerned = ids
        if not world.daily.concerns_all:
            kinds = EVENTS_OF_TRIGGER[(self._flow.trigger or {})["type"]]
            concerned = rehearsal.with_events(reader, ids, kinds, world.since, world.until)
        if not concerned:
            return
        history: dict[int, list[Fact]] = defaultdict(list)
        for row in rehearsal.history(reader, concerned, world.since, _SILENT):
            history[row[0]].append(Fact(*row))
        members: dict[int, set[int]] = defaultdict(set)
        for contact_id, list_id in batches.memberships(reader, concerned):
            members[contact_id].add(list_id)
        active = rehearsal.last_activities(
            reader, concerned, world.since, sorted(CHANNEL_FACTS), world.dynamic_lists
        )
        said: dict[int, dict[str, str]] = defaultdict(dict)
        for contact_id, channel, change in rehearsal.consents(reader, concerned, world.since):
            said[contact_id][channel] = change
        sends = self._other_sends(concerned)
        for row in rehearsal.records(reader, concerned):
            contact = Contact(*row)
            contact.lists = members[contact.id]
            rewind(contact, history[contact.id], active.get(contact.id), said[contact.id])
            yield Life(world, contact, sends[contact.id]), history[contact.id]

    def _other_sends(self, concerned: Sequence[int]) -> Mapping[int, list[int]]:
        sends: dict[int, list[int]] = defaultdict(list)
        cap, world = self._world.catalogue.practice.cap, self._world
        if cap is not None:
            since = world.since - cap[1] * DAY
            for contact_id, at in rehearsal.other_sends(
                self._reader, concerned, world.own, since, world.until
            ):
                sends[contact_id].append(at)
        return sends

    def _day(self, day: date) -> Day:
        said: Mapping[str, int] = self._tally.days.get(day.toordinal(), {})
        return Day(
            day,
            *(
                said.get(what, 0)
                for what in ("enrolled", "email", "sms", "task_created", "skipped", "completed",
                             "goal_reached")
            ),
        )  # fmt: skip

    def _person(self, example: Example) -> Person:
        contact = example.contact
        name = f"{contact.first_name} {contact.last_name}".strip()
        return Person(contact.id, name, [self._mark(line) for line in example.lines])

    def _mark(self, line: Line) -> Mark:
        said = Said(self._name, line.step, line.what, line.why, line.until)
        sentence = explain(said, self._wording)
        return Mark(line.at, line.step, line.what, line.why, line.until, sentence)


def _world(
    stored: Stored,
    practice: Practice,
    users: Mapping[str, str],
    days: tuple[date, date],
    end: int,
    own: int,
    dynamic_lists: frozenset[int],
) -> World:
    """The practice with this one flow, switched on at the midnight that begins the first day."""
    since = wall_instant(days[0], time(0), practice.zone)
    until = min(end, wall_instant(days[1] + timedelta(days=1), time(0), practice.zone))
    flow: Flow = read_flow(stored)
    state = FlowState(own, "automation", "", "active", own, flow, activated_at=since)
    return World(
        Catalogue(practice, {own: state}, {own: flow}, users=users),
        Daily(state, practice, *days), own, dynamic_lists, since, until,
    )  # fmt: skip


def _go_on(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise KnownError("The rehearsal was stopped before it was done.")


def _range(first: date, last: date, today: date) -> tuple[date, date]:
    """The days to rehearse, none after `today`; raises KnownError if there is none."""
    if first > last:
        raise KnownError(
            f"A rehearsal can't begin on {first} and end on {last}: exchange the dates.", 2
        )
    if first > today:
        raise KnownError(
            f"Nothing was recorded on {first} or later yet: begin on {today} or before.", 2
        )
    return first, min(last, today)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
