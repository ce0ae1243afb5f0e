"""One person added or changed by hand, with what is wrong said field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from db.connection import Connection
from db.errors import KnownError
from db.queries import contact_page
from engine.calendar import local_date
from engine.commands.contacts import NewContact, create_contacts, home_region
from engine.commands.events import Fact, record_facts
from engine.documents.faults import Check, Checked, Place
from engine.documents.properties import contact_checks
from engine.documents.values import NAME_LENGTH
from engine.intake.addresses import kept
from engine.intake.dates import BirthDates, day_order
from engine.intake.values import Wrong
from engine.naming import load_names
from engine.person import locked
from engine.progress import Progress
from engine.vocabulary import PROPERTY_REFERENCES
from engine.wording.local import ways
from engine.workspace import Workspace

_MEANT = {
    "email": "Write an address like ann@example.org.",
    "phone": "Write a number like {phone}, with its area code.",
    "dob": "Write a date in the past, like {dob} or 1980-05-31.",
    "timezone": "Write a zone like America/New_York.",
}
_REACH = ("first_name", "last_name", "email", "phone")


class WrongFields(KnownError):
    """What is wrong with a person, by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()), 2)
        self.faults = dict(faults)


def add_person(workspace: Workspace, source: str, fields: Mapping[str, str], at: int) -> int:
    """Add somebody from the fields of `vocabulary.CONTACT_FIELDS`; their id. Raises WrongFields."""
    said = {name: value.strip() for name, value in fields.items() if value.strip()}
    if not any(said.get(name) for name in _REACH):
        raise WrongFields({"first_name": "Write a name, an email address or a phone number."})
    with workspace.store.read() as connection:
        values = _checked(workspace, connection, said, at)
    return create_contacts(workspace, [NewContact(source, values)], at)[0]


def change_person(
    workspace: Workspace, contact_id: int, values: Mapping[str, str], at: int
) -> Progress:
    """Change fields and properties of somebody, each a `property_changed` if it is one.

    Owner and provider by name, '' for none. Raises WrongFields; KnownError if they are gone.
    """
    with workspace.write("persons") as connection:
        stripped = {name: value.strip() for name, value in values.items()}
        _require_own_word(connection, contact_id, stripped)
        kept_values = _checked(workspace, connection, stripped, at)
        facts = [
            Fact(contact_id, "property_changed", field=name, new=value)
            for name, value in kept_values.items()
        ]
        return record_facts(workspace, connection, facts, at)


def _require_own_word(connection: Connection, contact_id: int, values: Mapping[str, str]) -> None:
    """What somebody ended themselves only they can begin again (engine.md section 2)."""
    row = contact_page.record(connection, contact_id)
    own = frozenset[str]() if row is None else locked(row)
    wrong = [name for name in sorted(own) if values.get(name) == "on"]
    if wrong:
        raise WrongFields(
            dict.fromkeys(wrong, "They ended this themselves: only they can undo it.")
        )


def _checked(
    workspace: Workspace, connection: Connection, values: Mapping[str, str], at: int
) -> dict[str, str]:
    """The values as the store keeps them."""
    names, region = load_names(connection), home_region(connection)
    today = local_date(at, workspace.catalogue(connection).practice.zone)
    checks = contact_checks(names)
    faults: dict[str, str] = {}
    stored: dict[str, str] = {}
    for name, value in values.items():
        tidy, fault = _tidy(name, value, region, today, checks[name])
        if fault:
            meant = _MEANT.get(name) if len(value) <= NAME_LENGTH else None
            like = ways(region)
            worded = meant and meant.format(dob=like.dob, phone=like.phone)
            faults[name] = worded or f"This {fault}."
        kind = PROPERTY_REFERENCES.get(name)
        stored[name] = str(names.of(kind).get(tidy, "")) if kind and tidy else tidy
    if faults:
        raise WrongFields(faults)
    return stored


def _tidy(name: str, value: str, region: str, today: date, check: Check) -> tuple[str, str]:
    """A value as the store keeps it, and what is wrong with it, or ''."""
    try:
        if name == "dob":
            tidy = BirthDates(today, day_order([value], region))(value) or ""
        else:
            tidy = kept(name, value, region) if value else ""
    except Wrong as wrong:
        return value, str(wrong)
    if value and not tidy:
        return value, "says nothing"
    found = Checked()
    check(tidy, Place(name, found))
    return tidy, found.faults[0].partition(": ")[2] if found.faults else ""
