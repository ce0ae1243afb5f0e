"""Bars under each other, each with its name, its number and its share of the longest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from views.theme import GRID, theme_of
from views.widgets.kit import button, clear, column, label, row


class Bar(NamedTuple):
    """A bar: its share from 0 to 1, a colour of the theme, and what a click on its name opens."""

    title: str
    number: str
    share: float
    colour: str = "accent"
    opens: Callable[[], None] | None = None
    strength: float = 1.0


class Bars(QWidget):
    """A funnel, or any other few numbers to be compared."""

    def __init__(self, words: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._rows = column(gap=12)
        self.setLayout(self._rows)

    def show_bars(self, bars: Sequence[Bar], empty: str = "") -> None:
        """Draw these; without any, say `empty`."""
        clear(self._rows)
        for bar in bars:
            self._rows.addLayout(column(self._head(bar), _Track(bar), gap=GRID // 2))
        if not bars:
            self._rows.addWidget(label(empty, "muted", wraps=True))
        self._rows.addStretch(1)

    def _head(self, bar: Bar) -> QWidget:
        head = QWidget()
        if bar.opens is None:
            title: QWidget = label(bar.title, wraps=True)
        else:
            title = button(bar.title, bar.opens, "link")
            title.setAccessibleName(f"{bar.title}: {bar.number}")
        whole = row(gap=GRID)
        whole.addWidget(title, 1)
        whole.addWidget(label(bar.number))
        head.setLayout(whole)
        return head


class _Track(QWidget):
    """The bar itself."""

    def __init__(self, bar: Bar) -> None:
        super().__init__()
        self._bar = bar
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room, and two steps of the grid high."""
        return QSize(8 * GRID, 2 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the whole, and the share of it."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(theme.colour("neutral_soft"))
        painter.drawRoundedRect(whole, 3, 3)
        if self._bar.share > 0:
            colour = theme.colour(self._bar.colour)
            colour.setAlphaF(self._bar.strength)
            painter.setBrush(colour)
            wide = max(4.0, whole.width() * min(self._bar.share, 1.0))
            painter.drawRoundedRect(QRectF(0, 0, wide, whole.height()), 3, 3)
        painter.end()
