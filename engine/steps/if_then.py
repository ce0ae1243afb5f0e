"""If / then branch: the chosen lane runs, then the steps after it."""

from __future__ import annotations

from engine.batch import Batch
from engine.conditions import holds
from engine.flow import Step
from engine.record import Walk


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Test the condition now."""
    if step.condition is not None and holds(step.condition, walk, batch.facts):
        batch.say(walk, "yes", step.id)
        return step.lanes[0]
    batch.say(walk, "no", step.id)
    return step.lanes[1]
