"""What the people of the sample practice do, and when: arrive, visit, answer, fall silent.

Every choice comes from the one `Random` it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from engine.calendar import HOUR, MINUTE, local_date, to_datetime, wall_instant
from engine.commands.events import Fact
from engine.commands.signals import Answer, Heard
from engine.documents.names import Names
from engine.sample_people import Person


class Plan(NamedTuple):
    """Something `person` will do; of one yet to arrive, `value` is the number."""

    deed: str
    person: Person | None
    value: Any = None


@dataclass(slots=True)
class Slot:
    """What happens at one instant: events, answers to messages, and texts that come in.

    `visits` is what is written in the appointment book: (contact, when, how it stands).
    """

    at: int
    facts: list[Fact] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    visits: list[tuple[int, int, str]] = field(default_factory=list)


Plans = list[tuple[int, Plan]]

_BUSY_HOURS = (2, 5, 8, 9, 8, 6, 6, 7, 7, 6, 4, 3, 3, 2)
"""How likely something comes in by the hour, from 7 to 20."""
_BUSY_DAYS = (10, 10, 9, 9, 8, 3, 2)
_REPLIES = (
    "Yes please", "k", "Can you book me Tuesday?", "Thanks!", "Could somebody call me?",
    "Next week works better", "Sounds good", "What times do you have on Friday?", "Who is this?",
)  # fmt: skip
_STOPS = ("STOP", "Stop", "stop", "please take me off your list", "STOPALL", "Unsubscribe")
_LINKS = ("https://example.org/book", "https://example.org/news")
_AFTER_CLICK = {
    "Wellness evening": ("register", 0.6),
    "Your patient portal": ("activate", 0.7),
    "Insurance check": ("insure", 0.7),
}
"""What a click on some emails leads to, and how often."""


class Habits:
    """The odds of the practice's life. Instants in, plans at instants out."""

    def __init__(self, random: Random, names: Names, zone: ZoneInfo) -> None:
        self._random = random
        self._names = names
        self._zone = zone
        self._emails = {id: name for name, id in names.emails.items()}
        self._deeds: Mapping[str, Callable[[Person, Any, Slot], Plans]] = {
            "book": self._book,
            "complete": self._complete,
            "cancel": self._cancel,
            "insure": self._insure,
            "submit": self._submit,
            "click": self._click,
            "text": self._text,
            "visit": self._visit,
        }

    def carry_out(self, plan: Plan, person: Person, slot: Slot) -> Plans:
        """Do what was planned, now; gives what follows from it."""
        deed = self._deeds.get(plan.deed)
        if deed is not None:
            return deed(person, plan.value, slot)
        if plan.deed in ("opened", "replied"):
            slot.answers.append(Answer(plan.value, plan.deed))
        else:
            kind, extra = _PLAIN[plan.deed], plan.value or {}
            slot.facts.append(Fact(person.id, kind, **extra))
        return []

    def office_hour(self, day: date) -> int:
        """A time on `day`, or on a busier day near it, at which things come in."""
        if self._random.random() > _BUSY_DAYS[day.weekday()] / 10:
            day += timedelta(days=self._random.randint(1, 3))
        hour = self._random.choices(range(7, 21), _BUSY_HOURS)[0]
        return wall_instant(day, time(hour, self._random.randrange(60)), self._zone)

    def settle_in(self, person: Person, slot: Slot) -> Plans:
        """What somebody new does: on the spot, and in the weeks after."""
        plans: Plans = []
        if person.source == "website_form":
            form = self._random.choices(tuple(self._names.forms), (50, 20, 30))[0]
            slot.facts.append(Fact(person.id, "form_submitted", self._names.forms[form]))
        if person.source in ("walk_in", "import"):
            plans += self._maybe(0.8, "book", person, slot.at, 0, 1)
        else:
            plans += self._maybe(0.2 + 0.5 * person.keenness, "book", person, slot.at, 0, 25)
        plans += self._maybe(0.15, "join", person, slot.at, 1, 60, self._list("Newsletter"))
        plans += self._maybe(0.25, "owner", person, slot.at, 5, 200, self._owner())
        plans += self._maybe(0.4, "submit", person, slot.at, 3, 400)
        plans += self._maybe(0.8, "visit", person, slot.at, 10, 80)
        plans += self._maybe(0.01, "bar", person, slot.at, 60, 400)
        return plans

    def react(self, person: Person, message: Any, at: int) -> Plans:
        """What somebody will do about a message just sent to them."""
        if message.channel == "sms":
            return self._react_to_text(person, at)
        if person.bounces:
            person.bounces = False
            about = {"subject": message.template_id, "message": message.id, "new": "550 5.1.1"}
            return [(at + 5 * MINUTE, Plan("bounce", person, about))]
        return self._react_to_email(person, message, at)

    def _react_to_email(self, person: Person, message: Any, at: int) -> Plans:
        draw = self._random.random
        if draw() > 0.12 + 0.6 * person.keenness:
            return []
        opened = self._soon(at, 9)
        plans: Plans = [(opened, Plan("opened", person, message.id))]
        if draw() < 0.1:
            plans.append((self._soon(opened, 30), Plan("opened", person, message.id)))
        if draw() < 0.1 + 0.35 * person.keenness:
            value = (message.id, self._emails.get(message.template_id, ""))
            plans.append((opened + 2 * MINUTE, Plan("click", person, value)))
        if draw() < 0.04:
            plans.append((self._soon(opened, 6), Plan("replied", person, message.id)))
        if draw() < 0.012:
            about = {"subject": message.template_id, "message": message.id}
            plans.append((opened + 3 * MINUTE, Plan("unsubscribe", person, about)))
        return plans

    def _react_to_text(self, person: Person, at: int) -> Plans:
        chance = self._random.random()
        if chance < 0.03:
            return [(self._soon(at, 2), Plan("text", person, self._random.choice(_STOPS)))]
        if chance < 0.035:
            return [(self._soon(at, 1), Plan("text", person, "HELP"))]
        if chance < 0.08 + 0.3 * person.keenness:
            return [(self._soon(at, 3), Plan("text", person, self._random.choice(_REPLIES)))]
        return []

    def _book(self, person: Person, value: Any, slot: Slot) -> Plans:
        slot.facts.append(Fact(person.id, "appointment_booked"))
        first, person.patient = not person.patient, True
        plans: Plans = []
        if first:
            plans += self._maybe(0.9, "insure", person, slot.at, 1, 20)
            plans += self._maybe(0.25, "activate", person, slot.at, 1, 12)
            plans += self._maybe(0.5, "milestone", person, slot.at, 1, 10)
        kept = self._random.random() < 0.87
        visit = self._maybe(1, "complete" if kept else "cancel", person, slot.at, 2, 20)
        slot.visits += [(person.id, when, "booked") for when, _ in visit]
        return plans + visit

    def _complete(self, person: Person, value: Any, slot: Slot) -> Plans:
        slot.facts.append(Fact(person.id, "appointment_completed"))
        slot.visits.append((person.id, slot.at, "completed"))
        return [
            *self._maybe(0.2, "review", person, slot.at, 1, 5),
            *self._maybe(0.7 + 0.3 * person.keenness, "book", person, slot.at, 20, 110),
        ]

    def _cancel(self, person: Person, value: Any, slot: Slot) -> Plans:
        slot.facts.append(Fact(person.id, "appointment_cancelled"))
        slot.visits.append((person.id, slot.at, "cancelled"))
        return self._maybe(0.45, "book", person, slot.at, 3, 40)

    def _insure(self, person: Person, value: Any, slot: Slot) -> Plans:
        failed = self._random.random() < 0.15
        said = "failed" if failed else "verified"
        slot.facts.append(
            Fact(person.id, "property_changed", field="insurance_verification", new=said)
        )
        return self._maybe(0.6, "insure", person, slot.at, 4, 30) if failed else []

    def _submit(self, person: Person, value: Any, slot: Slot) -> Plans:
        form = self._random.choice(("Allergy questionnaire", "Request a callback"))
        slot.facts.append(Fact(person.id, "form_submitted", self._names.forms[form]))
        return self._maybe(0.3, "book", person, slot.at, 0, 6)

    def _click(self, person: Person, value: tuple[int, str], slot: Slot) -> Plans:
        message, email = value
        slot.answers.append(Answer(message, "clicked", self._random.choice(_LINKS)))
        deed, odds = _AFTER_CLICK.get(email, ("book", 0.3))
        return [
            *self._maybe(0.5, "visit", person, slot.at, 0, 1),
            *self._maybe(odds, deed, person, slot.at, 0, 4),
        ]

    def _visit(self, person: Person, value: Any, slot: Slot) -> Plans:
        slot.facts.append(Fact(person.id, "page_visited"))
        return self._maybe(0.3 + 0.5 * person.keenness, "visit", person, slot.at, 15, 80)

    def _text(self, person: Person, value: str, slot: Slot) -> Plans:
        slot.heard.append(Heard(person.id, value))
        if value in _REPLIES:
            return self._maybe(0.35, "book", person, slot.at, 0, 3)
        if value in _STOPS and not person.stopped:
            person.stopped = True
            return self._maybe(0.2, "text", person, slot.at, 5, 40, "START")
        return []

    def _maybe(
        self, odds: float, deed: str, person: Person, at: int, first: int, last: int,
        value: Any = None,
    ) -> Plans:  # fmt: skip
        """With these odds, a deed between `first` and `last` days after `at`."""
        if self._random.random() >= odds:
            return []
        day = local_date(at, self._zone) + timedelta(days=self._random.randint(first, last))
        return [(max(self.office_hour(day), at + MINUTE), Plan(deed, person, value))]

    def _soon(self, at: int, hours: float) -> int:
        """Some hours later, few of them most of the time, and never at night."""
        later = at + int(self._random.expovariate(1 / hours) * HOUR) + MINUTE
        asleep = to_datetime(later, self._zone).hour < 7
        return later + self._random.randint(6 * HOUR, 12 * HOUR) if asleep else later

    def _list(self, begins: str) -> dict[str, int]:
        name = next(name for name in self._names.lists if name.startswith(begins))
        return {"subject": self._names.lists[name]}

    def _owner(self) -> dict[str, str]:
        users = tuple(self._names.users.values())
        return {"field": "contact_owner", "new": str(self._random.choice(users))}


_PLAIN = {
    "join": "list_joined",
    "owner": "property_changed",
    "bar": "do_not_contact",
    "bounce": "email_bounced",
    "unsubscribe": "email_unsubscribed",
    "activate": "portal_activated",
    "milestone": "onboarding_milestone",
    "review": "review_submitted",
    "register": "event_registered",
}
"""The events of deeds that nothing follows from."""
