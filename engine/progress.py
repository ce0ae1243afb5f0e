"""What an advance did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.batch import Batch


@dataclass(frozen=True, slots=True)
class Progress:
    """Events recorded, walks begun, steps journalled, messages queued."""

    events: int = 0
    enrolled: int = 0
    steps: int = 0
    queued: int = 0

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            self.events + other.events,
            self.enrolled + other.enrolled,
            self.steps + other.steps,
            self.queued + other.queued,
        )


def summary(batch: Batch) -> Progress:
    """What one batch did."""
    steps = sum(line.step is not None and line.what != "held" for line in batch.lines)
    return Progress(len(batch.events), len(batch.begun), steps, len(batch.messages))
