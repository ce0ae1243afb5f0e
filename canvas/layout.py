"""Where the cards of a flow stand: a tidy tree, top to bottom, lanes side by side.

Pure and without recursion: five thousand cards, or branches hundreds deep, take milliseconds.
Distances are in scene units, whole numbers; y grows downwards. The picture starts at (0, 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from canvas.operations import Document, Slot, Step, lanes_of
from engine.vocabulary import END, TRIGGER

Point = tuple[int, int]

LABELS: Final = {"yes": "YES", "no": "NO"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The measures of a drawing; those of an even number keep its lines on whole units.

    `gap` lies between two cards of a lane, the plus in its middle. `fork` leads from an if/then
    down to the line its lanes hang from, `lead` from that line, or the one where lanes rejoin,
    down to a plus, and `tail` from a plus that stands by such a line to the next card or line.
    `aside` is how far a lane's label stands from the lane. `empty` is an empty lane's width.
    """

    card_width: int = 232
    card_height: int = 64
    plus: int = 20
    gap: int = 24
    fork: int = 22
    lead: int = 20
    tail: int = 14
    lane_gap: int = 68
    empty: int = 120
    aside: int = 44
    end_width: int = 156
    end_height: int = 26
    end_gap: int = 16


SIZES: Final = Sizes()


class Card(NamedTuple):
    """A step's card, the trigger's (id and type `TRIGGER`) or the end's; x and y are top left."""

    id: str
    type: str
    x: int
    y: int
    width: int
    height: int


class Plus(NamedTuple):
    """The one button of a slot; x and y are its centre."""

    slot: Slot
    x: int
    y: int


class Edge(NamedTuple):
    """A line of right angles, drawn with round corners, that leads to a card.

    Where lanes rejoin it ends at the plus below, and the one from that plus leads to the card.
    """

    points: tuple[Point, ...]
    target_id: str


class LaneLabel(NamedTuple):
    """YES or NO at the start of a lane of the if/then `id`; x and y are its centre."""

    text: str
    id: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawn flow. Cards come lane by lane, an if/then's after the one it stands in.

    `axis` is the x the trigger, the main list and the end are centred on.
    """

    cards: tuple[Card, ...]
    pluses: tuple[Plus, ...]
    edges: tuple[Edge, ...]
    labels: tuple[LaneLabel, ...]
    end: Card
    width: int
    height: int
    axis: int


def lay_out(document: Document, sizes: Sizes = SIZES) -> Layout:
    """Where everything of a flow stands; the same for the same document."""
    main = _measured(document, sizes)
    drawing = _Drawing(sizes)
    drawing.draw(main)
    end_top = sizes.card_height + main.pluses[-1] + sizes.end_gap
    half = sizes.end_width // 2
    return Layout(
        cards=tuple(drawing.cards),
        pluses=tuple(drawing.pluses),
        edges=tuple(drawing.edges),
        labels=tuple(drawing.labels),
        end=Card(END, END, main.left - half, end_top, sizes.end_width, sizes.end_height),
        width=main.left + main.right,
        height=end_top + sizes.end_height,
        axis=main.left,
    )


@dataclass(slots=True)
class _Lane:
    """A list of steps, and how much room it takes.

    `left` and `right` of its axis; `tops` of its cards and `pluses` (centres) below the line the
    lane hangs from; `height` from that line to the one where it may rejoin at the earliest.
    """

    owner: str | None
    name: str
    steps: Sequence[Step]
    forks: dict[int, _Fork] = field(default_factory=dict)
    left: int = 0
    right: int = 0
    height: int = 0
    tops: list[int] = field(default_factory=list)
    pluses: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Fork:
    """The two lanes of an if/then; `half` is how far each one's axis is from the trunk's."""

    yes: _Lane
    no: _Lane
    half: int = 0
    height: int = 0


def _measured(document: Document, sizes: Sizes) -> _Lane:
    """The main list with all lanes in it, each measured after those inside it."""
    lanes = [_Lane(None, "", document.get("steps", ()))]
    for lane in lanes:
        for index, step in enumerate(lane.steps):
            if step["type"] == "if_then":
                yes, no = (_Lane(step["id"], name, steps) for name, steps in lanes_of(step))
                lane.forks[index] = _Fork(yes, no)
                lanes += [yes, no]
    for lane in reversed(lanes):
        _measure_width(lane, sizes)
        _measure_height(lane, sizes)
    return lanes[0]


def _measure_width(lane: _Lane, sizes: Sizes) -> None:
    wide = lane.steps or lane.owner is None
    lane.left = lane.right = (sizes.card_width if wide else sizes.empty) // 2
    for fork in lane.forks.values():
        fork.half = (fork.yes.right + sizes.lane_gap + fork.no.left + 1) // 2
        fork.height = max(fork.yes.height, fork.no.height)
        lane.left = max(lane.left, fork.half + fork.yes.left)
        lane.right = max(lane.right, fork.half + fork.no.right)


def _measure_height(lane: _Lane, sizes: Sizes) -> None:
    between, inside = sizes.gap // 2, lane.owner is not None
    plus, room = (sizes.lead, sizes.tail) if inside else (between, between)
    lane.pluses.append(plus)
    for index in range(len(lane.steps)):
        lane.tops.append(plus + room)
        bottom = plus + room + sizes.card_height
        fork = lane.forks.get(index)
        if fork:
            plus, room = bottom + sizes.fork + fork.height + sizes.lead, sizes.tail
        elif inside and index == len(lane.steps) - 1:
            plus, room = bottom + sizes.tail, sizes.tail
        else:
            plus, room = bottom + between, between
        lane.pluses.append(plus)
    lane.height = plus + sizes.tail


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a lane stands: its axis, the line it hangs from, and how it leads on.

    `way_out` are the points by which it rejoins, `target` the card after that.
    """

    lane: _Lane
    axis: int
    top: int
    way_out: tuple[Point, ...]
    target: str


