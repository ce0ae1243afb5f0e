"""One event recorded against 200 active automations, held against one INSERT and its COMMIT."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

# In place of this folder, whose names would hide the standard library's.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from db.bulk import copy_rows
from db.session import temporary_store
from engine.calendar import SECOND
from engine.commands import contacts, events, flows, settings
from engine.workspace import Workspace
from tests.benchmarks.measure import (
    START,
    WELCOME,
    figure,
    people,
    practice,
    report,
    seconds,
    stores,
)

AUTOMATIONS = 200
EVENTS = 200
BAR = 5.0


def main() -> None:
    """Measure on both stores."""
    with stores() as addresses:
        report([measure(dialect, url) for dialect, url in addresses])


def measure(dialect: str, url: str | None) -> dict[str, Any]:
    """Both sides in turn, each the middle of many, in seconds."""
    with temporary_store(url) as store:
        workspace = practice(store)
        automate(workspace)
        ids = contacts.create_contacts(workspace, people(EVENTS), START)
        form = settings.add_named(workspace, "form", "Form 7")
        ours, theirs = [], []
        for place, id in enumerate(ids):
            at = START + place * SECOND
            ours.append(seconds(events.record, workspace, id, "form_submitted", at, subject=form))
            theirs.append(seconds(insert, workspace, id, at))
    return figure(
        f"event {dialect}", statistics.median(ours), statistics.median(theirs), BAR, most=True
    )


def automate(workspace: Workspace) -> None:
    """Two hundred active automations on as many forms: an event enrols in one of them."""
    for number in range(AUTOMATIONS):
        settings.add_named(workspace, "form", f"Form {number}")
        trigger = {"type": "form_submitted", "form": f"Form {number}"}
        document = {**WELCOME, "name": f"Automation {number}", "trigger": trigger}
        flows.activate(workspace, flows.save_flow(workspace, "automation", document, START), START)


def insert(workspace: Workspace, contact_id: int, at: int) -> None:
    """One bare row of the event log, committed."""
    with workspace.store.write() as connection:
        row = (contact_id, at, "page_visited", 0)
        copy_rows(connection, "event", ("contact_id", "at", "kind", "depth"), [row])


if __name__ == "__main__":
    main()
