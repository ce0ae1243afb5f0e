"""The appointment book: each entry and its event are one transaction (engine.md section 2)."""

from __future__ import annotations

from typing import Final

from db import desk
from db.errors import KnownError
from engine.commands.events import Fact, record_facts
from engine.progress import Progress
from engine.workspace import Workspace

_EVENTS: Final = {"completed": "appointment_completed", "cancelled": "appointment_cancelled"}


def book(
    workspace: Workspace, contact_id: int, when: int, provider_id: int | None, at: int
) -> Progress:
    """Book a visit at `when`; a lead becomes a patient. Raises KnownError if the person is gone."""
    with workspace.write("appointments") as connection:
        done = record_facts(workspace, connection, [Fact(contact_id, "appointment_booked")], at)
        desk.add_appointment(connection, contact_id, provider_id, when)
        return done


def complete(workspace: Workspace, appointment_id: int, at: int) -> Progress:
    """Say that a visit took place. Raises KnownError unless it stands as booked."""
    return _settle(workspace, appointment_id, "completed", at)


def cancel(workspace: Workspace, appointment_id: int, at: int) -> Progress:
    """Cancel a visit. Raises KnownError unless it stands as booked."""
    return _settle(workspace, appointment_id, "cancelled", at)


def _settle(workspace: Workspace, appointment_id: int, status: str, at: int) -> Progress:
    with workspace.write("appointments") as connection:
        contact_id = desk.settle_appointment(connection, appointment_id, status)
        if contact_id is None:
            raise KnownError("This visit is not booked any more: look at the appointments again.")
        fact = Fact(contact_id, _EVENTS[status])
        return record_facts(workspace, connection, [fact], at)
