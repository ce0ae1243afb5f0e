"""Set property: one of the editable ones; never a subscription back on after an opt-out."""

from __future__ import annotations

from engine.batch import SKIPPED, Batch
from engine.flow import Step
from engine.record import Walk


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Decide on the record as it stands; the change takes effect when the round's steps end."""
    name, value = step.fields["property"], step.fields["value"]
    if value == "on" and walk.contact.opted_out_of(name):
        batch.step_counts[walk.flow_id, step.id][SKIPPED] += 1
        batch.say(walk, "skipped", step.id, "opted_out")
    elif walk.contact.get(name) == value:
        batch.say(walk, "unchanged", step.id)
    else:
        batch.say(walk, "property_set", step.id)
        batch.changes.append((walk, name, value))
    return step.next
