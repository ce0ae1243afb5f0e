"""Add to list: a static list."""

from __future__ import annotations

from engine.batch import Batch
from engine.flow import Step
from engine.record import Walk


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Decide on the record as it stands; the change takes effect when the round's steps end."""
    if step.fields["list"] in walk.contact.lists:
        batch.say(walk, "unchanged", step.id)
    else:
        batch.say(walk, "added", step.id)
        batch.changes.append((walk, "", step.fields["list"]))
    return step.next
