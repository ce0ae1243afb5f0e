"""Events from outside, told by name, and the commands that record them (engine.md section 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.errors import KnownError
from db.queries import events as log
from db.queries.people import by_refs
from db.queries.people_search import find_contact
from db.queries.setup import settings
from engine.calendar import local_date
from engine.commands import events, signals
from engine.commands.contacts import NewContact, create_contacts, home_region
from engine.compose.sms import classify, might_opt_out
from engine.documents.faults import Checked, Place, quoted
from engine.documents.names import Names
from engine.documents.properties import contact_checks, property_checks
from engine.documents.suggestions import suggestion
from engine.intake.addresses import kept
from engine.intake.dates import DAY_FIRST, BirthDates
from engine.intake.values import Wrong
from engine.naming import load_names
from engine.practice import read_practice
from engine.vocabulary import (
    CONTACT_FIELDS,
    ENGAGEMENTS,
    PROPERTIES,
    PROPERTY_REFERENCES,
    SOURCES,
)
from engine.workspace import Workspace

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event to record: of what kind and whom, when, and what else is said of it by name."""

    workspace: Workspace
    kind: str
    who: str
    at: int
    said: Mapping[str, Any]

    def need(self, option: str) -> str:
        """What is said under a name; raises KnownError, status 2, if nothing is."""
        if self.said.get(option) is None:
            raise KnownError(f"{self.kind} needs --{option}.", 2)
        return str(self.said[option])

    def names(self) -> Names:
        """What exists now, by name."""
        with self.workspace.store.read() as connection:
            return load_names(connection)

    def contact(self) -> int:
        """The contact's id; raises KnownError, status 2, if it can't be only one."""
        with self.workspace.store.read() as connection:
            return find_contact(connection, self.who)


def record(happening: Happening) -> Answer:
    """Record one event through its command; the contact's id and whether anything happened.

    Raises KnownError, status 2, for what is missing or unknown.
    """
    return _RECORDERS[happening.kind](happening)


def words(event: str, who: str, found: Answer) -> list[str]:
    """The answer to `record`, for a person: the event and the contact as they were named."""
    if "answer" in found:
        return [f"A call for help records no event; the answer is: {found['answer']}"]
    if not found["recorded"]:
        return [f"{event} changes nothing here, or was recorded before."]
    said = [f"Recorded {event} of {who} (contact {found['contact']})."]
    if found.get("taken_for", "reply") != "reply":
        said.append(f"It was taken for: {found['taken_for'].replace('_', ' ')}.")
    if found.get("flagged"):
        said.append("It may ask us to stop: the front desk has a task to read it.")
    return said


def _put(happening: Happening, **facts: Any) -> Answer:
    contact_id = happening.contact()
    done = events.record(
        happening.workspace, contact_id, happening.kind, happening.at,
        key=happening.said.get("key"), **facts,
    )  # fmt: skip
    return {"contact": contact_id, "recorded": done.events > 0}


def _plain(happening: Happening) -> Answer:
    return _put(happening, new=happening.said.get("text") or happening.said.get("value"))


def _visit(happening: Happening) -> Answer:
    return _put(happening, new=happening.said.get("link"))


def _create(happening: Happening) -> Answer:
    source = happening.said.get("source")
    if source not in SOURCES:
        raise KnownError(f"The source must be one of {', '.join(SOURCES)}.", 2)
    fields = {
        name: value for name in CONTACT_FIELDS if (value := happening.said.get(name)) is not None
    }
    for pair in happening.said.get("set") or ():
        name, equals, value = pair.partition("=")
        if name not in PROPERTIES or not equals:
            raise KnownError(f"Write --set PROPERTY=VALUE with one of {', '.join(PROPERTIES)}.", 2)
        fields[name] = value
    names = happening.names()
    found = Checked()
    checks = contact_checks(names)
    for name, value in fields.items():
        checks[name](value, Place(name, found))
    found.refuse()
    with happening.workspace.store.read() as connection:
        if by_refs(connection, [happening.who]):
            raise KnownError(f"There already is a contact {quoted(happening.who)}.", 2)
        region = home_region(connection)
        today = local_date(happening.at, read_practice(settings(connection)).zone)
    fields = {name: _kept(name, value, region, today) for name, value in fields.items()}
    stored = {name: _stored(names, name, value) for name, value in fields.items()}
    new = NewContact(source, stored, ref=happening.who)
    return {
        "contact": create_contacts(happening.workspace, [new], happening.at)[0],
        "recorded": True,
    }


def _kept(name: str, value: str, region: str, today: date) -> str:
    try:
        if name == "dob":
            return BirthDates(today, DAY_FIRST)(value) or ""
        return kept(name, value, region)
    except Wrong as wrong:
        raise KnownError(f"The {name} {wrong}: mend it or leave it out.", 2) from None


