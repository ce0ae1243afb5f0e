"""Words that wrap and open what they count: by a click, Enter or the space bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel

from views.widgets.kit import restyle

_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Link(QLabel):
    """A label that opens something; in reach of the keyboard, which underlines it."""

    def __init__(self, text: str, opens: Callable[[], object], name: str, kind: str = "") -> None:
        super().__init__(text)
        self._opens = opens
        self.setAccessibleName(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        restyle(self, kind)
        self._underline(False)

    def setText(self, text: str) -> None:
        """Say something else, also to screen readers."""
        super().setText(text)
        self.setAccessibleName(text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens it; a press that is dragged off does not."""
        inside = self.rect().contains(event.position().toPoint())
        if inside and event.button() == Qt.MouseButton.LeftButton:
            self._opens()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So do Enter and the space bar."""
        if event.key() in _KEYS:
            self._opens()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say where the keyboard is."""
        super().focusInEvent(event)
        self._underline(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self._underline(False)

    def _underline(self, underlined: bool) -> None:
        font = self.font()
        font.setUnderline(underlined)
        self.setFont(font)
