"""Values of the editable properties, where a document sets, awaits or compares one."""

from __future__ import annotations

from collections.abc import Mapping

from engine.documents.faults import Check, Place, Record, Shape
from engine.documents.names import Names, reference
from engine.documents.values import address, day, one_of, text, timezone
from engine.vocabulary import (
    CONTACT_FIELDS,
    PROPERTIES,
    PROPERTY_OPS,
    PROPERTY_REFERENCES,
    SOURCES,
    VALUE_OPS,
)

_TEXT = text(200, empty=True, one_line=True)


def or_empty(check: Check) -> Check:
    """The same check, satisfied by an empty text, which means "not set"."""

    def checked(value: object, place: Place) -> None:
        if value != "":
            check(value, place)

    return checked


def property_checks(names: Names) -> Mapping[str, Check]:
    """For each editable property, the check of its value."""
    checks: dict[str, Check] = {}
    for name, values in PROPERTIES.items():
        if name in PROPERTY_REFERENCES:
            checks[name] = or_empty(reference(names, PROPERTY_REFERENCES[name]))
        else:
            checks[name] = one_of(values) if values else _TEXT
    return checks


def contact_checks(names: Names) -> Mapping[str, Check]:
    """For each field of a contact that a document may give, the check of its value."""
    special = {"dob": day, "timezone": timezone, "email": address}
    fields = {name: or_empty(special.get(name, _TEXT)) for name in CONTACT_FIELDS}
    return {**fields, **property_checks(names)}


def filter_checks(names: Names) -> Mapping[str, Check]:
    """For each field a Smart Filter may compare, the check of the value."""
    return {**contact_checks(names), "email": _TEXT, "source": one_of(SOURCES)}


def check_pair(record: Record, place: Place, checks: Mapping[str, Check], key: str) -> None:
    """Check the value under `key` as one of the property the record names."""
    check = named_check(record, checks)
    if check is not None and key in record:
        check(record[key], place.key(key))


def named_check(record: Record, checks: Mapping[str, Check]) -> Check | None:
    """The check of the record's property, or None if it names no property."""
    name = record.get("property")
    return checks.get(name) if isinstance(name, str) else None


def comparison(checks: Mapping[str, Check], title: str) -> Check:
    """A check of a record that compares a property: `property`, `op` and, for some, `value`."""
    shape = Shape(
        title,
        {"type": anything, "property": one_of(tuple(checks)), "op": one_of(PROPERTY_OPS)},
        {"value": anything},
    )

    def check(value: object, place: Place) -> None:
        record = shape.check(value, place)
        if record is None:
            return
        if record.get("op") in VALUE_OPS:
            if "value" not in record:
                place.key("value").fault("is missing")
            check_pair(record, place, checks, "value")
        elif record.get("op") in PROPERTY_OPS and record.get("value", "") != "":
            place.key("value").fault(f"goes only with {' and '.join(VALUE_OPS)}")

    return check


def anything(value: object, place: Place) -> None:
    """The check of a value that another check looks at."""
