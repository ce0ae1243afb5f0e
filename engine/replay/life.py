"""One contact's recorded history, lived again with one flow switched on (engine.md section 1).

Everything that happened to them is replayed at its instant through the engine's own rules, but
for what the rules derive anew and what this very flow caused. No other flow runs: what its steps
did is history, and comes round by round behind the steps that this flow takes at that instant.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from operator import attrgetter
from typing import Final

from engine.batch import Batch
from engine.calendar import DAY
from engine.catalogue import Catalogue
from engine.conditions import EVENTS, Facts
from engine.events import handle
from engine.goals import OPT_OUTS
from engine.record import PENDING, Contact, Event, Line, Walk
from engine.replay.daily import Daily
from engine.replay.past import Fact
from engine.rounds import take_steps

ANSWERS: Final = frozenset(
    {"email_opened", "email_clicked", "email_replied", "sms_replied", "email_bounced", "sms_failed"}
)
"""What comes back from a message; it can't have without that message. Opt-outs always hold."""
DERIVED: Final = "became_patient"
_ASKED: Final = frozenset(kind for kinds in EVENTS.values() for kind in kinds)
_ON_LISTS: Final = frozenset({"list_joined", "list_left"})


@dataclass(frozen=True)
class World:
    """What all lives have in common: the one flow, from `since` to `until`, not included.

    `own` is the number under which the flow's own past stands in the log, 0 of a new one.
    """

    catalogue: Catalogue
    daily: Daily
    own: int
    dynamic_lists: frozenset[int]
    since: int
    until: int


@dataclass
class Life:
    """One contact with all that happens to them, and what came of it.

    `lost` are the enrolments during which they opted out, and when they did; `unanswered` are the
    instants of what came back from messages of this flow that the rehearsal did not send.
    """

    world: World
    contact: Contact
    sent_by_others: Sequence[int] = ()
    lines: list[Line] = field(default_factory=list)
    events: int = 0
    unanswered: list[int] = field(default_factory=list)
    lost: dict[int, int] = field(default_factory=dict)
    _facts: Facts = field(default_factory=Facts)
    _sends: list[int] = field(default_factory=list)
    _sent: dict[str, Walk] = field(default_factory=dict)
    _logged: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def live(self, history: Iterable[Fact]) -> None:
        """Live from `since` until `until` through what happened then, in the order of the log."""
        world = self.world
        facts = sorted(
            (f for f in history if f.at < world.until and self._is_replayed(f)),
            key=attrgetter("at", "depth", "id"),
        )
        place = 0
        now = self._next(facts, place, world.since - 1)
        while now is not None and now < world.until:
            first = place
            while place < len(facts) and facts[place].at == now:
                place += 1
            self._live_instant(now, facts[first:place])
            now = self._next(facts, place, now)

    def _is_replayed(self, fact: Fact) -> bool:
        return fact.cause != self.world.own and fact.kind != DERIVED

    def _next(self, facts: Sequence[Fact], place: int, after: int) -> int | None:
        instants = [walk.due_at for walk in self.contact.walks if walk.due_at is not None]
        if place < len(facts):
            instants.append(facts[place].at)
        check = self.world.daily.next(self.contact, after)
        if check is not None:
            instants.append(check)
        return min(instants, default=None)

    def _live_instant(self, now: int, facts: Sequence[Fact]) -> None:
        """One instant: what happened, the daily check, then rounds until nothing is due."""
        batch = Batch(self.world.catalogue, now, self._numbers, facts=self._facts)
        self._count_sends(batch)
        by_depth = deque(list(group) for _, group in groupby(facts, key=attrgetter("depth")))
        if by_depth and not by_depth[0][0].depth:
            self._happen(batch, by_depth.popleft())
        self.world.daily.check(batch, self.contact)
        while (due := self._due(now)) or by_depth:
            self._handle(batch, take_steps(batch, due))
            if by_depth:
                self._happen(batch, by_depth.popleft())
        self._logged += len(batch.events)
        self._remember(batch)

    def _due(self, now: int) -> list[Walk]:
        return [w for w in self.contact.walks if w.due_at is not None and w.due_at <= now]

    def _count_sends(self, batch: Batch) -> None:
        """What counts against the cap: what others sent then, and what was rehearsed."""
        cap = batch.catalogue.practice.cap
        if cap is not None:
            oldest = batch.now - cap[1] * DAY
            batch.sends[self.contact.id] = sum(
                bisect_right(sends, batch.now) - bisect_right(sends, oldest)
                for sends in (self.sent_by_others, self._sends)
            )

    def _happen(self, batch: Batch, facts: Iterable[Fact]) -> None:
        for fact in facts:
            if self._answers_nothing(fact):
                self.unanswered.append(fact.at)
                continue
            self.events += 1
            if fact.kind in OPT_OUTS:
                for walk in self.contact.walks:
                    if walk.live:
                        self.lost.setdefault(walk.id, fact.at)
            self._handle(batch, [self._event(fact)])

    def _event(self, fact: Fact) -> Event:
        by_rule = fact.kind in _ON_LISTS and fact.subject in self.world.dynamic_lists
        return Event(
            self.contact, fact.kind, fact.at, fact.depth, fact.subject, field=fact.field,
            new=fact.new, by_rule=by_rule,
        )  # fmt: skip

    def _answers_nothing(self, fact: Fact) -> bool:
        """Whether it came back from a message of this flow that was not sent here.

        What was is noted: the enrolment that sent it has been answered.
        """
        if fact.message_flow != self.world.own or fact.kind not in ANSWERS:
            return False
        walk = self._sent.get(fact.message_step or "")
        if walk is None:
            return True
        noted = {"email_opened": self._facts.opened, "email_clicked": self._facts.clicked}
        if fact.kind in noted:
            noted[fact.kind].setdefault(walk.id, set()).add(fact.message_step or "")
        return False

    def _handle(self, batch: Batch, events: list[Event]) -> None:
        """Handle events, and number them as the log would."""
        handled = len(batch.events)
        handle(batch, events)
        latest = self._facts.latest.setdefault(self.contact.id, {})
        for place, event in enumerate(batch.events[handled:], self._logged + handled + 1):
            if event.kind in _ASKED:
                latest[event.kind, event.subject] = place
        for walk in batch.begun:
            if walk.after_event == PENDING:
                walk.after_event = self._logged + walk.after_place

    def _remember(self, batch: Batch) -> None:
        self.lines += batch.lines
        if batch.messages:
            walks = {walk.id: walk for walk in self.contact.walks}
            for message in batch.messages:
                self._sends.append(message.queued_at)
                self._sent[message.step] = walks[message.enrolment_id]
