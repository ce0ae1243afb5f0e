"""Delay: waits from the instant the contact arrives, never held."""

from __future__ import annotations

from engine.batch import Batch
from engine.calendar import add_delay
from engine.flow import Step
from engine.record import Walk
from engine.steps import WAITS


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Start to wait."""
    fields = step.fields
    until = batch.once(
        (step.type, fields["amount"], fields["unit"]),
        lambda: add_delay(
            batch.now, fields["amount"], fields["unit"], batch.catalogue.practice.zone
        ),
    )
    walk.started, walk.due_at = 1, until
    batch.say(walk, "waiting", step.id, None, until)
    return WAITS
