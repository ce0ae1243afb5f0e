"""Which slot is meant by a point of a drawing: where a dragged step would land."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from math import hypot

from canvas.layout import Edge, Layout, Plus, Point
from canvas.operations import Document, Slot, steps_in_order


def slot_near(
    layout: Layout, x: float, y: float, reach: float, shut: Collection[str | None] = ()
) -> Slot | None:
    """The slot of the plus, or else of the edge, within `reach` scene units; None if none is.

    A slot in a lane of one of the steps `shut` is not meant: nothing can be moved into itself.
    """
    open_pluses = [plus for plus in layout.pluses if plus.slot.owner not in shut]
    near = [plus for plus in open_pluses if _away(plus, x, y) <= reach]
    if not near:
        edges = [(_distance(edge, x, y, reach), edge) for edge in layout.edges]
        close = min(edges, key=lambda found: found[0], default=None)
        if close is None or close[0] > reach:
            return None
        near = [plus for plus in open_pluses if _distance(close[1], plus.x, plus.y, 1) < 1]
    nearest = min(near, key=lambda plus: _away(plus, x, y), default=None)
    return nearest.slot if nearest else None


def with_all_inside(document: Document, ids: Collection[str]) -> set[str]:
    """These steps and everything in their lanes."""
    inside = set(ids)
    for slot, step in steps_in_order(document):
        if slot.owner in inside:
            inside.add(step["id"])
    return inside


def _away(plus: Plus, x: float, y: float) -> float:
    return hypot(plus.x - x, plus.y - y)


def _distance(edge: Edge, x: float, y: float, reach: float) -> float:
    """How far a point is from an edge; infinity if that is clearly more than `reach`."""
    return min(_from_line(one, other, x, y, reach) for one, other in pairwise(edge.points))


def _from_line(one: Point, other: Point, x: float, y: float, reach: float) -> float:
    """The distance from a line that is upright or level."""
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    aside, along = max(left - x, 0, x - right), max(top - y, 0, y - bottom)
    return hypot(aside, along) if max(aside, along) <= reach else float("inf")
