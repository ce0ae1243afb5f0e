"""From names to ids and back: a stored document refers by id, so a rename changes nothing.

The stored document is the public one without `format`, `name` and `description`, which the store
keeps beside it (engine.md section 10). Property values stay texts: an owner's is `"12"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.calendar import WEEKDAYS
from engine.documents.faults import Record
from engine.documents.names import Labels, Names
from engine.vocabulary import ANY, ASSIGNEES, PROPERTY_REFERENCES

_BESIDE = ("format", "name", "description", "active")
_KEYS = (
    "format", "name", "description", "goal", "lookback_days", "unenroll_on", "run_hours",
    "id", "type", "template", "subject", "from_name", "from_email", "preview_text", "text",
    "amount", "unit", "condition", "title", "assignee", "due_in", "kind", "step", "source",
    "form", "email", "sms", "property", "op", "to", "value", "list", "offset", "days", "years",
    "times", "start", "every", "active", "trigger", "steps", "yes", "no", "all", "any",
    *WEEKDAYS,
)  # fmt: skip
_PLACE = {key: index for index, key in enumerate(_KEYS)}
_OR_ANY = ("form", "email", "sms")

Translate = Callable[[str, Any], Any]
"""Gives for a kind and a name its id, or the reverse."""


def to_stored(document: Record, names: Names) -> dict[str, Any]:
    """A checked automation or sequence document with ids in place of names.

    A sequence's `active` is left out: it is a state, which the store keeps and changes.
    """
    kept = {key: value for key, value in document.items() if key not in _BESIDE}
    return _translated(kept, lambda kind, name: names.of(kind)[name], text_ids=True)


def to_public(
    stored: Record,
    labels: Labels,
    *,
    format: str,
    name: str,
    description: str = "",
    active: bool | None = None,
) -> dict[str, Any]:
    """The public document again, with today's names and its keys in the order of formats.md.

    `active` is for sequences. An empty description is left out.
    """
    head: dict[str, Any] = {"format": format, "name": name}
    if description:
        head["description"] = description
    if active is not None:
        head["active"] = active
    return _translated({**head, **stored}, lambda kind, id: labels.of(kind, int(id)))


def rule_to_stored(rule: Record, names: Names) -> dict[str, Any]:
    """A checked Smart Filter rule with ids in place of names."""
    return _translated(rule, lambda kind, name: names.of(kind)[name], text_ids=True)


def rule_to_public(stored: Record, labels: Labels) -> dict[str, Any]:
    """A Smart Filter rule with names again."""
    return _translated(stored, lambda kind, id: labels.of(kind, int(id)))


def uses(stored: Record) -> set[tuple[str, int]]:
    """What a stored flow or rule refers to: (kind, id), kinds as in `names.KINDS`."""
    found: set[tuple[str, int]] = set()

    def note(kind: str, id: Any) -> Any:
        found.add((kind, int(id)))
        return id

    _translated(stored, note)
    return found


def _translated(record: Record, translate: Translate, *, text_ids: bool = False) -> dict[str, Any]:
    """The record with every reference translated, keys in their order."""
    kinds = dict(_references(record))
    done: dict[str, Any] = {}
    for key in sorted(record, key=lambda key: _PLACE.get(key, len(_PLACE))):
        value = record[key]
        if key in kinds:
            done[key] = translate(kinds[key], value)
            if text_ids and key in ("to", "value"):
                done[key] = str(done[key])
        else:
            done[key] = _inside(value, translate, text_ids)
    return done


def _inside(value: Any, translate: Translate, text_ids: bool) -> Any:
    if isinstance(value, Mapping):
        return _translated(value, translate, text_ids=text_ids)
    if isinstance(value, list):
        return [_inside(item, translate, text_ids) for item in value]
    return value


def _references(record: Record) -> Iterator[tuple[str, str]]:
    """The keys of a record that refer to something, with the kind of thing."""
    type = record.get("type")
    if "list" in record:
        yield "list", "list"
    for key in _OR_ANY:
        if key in record and record[key] != ANY:
            yield key, key
    if "template" in record:
        yield "template", "email" if type == "send_email" else "sms"
    if "assignee" in record and record["assignee"] not in ASSIGNEES:
        yield "assignee", "user"
    if record.get("property") in PROPERTY_REFERENCES:
        for key in ("to", "value"):
            if record.get(key):
                yield key, PROPERTY_REFERENCES[record["property"]]
