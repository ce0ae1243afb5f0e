"""Opens what the numbers of one automation and its days count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from engine.number import Counted
from engine.performance import Bucket, Performance, Step
from views.places import counted_place
from views.ports import Desk, Place

MESSAGES: Final = ("send_email", "send_sms")
_LINES: Final = ("enrolled", "finished", "reached")
"""What the lines over time count, in their order; any after them is of the days before."""


def says(step: Step, of: str) -> bool:
    """Whether there is such a number of a step: a delay sends nothing, a text can't be opened."""
    if of in ("opened", "clicked"):
        return step.type == "send_email"
    return of not in ("sent", "replied") or step.type in MESSAGES


class Numbers:
    """The way from each number of the tab Performance to the list it counts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.shown: Performance | None = None

    def open(self, of: str, step: str = "", channel: str = "") -> None:
        """What a number of these days counts; who is in it now is of no days."""
        shown = self.shown
        if shown is not None:
            counted = Counted(of, shown.flow_id, step, channel)
            if of != "active":
                counted = counted._replace(first=shown.first, last=shown.last)
            self._go(shown, counted)

    def open_step(self, step: Step, of: str) -> None:
        """What a cell of the table of steps counts; the step itself, who came to it."""
        if says(step, of):
            self.open(of or "entered", step.id)

    def open_bucket(self, buckets: Sequence[Bucket], lines: int, line: int, place: int) -> None:
        """What a number over time counts, `lines` of its columns being of the days shown."""
        shown = self.shown
        if shown is None or not place:
            return
        first = buckets[line].day
        following = buckets[line + 1 : line + 2]
        last = following[0].day - timedelta(days=1) if following else shown.last
        of = "enrolled"
        if place <= lines:
            of = _LINES[place - 1]
        else:
            length = shown.last - shown.first + timedelta(days=1)
            first, last = first - length, last - length
        self._go(shown, Counted(of, shown.flow_id, first=first, last=last))

    def _go(self, shown: Performance, counted: Counted) -> None:
        back = Place("automation", shown.flow_id, "performance")
        self._desk.open(counted_place(counted, back))
