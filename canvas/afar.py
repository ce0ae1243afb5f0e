"""A whole flow in a few strokes: boxes and lines, for when words could not be read anyway."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from canvas.layout import Card, Layout
from canvas.look import Look


class Strokes:
    """A flow's lines and boxes, gathered so that each colour is one call to the painter."""

    def __init__(
        self, layout: Layout, look: Look, faulty: Collection[str], path: Collection[str] = ()
    ) -> None:
        self._look = look
        self._boxes = {card.id: _box(card) for card in layout.cards}
        self._faulty = [self._boxes[id] for id in faulty]
        self._on_path = [self._boxes[id] for id in path if id in self._boxes]
        self._end = _box(layout.end)
        self._lines = [
            QLineF(*one, *other) for edge in layout.edges for one, other in pairwise(edge.points)
        ]
        self._tiles: dict[str, list[QRectF]] = {}
        for card in layout.cards:
            tile = QRectF(card.x, card.y, card.height, card.height)
            self._tiles.setdefault(look.colours.tile(card.type).name(), []).append(tile)

    def paint(self, painter: QPainter, selected: Collection[str] = (), outline: int = 2) -> None:
        """Draw in scene units; lines are a pixel wide at any scale, what stands out `outline`."""
        colours = self._look.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(colours.edge), 0))
        painter.drawLines(self._lines)
        boxes = list(self._boxes.values())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.card))
        painter.drawRects(boxes)
        for colour, tiles in self._tiles.items():
            painter.setBrush(QColor(colour))
            painter.drawRects(tiles)
        painter.setBrush(QColor(colours.quiet_ground))
        painter.setPen(QPen(QColor(colours.card_line), 0))
        painter.drawRect(self._end)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(boxes)
        chosen = [self._boxes[id] for id in selected if id in self._boxes]
        marked = ((colours.fault, self._faulty), (colours.accent, self._on_path + chosen))
        for colour, outlined in marked:
            painter.setPen(_outline(colour, outline))
            painter.drawRects(outlined)


class FarItem(QGraphicsRectItem):
    """The strokes in the scene, over cards that draw nothing meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.strokes: Strokes | None = None
        self.selected: Collection[str] = ()
        self.setPen(Qt.PenStyle.NoPen)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setVisible(False)
        self.setZValue(-1)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        /,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the flow."""
        if self.strokes is not None:
            self.strokes.paint(painter, self.selected)


def _box(card: Card) -> QRectF:
    return QRectF(card.x, card.y, card.width, card.height)


def _outline(colour: str, width: int) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    return pen
