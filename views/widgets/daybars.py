"""Bars over the days of a range: one a day, or one a week where days would be too thin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.wording.times import short_day
from views.theme import theme_of

MOST_BARS: Final = 62
WEEK: Final = 7
_FOOT: Final = 20
_HEAD: Final = 16
_OPENS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Bar(NamedTuple):
    """A number and the days it is of, both included."""

    first: date
    last: date
    number: int


def is_weekly(days: Sequence[object]) -> bool:
    """Whether there are more successive days than can have a bar each."""
    return len(days) > MOST_BARS


def bars_of(days: Sequence[tuple[date, int]]) -> list[Bar]:
    """The bars of successive days: a day each, or a week each beyond `MOST_BARS`."""
    size = WEEK if is_weekly(days) else 1
    parts = (days[start : start + size] for start in range(0, len(days), size))
    return [Bar(part[0][0], part[-1][0], sum(number for _, number in part)) for part in parts]


class DayBars(QWidget):
    """Bars in one colour of the theme; the pointer over one says its days and its number.

    A click on one, or Enter at the one that the arrows lead to, is `chosen`: a `Bar`.
    """

    chosen = Signal(object)

    def __init__(self, colour: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._colour = colour
        self._bars: list[Bar] = []
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_days(self, title: str, days: Sequence[tuple[date, int]]) -> None:
        """Show successive days; the title names them to screen readers."""
        self._bars, self._at = bars_of(days), 0
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(self._words(bar) for bar in self._bars))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a card's chart."""
        return QSize(280, 104)

    def minimumSizeHint(self) -> QSize:
        """Bars may become thin."""
        return QSize(120, 104)

    def event(self, event: QEvent) -> bool:
        """The pointer rests on a bar."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return super().event(event)
        found = [b for n, b in enumerate(self._bars) if self._slot(n).contains(event.pos())]
        QToolTip.showText(event.globalPos(), self._words(found[0]) if found else "", self)
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens a bar."""
        place = event.position().toPoint()
        found = [number for number in range(len(self._bars)) if self._slot(number).contains(place)]
        if found and event.button() == Qt.MouseButton.LeftButton:
            self._at = found[0]
            self.update()
            self.chosen.emit(self._bars[self._at])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from bar to bar; Enter and the space bar open one."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._bars:
            self._at = min(max(self._at + steps[Qt.Key(event.key())], 0), len(self._bars) - 1)
            self.update()
        elif event.key() in _OPENS and self._bars:
            self.chosen.emit(self._bars[self._at])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard is elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bars on a line, the highest number above them, the first and last day below."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        floor = self.height() - _FOOT
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, floor, self.width(), floor)
        most = max((bar.number for bar in self._bars), default=0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._colour))
        for number, bar in enumerate(self._bars):
            slot = self._slot(number)
            height = (floor - _HEAD) * bar.number / most if most else 0
            gap = min(2.0, slot.width() / 5)
            painter.drawRoundedRect(
                slot.adjusted(gap, floor - height, -gap, floor - slot.height()), 1.5, 1.5
            )
        painter.setPen(theme.colour("muted"))
        self._write(painter, most)
        painter.end()

    def _write(self, painter: QPainter, most: int) -> None:
        if not self._bars:
            return
        foot = QRectF(0, self.height() - _FOOT, self.width(), _FOOT)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | middle, short_day(self._bars[0].first))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | middle, short_day(self._bars[-1].last))
        head = QRectF(0, 0, self.width(), _HEAD)
        said = self._words(self._bars[self._at]) if self.hasFocus() else self._most(most)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | middle, said)
        if self.hasFocus():
            painter.setPen(theme_of(self).colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            slot = self._slot(self._at)
            painter.drawRect(slot.adjusted(0.5, _HEAD + 0.5, -0.5, 0.5 - _FOOT))

    def _most(self, most: int) -> str:
        weekly = any(bar.first != bar.last for bar in self._bars)
        said = self.tr("most in a week: {number}") if weekly else self.tr("most in a day: {number}")
        return said.format(number=f"{most:,}")

    def _slot(self, number: int) -> QRectF:
        width = self.width() / max(len(self._bars), 1)
        return QRectF(number * width, 0, width, self.height())

    def _words(self, bar: Bar) -> str:
        if bar.first == bar.last:
            return f"{short_day(bar.first)}: {bar.number:,}"
        return f"{short_day(bar.first)} – {short_day(bar.last)}: {bar.number:,}"
