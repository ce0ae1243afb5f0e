"""If / then branch: the chosen lane runs, then the steps after it."""

from __future__ import annotations

from engine.batch import TOOK_NO, TOOK_YES, Batch
from engine.conditions import holds
from engine.flow import Step
from engine.record import Walk


def take(batch: Batch, walk: Walk, step: Step) -> str | None:
    """Test the condition now, and count who took which lane."""
    counts = batch.step_counts[walk.flow_id, step.id]
    if step.condition is not None and holds(step.condition, walk, batch.facts):
        batch.say(walk, "yes", step.id)
        counts[TOOK_YES] += 1
        return step.lanes[0]
    batch.say(walk, "no", step.id)
    counts[TOOK_NO] += 1
    return step.lanes[1]
