"""Tables, documents and finding one contact, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from db.errors import KnownError
from db.queries.people_search import find_contact
from db.session import Store, open_store
from db.sql import query
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.flows import delete
from engine.documents.scenario import filled
from engine.listing import KINDS, TABLES, list_items, show
from engine.reports import report_automation, report_campaign, report_sequence
from engine.scenario import Scenario
from engine.workspace import Workspace
from tests.e2e.random_scenarios import random_scenario

WELCOME = {
    "format": "practice-crm/automation@1",
    "name": "Welcome series",
    "description": "Three touches in a week",
    "goal": "book_appointment",
    "lookback_days": 30,
    "unenroll_on": ["goal_met", "sms_opt_out"],
    "run_hours": {"mon": [["09:00", "17:00"]], "tue": [["00:00", "23:59"]]},
    "trigger": {"type": "contact_created", "source": "any"},
    "steps": [
        {"id": "thanks", "type": "send_email", "template": "Welcome", "subject": "Hi"},
        {
            "id": "opened",
            "type": "if_then",
            "condition": {"type": "opened_email", "step": "thanks"},
            "yes": [{"id": "nudge", "type": "send_sms", "template": "Welcome"}],
            "no": [
                {
                    "id": "call",
                    "type": "create_task",
                    "title": "Call {{firstname}} of {{practice}}",
                    "assignee": "sarah",
                    "due_in": {"amount": 1, "unit": "days"},
                }
            ],
        },
        {"id": "mark", "type": "set_property", "property": "contact_owner", "value": "sarah"},
        {"id": "keep", "type": "add_to_list", "list": "Welcomed"},
    ],
}
MONTHLY = {
    "format": "practice-crm/sequence@1",
    "name": "Monthly",
    "active": True,
    "list": "Welcomed",
    "start": "2026-01-06T15:00:00Z",
    "every": {"amount": 4, "unit": "weeks"},
    "steps": [{"id": "letter", "type": "send_email", "template": "Welcome"}],
}
SPRING = {
    "format": "practice-crm/campaign@1",
    "name": "Spring",
    "goal": "onboarding",
    "start": "2026-01-01",
    "end": "2026-03-31",
    "notes": "Friendly",
    "assets": [
        {"type": "automation", "name": "Welcome series"},
        {"type": "email", "name": "Welcome"},
    ],
}
QUIET = {
    "name": "Quiet",
    "type": "dynamic",
    "rule": {"all": [{"type": "in_list", "list": "Welcomed"},
                     {"type": "last_activity_older", "days": 30}]},
}  # fmt: skip
EMAIL = {
    "format": "practice-crm/template@1",
    "channel": "email",
    "name": "Welcome",
    "subject": "Hi {{firstname}}",
    "body": "<p>Hello</p>",
}
TEXT = {
    "format": "practice-crm/template@1",
    "channel": "sms",
    "name": "Welcome",
    "body": "See you",
}
DOCUMENT: dict[str, Any] = {
    "format": "practice-crm/scenario@1",
    "practice": {"name": "Oak Street Clinic", "timezone": "America/New_York"},
    "users": ["sarah"],
    "lists": [{"name": "Welcomed", "type": "static"}, QUIET],
    "templates": [EMAIL, TEXT, {**TEXT, "name": "Bye"}],
    "automations": [WELCOME],
    "sequences": [MONTHLY],
    "campaigns": [SPRING, {"name": "Empty", "assets": []}],
    "start": "2026-01-05T15:00:00Z",
    "until": "2026-01-06T15:00:00Z",
    "timeline": [
        {
            "at": "2026-01-05T15:00:00Z",
            "do": "create_contact",
            "contact": "ann",
            "fields": {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.org"},
        }
    ],
}
PEOPLE = (
    ("mrn-7", {"first_name": "Élodie", "last_name": "Da Silva", "email": "El.S@example.org"}),
    ("3", {"first_name": "Bob", "last_name": "Lee", "phone": "+12025550123"}),
    (None, {"first_name": "Cem", "last_name": "Lee", "phone": "+442071838750"}),
    (None, {"first_name": "Bob", "last_name": "Lee", "email": "bob@example.org"}),
    (None, {"email": "nameless@example.org"}),
)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store."""
    store = open_store(store_url)
    yield store
    store.close()


