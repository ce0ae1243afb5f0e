"""A line that finds people as one types, and says the one that is chosen."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from engine.people import Person, first_found
from views.ports import Desk
from views.widgets.fields import Line
from views.widgets.kit import column

MOST: Final = 8
PAUSE: Final = 60
"""Milliseconds without a key before what was typed is searched for."""
_DOWN: Final = (Qt.Key.Key_Down, Qt.Key.Key_Up)


class PersonFinder(QWidget):
    """Type, go down, Enter. `chosen` gives the person."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, hint: str, name: str) -> None:
        super().__init__()
        self._desk = desk
        self._people: list[Person] = []
        self._text = ""
        self._entered = False
        self.line = Line(hint, 100)
        self.line.setObjectName(name)
        self.line.setAccessibleName(hint)
        self.line.installEventFilter(self)
        self._typed = QTimer(self, singleShot=True, interval=PAUSE)
        self._typed.timeout.connect(self._ask)
        self.line.textChanged.connect(self._type)
        self.line.returnPressed.connect(self._enter)
        self.found = QListWidget()
        self.found.setObjectName(f"{name}-found")
        self.found.setAccessibleName(hint)
        self.found.itemActivated.connect(lambda _: self._take())
        self.found.itemClicked.connect(lambda _: self._take())
        self.found.hide()
        self.setLayout(column(self.line, self.found, gap=4))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows go through those found while one types."""
        if watched is self.line and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and event.key() in _DOWN and self._people:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.found.setCurrentRow((self.found.currentRow() + step) % len(self._people))
                return True
        return super().eventFilter(watched, event)

    def _type(self) -> None:
        self._entered = False
        self._typed.start()

    def _enter(self) -> None:
        """Take who is meant by what stands there, once that is known."""
        if self._text == self.line.text():
            self._take()
        else:
            self._entered = True
            self._ask()

    def _ask(self) -> None:
        self._typed.stop()
        text = self.line.text()
        show = partial(self._show, text)
        if text.strip():
            self._desk.ask(self, partial(first_found, text=text, most=MOST), show, "found")
        else:
            show([])

    def _show(self, text: str, people: list[Person]) -> None:
        if text != self.line.text():
            return
        self._text, self._people = text, people
        self.found.clear()
        for person in people:
            QListWidgetItem(f"{person.name}  ·  {person.phone or person.email}", self.found)
        if not people and text.strip():
            nobody = QListWidgetItem(self.tr("Nobody is found by that."), self.found)
            nobody.setFlags(Qt.ItemFlag.NoItemFlags)
        self.found.setCurrentRow(0 if people else -1)
        rows = self.found.count()
        self.found.setFixedHeight(rows * max(self.found.sizeHintForRow(0), 1) + 4)
        self.found.setVisible(bool(rows))
        if self._entered:
            self._entered = False
            self._take()

    def _take(self) -> None:
        place = self.found.currentRow()
        if 0 <= place < len(self._people):
            person = self._people[place]
            self.line.clear()
            self._ask()
            self.chosen.emit(person)
