"""What the command palette finds says a record's state as the screens do."""

from __future__ import annotations

from db import shelves
from db.session import temporary_store
from engine.commands.flows import activate, pause, save_flow
from engine.finding import find
from engine.workspace import Workspace
from tests.integration.desk import NOON, TEXT

FLOW = {
    "format": "practice-crm/automation@1", "name": "Reminder",
    "trigger": {"type": "contact_created", "source": "any"}, "steps": [TEXT],
}  # fmt: skip


def test_an_automation_is_on_off_or_a_draft() -> None:
    with temporary_store() as store:
        workspace = Workspace(store)
        flow_id = save_flow(workspace, "automation", FLOW, NOON)

        def note() -> str:
            with store.read() as reader:
                return find(reader, "remind", 5)[0].note

        notes = [note()]
        for switch in (activate, pause):
            switch(workspace, flow_id, NOON)
            notes.append(note())
    assert notes == ["Draft", "On", "Off"]


def test_a_list_is_found_by_its_name() -> None:
    with temporary_store() as store:
        with store.write() as connection:
            number = shelves.add_list(connection, "Allergy season", None)
        with store.read() as reader:
            found = find(reader, "allergy", 5)
    assert [(each.kind, each.id, each.name) for each in found] == [
        ("list", number, "Allergy season")
    ]