def _stored(names: Names, name: str, value: str) -> str:
    kind = PROPERTY_REFERENCES.get(name)
    return str(names.of(kind)[value]) if kind and value else value


def _submit_form(happening: Happening) -> Answer:
    return _put(happening, subject=_named(happening, "form"))


def _change_list(happening: Happening) -> Answer:
    subject = _named(happening, "list")
    if happening.said["list"] not in happening.names().static_lists:
        raise KnownError(
            f"{quoted(happening.said['list'])} is a dynamic list, which only its rule fills: "
            "name a static one.", 2,
        )  # fmt: skip
    return _put(happening, subject=subject)


def _named(happening: Happening, kind: str) -> int:
    name, known = happening.need(kind), happening.names().of(kind)
    if name not in known:
        meant = suggestion(name, known) or f": `add {kind} NAME` makes one."
        raise KnownError(f"No {kind} is called {quoted(name)}{meant}", 2)
    return known[name]


def _change_property(happening: Happening) -> Answer:
    name, value, names = happening.need("property"), happening.need("value"), happening.names()
    check = property_checks(names).get(name)
    if check is None:
        meant = suggestion(name, PROPERTIES) or "."
        raise KnownError(f"There is no property {quoted(name)}{meant}", 2)
    found = Checked()
    check(value, Place(name, found))
    found.refuse()
    return _put(happening, field=name, new=_stored(names, name, value))


def _engage(happening: Happening) -> Answer:
    contact_id, message_id = happening.contact(), _message(happening)
    done = signals.engage(
        happening.workspace, message_id, ENGAGEMENTS[happening.kind], happening.at,
        link=happening.said.get("link"), key=happening.said.get("key"),
    )  # fmt: skip
    return {"contact": contact_id, "message": message_id, "recorded": done.events > 0}


def _refuse(happening: Happening) -> Answer:
    message_id = _message(happening)
    return _put(happening, message=message_id, new=happening.said.get("text"))


def _message(happening: Happening) -> int:
    """The message an event is about: by number, or the latest email of a step."""
    contact_id, said = happening.contact(), happening.said.get("message")
    if said is not None:
        with happening.workspace.store.read() as connection:
            row = log.messages(connection, [said]).get(said)
        if row is None or row.contact_id != contact_id:
            raise KnownError(f"No message {said} was sent to this contact.", 2)
        return int(said)
    flow_id, step = _flow(happening), happening.need("step")
    with happening.workspace.store.read() as connection:
        latest = log.latest_of_step(connection, contact_id, flow_id, step)
    if latest is None:
        raise KnownError(f"No email of the step {quoted(step)} was sent to this contact.", 2)
    return latest


def _flow(happening: Happening) -> int:
    names = happening.names()
    known = {**names.automations, **names.sequences}
    said = [happening.said.get(option) for option in ("flow", "automation", "sequence")]
    name = next((each for each in said if each is not None), None)
    if name is None:
        raise KnownError(f"{happening.kind} needs --message, or --flow and --step.", 2)
    if name not in known:
        meant = suggestion(name, known) or "."
        raise KnownError(f"No automation or sequence is called {quoted(name)}{meant}", 2)
    return known[name]


def _hear(happening: Happening) -> Answer:
    contact_id, text = happening.contact(), happening.need("text")
    done = signals.hear_text(
        happening.workspace, contact_id, text, happening.at, key=happening.said.get("key")
    )
    word = classify(text)
    found = {"contact": contact_id, "recorded": done.events > 0, "taken_for": word}
    if found["recorded"] and might_opt_out(text):
        found["flagged"] = True
    if word == signals.HELP:
        with happening.workspace.store.read() as connection:
            return {**found, "answer": settings(connection).get("sms.contact_text", "")}
    return found


_RECORDERS: Mapping[str, Callable[[Happening], Answer]] = {
    "contact_created": _create,
    **dict.fromkeys(
        (
            "appointment_booked", "appointment_cancelled", "appointment_completed",
            "review_submitted", "portal_activated", "event_registered", "onboarding_milestone",
            "do_not_contact", "email_unsubscribed", "sms_opted_out", "sms_opted_in",
        ),
        _plain,
    ),
    "page_visited": _visit,
    "form_submitted": _submit_form,
    **dict.fromkeys(("list_joined", "list_left"), _change_list),
    "property_changed": _change_property,
    **dict.fromkeys(ENGAGEMENTS, _engage),
    "sms_replied": _hear,
    **dict.fromkeys(
        (
            "email_bounced", "sms_failed", "email_sent", "email_delivered", "sms_sent",
            "sms_delivered",
        ),
        _refuse,
    ),
}  # fmt: skip
KINDS = tuple(_RECORDERS)
"""The events that may come from outside."""
