"""Two rows side by side, or one below the other where the window is too narrow for that."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

from views.theme import GRID


class Beside(QWidget):
    """Holds both; `left` gets the room that is to spare, or each of them half of it (`even`)."""

    def __init__(self, left: QLayout, right: QLayout, *, even: bool = False) -> None:
        super().__init__()
        self._left, self._right = left, right
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(GRID)
        self._box.addLayout(left, 1)
        self._box.addLayout(right, 1 if even else 0)
        if not even:
            self._box.setAlignment(right, Qt.AlignmentFlag.AlignRight)

    def minimumSizeHint(self) -> QSize:
        """As wide as the wider of the two."""
        wide = max(self._left.minimumSize().width(), self._right.minimumSize().width())
        return QSize(wide, self._box.totalMinimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay them out as there is room."""
        super().resizeEvent(event)
        wanted = self._left.minimumSize().width() + GRID + self._right.minimumSize().width()
        roomy = self.width() >= wanted
        way = QBoxLayout.Direction
        self._box.setDirection(way.LeftToRight if roomy else way.TopToBottom)
