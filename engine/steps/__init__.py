"""What each step kind does when a contact takes it: one module a kind (engine.md section 4).

A `take(batch, walk, step)` says in the journal what happened and gives the id of the step that
follows, or WAITS when the contact stays at it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.batch import Batch
from engine.flow import Step
from engine.record import Walk

WAITS: Final = ""
"""The contact stays at the step: its delay is running."""

Take = Callable[[Batch, Walk, Step], str | None]
