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
from engine.runner import advance
from engine.workspace import Workspace

NOW = parse_instant("2026-03-02T15:00:00Z")
WELCOME = {
    "format": "practice-crm/template@1",
    "name": "Welcome",
    "channel": "email",
    "subject": "Hello",
    "body": "<p>Hello</p>",
}


PATIENTS = {"all": [{"type": "property", "property": "status", "op": "is", "value": "patient"}]}


@pytest.fixture
def workspace(store_url: str) -> Iterator[Workspace]:
    store = open_store(store_url)
    yield Workspace(store)
    store.close()


def test_a_new_dynamic_list_takes_everyone_it_is_for(workspace: Workspace) -> None:
    new = [contacts.NewContact("manual", {"status": status}) for status in ("lead", "patient")]
    _, patient = contacts.create_contacts(workspace, new, NOW)
    bundle = {
        "format": "practice-crm/bundle@1",
        "lists": [{"name": "Patients", "type": "dynamic", "rule": PATIENTS}],
    }
    import_document(workspace, "bundle", bundle, NOW)
    with workspace.store.read() as connection:
        list_id = load_names(connection).lists["Patients"]
        assert checks.members(connection, list_id, 0, 10) == [patient]


class Killed(BaseException):
    """Stands for the end of the process."""


def killed_at(workspace: Workspace, point: str) -> Workspace:
    """A workspace on the same store whose process ends at a commit point."""

    def reached(passed: str) -> None:
        if passed == point:
            raise Killed

    return Workspace(workspace.store, reached=reached)


@pytest.mark.parametrize("point", ["documents.saved", "lists.saving", "lists.saved"])
def test_a_list_that_was_cut_short_fills_at_the_next_tick(workspace: Workspace, point: str) -> None:
    new = [contacts.NewContact("manual", {"status": "patient"}) for _ in range(5)]
    people = contacts.create_contacts(workspace, new, NOW)
    welcome = {"type": "list_joined", "list": "Patients"}
    wait = {"id": "wait", "type": "delay", "amount": 1, "unit": "days"}
    bundle = {
        "format": "practice-crm/bundle@1",
        "lists": [{"name": "Patients", "type": "dynamic", "rule": PATIENTS}],
    }
    with pytest.raises(Killed):
        import_document(killed_at(workspace, "documents.saved"), "bundle", bundle, NOW)
    flow = {"format": "practice-crm/automation@1", "name": "Hi", "trigger": welcome,
            "steps": [wait]}  # fmt: skip
    flows.activate(workspace, flows.save_flow(workspace, "automation", flow, NOW), NOW)
    if point != "documents.saved":
        with pytest.raises(Killed):
            advance(killed_at(workspace, point), NOW, 2)
    done = advance(workspace, NOW, 2)
    assert done.enrolled == (3 if point == "lists.saved" else 5)
    assert advance(workspace, NOW, 2).events == 0
    with workspace.store.read() as connection:
        list_id = load_names(connection).lists["Patients"]
        assert checks.members(connection, list_id, 0, 10) == people


def test_a_list_added_alone_fills_at_the_next_tick(workspace: Workspace) -> None:
    new = [contacts.NewContact("manual", {"status": status}) for status in ("lead", "patient")]
    _, patient = contacts.create_contacts(workspace, new, NOW)
    document = {"name": "Patients", "type": "dynamic", "rule": PATIENTS}
    list_id = settings.add_list(workspace, document)
    advance(workspace, NOW)
    with workspace.store.read() as connection:
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
