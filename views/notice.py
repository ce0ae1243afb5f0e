"""A panel over the builder that asks something, with what there is to know and the ways out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QWidget

from views.theme import GRID
from views.widgets.kit import button, clear, column, label, row
from views.widgets.link import Link

Line = str | tuple[str, Callable[[], object]]
"""Something there is to know; with a function, what it counts can be opened."""
Way = tuple[str, str, str, Callable[[], object]]
"""A way out: its object name, its words, its look and what it does."""


class Notice(QFrame):
    """Hidden until it is asked something; each way out hides it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ask")
        self.setObjectName("notice")
        self._parts = column(gap=GRID, margins=(16, 12, 16, 12))
        self._is_passing = False
        self.setLayout(self._parts)
        self.hide()

    def ask(
        self, title: str, lines: Sequence[Line], ways: Sequence[Way], *, focus: bool = True,
        passing: bool = False,
    ) -> None:  # fmt: skip
        """Show a question; the first way has the focus, unless that is left where it is.

        One that is `passing` goes when its page is left.
        """
        self._is_passing = passing
        clear(self._parts)
        self._parts.addWidget(label(title, "heading", wraps=True, name="notice-title"))
        for place, line in enumerate(lines):
            if isinstance(line, str):
                self._parts.addWidget(label(line, "muted", wraps=True))
            else:
                self._parts.addWidget(Link(*line, f"notice-line-{place}", "link"))
        buttons = [
            button(words, self._taken(act), kind, name=name) for name, words, kind, act in ways
        ]
        self._parts.addLayout(row(*buttons, None))
        self.show()
        if focus:
            buttons[0].setFocus()

    def hideEvent(self, event: QHideEvent, /) -> None:
        """Stay hidden, if it was only to be said on the way in."""
        super().hideEvent(event)
        if self._is_passing and not event.spontaneous():
            self.hide()

    def _taken(self, act: Callable[[], object]) -> Callable[[], None]:
        def take() -> None:
            self.hide()
            act()

        return take
