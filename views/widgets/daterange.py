"""From when to when: a few ranges people ask for, or two dates of their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QWidget

from engine.wording.times import span_words
from views.theme import GRID
from views.widgets.dateedit import DateEdit, as_qdate
from views.widgets.kit import button, column, label, row

DEFAULT: Final = "30"
CUSTOM: Final = "custom"


class DateRange(QPushButton):
    """A button that says the range; `picked` says that it changed.

    `first` is None from the very beginning on; `last` is included. Both are as they were chosen,
    also where `cut` says that less of it is shown.
    """

    picked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAutoDefault(False)
        self.choice = DEFAULT
        self._today = date.min
        self.first: date | None = None
        self.last = date.min
        self._begun: date | None = None
        menu = QMenu(self)
        group = QActionGroup(menu)
        for key, words in self._offers():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(key == DEFAULT)
            action.setObjectName(f"{name}-{key}")
            action.triggered.connect(lambda _=False, key=key: self.choose(key))
            group.addAction(action)
        self.setMenu(menu)
        self._popup = _OwnDates(self)

    def _offers(self) -> tuple[tuple[str, str], ...]:
        return (
            ("7", self.tr("Last 7 days")), (DEFAULT, self.tr("Last 30 days")),
            ("90", self.tr("Last 90 days")), ("month", self.tr("This month")),
            ("last-month", self.tr("Last month")), ("all", self.tr("From the beginning")),
            (CUSTOM, self.tr("Own dates…")),
        )  # fmt: skip

    def set_today(self, today: date) -> None:
        """Count the ranges from this day on; nothing is said to have changed."""
        if today != self._today:
            self._today = today
            if self.choice != CUSTOM:
                self._take(self.choice)

    def choose(self, key: str) -> None:
        """Take one of the ranges on offer."""
        if key == CUSTOM:
            self._popup.open(self.first or self.last, self.last, self._today)
            return
        self.choice = key
        self._take(key)
        self.picked.emit()

    def set_dates(self, first: date, last: date) -> None:
        """Take two dates, in either order."""
        self.choice = CUSTOM
        self.first, self.last = sorted((first, last))
        self._begun = None
        self._say()
        self.picked.emit()

    def cut(self, begun: date) -> None:
        """Say that it is shown from that day on: there was nothing before. It stays chosen."""
        self._begun = begun
        self._say()

    def _take(self, key: str) -> None:
        today = self._today
        self.last, self._begun = today, None
        if key == "all":
            self.first = None
        elif key == "month":
            self.first = today.replace(day=1)
        elif key == "last-month":
            self.last = today.replace(day=1) - timedelta(days=1)
            self.first = self.last.replace(day=1)
        else:
            self.first = today - timedelta(days=int(key) - 1)
        self._say()

    def _say(self) -> None:
        if self.first is None:
            self.setToolTip("")
            self.setText(self.tr("From the beginning"))
        else:
            begun = self.first if self._begun is None else max(self.first, self._begun)
            chosen = span_words(self.first, self.last, self._today)
            self.setText(span_words(begun, self.last, self._today))
            is_cut = begun > self.first
            self.setToolTip(self.tr("Chosen: {}; nothing was before").format(chosen)
                            if is_cut else "")  # fmt: skip
        self.setAccessibleName(self.tr("Dates: {}").format(self.text()))


class _OwnDates(QFrame):
    """Two dates; each limits the other."""

    def __init__(self, range: DateRange) -> None:
        super().__init__(range, Qt.WindowType.Popup)
        self._range = range
        self.setProperty("kind", "popup")
        self._from, self._to = DateEdit(), DateEdit()
        for edit, words in ((self._from, self.tr("From")), (self._to, self.tr("To"))):
            edit.setAccessibleName(words)
        self._from.dateChanged.connect(self._to.setMinimumDate)
        self._to.dateChanged.connect(self._from.setMaximumDate)
        show = button(self.tr("Show"), self._show, "primary", name=f"{range.objectName()}-show")
        self.setLayout(
            column(
                row(column(label(self.tr("From")), self._from, gap=4),
                    column(label(self.tr("To")), self._to, gap=4)),
                row(None, show), gap=12, margins=(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID),
            )
        )  # fmt: skip

    def open(self, first: date, last: date, today: date) -> None:
        """Ask, below the button."""
        for edit in (self._from, self._to):
            edit.clearMinimumDate()
            edit.clearMaximumDate()
        self._to.setMaximumDate(as_qdate(today))
        self._from.put(first)
        self._to.put(last)
        self._from.setMaximumDate(as_qdate(last))
        self._to.setMinimumDate(as_qdate(first))
        self.adjustSize()
        below = QPoint(self._range.width() - self.width(), self._range.height() + 4)
        self.move(self._range.mapToGlobal(below))
        self.show()
        self._from.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show(self) -> None:
        self.close()
        self._range.set_dates(self._from.day(), self._to.day())
