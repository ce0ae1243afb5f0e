"""Words on one line that give way where there is no room: their end is cut, with an ellipsis.

The whole is said in the tooltip, and to screen readers.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget


class ElidedLabel(QLabel):
    """A label that may be cut down to `least` pixels."""

    def __init__(self, text: str, name: str, *, least: int) -> None:
        super().__init__(text)
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setToolTip(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        """Say something else."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """So much of it is shown whatever happens."""
        return _at_most(super().minimumSizeHint(), self._least)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for."""
        place = self.contentsRect()
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(place, self.alignment(), _cut(self, self.text(), place.width()))
        painter.end()


class ElidedButton(QPushButton):
    """A button that may be cut down to `least` pixels."""

    def __init__(self, name: str, kind: str, *, least: int) -> None:
        super().__init__()
        self._least = least
        self.setObjectName(name)
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """So much of it is shown whatever happens."""
        return _at_most(super().minimumSizeHint(), self._least)

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        """Draw of its words what there is room for."""
        super().initStyleOption(option)
        inside = QStyle.SubElement.SE_PushButtonContents
        room = self.style().subElementRect(inside, option, self).width()
        option.text = _cut(self, self.text(), room)


def _at_most(size: QSize, least: int) -> QSize:
    return QSize(min(size.width(), least), size.height())


def _cut(made: QWidget, text: str, width: int) -> str:
    return made.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
