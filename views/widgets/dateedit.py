"""A day that is typed, or picked from the calendar behind its icon."""

from __future__ import annotations

from datetime import date
from typing import Final

from PySide6.QtCore import QDate, QLocale, QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDateEdit, QWidget

from views.icons import icon
from views.theme import theme_of

_SIDE: Final = 14
_ROOM: Final = 8


def as_qdate(day: date) -> QDate:
    """A day as Qt knows dates."""
    return QDate(day.year, day.month, day.day)


class DateEdit(QDateEdit):
    """A date field; `day` is what it holds as Python knows dates."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
        self.setDisplayFormat("MMM d, yyyy")

    def day(self) -> date:
        """The day chosen."""
        chosen = self.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def put(self, day: date) -> None:
        """Show a day."""
        self.setDate(as_qdate(day))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, with the icon where a click opens the calendar."""
        super().paintEvent(event)
        top = (self.height() - _SIDE) // 2
        place = QRect(self.width() - _SIDE - _ROOM, top, _SIDE, _SIDE)
        painter = QPainter(self)
        icon("calendar", theme_of(self).muted).paint(painter, place)
        painter.end()
