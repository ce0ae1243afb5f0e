"""What a trigger's form says of how many match today."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.queries.matching import did_since
from db.session import open_store, temporary_store
from db.sql import execute, many, query
from engine.calendar import DAY
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.settings import add_list, add_named, put_settings, put_template
from engine.matching import count_matching
from engine.workspace import Workspace

HOUR = DAY // 24
NOW = 1_767_621_600_000_000
"""2026-01-05T14:00:00Z."""


@pytest.fixture
def workspace(store_url: str) -> Iterator[Workspace]:
    store = open_store(store_url)
    workspace = Workspace(store)
    add_named(workspace, "user", "Sarah")
    add_list(workspace, {"name": "L", "type": "static"})
    people = [
        NewContact("walk_in", {"first_name": "Ann", "dob": "1980-01-12"}),
        NewContact("manual", {"first_name": "Bob", "dob": "1990-01-05", "status": "patient"}),
        NewContact("manual", {"first_name": "Cat", "sms_subscription": "off"}),
    ]
    create_contacts(workspace, people, NOW)
    yield workspace
    store.close()


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ({"type": "contact_created", "source": "any"}, 3),
        ({"type": "contact_created", "source": "walk_in"}, 1),
        ({"type": "became_patient"}, 1),
        ({"type": "list_joined", "list": "L"}, 0),
        ({"type": "list_joined", "list": "gone"}, None),
        ({"type": "property_changed", "property": "sms_subscription", "to": "off"}, 1),
        ({"type": "property_changed", "property": "contact_owner", "to": "Sarah"}, 0),
        ({"type": "property_changed", "property": "status"}, 0),
        ({"type": "property_changed"}, None),
        ({"type": "birthday", "offset": 0}, 1),
        ({"type": "birthday", "offset": -7}, 1),
        ({"type": "birthday"}, None),
        ({"type": "inactive", "days": 30}, 0),
        ({"type": "form_submitted", "form": "gone"}, None),
        ({"type": "email_engaged", "email": "any"}, None),
        ({}, None),
    ],
)
def test_who_matches(
    workspace: Workspace, trigger: dict[str, object], expected: int | None
) -> None:
    with workspace.store.read() as connection:
        assert count_matching(connection, trigger, NOW) == expected


def test_who_is_quiet(workspace: Workspace) -> None:
    with workspace.store.read() as connection:
        assert count_matching(connection, {"type": "inactive", "days": 30}, NOW + 30 * DAY) == 3


FORMS = [{"type": "form_submitted", "form": form} for form in ("any", "Intake", "Callback")]
ENGAGED = [
    {"type": "email_engaged", "kind": kind, "email": email}
    for email in ("any", "Hello", "Again")
    for kind in ("opened", "clicked", "either")
]
REPLIED = [{"type": "sms_replied", "sms": sms} for sms in ("any", "Hi", "Ho")]
CHANGED = [
    {"type": "property_changed", "property": name} for name in ("lead_source", "status", "provider")
]


@pytest.fixture
def eventful(workspace: Workspace) -> Workspace:
    """Some of what happened on 4 and 5 January; the practice's day begins at 05:00 UTC."""
    put_settings(workspace, {"practice.timezone": "America/New_York"})
    for form in ("Intake", "Callback"):
        add_named(workspace, "form", form)
    for channel, name in (("email", "Hello"), ("email", "Again"), ("sms", "Hi"), ("sms", "Ho")):
        subject = {"subject": "Hi"} if channel == "email" else {}
        put_template(workspace, {"format": "practice-crm/template@1", "channel": channel,
                                 "name": name, "body": "Hi", **subject})  # fmt: skip
    midnight = NOW - 9 * HOUR
    rows = (
        (1, midnight - 1, "form_submitted", 1, None), (2, midnight, "form_submitted", 1, None),
        (2, NOW, "form_submitted", 1, None), (3, NOW, "form_submitted", 2, None),
        (1, midnight - HOUR, "email_clicked", 1, None), (1, NOW - HOUR, "email_opened", 1, None),
        (2, NOW, "email_opened", 2, None), (3, NOW, "email_clicked", 1, None),
        (3, NOW, "email_opened", None, None), (1, NOW, "email_sent", 1, None),
        (1, NOW, "sms_opted_out", 3, None), (2, midnight, "sms_replied", 3, None),
        (3, midnight - DAY, "sms_replied", 4, None),
        (1, NOW, "property_changed", None, "lead_source"),
        (2, midnight - 1, "property_changed", None, "status"),
    )  # fmt: skip
    with workspace.store.write() as connection:
        many(connection, """INSERT INTO event (contact_id, at, kind, subject_id, field, depth)
            VALUES (?, ?, ?, ?, ?, 0)""", rows)  # fmt: skip
    return workspace


def test_what_merely_happens_counts_whom_an_event_of_today_would_enrol(
    eventful: Workspace,
) -> None:
    triggers = [*FORMS, *ENGAGED, *REPLIED, *CHANGED]
    expected = [2, 1, 1, *(3, 1, 3, 1, 1, 2, 1, 0, 1), 1, 1, 0, 1, 0, 0]
    with eventful.store.read() as connection:
        assert [count_matching(connection, trigger, NOW) for trigger in triggers] == expected


def test_who_must_not_be_contacted_is_left_out_today_too(eventful: Workspace) -> None:
    with eventful.store.write() as connection:
        execute(connection, "UPDATE contact SET archived = 1 WHERE id = 3")
    with eventful.store.read() as connection:
        assert [count_matching(connection, trigger, NOW) for trigger in FORMS] == [1, 1, 0]


def test_the_log_is_read_by_its_index() -> None:
    with temporary_store() as store, store.read() as connection:
        for test in (did_since(NOW, ["email_opened", "email_clicked"]),
                     did_since(NOW, ["property_changed"], field="status")):  # fmt: skip
            plan = query(connection, f"EXPLAIN QUERY PLAN SELECT 1 FROM contact WHERE {test.sql}",
                         *test.values)  # fmt: skip
            assert any("ix_event_today (kind=? AND at>?)" in row.detail for row in plan)
