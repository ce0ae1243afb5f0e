"""Create task: work for the contact's owner, the front desk or a named user."""

from __future__ import annotations

from engine.batch import Batch
from engine.calendar import add_delay
from engine.flow import Step
from engine.record import Task, Walk


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Create the task; the owner is the one the contact has now."""
    fields, contact = step.fields, walk.contact
    due_in, assignee = fields["due_in"], fields["assignee"]
    user = assignee if isinstance(assignee, int) else None
    if assignee == "contact_owner" and contact.contact_owner:
        user = int(contact.contact_owner)
    zone = batch.catalogue.practice.zone
    batch.tasks.append(
        Task(
            walk, step.id, fields["title"], "user" if isinstance(assignee, int) else assignee,
            user, add_delay(batch.now, due_in["amount"], due_in["unit"], zone),
        )
    )  # fmt: skip
    batch.say(walk, "task_created", step.id)
    return step.next
