"""The small coloured tiles that tell kinds of steps apart."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from views.icons import icon
from views.theme import RADIUS, Theme, theme_of

TILES: Final = {
    "trigger": ("#fef3c7", "#4a3a0c"),
    "send_email": ("#dbeafe", "#1e3a66"),
    "send_sms": ("#dcfce7", "#173a26"),
    "delay": ("#ede9fe", "#33285c"),
    "if_then": ("#fce7f3", "#4d1f39"),
    "create_task": ("#ffedd5", "#4a2d12"),
    "set_property": ("#e0f2fe", "#123a4d"),
    "add_to_list": ("#eceef1", "#2b333d"),
}
"""The ground of each kind's tile in the light and in the dark theme."""


def tile_colour(type: str, theme: Theme) -> QColor:
    """The ground of a kind's tile."""
    light, dark = TILES.get(type, TILES["add_to_list"])
    return QColor(dark if theme.name == "dark" else light)


class Tile(QWidget):
    """A kind's icon on its colour."""

    def __init__(self, type: str, size: int = 24) -> None:
        super().__init__()
        self._type = type
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon in the middle of a rounded square."""
        painter = QPainter(self)
        paint_tile(painter, QRectF(self.rect()), self._type, theme_of(self))
        painter.end()


def paint_tile(painter: QPainter, place: QRectF, type: str, theme: Theme) -> None:
    """Paint a kind's tile into a square."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tile_colour(type, theme))
    painter.drawRoundedRect(place, RADIUS - 1, RADIUS - 1)
    side = round(place.width() / 2)
    drawn = icon(type, theme.text).pixmap(QSize(side, side), painter.device().devicePixelRatio())
    painter.drawPixmap(
        place.topLeft() + QPointF(place.width() - side, place.height() - side) / 2, drawn
    )
