"""The cards of a flow.

Every item takes its place from the layout, its words from a `Face` and its colours, fonts and
icons from a `Look`. All stand in the scene by themselves and leave their bounds to Qt: a parent,
or a `boundingRect` in Python, costs each frame a walk over the whole flow.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsRectItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from canvas.layout import Card
from canvas.look import WORDS_FROM, Face, Look, put

RADIUS: Final = 8
TILE: Final = QRectF(11, 11, 30, 30)
ICON: Final = 16
TEXT_LEFT: Final = 51
PADDING: Final = 11
BADGE: Final = 16

_FLAGS: Final = QGraphicsItem.GraphicsItemFlag


class CardItem(QGraphicsRectItem):
    """A rounded card: icon, title, a line of what the step does, and its number or its fault."""

    def __init__(self, id: str, kind: str, look: Look) -> None:
        super().__init__()
        self.id = id
        self.kind = kind
        self.look = look
        self.face = Face()
        self.setPen(Qt.PenStyle.NoPen)
        self.setFlag(_FLAGS.ItemIsSelectable)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setZValue(1)

    @property
    def can_be_removed(self) -> bool:
        """Whether it can be deleted, moved and copied."""
        return True

    def place(self, card: Card) -> None:
        """Stand where the layout says."""
        put(self, QRectF(card.x, card.y, card.width, card.height))

    def say(self, face: Face) -> None:
        """Show other words; what may be cut short, or the fault, is also the tooltip."""
        if face != self.face:
            self.face = face
            self.setToolTip(face.fault or "\n".join(filter(None, (face.summary, face.number))))
            self.setData(Qt.ItemDataRole.AccessibleTextRole, face.spoken())
            self.update()

    def dress(self, look: Look) -> None:
        """Look otherwise."""
        self.look = look
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        /,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the card; from afar without words."""
        detail = option.levelOfDetailFromTransform(painter.worldTransform())
        colours, selected = self.look.colours, self.isSelected()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = colours.accent if selected else colours.card_line
        if self.face.fault and not selected:
            line = colours.fault
        width = 2.0 if selected else 1.0
        inset = width / 2
        painter.setPen(QPen(QColor(line), width))
        painter.setBrush(QColor(colours.card))
        box = self.rect().adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.tile(self.kind))
        painter.drawRoundedRect(TILE, RADIUS - 2, RADIUS - 2)
        if detail >= WORDS_FROM:
            self._paint_icon(painter, detail * painter.device().devicePixelRatioF())
            self._paint_words(painter)

    def _paint_icon(self, painter: QPainter, scale: float) -> None:
        pixmap = self.look.pixmap(self.kind, round(ICON * max(scale, 1.0)))
        if pixmap is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            centre, half = TILE.center(), ICON / 2
            where = QRectF(centre.x() - half, centre.y() - half, ICON, ICON)
            painter.drawPixmap(where, pixmap, QRectF(pixmap.rect()))

    def _paint_words(self, painter: QPainter) -> None:
        look, face, colours = self.look, self.face, self.look.colours
        lines = [(face.title, look.title, colours.text, 18.0)]
        lines.append((face.summary, look.text, colours.muted, 16.0))
        if face.fault:
            lines.append((face.fault, look.small, colours.fault, 14.0))
        elif face.number:
            lines.append((face.number, look.small, colours.number, 14.0))
        lines = [line for line in lines if line[0]]
        top = (self.rect().height() - sum(height for *_, height in lines)) / 2
        room = self.rect().width() - TEXT_LEFT - PADDING
        for index, (words, font, colour, height) in enumerate(lines):
            narrow = BADGE + 4 if face.fault and index == 0 else 0
            where = QRectF(TEXT_LEFT, top, room - narrow, height)
            _write(painter, where, words, font, QColor(colour))
            top += height
        if face.fault:
            self._paint_badge(painter)

    def _paint_badge(self, painter: QPainter) -> None:
        box = QRectF(self.rect().width() - PADDING - BADGE, PADDING - 3, BADGE, BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.look.colours.fault))
        painter.drawEllipse(box)
        painter.setPen(QColor(self.look.colours.card))
        painter.setFont(self.look.chip)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "!")


class TriggerItem(CardItem):
    """The one card that says who enters; it stays."""

    @property
    def can_be_removed(self) -> bool:
        """It cannot be deleted: every flow has a trigger."""
        return False


def _write(painter: QPainter, where: QRectF, words: str, font: QFont, colour: QColor) -> None:
    """Write one line, cut short with dots where there is no more room."""
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, where.width())
    side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(where, side | Qt.TextFlag.TextSingleLine, shown)
