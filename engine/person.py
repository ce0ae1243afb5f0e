"""One person's page (screens.md section 8): what is known of them and what happened."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from db.connection import Connection
from db.queries import contact_page, setup, tasks_page
from engine.calendar import parse_instant
from engine.naming import load_names
from engine.people import ways_here
from engine.practice import read_practice
from engine.tasks_page import Task, read_task
from engine.vocabulary import CONTACT_FIELDS
from engine.why import why
from engine.wording.happened import happened, happened_icon
from engine.wording.local import Ways, date_words, phone_words
from engine.wording.times import moment_words

MOST: Final = 50
"""Appointments, tasks and consents that are shown."""
_CHANNELS: Final = {"email": "Email", "sms": "Texts", "all": "Everything"}
_CHANGES: Final = {
    "sms_opted_out": "opted out",
    "sms_opted_in": "opted in again",
    "email_unsubscribed": "unsubscribed",
    "do_not_contact": "must not be contacted",
}


class Listed(NamedTuple):
    """A list the person is on."""

    id: int
    name: str
    static: bool


class Visit(NamedTuple):
    """An appointment: `status` is booked, completed or cancelled; `when` in words."""

    id: int
    when: str
    status: str
    provider: str


class Consent(NamedTuple):
    """A line of the subscription audit log."""

    when: str
    what: str
    words: str


class Happened(NamedTuple):
    """A line of the activity feed; `via` is the flow that did it, or ''."""

    id: int
    when: str
    what: str
    icon: str
    via: str


class Told(NamedTuple):
    """A line of the journal: why something did or did not happen."""

    when: str
    flow: str
    sentence: str


class Profile(NamedTuple):
    """Everything above the feed. `values` holds fields and properties as a form shows them.

    Owner and provider by name. `barred` says in words why nothing may go to them, or '';
    `locked` are the subscriptions they ended themselves, which only they can undo.
    """

    id: int
    name: str
    values: dict[str, str]
    source: str
    barred: str
    locked: frozenset[str]
    added: str
    last_activity: str
    lists: list[Listed]
    visits: list[Visit]
    tasks: list[Task]
    consents: list[Consent]


class Choices(NamedTuple):
    """What can be chosen on the page, by name."""

    owners: list[str]
    providers: dict[str, int]
    forms: dict[str, int]
    static_lists: dict[str, int]
    zone: ZoneInfo
    ways: Ways


def profile(connection: Connection, contact_id: int, now: int) -> Profile | None:
    """The page of a person, or None if they are gone."""
    row = contact_page.record(connection, contact_id)
    if row is None:
        return None
    practice = read_practice(setup.settings(connection))
    zone, values = practice.zone, _values(row, practice.region)
    return Profile(
        row.id, f"{row.first_name} {row.last_name}".strip() or row.email or values["phone"],
        values, row.source, _barred(row), locked(row), moment_words(row.created_at, zone),
        moment_words(row.last_activity, zone),
        [
            Listed(each.id, each.name, each.kind == "static")
            for each in contact_page.lists(connection, contact_id)
        ],
        [
            Visit(each.id, moment_words(each.at, zone), each.status, each.provider or "")
            for each in contact_page.appointments(connection, contact_id, MOST)
        ],
        [
            read_task(each, now, zone)
            for each in tasks_page.of_contact(connection, contact_id, MOST)
        ],
        [
            Consent(
                moment_words(each.at, zone),
                f"{_CHANNELS.get(each.channel, each.channel)}: "
                f"{_CHANGES.get(each.change, each.change)}",
                each.words,
            )
            for each in contact_page.consents(connection, contact_id, MOST)
        ],
    )  # fmt: skip


def choices(connection: Connection) -> Choices:
    """What the forms of the page offer."""
    names = load_names(connection)
    return Choices(
        sorted(names.users), dict(names.providers), dict(names.forms),
        static_lists(connection), _zone(connection), ways_here(connection),
    )  # fmt: skip


def feed(connection: Connection, contact_id: int, before: int | None, limit: int) -> list[Happened]:
    """What happened to a person, the latest first; `before` is the id of the last one seen."""
    labels, zone = load_names(connection).inverse(), _zone(connection)
    return [
        Happened(
            row.id, moment_words(row.at, zone), happened(row, labels), happened_icon(row.kind),
            row.flow or "",
        )
        for row in contact_page.feed(connection, contact_id, before, limit)
    ]  # fmt: skip


def told(connection: Connection, contact_id: int) -> list[Told]:
    """This person's journal in sentences, in order."""
    zone = _zone(connection)
    lines = why(connection, contact_id)
    return [
        Told(
            moment_words(parse_instant(str(line["at"])), zone), str(line["flow"]),
            str(line["sentence"]),
        )
        for line in lines
    ]  # fmt: skip


def static_lists(connection: Connection) -> dict[str, int]:
    """The lists people can be put on by hand, by name."""
    names = load_names(connection)
    return {name: names.lists[name] for name in sorted(names.static_lists)}


def locked(row: Any) -> frozenset[str]:
    """The subscriptions that a contact's row says they ended themselves."""
    return frozenset(
        f"{channel}_subscription"
        for channel in ("sms", "email")
        if getattr(row, f"{channel}_opted_out")
    )


def _values(row: Any, region: str) -> dict[str, str]:
    fields = {name: getattr(row, name) or "" for name in CONTACT_FIELDS}
    return fields | {
        "phone": phone_words(fields["phone"], region),
        "dob": date_words(date.fromisoformat(row.dob), region) if row.dob else "",
        "status": row.status, "lead_source": row.lead_source, "contact_owner": row.owner or "",
        "provider": row.provider or "", "insurance_verification": row.insurance,
        "sms_subscription": "on" if row.sms_on else "off",
        "email_subscription": "on" if row.email_on else "off",
    }  # fmt: skip


def _barred(row: Any) -> str:
    if row.deceased:
        return "Deceased: nothing is sent to them."
    if row.do_not_contact:
        return "Do not contact: nothing is sent to them, and no automation takes them."
    return "Archived: nothing is sent to them." if row.archived else ""


def _zone(connection: Connection) -> ZoneInfo:
    return read_practice(setup.settings(connection)).zone