@pytest.fixture
def lived(store: Store) -> Iterator[Connection]:
    """A read transaction on a small practice."""
    Scenario(store, filled(DOCUMENT)).run()
    with store.read() as connection:
        yield connection


@pytest.fixture
def people(store: Store) -> Iterator[Connection]:
    """A read transaction on a store of `PEOPLE`, with ids from 1."""
    new = [NewContact("manual", fields, ref=ref) for ref, fields in PEOPLE]
    assert create_contacts(Workspace(store), new, 0) == [1, 2, 3, 4, 5]
    with store.read() as connection:
        yield connection


def test_the_tables(lived: Connection) -> None:
    tables = {what: list_items(lived, what) for what in TABLES}
    assert tables == {
        "automations": [{
            "name": "Welcome series", "status": "active", "trigger": "contact_created",
            "goal": "book_appointment", "steps": 6, "enrolled": 1, "active": 0,
            "completed_rate": 1.0, "goal_rate": 0.0,
        }],
        "sequences": [{
            "name": "Monthly", "status": "active", "list": "Welcomed",
            "every": {"amount": 4, "unit": "weeks"}, "next": "2026-02-03T15:00:00Z", "steps": 1,
            "runs": 1, "active": 0,
        }],
        "campaigns": [
            {"name": "Empty", "goal": None, "status": "active", "start": None, "end": None,
             "assets": 0, "reached": 0, "converted": 0, "conversion_rate": None},
            {"name": "Spring", "goal": "onboarding", "status": "active", "start": "2026-01-01",
             "end": "2026-03-31", "assets": 2, "reached": 1, "converted": 0,
             "conversion_rate": 0.0},
        ],
        "lists": [
            {"name": "Quiet", "type": "dynamic", "size": 0},
            {"name": "Welcomed", "type": "static", "size": 1},
        ],
        "templates": [
            {"name": "Welcome", "channel": "email", "subject": "Hi {{firstname}}"},
            {"name": "Bye", "channel": "sms", "subject": None},
            {"name": "Welcome", "channel": "sms", "subject": None},
        ],
        "tasks": [{
            "title": "Call Ann of Oak Street Clinic", "contact": 1, "contact_name": "Ann Lee",
            "assignee": "sarah", "due": "2026-01-06T15:00:00Z", "flow": "Welcome series",
        }],
        "messages": [],
    }  # fmt: skip


def test_a_task_s_title_is_not_filled_twice(store: Store) -> None:
    ann = {**DOCUMENT["timeline"][0], "fields": {"first_name": "{%x {{practice}}"}}
    Scenario(store, filled({**DOCUMENT, "timeline": [ann]})).run()
    with store.read() as connection:
        (task,) = list_items(connection, "tasks")
    assert task["title"] == "Call {%x {{practice}} of Oak Street Clinic"


@pytest.mark.parametrize("seed", range(3))
def test_tables_and_reports_show_the_same_numbers(seed: int, store: Store) -> None:
    Scenario(store, filled(random_scenario(seed))).run()
    with store.read() as connection:
        for item in list_items(connection, "automations"):
            report = report_automation(connection, item["name"])
            assert (item["enrolled"], item["active"]) == (report["enrolled"], report["active"])
        for item in list_items(connection, "sequences"):
            assert item["runs"] == report_sequence(connection, item["name"])["runs"]
        for item in list_items(connection, "campaigns"):
            report = report_campaign(connection, item["name"], 0)
            same = ("status", "reached", "converted", "conversion_rate")
            assert [item[key] for key in same] == [report[key] for key in same]


