"""The line a table is searched with."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QLineEdit

PAUSE: Final = 150
"""Milliseconds without a key before what was typed is searched for."""
LEAST: Final = 140
WIDEST: Final = 280


class SearchLine(QLineEdit):
    """Says `settled` a moment after what was typed last."""

    settled = Signal()

    def __init__(self, name: str, hint: str, pause: int = PAUSE, *, title: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setPlaceholderText(hint)
        self.setAccessibleName(title or hint)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(LEAST)
        self.setMaximumWidth(WIDEST)
        self._typed = QTimer(self, singleShot=True, interval=pause)
        self._typed.timeout.connect(self.settled)
        self.textChanged.connect(lambda: self._typed.start())

    def sizeHint(self) -> QSize:
        """As wide as it gets, where there is room."""
        return QSize(WIDEST, super().sizeHint().height())
