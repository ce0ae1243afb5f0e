"""Create task: work for the contact's owner, the front desk or a named user."""

from __future__ import annotations

from engine.batch import Batch
from engine.calendar import add_delay
from engine.compose.tokens import compile_text
from engine.flow import Step
from engine.record import Task, Walk


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Create the task; the owner is the one the contact has now."""
    fields, contact = step.fields, walk.contact
    assignee = fields["assignee"]
    user = assignee if isinstance(assignee, int) else None
    if assignee == "contact_owner" and contact.contact_owner:
        user = int(contact.contact_owner)
    due_in, zone = fields["due_in"], batch.catalogue.practice.zone
    batch.tasks.append(
        Task(
            contact.id, walk.id, step.id, _title(batch, walk, fields["title"]),
            "user" if isinstance(assignee, int) else assignee, user, batch.now,
            add_delay(batch.now, due_in["amount"], due_in["unit"], zone),
        )
    )  # fmt: skip
    batch.say(walk, "task_created", step.id)
    return step.next


def _title(batch: Batch, walk: Walk, title: str) -> str:
    """The title with its tokens filled, as the person who does the task reads it."""
    if "{{" not in title:
        return title
    contact, catalogue = walk.contact, batch.catalogue
    filler = batch.once(("title", title), lambda: compile_text(title, escape=False))
    return filler.fill(
        {
            "firstname": contact.first_name,
            "lastname": contact.last_name,
            "practice": catalogue.practice.name,
            "owner": catalogue.users.get(contact.contact_owner, ""),
        }
    )
