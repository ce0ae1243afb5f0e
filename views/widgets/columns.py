"""How wide the columns of a table are, in the room it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView

from views.tables import Column
from views.widgets.cells import PAD

LEAST: Final = 180
"""Pixels of a column that has no width of its own."""
ARROW: Final = 16
"""Pixels for what shows by which column rows are sorted."""


def wide(header: QHeaderView, column: Column) -> int:
    """A column's pixels, or as many as its title and its arrow need in today's language."""
    strong = header.font()
    strong.setBold(True)
    title = QFontMetrics(strong).horizontalAdvance(column.title)
    return max(column.width, title + 2 * PAD + (ARROW if column.sort else 0))


def share_out(header: QHeaderView, columns: Sequence[Column], room: int) -> None:
    """Columns of no width of their own get what is left; spare ones step back for them."""
    free = [place for place, column in enumerate(columns) if not column.width]
    spare = [place for place, column in enumerate(columns) if column.spare]
    taken = sum(
        header.sectionSize(place) or columns[place].width
        for place in range(len(columns))
        if place not in free and place not in spare
    )
    wanted = sum(wide(header, columns[place]) for place in spare)
    left = room - taken
    roomy = left - wanted >= LEAST * len(free)
    for place in spare:
        header.setSectionHidden(place, not roomy)
    for place in free:
        share = (left - wanted if roomy else left) // len(free)
        header.resizeSection(place, max(LEAST, share))
