"""The toast: one sentence over the foot of the window, with Undo where it can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from views.theme import GRID
from views.widgets.kit import button, label, row

SHOWN = 8_000
"""Milliseconds a toast stays, unless the pointer or the focus is on it."""
WIDEST = 640


class Toast(QFrame):
    """Shows one sentence at a time over the foot of `over`; a new one takes the old one's place."""

    def __init__(self, over: QWidget, above: int = 0) -> None:
        super().__init__(over)
        self._over, self._above = over, above
        self._undo: Callable[[], None] | None = None
        self.setProperty("kind", "toast")
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = label("", name="toast-words", wraps=True)
        self._button = button(self.tr("Undo"), self._take_back, name="toast-undo")
        close = button("×", self.hide, name="toast-close", tip=self.tr("Close this message"))
        close.setAccessibleName(self.tr("Close this message"))
        inside = row(self._words, self._button, close, gap=GRID, margins=(16, 8, 8, 8))
        inside.setStretch(0, 1)
        self.setLayout(inside)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN)
        self._timer.timeout.connect(self._fade)
        over.installEventFilter(self)
        self.hide()

    def say(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Show a sentence; `undo` is called if the person takes it back while it is shown."""
        self._words.setText(words)
        self._undo = undo
        self._button.setVisible(undo is not None)
        self.show()
        self.raise_()
        self._place()
        self._timer.start()
        self.setAccessibleName(words)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the window when its size changes."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    def _fade(self) -> None:
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._timer.start()
        else:
            self.hide()

    def _place(self) -> None:
        room = self._over.width() - 4 * GRID
        layout = self.layout()
        if layout is None or room <= 0:
            return
        # A wrapping label alone would ask for a square: first as wide as its words on one line.
        words = self._words.fontMetrics().horizontalAdvance(self._words.text())
        buttons = layout.sizeHint().width() - self._words.sizeHint().width()
        width = min(words + buttons + GRID, room, WIDEST)
        height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else 0
        self.resize(width, max(height, layout.minimumSize().height()))
        self.move(
            (self._over.width() - self.width()) // 2,
            self._over.height() - self.height() - self._above - 2 * GRID,
        )
