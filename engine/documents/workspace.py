"""What a practice has set up, as scenarios and bundles carry it (formats.md).

References may be to things in the same document or to `existing` ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.documents.automation import look_at_automation
from engine.documents.campaign import look_at_campaign
from engine.documents.faults import Check, Place, Record, Shape, as_record, quoted
from engine.documents.names import Names
from engine.documents.properties import anything
from engine.documents.rule import circle_fault, circles, look_at_rule
from engine.documents.sequence import look_at_sequence
from engine.documents.template import look_at_template
from engine.documents.values import (
    CheckText,
    clock,
    list_of,
    name,
    nullable,
    one_of,
    span,
    timezone,
    whole,
)
from engine.vocabulary import ANY, ASSIGNEES, CHANNELS, LIST_TYPES, UNITS

PARTS = (
    "users",
    "providers",
    "forms",
    "lists",
    "templates",
    "automations",
    "sequences",
    "campaigns",
)

_CAP = Shape("frequency_cap", {"messages": whole(1, 10_000), "days": whole(1, UNITS["days"])})
_PRACTICE = Shape(
    "practice",
    {"name": name, "timezone": timezone},
    {
        "check_time": clock,
        "sms_quiet_hours": nullable(span),
        "frequency_cap": nullable(_CAP.look),
    },
)
# A document would take these names for the words they are.
RESERVED = {"users": ASSIGNEES, "forms": (ANY,), "templates": (ANY,)}


def practice(value: object, place: Place) -> None:
    """A check of the practice's settings."""
    _PRACTICE.check(value, place)


def names_in(document: object) -> Names:
    """The names a scenario or bundle brings, numbered by place from 1, automations first.

    Takes a document with faults too: what has no usable name is passed over, of two equal
    names the first counts.
    """
    parts = {part: list(_entries(document, part)) for part in PARTS}
    automations = _numbered(parts["automations"])
    templates = list(enumerate(parts["templates"], 1))
    channels = {
        channel: _first_of((n, entry) for n, entry in templates if entry.get("channel") == channel)
        for channel in CHANNELS
    }
    flows = len(parts["automations"])
    return Names(
        users=_numbered(parts["users"]),
        providers=_numbered(parts["providers"]),
        forms=_numbered(parts["forms"]),
        lists=_numbered(parts["lists"]),
        emails=channels["email"],
        texts=channels["sms"],
        automations=automations,
        sequences=_first_of(enumerate(parts["sequences"], flows + 1)),
        campaigns=_numbered(parts["campaigns"]),
        static_lists=frozenset(
            entry["name"]
            for entry in parts["lists"]
            if entry.get("type") == "static" and isinstance(entry.get("name"), str)
        ),
    )


def _entries(document: object, part: str) -> Iterator[Record]:
    found = document.get(part) if isinstance(document, dict) else None
    for entry in found if isinstance(found, list) else ():
        yield entry if isinstance(entry, dict) else {"name": entry}


def _numbered(entries: list[Record]) -> dict[str, int]:
    return _first_of(enumerate(entries, 1))


def _first_of(entries: enumerate[Record] | Iterator[tuple[int, Record]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, entry in entries:
        if isinstance(entry.get("name"), str):
            found.setdefault(entry["name"], number)
    return found


def part_checks(names: Names, tokens: CheckText) -> Mapping[str, Check]:
    """For each of `PARTS`, the check of its entries."""

    def contact_list(value: object, place: Place) -> None:
        _look_at_list(value, place, names)

    each: Mapping[str, Check] = {
        "users": name,
        "providers": name,
        "forms": name,
        "lists": contact_list,
        "templates": lambda value, place: look_at_template(value, place, tokens),
        "automations": lambda value, place: look_at_automation(value, place, names, tokens),
        "sequences": lambda value, place: look_at_sequence(value, place, names, tokens),
        "campaigns": lambda value, place: look_at_campaign(value, place, names),
    }
    return {part: list_of(check) for part, check in each.items()}


def _look_at_list(value: object, place: Place, names: Names) -> None:
    record = as_record(value, place)
    if record is None:
        return
    head: Mapping[str, Check] = {"name": name, "type": one_of(LIST_TYPES)}
    if record.get("type") != "dynamic":
        Shape("a static list", head).check(record, place)
    elif Shape("a dynamic list", {**head, "rule": anything}).check(record, place):
        if "rule" in record:
            look_at_rule(record["rule"], place.key("rule"), names)


def check_unique(document: Record, place: Place) -> None:
    """Names are unique in their part: templates by channel, automations with sequences."""
    seen: dict[tuple[str, object, str], str] = {}
    for part in PARTS:
        group = "flows" if part in ("automations", "sequences") else part
        for index, entry in enumerate(_entries(document, part)):
            said = entry.get("name")
            if not isinstance(said, str):
                continue
            at = place.key(part).item(index)
            at = at if part in ("users", "providers", "forms") else at.key("name")
            if said in RESERVED.get(part, ()):
                at.fault(f"{quoted(said)} means something else in documents; choose another name")
            channel = str(entry.get("channel")) if part == "templates" else ""
            first = seen.setdefault((group, channel, said), at.path)
            if first != at.path:
                at.fault(f"{quoted(said)} is the name of {first.removesuffix('.name')} too")


def check_circles(document: Record, place: Place) -> None:
    """No dynamic list's rule may come back to the list itself."""
    rules = {
        entry["name"]: entry.get("rule")
        for entry in _entries(document, "lists")
        if entry.get("type") == "dynamic" and isinstance(entry.get("name"), str)
    }
    turning = circles(rules)
    for index, entry in enumerate(_entries(document, "lists")):
        if isinstance(entry.get("name"), str) and entry["name"] in turning:
            place.key("lists").item(index).key("rule").fault(circle_fault(entry["name"]))
