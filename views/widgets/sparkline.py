"""A number's last weeks as one small line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from views.theme import GRID, theme_of


class Sparkline(QWidget):
    """The values of equal days, oldest first; a day without one is passed over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: tuple[float | None, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(12 * GRID)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_values(self, values: Sequence[float | None]) -> None:
        """Draw these."""
        self._values = tuple(values)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a line beside a number."""
        return QSize(12 * GRID, 4 * GRID)

    def minimumSizeHint(self) -> QSize:
        """The least in which a line can be made out."""
        return QSize(5 * GRID, 4 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line, from the least value at the bottom to the largest at the top."""
        points = self.points()
        if len(points) < 2:
            return
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("accent"), 1.6)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(points[-1], 2.2, 2.2)
        painter.end()

    def points(self) -> list[QPointF]:
        """Where the line runs."""
        known = [(place, value) for place, value in enumerate(self._values) if value is not None]
        if not known:
            return []
        least, most = (end(value for _, value in known) for end in (min, max))
        wide = (self.width() - 6) / max(len(self._values) - 1, 1)
        tall = self.height() - 8
        return [
            QPointF(
                3 + place * wide,
                4 + tall * (0.5 if most == least else (most - value) / (most - least)),
            )
            for place, value in known
        ]
