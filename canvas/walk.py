"""Where the arrow keys lead in a flow (screens.md section 2, "arrow keys walk the flow").

A stop is a card, by its id, or a slot: the plus of an empty lane is reached like a card. Down
follows the flow, through the YES lane of an if/then; up is the way back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from canvas.layout import Edge, Layout
from canvas.operations import Document, Slot, lanes_of, steps_in_order
from engine.vocabulary import END, TRIGGER

Stop = str | Slot

_MAIN: Final = (None, "")


class Walk:
    """The ways from stop to stop of one flow as it is laid out. An unknown id is a KeyError."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self._slots: dict[str, Slot] = {}
        self._lanes: dict[tuple[str | None, str], list[str]] = {_MAIN: []}
        for slot, step in steps_in_order(document):
            self._slots[step["id"]] = slot
            self._lanes[slot.owner, slot.lane].append(step["id"])
            self._lanes |= {(step["id"], lane): [] for lane, _ in lanes_of(step)}
        self._tops: dict[Stop, int] = {card.id: card.y for card in layout.cards}
        self._tops |= {plus.slot: plus.y for plus in layout.pluses}
        self._tops[END] = layout.end.y
        self._layout = layout

    def below(self, stop: Stop) -> Stop:
        """What comes next: the first of an if/then's YES lane, else what is reached after it."""
        if stop == END:
            return END
        if isinstance(stop, Slot):
            lane = self._lanes[stop.owner, stop.lane]
            return lane[stop.index] if stop.index < len(lane) else self._after(stop.owner)
        if stop == TRIGGER:
            return next(iter(self._lanes[_MAIN]), END)
        return self._top_of(stop, "yes") if (stop, "yes") in self._lanes else self._after(stop)

    def above(self, stop: Stop) -> Stop:
        """What comes before: the way `below` came, or the if/then at the top of a lane."""
        if stop == TRIGGER:
            return TRIGGER
        slot = Slot(None, "", len(self._lanes[_MAIN])) if stop == END else self._slot_of(stop)
        if slot.index:
            return self._bottom(self._lanes[slot.owner, slot.lane][slot.index - 1])
        return TRIGGER if slot.owner is None else slot.owner

    def beside(self, stop: Stop, lane: str) -> Stop:
        """The stop at the same height in the "yes" or "no" lane next to this one's, or itself.

        From an if/then it leads to the top of that lane.
        """
        if stop in (TRIGGER, END):
            return stop
        if isinstance(stop, str) and (stop, lane) in self._lanes:
            return self._top_of(stop, lane)
        slot = self._slot_of(stop)
        while slot.lane == lane and slot.owner is not None:
            slot = self._slots[slot.owner]
        if slot.owner is None:
            return stop
        steps = self._lanes[slot.owner, lane]
        if not steps:
            return Slot(slot.owner, lane, 0)
        tops = [self._tops[step] for step in steps]
        right = min(bisect_left(tops, self._tops[stop]), len(steps) - 1)
        near = (max(right - 1, 0), right)
        return steps[min(near, key=lambda index: abs(tops[index] - self._tops[stop]))]

    def step_by_step(self) -> list[Stop]:
        """Every card and every plus, the pluses of lanes that have steps too, top to bottom."""
        stops: list[Stop] = [TRIGGER]
        waiting: list[Stop] = [END, Slot(None, "", 0)]
        while waiting:
            stop = waiting.pop()
            stops.append(stop)
            if isinstance(stop, Slot):
                lane = self._lanes[stop.owner, stop.lane]
                if stop.index < len(lane):
                    waiting += [Slot(stop.owner, stop.lane, stop.index + 1), lane[stop.index]]
            elif (stop, "yes") in self._lanes:
                waiting += [Slot(stop, "no", 0), Slot(stop, "yes", 0)]
        return stops

    def edges_taken(self, path: Sequence[str]) -> set[Edge]:
        """The lines that someone followed who came by these cards, in this order."""
        below = {(card.x + card.width // 2, card.y + card.height): card.id
                 for card in self._layout.cards}  # fmt: skip
        joins = {(plus.x, plus.y): plus.slot for plus in self._layout.pluses}
        came_by, steps = set(path), set(pairwise(path))
        taken = set()
        for edge in self._layout.edges:
            start = edge.points[0]
            if start in below:
                follows = (below[start], edge.target_id) in steps
            else:
                follows = edge.target_id in came_by and self._above_join(joins[start]) in came_by
            if follows:
                taken.add(edge)
        return taken

    def _above_join(self, slot: Slot) -> str:
        """The if/then whose lanes rejoin at this slot."""
        return self._lanes[slot.owner, slot.lane][slot.index - 1]

    def _slot_of(self, stop: Stop) -> Slot:
        return stop if isinstance(stop, Slot) else self._slots[stop]

    def _top_of(self, owner: str, lane: str) -> Stop:
        return next(iter(self._lanes[owner, lane]), Slot(owner, lane, 0))

    def _after(self, id: str | None) -> Stop:
        """What a step is followed by: in its lane, or where its lane rejoins."""
        while id is not None:
            slot = self._slots[id]
            lane = self._lanes[slot.owner, slot.lane]
            if slot.index + 1 < len(lane):
                return lane[slot.index + 1]
            id = slot.owner
        return END

    def _bottom(self, id: str) -> Stop:
        """The last stop of a step: of an if/then, that of its YES lane."""
        while (id, "yes") in self._lanes:
            lane = self._lanes[id, "yes"]
            if not lane:
                return Slot(id, "yes", 0)
            id = lane[-1]
        return id
