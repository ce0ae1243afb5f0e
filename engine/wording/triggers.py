"""The ten triggers in words (engine.md section 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from engine.vocabulary import ANY, DATE_TRIGGERS, DEFAULT_QUIET_DAYS, ONCE_TRIGGERS
from engine.wording.values import named, plural, property_title, uncapital, value_title

Trigger = Mapping[str, Any]

TRIGGER_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Lifecycle", ("contact_created", "became_patient")),
    ("Forms & lists", ("form_submitted", "list_joined", "list_left")),
    ("Properties", ("property_changed",)),
    ("Engagement", ("email_engaged", "sms_replied")),
    ("Date-based", ("birthday", "inactive")),
)
"""The five groups the triggers are offered in."""

_TITLES: Final = {
    "contact_created": "Contact created",
    "became_patient": "Became a patient",
    "form_submitted": "Form submitted",
    "list_joined": "Joined a list",
    "list_left": "Left a list",
    "property_changed": "Property changed",
    "email_engaged": "Engaged with an email",
    "sms_replied": "Replied to an SMS",
    "birthday": "Birthday",
    "inactive": "Inactive for some time",
}
_HELP: Final = {
    "contact_created": "The first time the practice sees this person: by a form, at the desk, "
    "as a walk-in or by import.",
    "became_patient": "PracticeEHR auto-flips this on the contact's first booked appointment.",
    "form_submitted": "Someone fills in a form: any one, or the one you pick.",
    "list_joined": "Someone is put on a list by hand, by import, or by the list's own rule.",
    "list_left": "Someone falls out of a list, or is taken off it.",
    "property_changed": "A field of the contact changes: to anything, or to the value you pick.",
    "email_engaged": "Someone opens a marketing email, or clicks a link in it.",
    "sms_replied": "STOP replies are excluded automatically — they go to the SMS Subscription "
    "audit log instead so the trigger never fires for opt-outs.",
    "birthday": "7 days before for “book your physical”, on the day for the greeting itself.",
    "inactive": "Nothing has been heard from the contact for so long: the dormant patient.",
}
_SOURCES: Final = {
    "website_form": "When someone new comes in by the website form",
    "walk_in": "When someone new walks in",
    "manual": "When someone new is entered by hand",
    "import": "When someone new is imported",
}
_ENGAGED: Final = {"opened": "opened", "clicked": "clicked", "either": "opened or clicked"}
_OFFSETS: Final = {
    -7: "7 days before their birthday",
    -1: "The day before their birthday",
    0: "On their birthday",
    1: "The day after their birthday",
    7: "7 days after their birthday",
}

_BIRTHDAYS: Final = {
    -7: "whose birthday is in 7 days",
    -1: "whose birthday is tomorrow",
    0: "whose birthday is today",
    1: "whose birthday was yesterday",
    7: "whose birthday was 7 days ago",
}


class EnrolmentFacts(NamedTuple):
    """How a trigger enrols, a sentence each."""

    repeats: str
    duplicates: str
    looked_at: str


def trigger_title(trigger: Trigger) -> str:
    """What a trigger is called: Contact created."""
    return _TITLES.get(str(trigger.get("type", "")), "No trigger yet")


def trigger_help(type: str) -> str:
    """A line of help for a type of trigger, in the customer's words where there are some."""
    return _HELP.get(type, "")


def trigger_words(trigger: Trigger) -> str:
    """When someone enters: "When someone new is added"."""
    kind = trigger.get("type")
    if kind == "contact_created":
        return _SOURCES.get(str(trigger.get("source")), "When someone new is added")
    if kind == "became_patient":
        return "When a lead becomes a patient"
    if kind == "form_submitted":
        return f"When {_one_or_any(trigger, 'form', 'any form')} is submitted"
    if kind in ("list_joined", "list_left"):
        verb = "joins" if kind == "list_joined" else "leaves"
        return f"When someone {verb} {named(trigger, 'list', 'a list')}"
    if kind == "property_changed":
        return _property_words(trigger)
    if kind == "email_engaged":
        done = _ENGAGED.get(str(trigger.get("kind")), "opened or clicked")
        return f"When {_one_or_any(trigger, 'email', 'any marketing email')} is {done}"
    if kind == "sms_replied":
        return f"When someone replies to {_one_or_any(trigger, 'sms', 'any marketing SMS')}"
    if kind == "birthday":
        return _OFFSETS.get(trigger.get("offset", 0), "On their birthday")
    if kind == "inactive":
        return f"After {_quiet_days(trigger)} without activity"
    return "When something happens that is still to be chosen"


