"""The add-step picker that a + opens: type to find, Enter to insert (screens.md 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.vocabulary import STEP_TYPES
from engine.wording.steps import STEP_HELP, step_title
from views.theme import GRID, theme_of
from views.widgets.fields import Line
from views.widgets.kit import column, label
from views.widgets.tiles import paint_tile

Index = QModelIndex | QPersistentModelIndex

GROUPS: Final = (
    ("Communication", ("send_email", "send_sms")),
    ("Flow control", ("delay", "if_then")),
    ("CRM actions", ("create_task", "set_property", "add_to_list")),
)
_ALSO: Final = {
    "send_email": "mail message", "send_sms": "text message phone", "delay": "wait pause time",
    "if_then": "branch condition split yes no", "create_task": "call to-do front desk",
    "set_property": "change field status", "add_to_list": "segment group",
}  # fmt: skip
"""Other words a step is looked for by."""
_WIDTH: Final = 328
AWAY: Final = 14
"""Pixels from the middle of a plus to clear of it."""
_TYPE: Final = Qt.ItemDataRole.UserRole
_ROW: Final = 44
_HEADING: Final = 26


class Picker(QFrame):
    """A popup of the kinds of steps: `chosen` says the type, Escape or a click outside closes."""

    chosen = Signal(str)

    def __init__(self, types: Sequence[str] = STEP_TYPES, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._types = types
        self.setProperty("kind", "popup")
        self.setObjectName("picker")
        self.setAccessibleName(self.tr("Add a step"))
        self.search = Line(self.tr("Search steps"))
        self.search.setObjectName("picker-search")
        self.search.setAccessibleName(self.tr("Search steps"))
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName("picker-list")
        self.list.setAccessibleName(self.tr("Steps"))
        self.list.setProperty("kind", "plain")
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        self._none = label(self.tr("No step is called that."), "muted", wraps=True)
        title = label(self.tr("Add a step"), "heading")
        self.setLayout(column(title, self.search, self.list, self._none, margins=(12, 12, 12, 12)))
        self.setFixedWidth(_WIDTH)
        self._filter("")

    def open_at(self, place: QPoint) -> None:
        """Show everything by a plus, the middle of which is there on the screen, ready to type."""
        self.search.clear()
        self._filter("")
        self.adjustSize()
        room = self.screen().availableGeometry()
        left = place.x() - self.width() // 2
        left = min(max(left, room.left()), room.right() - self.width())
        # Below the plus, or above it where there is no room; never over it.
        top = place.y() + AWAY
        if top + self.height() > room.bottom():
            top = max(place.y() - AWAY - self.height(), room.top())
        self.move(left, top)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def offered(self) -> list[str]:
        """The types that are listed now, from the top."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [str(item.data(_TYPE)) for item in items if item.data(_TYPE)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the list work while one types: up, down, Enter, Escape."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._go(1 if key == Qt.Key.Key_Down else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentItem())
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        """List what fits, in its groups; the best fit is the one Enter takes."""
        self.list.clear()
        wanted = text.strip().casefold()
        best: tuple[int, QListWidgetItem] | None = None
        for title, types in GROUPS:
            fitting = [t for t in types if t in self._types and fits(t, wanted) is not None]
            if fitting:
                heading = QListWidgetItem(self.tr(title), self.list)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
            for type in fitting:
                item = QListWidgetItem(step_title(type), self.list)
                item.setData(_TYPE, type)
                item.setToolTip(STEP_HELP[type])
                rank = fits(type, wanted) or 0
                best = (rank, item) if best is None or rank < best[0] else best
        self._none.setVisible(best is None)
        self.list.setVisible(best is not None)
        if best is not None:
            self.list.setCurrentItem(best[1])
        headings = self.list.count() - len(self.offered())
        self.list.setFixedHeight(len(self.offered()) * _ROW + headings * _HEADING + 4)
        self.adjustSize()

    def _go(self, by: int) -> None:
        """To the next step up or down, over headings, round the ends."""
        steps = [n for n in range(self.list.count()) if self.list.item(n).data(_TYPE)]
        if steps:
            at = steps.index(self.list.currentRow()) + by
            self.list.setCurrentRow(steps[at % len(steps)])

    def _choose(self, item: QListWidgetItem | None) -> None:
        type = None if item is None else item.data(_TYPE)
        if type:
            self.close()
            self.chosen.emit(str(type))


def fits(type: str, wanted: str) -> int | None:
    """How well a kind of step fits what was typed: 0 is best, None not at all."""
    title = step_title(type).casefold()
    if title.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in title.split()):
        return 1
    if wanted in title:
        return 2
    return 3 if any(word.startswith(wanted) for word in _ALSO[type].split()) else None


class _Rows(QStyledItemDelegate):
    """Paints a heading, or a step with its tile, title and what it does."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Headings are lower than steps."""
        return QSize(100, _ROW if index.data(_TYPE) else _HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """By the theme of the list."""
        theme, box, type = theme_of(self._owner), option.rect, index.data(_TYPE)
        painter.save()
        if type:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(box, QColor(theme.accent_soft))
            self._step(painter, box, str(type))
        else:
            painter.setPen(QColor(theme.muted))
            font = painter.font()
            font.setPixelSize(11)
            font.setBold(True)
            painter.setFont(font)
            low = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(box.adjusted(4, 4, 0, 0), low, str(index.data()))
        painter.restore()

    def _step(self, painter: QPainter, box: QRect, type: str) -> None:
        theme = theme_of(self._owner)
        size = 3 * GRID
        paint_tile(painter, QRectF(box.left() + 8, box.top() + 10, size, size), type, theme)
        words = box.adjusted(42, 5, -4, -5)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(theme.text))
        top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, top, step_title(type))
        painter.setPen(QColor(theme.muted))
        low = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        said = metrics.elidedText(STEP_HELP[type], Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, low, said)