@dataclass(slots=True)
class _Drawing:
    sizes: Sizes
    cards: list[Card] = field(default_factory=list)
    pluses: list[Plus] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    labels: list[LaneLabel] = field(default_factory=list)

    def draw(self, main: _Lane) -> None:
        """Draw the trigger, the main list and everything in it."""
        sizes, axis = self.sizes, main.left
        self._card(TRIGGER, TRIGGER, axis, 0)
        end = (axis, sizes.card_height + main.pluses[-1] + sizes.end_gap)
        first = (axis, sizes.card_height + (main.tops or [end[1] - sizes.card_height])[0])
        start = (axis, sizes.card_height)
        self.edges.append(Edge((start, first), main.steps[0]["id"] if main.steps else END))
        waiting = [_Place(main, axis, sizes.card_height, (end,), END)]
        while waiting:
            waiting += reversed(self._lane(waiting.pop()))

    def _lane(self, place: _Place) -> list[_Place]:
        """Draw a lane's cards, pluses and the lines below them; gives the lanes inside it."""
        lane, axis, top, inside = place.lane, place.axis, place.top, list[_Place]()
        for index, centre in enumerate(lane.pluses):
            self.pluses.append(Plus(Slot(lane.owner, lane.name, index), axis, top + centre))
        for index, step in enumerate(lane.steps):
            y, plus = top + lane.tops[index], top + lane.pluses[index + 1]
            self._card(step["id"], step["type"], axis, y)
            if index + 1 < len(lane.steps):
                target = lane.steps[index + 1]["id"]
                way: tuple[Point, ...] = ((axis, top + lane.tops[index + 1]),)
            else:
                target, way = place.target, place.way_out
            fork = lane.forks.get(index)
            if fork:
                inside += self._fork(step["id"], fork, (axis, y + self.sizes.card_height), target)
            start = plus if fork else y + self.sizes.card_height
            self.edges.append(Edge(((axis, start), *way), target))
        return inside

    def _fork(self, id: str, fork: _Fork, start: Point, target: str) -> list[_Place]:
        """Draw the ways into an if/then's lanes; gives where the lanes stand."""
        trunk, bottom = start
        line = bottom + self.sizes.fork
        join = line + fork.height
        places = []
        for lane, side in ((fork.yes, -1), (fork.no, 1)):
            axis = trunk + side * fork.half
            label_x = axis - side * self.sizes.aside
            self.labels.append(LaneLabel(LABELS[lane.name], id, label_x, line))
            way_in = (start, (trunk, line), (axis, line))
            way_out = ((axis, join), (trunk, join), (trunk, join + self.sizes.lead))
            if lane.steps:
                first = (axis, line + lane.tops[0])
                self.edges.append(Edge((*way_in, first), lane.steps[0]["id"]))
            else:
                self.edges.append(Edge(way_in + way_out, target))
            places.append(_Place(lane, axis, line, way_out, target))
        return places

    def _card(self, id: str, type: str, axis: int, y: int) -> None:
        width, height = self.sizes.card_width, self.sizes.card_height
        self.cards.append(Card(id, type, axis - width // 2, y, width, height))
