"""The words of single values: properties, what they may be, amounts of time, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from engine.vocabulary import PROPERTIES

Words = Mapping[str, str]

PROPERTY_TITLES: Final[Words] = {
    "status": "Status",
    "lead_source": "Lead source",
    "contact_owner": "Contact owner",
    "provider": "Provider",
    "sms_subscription": "SMS subscription",
    "email_subscription": "Email subscription",
    "insurance_verification": "Insurance verification",
}
"""The seven editable properties, as they are called on every screen."""

_VALUES: Final[Words] = {"not_started": "Not started"}
_STATUSES: Final[Words] = {"active": "On", "paused": "Off", "draft": "Draft"}
_ASSIGNEES: Final[Words] = {"contact_owner": "the contact's owner", "front_desk": "the front desk"}


def property_title(name: str) -> str:
    """What a property is called; one nobody knows, by its own name."""
    return PROPERTY_TITLES.get(name, name.replace("_", " ").capitalize())


def value_title(property: str, value: str) -> str:
    """What a value of a property is called: names stay, empty is "empty"."""
    if value == "":
        return "empty"
    if PROPERTIES.get(property):
        return _VALUES.get(value, value.replace("_", " ").capitalize())
    return value


def status_title(status: str) -> str:
    """What the status of an automation is called: On."""
    return _STATUSES.get(status, capital(status))


def assignee_title(assignee: str) -> str:
    """Who a task is for, inside a sentence."""
    return _ASSIGNEES.get(assignee, assignee)


def duration(amount: object, unit: object) -> str:
    """An amount of time: "1 day", "2 weeks"; "some time" while either is missing."""
    if not isinstance(amount, int) or not isinstance(unit, str):
        return "some time"
    return plural(amount, unit.removesuffix("s"))


def plural(count: int, noun: str) -> str:
    """A number with its noun: 1 contact, 1,284 contacts."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def named(record: Mapping[str, Any], key: str, missing: str) -> str:
    """A record that a document names, in quotes; `missing` where it names none yet."""
    name = record.get(key)
    return f"“{name}”" if isinstance(name, str) and name else missing


def listed(parts: Sequence[str], last: str = "and") -> str:
    """A list in a sentence: a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def short(text: str, most: int) -> str:
    """A text on one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """The text as it goes on inside a sentence."""
    return text[:1].lower() + text[1:]
