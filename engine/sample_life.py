"""A believable year at the sample practice, lived through the real engine (screens.md section 9).

People arrive, book, come, cancel, answer what is really sent to them, and fall silent. What
they will do stands in an agenda; time goes from slot to slot, ten a day, and all that falls into
a slot happens at its instant, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from heapq import heappop, heappush
from random import Random

from db import desk
from db.queries import events as log
from engine.calendar import DAY, HOUR, MINUTE, local_date, wall_instant
from engine.campaigns import complete_ended
from engine.commands.contacts import NewContact, add_contacts
from engine.commands.events import record_facts
from engine.commands.signals import answer_facts, heard_facts
from engine.naming import load_names
from engine.runner import advance
from engine.sample_desk import Desk
from engine.sample_habits import Habits, Plan, Slot
from engine.sample_people import Person, invent
from engine.workspace import Workspace

KNOWN = 0.7
"""The share of people who were known before the first day."""
PAST_DAYS = 300
PAST_STEP = 3
"""Days between the slots of the past, where nothing is sent and nobody waits."""
PAST_SHARE = 0.25
"""How much of the whole the past takes, about."""
WAKING = time(7), 14 * HOUR
"""When people are awake: from what wall time, and for how long."""
SLOTS = 10
"""Slots in a day."""

Deliver = Callable[[int], object]
"""Sends what is queued at an instant."""


def live(
    workspace: Workspace,
    deliver: Deliver,
    *,
    contacts: int,
    days: int,
    seed: int,
    start: int,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Let `contacts` people live `days` days from `start`, the instant of `set_up`.

    What is sent must reach the store as sent by `deliver(now)` at once; people answer it. The
    same seed gives the same journal. `progress` hears shares of the whole, up to 1.
    """
    life = _Life(workspace, seed, start)
    for number, at in enumerate(life.arrivals(contacts, days)):
        life.expect(number, at)
    for number, at in enumerate(life.past_slots(), 1):
        life.happen(at)
        if progress is not None:
            progress(PAST_SHARE * number * PAST_STEP / PAST_DAYS)
    for day, slots in enumerate(life.slots(days)):
        for at in slots:
            life.happen(at)
            if advance(workspace, at).queued:
                deliver(at)
                life.notice(at)
            life.desk.work(at)
        if progress is not None:
            progress(PAST_SHARE + (1 - PAST_SHARE) * (day + 1) / days)


class _Life:
    """The agenda of everybody, and the slot at hand."""

    def __init__(self, workspace: Workspace, seed: int, start: int) -> None:
        self._workspace = workspace
        self._random = Random(seed)
        self._start = start
        with workspace.store.read() as connection:
            self._zone = workspace.catalogue(connection).practice.zone
            self._names = load_names(connection)
        self._today = local_date(start, self._zone)
        # Their choices are their own, so that nobody else's depend on them.
        self.desk = Desk(workspace, Random(seed), self._zone)
        self._habits = Habits(self._random, self._names, self._zone)
        self._agenda: list[tuple[int, int, Plan]] = []
        self._planned = 0
        self._people: dict[int, Person] = {}
        self._seen = 0

    def arrivals(self, contacts: int, days: int) -> Iterator[int]:
        """When each person is first seen: most of them in the past, fewer the longer ago."""
        for number in range(contacts):
            if number < contacts * KNOWN:
                back = int(PAST_DAYS * self._random.betavariate(1, 1.8))
                yield self._habits.office_hour(self._today - timedelta(days=back + 4))
            else:
                day = self._today + timedelta(days=self._random.randrange(days))
                yield min(self._habits.office_hour(day), self._start + (days - 1) * DAY)

    def expect(self, number: int, at: int) -> None:
        """Put the `number`th person's arrival on the agenda."""
        self._plan([(at, Plan("arrive", None, number))])

    def past_slots(self) -> Iterator[int]:
        """The slots before the first day."""
        for back in range(PAST_DAYS, 0, -PAST_STEP):
            yield self._start - back * DAY + self._random.randrange(HOUR)

    def slots(self, days: int) -> Iterator[list[int]]:
        """Every day's slots from the start on: some time in each part of the waking hours."""
        wakes, awake = WAKING
        part = awake // SLOTS
        for number in range(days):
            wake = wall_instant(self._today + timedelta(days=number), wakes, self._zone)
            minutes = (self._random.randrange(part // MINUTE) for _ in range(SLOTS))
            slots = [wake + place * part + some * MINUTE for place, some in enumerate(minutes)]
            yield [at for at in slots if at > self._start]

    def happen(self, at: int) -> None:
        """Let everything on the agenda up to `at` happen, in one transaction."""
        slot = Slot(at)
        new: list[tuple[NewContact, Person]] = []
        while self._agenda and self._agenda[0][0] <= at:
            plan = heappop(self._agenda)[2]
            if plan.person is None:
                new.append(self._invent(plan, at))
            else:
                self._plan(self._habits.carry_out(plan, plan.person, slot))
        if new or slot.facts or slot.answers or slot.heard:
            self._record(slot, new)

    def _invent(self, plan: Plan, at: int) -> tuple[NewContact, Person]:
        owners, providers = self._names.users.values(), self._names.providers.values()
        today = local_date(at, self._zone)
        return invent(self._random, int(plan.value or 0), today, [*owners], [*providers])

    def _record(self, slot: Slot, new: list[tuple[NewContact, Person]]) -> None:
        workspace, at = self._workspace, slot.at
        complete_ended(workspace, at)
        with workspace.store.write() as connection:
            if new:
                records, _ = add_contacts(workspace, connection, [each for each, _ in new], at)
                for record, (_, person) in zip(records, new, strict=True):
                    person.id = record.id
                    self._people[record.id] = person
                    self._plan(self._habits.settle_in(person, slot))
            facts = [*slot.facts]
            if slot.answers:
                facts += answer_facts(workspace, connection, slot.answers, at)
            if slot.heard:
                facts += heard_facts(workspace, connection, slot.heard, at)
            if facts:
                record_facts(workspace, connection, facts, at)
            for contact_id, when, status in slot.visits:
                if status == "booked":
                    desk.add_appointment(connection, contact_id, None, when)
                else:
                    desk.settle_latest(connection, contact_id, status)

    def notice(self, at: int) -> None:
        """Let people decide what they do about the messages sent since the last slot."""
        with self._workspace.store.read() as connection:
            messages = log.sent_after(connection, self._seen)
        for message in messages:
            self._seen = message.id
            person = self._people.get(message.contact_id)
            if person is not None:
                self._plan(self._habits.react(person, message, at))

    def _plan(self, plans: list[tuple[int, Plan]]) -> None:
        for at, plan in plans:
            self._planned += 1
            heappush(self._agenda, (at, self._planned, plan))
