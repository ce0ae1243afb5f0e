"""An on/off switch: painted alike as a widget and in a table's cell."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from views.theme import Theme, theme_of

WIDTH, HEIGHT = 32, 18


def paint_switch(
    painter: QPainter, place: QRect, theme: Theme, *, on: bool, usable: bool = True
) -> None:
    """Draw a switch of `WIDTH` × `HEIGHT` at the left of `place`, in its middle."""
    top = place.top() + (place.height() - HEIGHT) / 2
    track = QRectF(place.left(), top, WIDTH, HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(1.0 if usable else 0.5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent" if on else "line_strong"))
    painter.drawRoundedRect(track, HEIGHT / 2, HEIGHT / 2)
    painter.setBrush(theme.colour("on_accent"))
    middle = track.right() - HEIGHT / 2 if on else track.left() + HEIGHT / 2
    painter.drawEllipse(QPointF(middle, track.center().y()), HEIGHT / 2 - 2.5, HEIGHT / 2 - 2.5)
    painter.restore()


class Switch(QAbstractButton):
    """A switch that a click or the space bar turns; `words` say what is on or off."""

    def __init__(self, words: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """The switch and room for the line around it that shows the focus."""
        return QSize(WIDTH + 8, HEIGHT + 8)

    def minimumSizeHint(self) -> QSize:
        """It can't be smaller."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        theme = theme_of(self)
        painter = QPainter(self)
        place = QRect(4, 0, WIDTH, self.height())
        paint_switch(painter, place, theme, on=self.isChecked(), usable=self.isEnabled())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            around = QRectF(1, (self.height() - HEIGHT) / 2 - 3, WIDTH + 6, HEIGHT + 6)
            painter.drawRoundedRect(around, HEIGHT / 2 + 3, HEIGHT / 2 + 3)
        painter.end()
