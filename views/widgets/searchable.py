"""A line that offers what fits what is typed: for choices too many to scroll through."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCompleter, QListView

from views.widgets.fields import Line, Option

SHOWN = 12
"""Options that are seen at once."""


class Searchable(Line):
    """A choice by any part of its words; `textEdited` says that something was typed or chosen.

    `words` says what stands for a value that is not offered, or not yet.
    """

    def __init__(self, words: Callable[[str], str], placeholder: str = "") -> None:
        super().__init__(placeholder, 200)
        self._words = words
        self._values: dict[str, str] = {}
        self._kept = ""
        self._model = QStringListModel(self)
        offered = QCompleter(self._model, self)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offered.setFilterMode(Qt.MatchFlag.MatchContains)
        offered.setMaxVisibleItems(SHOWN)
        self._popup = QListView()
        self._popup.setAccessibleName(self.tr("Options"))
        offered.setPopup(self._popup)
        offered.activated.connect(self._choose)
        self._offered = offered
        self.setCompleter(offered)

    def offer(self, options: Iterable[Option]) -> None:
        """Offer these (value, words) from now on, in this order."""
        listed = list(options)
        self._values = {words.casefold(): value for value, words in listed}
        self._model.setStringList([words for _, words in listed])

    def put(self, value: object) -> None:
        """Show a value by its words."""
        self._kept = value if isinstance(value, str) else ""
        super().put(self._words(self._kept) if self._kept else "")

    def value(self) -> str:
        """The value whose words stand here, or of the only ones that fit; else what was typed."""
        typed = " ".join(self.text().split())
        if typed == self._words(self._kept):
            return self._kept
        wanted = typed.casefold()
        if wanted in self._values:
            return self._values[wanted]
        fitting = [value for words, value in self._values.items() if wanted and wanted in words]
        return fitting[0] if len(fitting) == 1 else typed

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click offers everything, and what is typed then takes the place of what stands."""
        super().mousePressEvent(event)
        self.selectAll()
        self._offer_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow down offers everything."""
        if event.key() == Qt.Key.Key_Down and not self._popup.isVisible():
            self._offer_all()
            return
        super().keyPressEvent(event)

    def _choose(self, words: str) -> None:
        self.setText(words)
        self.textEdited.emit(words)

    def _offer_all(self) -> None:
        self._offered.setCompletionPrefix("")
        self._offered.complete()
