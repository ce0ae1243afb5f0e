"""What is set up: a new dynamic list fills, and what is in use can't be removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from db.errors import KnownError
from db.queries import checks
from db.session import open_store
from engine.calendar import parse_instant
from engine.commands import contacts, flows, settings
from engine.commands.bundles import import_document
from engine.commands.removal import remove
from engine.naming import load_names
from engine.workspace import Workspace

NOW = parse_instant("2026-03-02T15:00:00Z")
WELCOME = {
    "format": "practice-crm/template@1",
    "name": "Welcome",
    "channel": "email",
    "subject": "Hello",
    "body": "<p>Hello</p>",
}


@pytest.fixture
def workspace(store_url: str) -> Iterator[Workspace]:
    store = open_store(store_url)
    yield Workspace(store)
    store.close()


def test_a_new_dynamic_list_takes_everyone_it_is_for(workspace: Workspace) -> None:
    new = [contacts.NewContact("manual", {"status": status}) for status in ("lead", "patient")]
    _, patient = contacts.create_contacts(workspace, new, NOW)
    rule = {"all": [{"type": "property", "property": "status", "op": "is", "value": "patient"}]}
    bundle = {
        "format": "practice-crm/bundle@1",
        "lists": [{"name": "Patients", "type": "dynamic", "rule": rule}],
    }
    import_document(workspace, "bundle", bundle, NOW)
    with workspace.store.read() as connection:
        list_id = load_names(connection).lists["Patients"]
        assert checks.members(connection, list_id, 0, 10) == [patient]


def automation(**step: Any) -> dict[str, Any]:
    trigger = {"type": "form_submitted", "form": "Intake"}
    steps = [{"id": "a", **step}]
    return {"format": "practice-crm/automation@1", "name": "Flow", "trigger": trigger,
            "steps": steps}  # fmt: skip


def test_what_a_flow_uses_stays_until_it_does_not(workspace: Workspace) -> None:
    settings.put_template(workspace, WELCOME)
    settings.add_named(workspace, "form", "Intake")
    document = automation(type="send_email", template="Welcome")
    flow_id = flows.save_flow(workspace, "automation", document, NOW)
    for kind, name in (("email", "Welcome"), ("form", "Intake")):
        with pytest.raises(KnownError, match="in use by the automation 'Flow'"):
            remove(workspace, kind, name)
    flows.delete(workspace, flow_id, NOW)
    for kind, name in (("email", "Welcome"), ("form", "Intake")):
        remove(workspace, kind, name)
        with pytest.raises(KnownError, match="There is no"):
            remove(workspace, kind, name)


def test_an_owner_stays_while_anybody_is_theirs(workspace: Workspace) -> None:
    owner = settings.add_named(workspace, "user", "Sarah")
    contacts.create_contacts(
        workspace, [contacts.NewContact("manual", {"contact_owner": str(owner)})], NOW
    )
    with pytest.raises(KnownError, match="1 contacts"):
        remove(workspace, "user", "Sarah")
