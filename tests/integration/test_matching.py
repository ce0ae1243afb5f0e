"""What a trigger's form says of how many match today."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.session import open_store
from engine.calendar import DAY
from engine.commands.contacts import NewContact, create_contacts
from engine.commands.settings import add_list, add_named
from engine.matching import count_matching
from engine.workspace import Workspace

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
        ({"type": "property_changed", "property": "status"}, None),
        ({"type": "birthday", "offset": 0}, 1),
        ({"type": "birthday", "offset": -7}, 1),
        ({"type": "birthday"}, None),
        ({"type": "inactive", "days": 30}, 0),
        ({"type": "form_submitted", "form": "any"}, None),
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
