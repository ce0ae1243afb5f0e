"""A push button that is as large as the layout in it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

LOWEST: Final = 38


class RowButton(QPushButton):
    """A button whose labels and tiles stand in a layout; clicks on them are clicks on it."""

    def __init__(self, parts: QBoxLayout, kind: str, name: str, words: str) -> None:
        super().__init__()
        self._parts = parts
        self.setLayout(parts)
        self.setProperty("kind", kind)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        for inner in self.findChildren(QWidget):
            inner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for said in self.findChildren(QLabel):
            said.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def sizeHint(self) -> QSize:
        """As large as what is in it."""
        return self._parts.sizeHint().expandedTo(QSize(0, LOWEST))

    def minimumSizeHint(self) -> QSize:
        """As small as what is in it."""
        return self._parts.minimumSize().expandedTo(QSize(0, LOWEST))

    def hasHeightForWidth(self) -> bool:
        """Words that wrap take more lines."""
        return self._parts.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """How high at this width."""
        return max(self._parts.heightForWidth(width), LOWEST)