def test_documents_come_out_as_they_went_in(lived: Connection) -> None:
    documents: list[tuple[str, dict[str, Any]]] = [
        ("automation", WELCOME),
        ("sequence", MONTHLY),
        ("campaign", SPRING),
        ("list", QUIET),
        ("list", DOCUMENT["lists"][0]),
        ("email", EMAIL),
        ("sms", TEXT),
    ]
    for kind, document in documents:
        assert show(lived, kind, document["name"]) == document


def test_a_template_by_its_name_alone(lived: Connection) -> None:
    assert show(lived, "template", "Bye")["channel"] == "sms"
    with pytest.raises(KnownError, match="Both an email and a text"):
        show(lived, "template", "Welcome")


def test_an_unknown_name_is_refused(lived: Connection) -> None:
    for kind in KINDS:
        noun = {"email": "template", "sms": "template"}.get(kind, kind)
        with pytest.raises(KnownError, match=f'no {noun} called "Nothing of this name"[.]'):
            show(lived, kind, "Nothing of this name")


def test_an_unknown_kind_or_table_is_refused(lived: Connection) -> None:
    for ask in (show, lambda connection, kind, _: list_items(connection, kind)):
        with pytest.raises(KnownError, match='"spreadsheet": name one of .*') as refused:
            ask(lived, "spreadsheet", "x")
        assert refused.value.status == 2


def test_what_was_deleted_is_listed_no_more_but_keeps_its_history(store: Store) -> None:
    scenario = Scenario(store, filled(DOCUMENT))
    scenario.run()
    with store.read() as connection:
        flow_id = query(connection, "SELECT id FROM flow WHERE name = 'Welcome series'")[0][0]
    delete(scenario.workspace, flow_id, 1_800_000_000_000_000)
    with store.read() as connection:
        assert list_items(connection, "automations") == []
        assets = report_campaign(connection, "Spring", 0)["assets"]
        assert assets[0]["name"] == "deleted automation"
        assert assets[0]["reached"] == 1


FOUND = {
    "1": 1,
    "id:3": 3,
    "id: 3": 3,
    " mrn-7 ": 1,
    "El.S@example.org": 1,
    "El.S@EXAMPLE.ORG": 1,
    "BOB@example.org": 4,
    "+12025550123": 2,
    "(202) 555-0123": 2,
    "1 202 555 0123": 2,
    "+44 20 7183 8750": 3,
    "cem lee": 3,
    "Lee,  Cem": 3,
    "CEM": 3,
    "Élodie": 1,
    "da silva": 1,
    "Da Silva, Élodie": 1,
    "ÉLODIE": 1,
    "élodie da silva": 1,
    "DA SILVA, ÉLODIE": 1,
}
REFUSED = {
    "3": "several contacts: say which one by id (id:2, id:3)",
    "Lee": "(id:2, id:3, id:4)",
    "Bob Lee": "(id:2, id:4)",
    "nobody": "No contact has this",
    "id:99": "No contact has this",
    "id:Cem": "No contact has this",
    "9" * 5000: "No contact has this",
    "nobody@example.org": "No contact has this",
    "%": "No contact has this",
    "' OR 1=1 --": "No contact has this",
    "Cem\0": "No contact has this",
    "\ud800": "No contact has this",
    " ": "Say which contact",
    ",": "No contact has this",
}


def test_one_contact_is_found(people: Connection) -> None:
    assert {text: find_contact(people, text) for text in FOUND} == FOUND


def test_nobody_or_several_are_refused(people: Connection) -> None:
    for text, said in REFUSED.items():
        with pytest.raises(KnownError) as refused:
            find_contact(people, text)
        assert refused.value.status == 2
        assert said in refused.value.sentence
        assert "Lee" not in refused.value.sentence, "no patient data"


def test_many_namesakes_are_cut_short(store: Store) -> None:
    new = [NewContact("manual", {"first_name": "Ann"}) for _ in range(9)]
    create_contacts(Workspace(store), new, 0)
    with store.read() as connection, pytest.raises(KnownError) as refused:
        find_contact(connection, "ann")
    assert refused.value.sentence.endswith("(id:1, id:2, id:3, id:4, id:5, …).")
