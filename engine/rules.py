"""Dynamic lists: who is on one (engine.md section 10, the Smart Filter's document)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import DAY, anniversary, anniversary_days, local_date
from engine.flow import Stored
from engine.record import Contact

TIMED = frozenset({"last_activity_older", "age", "birthday_in", "opened", "clicked", "replied"})
COUNTED = {
    "opened": ("email_opened",),
    "clicked": ("email_clicked",),
    "replied": ("email_replied", "sms_replied"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's stored document; what kinds of question it asks are worked out once."""

    document: Stored
    asks: frozenset[str]
    days: tuple[int, ...] = ()
    """How far back its engagement questions look."""

    @property
    def timed(self) -> bool:
        """Whether the passing of time alone can change the answer."""
        return bool(self.asks & TIMED)


@dataclass(slots=True)
class Engagement:
    """Instants of a contact's opens, clicks and replies, by event kind."""

    instants: dict[str, list[int]] = field(default_factory=dict)

    def since(self, kinds: Sequence[str], instant: int) -> int:
        """How many of these kinds came later than `instant`."""
        return sum(at > instant for kind in kinds for at in self.instants.get(kind, ()))


def read_rule(document: Stored) -> Rule:
    """The rule of a stored document, which was checked before it was stored."""
    leaves = list(_leaves(document))
    days = tuple(leaf["days"] for leaf in leaves if leaf["type"] in COUNTED)
    return Rule(document, frozenset(leaf["type"] for leaf in leaves), days)


def _leaves(document: Stored) -> Iterator[Stored]:
    for group in ("all", "any"):
        if group in document:
            for part in document[group]:
                yield from _leaves(part)
            return
    yield document


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """When and where a rule is asked: `now` is an instant, days are those of the practice."""

    now: int
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The practice's calendar day."""
        return local_date(self.now, self.zone)


def belongs(rule: Rule, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    """Whether `contact` is on the list with this rule."""
    return _holds(rule.document, contact, facts, view)


def _holds(part: Stored, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    if "all" in part:
        return all(_holds(each, contact, facts, view) for each in part["all"])
    if "any" in part:
        return any(_holds(each, contact, facts, view) for each in part["any"])
    return _LEAVES[part["type"]](part, contact, facts, view)


def compare(value: str, op: str, wanted: str) -> bool:
    """`is`, `is_not`, `is_empty`, `is_not_empty` on a property's text."""
    if op == "is":
        return value == wanted
    if op == "is_not":
        return value != wanted
    return (value == "") == (op == "is_empty")


def _property(part: Stored, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    return compare(contact.get(part["property"]), part["op"], part.get("value", ""))


def _in_list(part: Stored, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    return part["list"] in contact.lists


def _quiet(part: Stored, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    return bool(view.now - contact.last_activity >= part["days"] * DAY)


def _age(part: Stored, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    if not contact.dob:
        return False
    born, today = date.fromisoformat(contact.dob), view.today
    years = today.year - born.year - (today < anniversary(born, today.year))
    wanted = part["years"]
    return bool(years >= wanted if part["op"] == "at_least" else years <= wanted)


def _birthday(part: Stored, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    if not contact.dob:
        return False
    born = date.fromisoformat(contact.dob)
    days = (view.today + timedelta(days=n) for n in range(min(part["days"], 366) + 1))
    return any(
        day.year > born.year and (born.month, born.day) in anniversary_days(day) for day in days
    )


def _counted(part: Stored, contact: Contact, facts: Engagement, view: Viewpoint) -> bool:
    since = view.now - part["days"] * DAY
    return bool(facts.since(COUNTED[part["type"]], since) >= part.get("times", 1))


_LEAVES: dict[str, Callable[[Stored, Contact, Engagement, Viewpoint], bool]] = {
    "property": _property,
    "in_list": _in_list,
    "last_activity_older": _quiet,
    "age": _age,
    "birthday_in": _birthday,
    "opened": _counted,
    "clicked": _counted,
    "replied": _counted,
}