def enrolment_facts(trigger: Trigger) -> EnrolmentFacts:
    """One time or repeating, how duplicates are handled, and when it is looked at."""
    kind = str(trigger.get("type", ""))
    inside = "Someone who is still in it is not enrolled a second time."
    if kind in ONCE_TRIGGERS:
        return EnrolmentFacts(
            "One time: each person enters once, ever.",
            "Someone who was in it before is not enrolled again.",
            "Looked at the moment it happens.",
        )
    if kind == "birthday":
        return EnrolmentFacts("Repeating: once a birthday.", inside, _DAILY)
    if kind == "inactive":
        return EnrolmentFacts("Repeating: once each time a contact falls silent.", inside, _DAILY)
    return EnrolmentFacts(
        "Repeating: each time it happens.", inside, "Looked at the moment it happens."
    )


def match_note(trigger: Trigger) -> str:
    """Whom "N contacts match today" counts (`engine.matching`); "" where it is never said."""
    kind = trigger.get("type")
    if kind == "contact_created" and trigger.get("source", ANY) == ANY:
        return "Counts everyone you may contact."
    who = {
        "contact_created": "who first came in this way",
        "became_patient": "who are patients now",
        "list_joined": "who are on the list now",
        "list_left": "who are on the list now and may leave it",
        "property_changed": "who have this value now",
        "form_submitted": f"who submitted {_this(trigger, 'form', 'any form')} today",
        "email_engaged": f"who {_ENGAGED.get(str(trigger.get('kind')), 'opened or clicked')} "
        f"{_this(trigger, 'email', 'any marketing email')} today",
        "sms_replied": f"who replied to {_this(trigger, 'sms', 'any marketing SMS')} today",
        "birthday": _BIRTHDAYS.get(trigger.get("offset", 0), "whose birthday is on the day"),
        "inactive": f"who have been quiet for {_quiet_days(trigger)} or longer",
    }.get(str(kind), "")
    if kind == "property_changed" and trigger.get("to") is None:
        who = "for whom this property changed today"
    return who and f"Counts people you may contact {who}."


_DAILY: Final = "Looked at once a day, at the practice's check time."


def enrolment_note(trigger: Trigger) -> str:
    """The note "Enrollment": who enters, once or again, when it is looked at."""
    kind = str(trigger.get("type", ""))
    if kind not in _TITLES:
        return "Nobody enters until a trigger is chosen."
    when = uncapital(trigger_words(trigger))
    if kind in ONCE_TRIGGERS:
        return (
            f"People enter once, {when}. Someone already in is not enrolled again. It is looked "
            "at the moment it happens."
        )
    who = {
        "birthday": f"every year, {when}",
        "inactive": f"{when}, once each time they fall silent",
    }.get(kind, f"each time {when.removeprefix('when ')}")
    looked = "once a day, at the check time" if kind in DATE_TRIGGERS else "the moment it happens"
    return (
        f"People enter {who}. Someone still in is not enrolled a second time. It is "
        f"looked at {looked}."
    )


def _this(trigger: Trigger, key: str, any_words: str) -> str:
    """The words "this email", or what is said of any."""
    kind = "SMS" if key == "sms" else key
    return any_words if trigger.get(key, ANY) == ANY else f"this {kind}"


def _one_or_any(trigger: Trigger, key: str, any_words: str) -> str:
    return any_words if trigger.get(key, ANY) == ANY else named(trigger, key, any_words)


def _property_words(trigger: Trigger) -> str:
    name = trigger.get("property")
    if not isinstance(name, str) or not name:
        return "When a property changes"
    said = f"When {property_title(name)} changes"
    to = trigger.get("to")
    if to is None:
        return said
    return f"{said} to {value_title(name, str(to))}"


def _quiet_days(trigger: Trigger) -> str:
    days = trigger.get("days", DEFAULT_QUIET_DAYS)
    return plural(days, "day") if isinstance(days, int) else "some days"
